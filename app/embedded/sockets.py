"""A private folder for the servers' sockets, whose path is short and plain enough for every client."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from app.embedded.identity import Identity

# sun_path holds 104 bytes on macOS and 108 on Linux; the longest name in the folder is ".s.PGSQL.5432.lock".
LONGEST_PATH = 103 - len("/.s.PGSQL.5432.lock")
_PLAIN = re.compile(r"[A-Za-z0-9._/-]+")  # a URL parser, a server's configuration and libpq agree on these


class SocketDir:
    """`<data_dir>/run`, or where that is too long or odd, a fresh private folder that `<data_dir>/run` points to."""

    def __init__(self, data_dir: Path, identity: Identity) -> None:
        self._link = data_dir / "run"
        self._identity = identity

    def prepare(self) -> Path:
        """Make it, empty, for us alone. Sockets and lock files of an earlier run vanish."""
        self.remove()
        if fits(self._link):
            folder = self._link
            folder.mkdir(mode=0o700)
        else:
            folder = _fresh()
            self._link.symlink_to(folder)
        self._identity.own(folder)
        return folder

    def remove(self) -> None:
        if self._link.is_symlink():
            target = self._link.readlink()
            if (
                target.name.startswith("marquee-")
                and target.is_dir()
                and target.stat().st_uid in _ours(self._identity)
            ):
                shutil.rmtree(target, ignore_errors=True)
            self._link.unlink()
        elif self._link.exists():
            shutil.rmtree(self._link)


def fits(folder: Path) -> bool:
    return len(os.fsencode(folder)) <= LONGEST_PATH and _PLAIN.fullmatch(str(folder)) is not None


def _fresh() -> Path:
    usual = Path(tempfile.gettempdir())
    base = usual if fits(usual / "marquee-12345678") else Path("/tmp")  # noqa: S108
    return Path(tempfile.mkdtemp(prefix="marquee-", dir=base))


def _ours(identity: Identity) -> set[int]:
    return {os.geteuid(), identity.user[0]} if identity.user else {os.geteuid()}
