"""Run what uses servers once more, against the distribution's PostgreSQL 15 and Redis 7, where they can be had.

Debian and Ubuntu as root: the packages are installed if they are missing. Elsewhere, or where that fails, this says
why and passes: the tests have run on the embedded servers already.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from packages import install

POSTGRES = Path("/usr/lib/postgresql/15/bin")
PACKAGES = ("postgresql-15", "redis-server")
# Says by its exit status alone whether they can be had.
PREPARE = "--prepare"


def main(arguments: list[str]) -> int:
    missing = missing_programs()
    if missing and not (install(PACKAGES) and not missing_programs()):
        print(f"Not run against the distribution's servers: {', '.join(missing)} can't be had here.")
        return 1 if arguments == [PREPARE] else 0
    if arguments == [PREPARE]:
        return 0
    with tempfile.TemporaryDirectory(prefix="mqd-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        os.environ["MARQUEE_TEST_DATABASE_URL"] = stack.enter_context(postgres(folder))
        os.environ["MARQUEE_TEST_REDIS_URL"] = stack.enter_context(redis(folder))
        command = [sys.executable, "-m", "pytest", "--on-servers", *arguments]
        return subprocess.run(command, check=False).returncode


def missing_programs() -> list[str]:
    programs = {"PostgreSQL 15": str(POSTGRES / "postgres"), "Redis": "redis-server"}
    return [name for name, program in programs.items() if shutil.which(program) is None]


def unprivileged() -> list[str]:
    """PostgreSQL does not run as root; its package made a user for it."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    data, sockets = folder / "pg", folder / "s"
    for each in (data, sockets):
        each.mkdir()
        if os.geteuid() == 0:
            shutil.chown(each, "postgres", "postgres")
    initdb = [
        POSTGRES / "initdb",
        "-D",
        data,
        "-U",
        "marquee",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    subprocess.run([*unprivileged(), *initdb], check=True, stdout=subprocess.DEVNULL)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": sockets,
        "fsync": "off",
        "max_connections": "200",
    }
    # Plans are judged as for a server on a solid-state disk, which the embedded one is set for too.
    settings |= {"random_page_cost": "1.1", "effective_cache_size": "1GB", "jit": "off"}
    options = [option for key, value in settings.items() for option in ("-c", f"{key}={value}")]
    with process([*unprivileged(), POSTGRES / "postgres", "-D", data, *options], folder / "postgres.log"):
        wait_for(sockets / ".s.PGSQL.5432")
        yield f"postgresql://marquee@/postgres?host={sockets}"


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    socket = folder / "redis.sock"
    options = ["--port", "0", "--unixsocket", socket, "--save", "", "--databases", "64", "--dir", folder]
    with process(["redis-server", *options], folder / "redis.log"):
        wait_for(socket)
        yield f"unix://{socket}"


@contextlib.contextmanager
def process(command: list[str | Path], log: Path) -> Iterator[None]:
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as running:
        try:
            yield
        finally:
            running.terminate()
            try:
                running.wait(timeout=20)
            except subprocess.TimeoutExpired:
                running.kill()


def wait_for(socket: Path) -> None:
    deadline = time.monotonic() + 20
    while not socket.exists():
        if time.monotonic() > deadline:
            raise SystemExit(f"No server answers at {socket}.")
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
