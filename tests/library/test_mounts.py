"""Which folders tell of what happens in them."""

import sys
from pathlib import Path

import pytest

from app.library.mounts import needs_polling

# As proc(5) has it: id, parent, device, root, mount point, options, a field or none, -, type, source, options.
MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / /proc rw - proc proc rw
30 22 0:40 / {nas} rw,relatime shared:9 - nfs4 nas:/films rw
31 30 8:17 / {nas}/usb rw - ext4 /dev/sdb1 rw
32 22 0:41 / {nas}\\040two rw - cifs //nas/two rw
33 22 0:42 / {nas}-cloud rw - fuse.rclone cloud: rw
34 22 8:33 / {nas}-ntfs rw - fuseblk /dev/sdc1 rw
35 22 0:43 / {nas}-over rw - ext4 /dev/sdd1 rw
36 22 0:44 / {nas}-over rw - nfs nas:/over rw
nonsense
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts are listed otherwise")
@pytest.mark.parametrize(
    ("path", "polled"),
    [
        ("nas", True),
        ("nas/films/new", True),
        ("nas/usb/films", False),
        ("nas two/films", True),
        ("nas-cloud", True),
        ("nas-ntfs/films", False),
        ("nas-over", True),
        ("nasty", False),
        ("elsewhere", False),
    ],
)
def test_what_lies_elsewhere_is_polled(tmp_path: Path, path: str, polled: bool) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS.format(nas=tmp_path.resolve() / "nas"))

    assert needs_polling(str(tmp_path / path), tmp_path / "mountinfo") is polled


def test_without_a_list_of_mounts_nothing_is_polled(tmp_path: Path) -> None:
    assert not needs_polling(str(tmp_path), tmp_path / "mountinfo")


def test_a_temporary_folder_tells_of_what_happens_in_it(tmp_path: Path) -> None:
    assert not needs_polling(str(tmp_path))
