"""Processes that read files: one that crashes or hangs is found out, and disturbs no other."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.embedded.leftover import is_alive
from app.identify.kinds import LibraryKind
from app.library import prober
from app.library.prober import Prober, Question, answer
from app.library.problems import Reason
from tests.library.probing import act
from tests.library.scanning import put, write

MakeProber = Callable[..., Prober]


@pytest.fixture
async def make() -> AsyncIterator[MakeProber]:
    """Makes probers that are closed after the test."""
    made: list[Prober] = []

    def of(processes: int = 2, timeout_s: float = 30, grace_s: float = 10) -> Prober:
        made.append(Prober(processes, timeout_s, grace_s=grace_s, work=act))
        return made[-1]

    yield of
    for each in made:
        each.close()


def ask_for(*names: str) -> list[Question]:
    return [Question("/root", f"Film (2001)/{name}", LibraryKind.MOVIE, True) for name in names]


async def test_answers_come_in_the_order_of_the_questions(clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001).mkv", "Beta (2002).mkv")
    write(tmp_path, "Gamma (2003).mkv", b"no film")
    each = Prober(1, 30)

    found = await each.ask(
        [
            Question(str(tmp_path), "Gamma (2003).mkv", LibraryKind.MOVIE, True),
            Question(str(tmp_path), "Alpha (2001).mkv", LibraryKind.MOVIE, True),
            Question(str(tmp_path), "Beta (2002).mkv", LibraryKind.MOVIE, False),
            Question(str(tmp_path), "Beta (2002).mkv", None, True),
        ]
    )
    each.close()

    assert [one.reading.title if one.reading else None for one in found] == ["Gamma", "Alpha", "Beta", None]
    assert [one.media is not None for one in found] == [False, True, False, True]
    assert [one.problem.reason if one.problem else None for one in found] == [
        Reason.NOT_MEDIA,
        None,
        None,
        None,
    ]


async def test_nothing_asked_is_nothing_answered(make: MakeProber) -> None:
    assert await make().ask([]) == []


async def test_what_waits_in_a_pool_that_is_dropped_is_asked_for_again(make: MakeProber) -> None:
    each = make(1)

    found = await each.ask(ask_for("crash1.mkv", *(f"film {number}.mkv" for number in range(40))))

    assert [one.problem.reason if one.problem else None for one in found] == [
        Reason.CRASHED_PROBER,
        *[None] * 40,
    ]


async def test_files_that_kill_their_process_are_found_out_and_the_others_read(make: MakeProber) -> None:
    each = make()

    found = await each.ask(ask_for("one.mkv", "crash1.mkv", "two.mkv", "three.mkv", "crash2.mkv", "four.mkv"))
    after = await each.ask(ask_for("five.mkv"))

    reasons = [one.problem.reason if one.problem else None for one in found]
    assert reasons == [None, Reason.CRASHED_PROBER, None, None, Reason.CRASHED_PROBER, None]
    assert found[1].reading is not None
    assert found[1].reading.title == "Film"
    assert after[0].media is not None


async def test_a_file_that_hangs_is_given_up_and_its_process_killed(make: MakeProber) -> None:
    each = make(processes=1, timeout_s=1, grace_s=0.5)

    found = await each.ask(ask_for("hang.mkv", "one.mkv"))

    assert [one.problem.reason if one.problem else None for one in found] == [Reason.TIMED_OUT, None]


async def test_one_that_waits_for_another_is_not_taken_for_hanging(make: MakeProber) -> None:
    each = make(processes=1)
    await each.ask(ask_for("first.mkv"))
    pool = each._pool

    both = await asyncio.gather(each.ask(ask_for(*["a.mkv"] * 50)), each.ask(ask_for(*["b.mkv"] * 50)))

    assert all(one.media for found in both for one in found)
    assert each._pool is pool


async def test_only_its_own_processes_are_killed(make: MakeProber) -> None:
    one, other = make(processes=1, timeout_s=1, grace_s=0.5), make(processes=1)
    await other.ask(ask_for("first.mkv"))
    pool = other._pool

    await one.ask(ask_for("hang.mkv"))
    found = await other.ask(ask_for("fine.mkv"))

    assert found[0].media is not None
    assert other._pool is pool


async def test_a_fault_of_ours_is_a_problem_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(prober, "probe", fail)

    found = answer(Question(str(tmp_path), "Film.mkv", LibraryKind.MOVIE, True), 1)

    assert found.problem is not None
    assert found.problem.reason is Reason.UNREADABLE
    assert "RecursionError" in found.problem.message


async def test_processes_end_with_the_worker_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from app.library.prober import Prober, Question\n"
        "from tests.library.probing import note_pid\n"
        "prober = Prober(2, 600, work=note_pid)\n"
        "asyncio.run(prober.ask([Question(sys.argv[1], str(n), None, True) for n in range(2)]))\n"
    )
    script = tmp_path / "worker.py"
    script.write_text(
        f"if __name__ == '__main__':\n{''.join('    ' + line + chr(10) for line in program.splitlines())}"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        str(tmp_path),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    pids = await eventually(lambda: [int(path.stem) for path in tmp_path.glob("*.pid")], 2)

    process.send_signal(signal.SIGKILL)
    await process.wait()

    await eventually(lambda: [pid for pid in pids if not is_alive(pid)], 2)


async def eventually(read: Callable[[], list[int]], wanted: int) -> list[int]:
    deadline = time.monotonic() + 30
    while len(found := read()) < wanted:
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
    return found
