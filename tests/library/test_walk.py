"""Listing folders as people and programs leave them: links, pipes, odd names, and what nobody may read."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from app.identify.files import FileRole
from app.library import walk
from app.library.problems import Reason
from app.library.walk import Listing, is_online, list_folder, look_around
from tests.library.scanning import write


def names(listing: Listing) -> list[str]:
    return [entry.name for entry in listing.entries]


def reasons(listing: Listing) -> dict[str, Reason]:
    return {problem.path: problem.reason for problem in listing.problems}


def walk_all(root: Path) -> list[Listing]:
    """Every folder that a scan would come to."""
    found, waiting = [], [""]
    while waiting:
        listing = list_folder(root, waiting.pop())
        found.append(listing)
        waiting += listing.folders
        assert len(found) < 5000
    return found


def test_a_folder_is_its_files_and_the_folders_below(tmp_path: Path) -> None:
    write(tmp_path, "a/film.mkv", b"12345")
    write(tmp_path, "a/film.nfo")
    write(tmp_path, "a/notes.txt")
    write(tmp_path, "a/Subs/film.srt")

    listing = list_folder(tmp_path, "a")

    assert [(entry.name, entry.role) for entry in listing.entries] == [
        ("film.mkv", FileRole.VIDEO),
        ("film.nfo", FileRole.NFO),
    ]
    assert listing.folders == ["a/Subs"]
    assert listing.entries[0].size_bytes == 5
    assert listing.entries[0].mtime_ns == (tmp_path / "a/film.mkv").stat().st_mtime_ns
    assert listing.is_complete
    assert not listing.problems


def test_hidden_unfinished_and_foreign_files_are_left_out(tmp_path: Path) -> None:
    for name in (
        ".film.mkv",
        "._film.mkv",
        "film.mkv.part",
        "film.mp4.crdownload",
        "film.mkv.!qB",
        "film.txt",
        "film",
    ):
        write(tmp_path, name)
    for folder in (".hidden", "@eaDir", "lost+found", "$RECYCLE.BIN", "film.trickplay"):
        write(tmp_path, f"{folder}/film.mkv")

    listing = list_folder(tmp_path, "")

    assert names(listing) == []
    assert listing.folders == []
    assert listing.problems == []


@pytest.mark.parametrize("mark", [".ignore", ".nomedia"])
def test_a_marked_folder_is_passed_by_with_all_below_it(tmp_path: Path, mark: str) -> None:
    write(tmp_path, "private/film.mkv")
    write(tmp_path, "private/more/film.mkv")
    write(tmp_path, f"private/{mark}")

    listing = list_folder(tmp_path, "private")

    assert (names(listing), listing.folders, listing.is_complete) == ([], [], True)


def test_links_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    write(tmp_path, "root/films/film.mkv")
    write(tmp_path, "elsewhere/other.mkv")
    (tmp_path / "root/films/up").symlink_to(tmp_path / "root")
    (tmp_path / "root/linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path / "root/linked")
    (tmp_path / "elsewhere/films").symlink_to(tmp_path / "root/films")

    listings = walk_all(tmp_path / "root")

    found = {f"{listing.folder}/{name}" for listing in listings for name in names(listing)}
    assert found == {"films/film.mkv", "linked/other.mkv", "linked/films/film.mkv"}
    problems = {path: reason for listing in listings for path, reason in reasons(listing).items()}
    assert set(problems.values()) == {Reason.LINK_LOOP}
    assert {"films/up", "linked/back", "linked/films/up"} == problems.keys()


def test_two_folders_that_link_to_each_other_end(tmp_path: Path) -> None:
    write(tmp_path, "a/one.mkv")
    write(tmp_path, "b/two.mkv")
    (tmp_path / "a/b").symlink_to("../b")
    (tmp_path / "b/a").symlink_to("../a")

    folders = sorted(listing.folder for listing in walk_all(tmp_path))

    assert folders == ["", "a", "a/b", "b", "b/a"]


def test_a_link_to_itself_is_a_loop(tmp_path: Path) -> None:
    (tmp_path / "me.mkv").symlink_to("me.mkv")
    (tmp_path / "folder").symlink_to("folder")

    listing = list_folder(tmp_path, "")

    assert reasons(listing) == {"me.mkv": Reason.LINK_LOOP, "folder": Reason.LINK_LOOP}
    assert listing.unclear == {"me.mkv", "folder"}


def test_a_broken_link_is_told_and_what_it_led_to_is_unclear(tmp_path: Path) -> None:
    (tmp_path / "film.mkv").symlink_to(tmp_path / "unplugged/film.mkv")
    (tmp_path / "Films").symlink_to(tmp_path / "unplugged")
    (tmp_path / ".hidden").symlink_to(tmp_path / "unplugged")

    listing = list_folder(tmp_path, "")

    assert reasons(listing) == {"film.mkv": Reason.BROKEN_LINK, "Films": Reason.BROKEN_LINK}
    assert listing.unclear == {"film.mkv", "Films"}


def test_pipes_sockets_and_devices_are_no_films(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mkv")
    (tmp_path / "device.mkv").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.mkv"))
        write(tmp_path, "film.mkv")

        listing = list_folder(tmp_path, "")

    assert names(listing) == ["film.mkv"]


def test_a_name_that_is_no_utf8_is_told_of_and_left_out(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"fold\xe9r")).mkdir()
    (tmp_path / os.fsdecode(b"fi\xffm.mkv")).touch()
    write(tmp_path, "film.mkv")

    listing = list_folder(tmp_path, "")

    assert names(listing) == ["film.mkv"]
    assert listing.folders == []
    assert reasons(listing) == {"fi\ufffdm.mkv": Reason.BAD_NAME, "fold\ufffdr": Reason.BAD_NAME}


@pytest.mark.parametrize(
    "name",
    [
        "a\nb.mkv",
        "tab\there.mkv",
        "quote'\"`.mkv",
        "🎬 émoji 映画.mkv",
        "-rf.mkv",
        "%s %d.mkv",
        "x" * 251 + ".mkv",
        "back\\slash.mkv",
    ],
)
def test_odd_names_are_names(tmp_path: Path, name: str) -> None:
    write(tmp_path, name)

    assert names(list_folder(tmp_path, "")) == [name]


def test_a_path_that_no_index_takes_is_told_of_and_not_entered(tmp_path: Path) -> None:
    here = tmp_path
    for _ in range(12):
        here /= "d" * 200
        here.mkdir()

    listings = walk_all(tmp_path)

    assert max(len(listing.folder) for listing in listings) < walk.LONGEST_PATH_BYTES
    (problem,) = [problem for listing in listings for problem in listing.problems]
    assert problem.reason is Reason.BAD_NAME
    assert len(problem.path) <= 400


def test_deep_folders_are_walked(tmp_path: Path) -> None:
    write(tmp_path, "/".join("d" * 300) + "/film.mkv")

    assert len(walk_all(tmp_path)) == 301


def test_a_folder_that_is_gone_is_empty(tmp_path: Path) -> None:
    write(tmp_path, "film.mkv")

    listing = list_folder(tmp_path, "gone")

    assert (names(listing), listing.is_complete, listing.problems) == ([], True, [])


def test_a_folder_that_became_a_file_is_gone(tmp_path: Path) -> None:
    write(tmp_path, "Film/film.mkv")

    listing = list_folder(tmp_path, "Film/film.mkv")

    assert (names(listing), listing.is_complete, listing.problems) == ([], True, [])


def test_a_folder_of_a_root_that_is_gone_is_unknown(tmp_path: Path) -> None:
    listing = list_folder(tmp_path / "unplugged", "Film")

    assert not listing.is_complete
    assert reasons(listing) == {"": Reason.ROOT_OFFLINE}


def test_an_empty_root_is_unknown(tmp_path: Path) -> None:
    assert not list_folder(tmp_path, "").is_complete
    assert not is_online(tmp_path)


def test_what_cannot_be_looked_at_is_unclear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "film.mkv")
    write(tmp_path, "notes.txt")
    write(tmp_path, "other.mkv")
    items = walk._items

    class Refused:
        """As a disk that is going bad has it."""

        def __init__(self, item: os.DirEntry[str]) -> None:
            self.name = item.name
            self.is_dir = item.is_dir
            self.is_symlink = item.is_symlink

        def stat(self) -> os.stat_result:
            raise OSError(5, "Input/output error")

    def look(path: str) -> list[Any]:
        refused = ("film.mkv", "notes.txt")
        return [Refused(item) if item.name in refused else item for item in items(path)]

    monkeypatch.setattr(walk, "_items", look)

    listing = list_folder(tmp_path, "")

    assert names(listing) == ["other.mkv"]
    assert listing.unclear == {"film.mkv"}
    assert reasons(listing) == {"film.mkv": Reason.UNREADABLE}


def test_looking_around_takes_parents_before_children_and_whole_branches_first(tmp_path: Path) -> None:
    for path in ("a/1/x.mkv", "a/2/x.mkv", "b/1/x.mkv", "c.mkv"):
        write(tmp_path, path)

    looks = look_around(str(tmp_path), [""], 100, 100)

    assert [look.folder for look in looks] == ["", "a", "a/1", "a/2", "b", "b/1"]


@pytest.mark.parametrize(("folders", "files", "found"), [(2, 100, ["a", "b"]), (100, 3, ["a", "b"])])
def test_looking_around_ends_when_it_is_enough(
    tmp_path: Path, folders: int, files: int, found: list[str]
) -> None:
    for name in "abc":
        write(tmp_path, f"{name}/1.mkv")
        write(tmp_path, f"{name}/2.txt")

    looks = look_around(str(tmp_path), ["a", "b", "c"], folders, files)

    assert [look.folder for look in looks] == found


def test_inodes_of_64_bits_fit() -> None:
    assert walk.signed(2**63 - 1) == 2**63 - 1
    assert walk.signed(2**64 - 1) == -1
