"""EmbeddedError ← AlreadyRunning, VersionMismatch: why the embedded servers can't be had, in plain words."""

from pathlib import Path


class EmbeddedError(Exception):
    """An embedded server could not be started; the text is fit for a terminal."""


class AlreadyRunning(EmbeddedError):
    """Another live Marquee holds the data directory."""

    def __init__(self, data_dir: Path, pid: int) -> None:
        super().__init__(
            f"Marquee is already running on {data_dir} (process {pid}). Stop it first, or set MARQUEE_DATA_DIR."
        )
        self.data_dir = data_dir
        self.pid = pid


class VersionMismatch(EmbeddedError):
    """The data directory was written by another major version of PostgreSQL."""

    def __init__(self, data_dir: Path, found: int, wanted: int) -> None:
        super().__init__(
            f"{data_dir} holds data of PostgreSQL {found}, but PostgreSQL {wanted} is installed. "
            f"Dump it with PostgreSQL {found} and restore it into an empty directory, or use pg_upgrade."
        )
        self.found = found
        self.wanted = wanted


# What the servers and the kernel say, and what it means to the person at the terminal.
_MEANINGS = {
    "no space left on device": "the disk is full",
    "disk quota exceeded": "the disk quota is used up",
    "read-only file system": "the file system is read-only",
    "permission denied": "a file or folder may not be accessed",
    "operation not permitted": "the system does not permit an operation it needs",
    "shared memory": "the system does not grant it the shared memory it needs",
    "cannot allocate memory": "there is not enough memory",
    "no space left for semaphores": "the system has no semaphores left",
    "too many open files": "too many files are open",
    "look up effective user id": "the user it runs as has no name in /etc/passwd",
    "error while loading shared libraries": "a system library is missing",
    "exec format error": "the installed program is for another kind of machine",
}


def start_failure(server: str, log: Path, lines: list[str]) -> EmbeddedError:
    """What to tell when `server` ended before it was ready. `lines`: the end of its log, oldest first."""
    text = "\n".join(lines).lower()
    meaning = next((meaning for words, meaning in _MEANINGS.items() if words in text), None)
    reason = f": {meaning}" if meaning else ""
    tail = "".join(f"\n  {line}" for line in lines) or "\n  (it said nothing)"
    return EmbeddedError(f"{server} did not start{reason}. The end of its log, {log}:{tail}")
