"""What the machine has to offer: Python, programs, disk, port, limits, folders."""

import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from app.commands.doctor_security import security_checks
from app.commands.finding import Finding, broken, ok, warning
from app.commands.servers import with_running
from app.core.config import Config, ConfigError
from app.embedded.errors import EmbeddedError
from app.embedded.programs import postgres_home, valkey_server
from app.web.listen import ListenError, listen
from app.web.trusted import trusted_by

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES, GOOD_FREE_BYTES = 300_000_000, 2_000_000_000
LEAST_FILES, GOOD_FILES = 256, 1024
GOOD_WATCHES = 65_536
_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")


def machine_checks(config: Config) -> list[Finding]:
    """In the order in which one would mend things."""
    return [
        python(),
        *programs(config),
        decoder(),
        data_dir(config.data_path),
        disk(config.data_path),
        port(config),
        open_files(),
        *watches(),
        *media_roots(config),
        *trusted_documents(config),
        *security_checks(config),
    ]


def python() -> Finding:
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST_PYTHON:
        return broken("Python", text, "Install Python 3.11 or newer, then `make clean run`.")
    return ok("Python", text)


def programs(config: Config) -> Iterator[Finding]:
    """Those of the embedded servers that are not replaced by configured ones."""
    if not config.database_url:
        yield _program("Embedded PostgreSQL", lambda: postgres_home() / "bin" / "postgres")
    if not config.redis_url:
        yield _program("Embedded Valkey", valkey_server)


def _program(name: str, find: Callable[[], Path]) -> Finding:
    advice = "Run `make clean run`, or set MARQUEE_DATABASE_URL and MARQUEE_REDIS_URL to servers of your own."
    try:
        run = subprocess.run(  # noqa: S603
            [find(), "--version"], capture_output=True, text=True, timeout=20, check=True
        )
    except EmbeddedError as error:
        return broken(name, str(error), advice)
    except subprocess.CalledProcessError as error:
        return broken(name, f"It does not run: {error.stderr.strip()}", advice)
    except (OSError, subprocess.TimeoutExpired) as error:
        return broken(name, f"It does not run: {error}", advice)
    return ok(name, run.stdout.strip())


def decoder() -> Finding:
    try:
        import av
    except ImportError as error:
        return broken("PyAV", f"Media files can't be read: {error}", "Run `make clean run`.")
    return ok("PyAV", f"{av.__version__}, reads {len(av.codecs_available)} codecs")


def data_dir(folder: Path) -> Finding:
    advice = "Give it to this user, or choose another folder with MARQUEE_DATA_DIR."
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ok("Data directory", str(folder))
    except OSError as error:
        return broken("Data directory", f"{folder} can't be written to: {error.strerror or error}.", advice)


def disk(folder: Path) -> Finding:
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    text = f"{free / 1e9:.1f} GB free on the data directory's disk"
    if free < LEAST_FREE_BYTES:
        return broken("Disk", text, "Make room, or move the data directory with MARQUEE_DATA_DIR.")
    if free < GOOD_FREE_BYTES:
        return warning("Disk", text, "A large library wants 2 GB or more.")
    return ok("Disk", text)


def port(config: Config) -> Finding:
    urls = with_running(config)
    try:
        for sock in listen(config.host, config.port):
            sock.close()
    except ListenError as error:
        if urls != config and "taken" in str(error):
            return ok("Port", f"{config.port}: Marquee is running on it")
        return broken("Port", str(error), "Set MARQUEE_HOST and MARQUEE_PORT, or free the port.")
    return ok("Port", f"{config.port} on {config.host} is free")


def open_files() -> Finding:
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    text = f"{'no limit' if most == resource.RLIM_INFINITY else most} per process"
    advice = "Raise it: `ulimit -n 4096`, or LimitNOFILE= in the systemd unit."
    if most != resource.RLIM_INFINITY and most < LEAST_FILES:
        return broken("Open files", text, advice)
    if most != resource.RLIM_INFINITY and most < GOOD_FILES:
        return warning("Open files", text, advice)
    return ok("Open files", text)


def watches() -> Iterator[Finding]:
    """Linux watches folders one by one, and only so many."""
    if not _WATCHES.exists():
        return
    most = int(_WATCHES.read_text())
    if most < GOOD_WATCHES:
        yield warning(
            "Folder watches",
            f"{most} per user",
            f"For large libraries: `sudo sysctl fs.inotify.max_user_watches={8 * GOOD_WATCHES}`.",
        )
    else:
        yield ok("Folder watches", f"{most} per user")


def media_roots(config: Config) -> Iterator[Finding]:
    for name, value in (("MARQUEE_MEDIA_MOVIES", config.media_movies), ("MARQUEE_MEDIA_TV", config.media_tv)):
        if value:
            yield folder_readable(name, Path(value).expanduser())


def trusted_documents(config: Config) -> Iterator[Finding]:
    """Where manifests are named."""
    if config.trusted_manifests:
        try:
            known = len(trusted_by(config).texts)
        except ConfigError as error:
            yield broken("Trusted documents", str(error), "Make the manifest anew, or name another.")
        else:
            yield ok("Trusted documents", f"{known} are known; `marquee documents --check` validates them")


def folder_readable(name: str, folder: Path) -> Finding:
    try:
        with os.scandir(folder) as entries:
            is_empty = next(entries, None) is None
    except OSError as error:
        advice = "Mount it, or let the user that runs Marquee read it."
        return broken(name, f"{folder} can't be read: {error.strerror or error}.", advice)
    if is_empty:
        return warning(name, f"{folder} is empty", "Is the disk mounted?")
    return ok(name, f"{folder} can be read")
