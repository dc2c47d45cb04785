"""When a restless folder may be scanned."""

import os
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from app.library import settling
from app.library.settling import Glance, Settling, are_being_written, glance
from tests.library.scanning import write

SETTLE_S = 5.0
SMALL: Glance = {"film.mkv": (1, 1, 1)}
LARGE: Glance = {"film.mkv": (2, 2, 1)}


def is_due(each: Settling, now: float, *, is_open: bool = False) -> bool:
    return each.is_due("folder", now, is_open=is_open)


def stirred_at(now: float, files: Glance = SMALL) -> Settling:
    each = Settling(SETTLE_S)
    each.stir("folder", ["film.mkv"], now)
    each.see("folder", files, now)
    return each


def test_a_folder_rests_before_it_is_due() -> None:
    each = stirred_at(0)

    assert [is_due(each, now) for now in (0, 4.9, 5)] == [False, False, True]


def test_a_file_that_grows_unheard_of_is_waited_for() -> None:
    each = stirred_at(0)
    each.see("folder", LARGE, 4)

    assert [is_due(each, now) for now in (5, 8.9, 9)] == [False, False, True]


def test_a_file_that_looks_the_same_but_is_heard_of_is_waited_for() -> None:
    each = stirred_at(0)
    each.stir("folder", ["film.mkv"], 4)

    assert [is_due(each, now) for now in (5, 9)] == [False, True]


def test_an_open_file_is_waited_for_though_not_for_ever() -> None:
    each = stirred_at(0)

    assert not is_due(each, 10, is_open=True)
    assert is_due(each, settling.PATIENCE_S, is_open=True)


def test_what_is_gone_waits_for_a_while_and_what_is_there_does_not() -> None:
    gone, there = stirred_at(0, {}), stirred_at(0)

    assert [gone.is_gone("folder", now) for now in (0, 59, settling.GONE_WAITS_S)] == [True, True, False]
    assert not there.is_gone("folder", 0)
    assert not gone.is_gone("another", 0)


def test_of_which_nothing_is_known_but_that_it_stirred_is_due_at_once() -> None:
    assert is_due(Settling(SETTLE_S), 0)


def test_a_folder_that_never_rests_is_due_once_in_a_long_while() -> None:
    each, scans = Settling(SETTLE_S), 0
    for second in range(6 * 3600):
        each.stir("folder", ["film.mkv"], second)
        if is_due(each, second):
            scans += 1
            each.scanned("folder", second)

    assert 1 <= scans <= 36


def test_a_folder_that_stirs_again_after_each_scan_is_left_alone_for_longer_and_longer() -> None:
    each, scans = Settling(SETTLE_S), list[int]()
    for second in range(6 * 3600):
        if second % 20 == 0:
            each.stir("folder", ["film.mkv"], second)
        if each.paths("folder") and is_due(each, second):
            scans.append(second)
            each.scanned("folder", second)

    pauses = [later - earlier for earlier, later in pairwise(scans)]
    assert pauses[0] <= 20
    assert pauses[-1] >= settling.LONGEST_PAUSE_S
    assert len(scans) < 40


def test_a_folder_that_was_quiet_for_long_is_not_made_to_wait() -> None:
    each = stirred_at(0)
    each.scanned("folder", 5)
    each.stir("folder", ["film.mkv"], 100)

    assert is_due(each, 105)


def test_a_glance_sees_what_concerns_a_library(tmp_path: Path) -> None:
    write(tmp_path, "new/film.mkv", b"123")
    write(tmp_path, "new/Subs/film.srt", b"1")
    write(tmp_path, "new/notes.txt")
    write(tmp_path, "new/.hidden/film.mkv")
    write(tmp_path, "one.mkv", b"12")
    write(tmp_path, "other.mkv")

    found = glance(str(tmp_path), ["new", "one.mkv", "gone.mkv", "new/notes.txt"])

    assert {path: sight[0] for path, sight in found.items()} == {
        "new/film.mkv": 3,
        "new/Subs/film.srt": 1,
        "one.mkv": 2,
    }
    status = (tmp_path / "one.mkv").stat()
    assert found["one.mkv"] == (2, status.st_mtime_ns, status.st_ino)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_an_open_file_is_known_while_somebody_may_write(tmp_path: Path) -> None:
    write(tmp_path, "film.mkv", b"1")
    path = tmp_path / "film.mkv"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)

    during = are_being_written(str(tmp_path), ["film.mkv"])
    os.close(descriptor)

    assert during
    assert not are_being_written(str(tmp_path), ["film.mkv", "gone.mkv"])
    with path.open("rb"):
        assert not are_being_written(str(tmp_path), ["film.mkv"])
