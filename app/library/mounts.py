"""Which file systems tell of all that happens on them."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

# The kernel tells only of what is done on this machine; what others do on the server goes by unheard.
REMOTE = frozenset(
    {
        *(
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "smbfs",
            "ncpfs",
            "afs",
            "ceph",
            "lustre",
            "gfs2",
            "ocfs2",
            "beegfs",
        ),
        *("9p", "virtiofs", "vboxsf", "prl_fs", "vmhgfs", "drvfs"),
    }
)
# Disks that a program of this machine reads: what happens on them happens here.
LOCAL_FUSE = frozenset({"fuseblk", "fuse.ntfs-3g", "fuse.exfat", "fuse.ext4", "fuse.fuse-overlayfs"})
MOUNTS = Path("/proc/self/mountinfo")


def needs_polling(path: str, mounts: Path = MOUNTS) -> bool:
    """Whether a folder lies on a file system of another machine, or of a program. Looks at the disk.

    Where the system has no list of mounts (macOS), no folder does.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    kind = _kind_at(os.path.realpath(path), lines)
    return kind in REMOTE or (kind.startswith("fuse") and kind not in LOCAL_FUSE)


def _kind_at(path: str, lines: Iterable[str]) -> str:
    """The type of the file system that a path is on, by the lines of `mountinfo` (proc(5)); '' if none is above it."""
    found, kind = "", ""
    for line in lines:
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = _unescaped(fields[4])
        # The last one of a place is the one on top.
        if len(point) >= len(found) and Path(path).is_relative_to(point):
            found, kind = point, after.split(" ", 1)[0]
    return kind


def _unescaped(point: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(code, character)
    return point
