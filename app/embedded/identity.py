"""Whom the servers run as: PostgreSQL refuses to be root."""

import asyncio
import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path

from app.embedded import guard
from app.embedded.errors import EmbeddedError


@dataclass(frozen=True, slots=True)
class Identity:
    """Both None: whoever we are. See guard.Order for the two ways not to be root."""

    user: tuple[int, int] | None = None
    mapped: tuple[int, int] | None = None

    def own(self, path: Path) -> None:
        """Make `path` and all below it belong to the user, or back to root after a run as another one."""
        if os.geteuid() != 0:
            return
        uid, gid = self.user or (0, 0)
        if path.lstat().st_uid == uid:
            return
        for folder, names, files in os.walk(path):
            for name in (*names, *files):
                os.chown(Path(folder) / name, uid, gid, follow_symlinks=False)
        os.chown(path, uid, gid, follow_symlinks=False)  # last: an interrupted run does it all again


async def identity_for(data_dir: Path) -> Identity:
    """Decide by who we are, who owns `data_dir`, and what the system allows.

    As root on somebody's folder (sudo), that user. As root on root's own, root under a borrowed name in a user
    namespace: no file changes its owner, no closed folder its mode. Where that is forbidden, an unprivileged user.
    """
    if os.geteuid() != 0:
        return Identity()
    owner = _owner(data_dir)
    if owner[0] != 0:
        return Identity(user=owner)
    if sys.platform != "linux":
        raise EmbeddedError("PostgreSQL refuses to run as root: start Marquee as another user.")
    name = _unprivileged()
    if await _can_map(name):
        return Identity(mapped=name)
    return Identity(user=name)


def _owner(folder: Path) -> tuple[int, int]:
    stat = folder.stat()
    return stat.st_uid, stat.st_gid


def _unprivileged() -> tuple[int, int]:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as."
    )


async def _can_map(name: tuple[int, int]) -> bool:
    """Tried in a process of its own, since there is no way back from a namespace."""
    trial = await asyncio.create_subprocess_exec(
        sys.executable,
        *guard.PYTHON_OPTIONS,
        guard.__file__,
        "--can-map",
        *map(str, name),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await trial.wait() == 0
