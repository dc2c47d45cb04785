"""Which paths may become roots."""

import os
from pathlib import Path

import pytest

from app.core.errors import Invalid
from app.library.folders import folders


def refused(*paths: str) -> Invalid:
    with pytest.raises(Invalid) as error:
        folders(paths, "roots")
    return error.value


def test_links_and_dots_are_resolved(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "link").symlink_to("films")

    found = folders([f"{tmp_path}/link/../films/."], "roots")

    assert found == [str((tmp_path / "films").resolve())]


def test_a_link_to_a_folder_already_named_overlaps(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "link").symlink_to("films")

    error = refused(f"{tmp_path}/films", f"{tmp_path}/link")

    assert error.field == "roots.1"


@pytest.mark.parametrize("path", ["films", "", "./films", "~/films", "/films\0", "/\ud800"])
def test_what_is_no_absolute_path_is_refused(path: str) -> None:
    assert refused(path).field == "roots.0"


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert "no folder" in str(refused(f"{tmp_path}/missing"))


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mkv").touch()

    assert "not a folder" in str(refused(f"{tmp_path}/film.mkv"))


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")

    assert "can't be read" in str(refused(f"{tmp_path}/loop"))


def test_a_path_that_is_too_long_is_refused() -> None:
    assert "can't be read" in str(refused("/" + "a" * 300))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir(mode=0)

    assert "can't be read" in str(refused(f"{tmp_path}/secret"))


def test_more_folders_than_anybody_has_are_refused(tmp_path: Path) -> None:
    assert refused(*[str(tmp_path)] * 101).field == "roots"
