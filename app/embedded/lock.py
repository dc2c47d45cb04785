"""One Marquee per data directory."""

import fcntl
import os
from pathlib import Path

from app.embedded.errors import AlreadyRunning

# A POSIX record lock belongs to one process and not to its forks, which may outlive it when it is killed. It does not
# keep out the process itself, though, and is lost when that closes the file anywhere: hence this set.
_held: set[Path] = set()


class DataDirLock:
    """`<data_dir>/lock`, holding the pid of the process that has it."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._path = data_dir / "lock"
        self._fd = -1

    def take(self) -> None:
        """Raises AlreadyRunning."""
        if self._path in _held:
            raise AlreadyRunning(self._data_dir, os.getpid())
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            holder = os.pread(fd, 20, 0).decode().strip()
            os.close(fd)
            raise AlreadyRunning(self._data_dir, int(holder) if holder.isdigit() else 0) from error
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd
        _held.add(self._path)

    def release(self) -> None:
        os.close(self._fd)
        _held.discard(self._path)

    def is_held(self) -> bool:
        """By any process, this one included."""
        if self._path in _held:
            return True
        try:
            fd = os.open(self._path, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return True
        finally:
            os.close(fd)
        return False
