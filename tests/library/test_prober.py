"""Processes that read files: one that crashes, hangs or swells is found out, and disturbs no other."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from app.embedded.leftover import is_alive
from app.library import answers
from app.library.answers import answer
from app.library.children import Child, Item, Nursery, NurseryFailed
from app.library.nursery import REPORT
from app.library.prober import MOST_TOGETHER, Prober
from app.library.problems import Reason
from app.library.questions import Answer, Question
from tests.library.probing import GO_ON, act, raise_at_import
from tests.library.scanning import put, write
from tests.patience import PATIENCE_S

MakeProber = Callable[..., Prober]


@pytest.fixture
async def make() -> AsyncIterator[MakeProber]:
    """Makes probers that are closed after the test."""
    made: list[Prober] = []

    def of(processes: int = 2, timeout_s: float = 30, grace_s: float = 10, memory_mb: int = 256) -> Prober:
        made.append(Prober(processes, timeout_s, grace_s=grace_s, memory_mb=memory_mb, work=act))
        return made[-1]

    yield of
    for each in made:
        each.close()


def ask_for(*names: str, root: Path = Path("/root")) -> list[Question]:
    return [Question(str(root), f"Film (2001)/{name}") for name in names]


def reasons(found: list[Answer]) -> list[Reason | None]:
    return [one.problem.reason if one.problem else None for one in found]


def pids(found: list[Answer]) -> set[int]:
    return {one.media.size_bytes for one in found if one.media}


async def test_answers_come_in_the_order_of_the_questions(clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001).mkv", "Beta (2002).mkv")
    write(tmp_path, "Gamma (2003).mkv", b"no film")
    each = Prober(1, 30)

    found = await each.ask(
        [
            Question(str(tmp_path), "Gamma (2003).mkv"),
            Question(str(tmp_path), "Alpha (2001).mkv"),
            Question(str(tmp_path), "Beta (2002).mkv"),
        ]
    )
    each.close()

    assert [one.media is not None for one in found] == [False, True, True]
    assert reasons(found) == [Reason.NOT_MEDIA, None, None]


async def test_what_a_process_found_arrives_as_it_was(clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "Alpha (2001).mkv")
    question = Question(str(tmp_path), "Alpha (2001).mkv")
    each = Prober(1, 30)

    found = await each.ask([question])
    each.close()

    assert found == [answer(question, 30)]


async def test_nothing_asked_is_nothing_answered(make: MakeProber) -> None:
    assert await make().ask([]) == []


async def test_only_as_many_processes_as_there_is_work_for(make: MakeProber) -> None:
    each = make(processes=3)

    one = await each.ask(ask_for("a.mkv"))
    many = await each.ask(ask_for(*["a.mkv"] * 300))

    assert len(pids(one)) == 1
    assert pids(one) < pids(many)
    assert len(pids(many)) == 3


async def test_a_warm_prober_has_all_its_processes(make: MakeProber) -> None:
    each = make(processes=3)

    await each.warm()
    await each.warm()

    assert len(each._children) == 3


async def test_files_that_kill_their_process_are_found_out_and_the_others_read(make: MakeProber) -> None:
    each = make()

    found = await each.ask(ask_for("one.mkv", "crash1.mkv", "two.mkv", "three.mkv", "crash2.mkv", "four.mkv"))
    after = await each.ask(ask_for("five.mkv"))

    assert reasons(found) == [None, Reason.CRASHED_PROBER, None, None, Reason.CRASHED_PROBER, None]
    assert reasons(after) == [None]


async def test_each_of_many_that_kill_is_tried_once_and_nothing_else_is_lost(make: MakeProber) -> None:
    names = [f"crash{n}.mkv" if n % 3 == 0 else f"film{n}.mkv" for n in range(90)]
    each = make()

    found = await each.ask(ask_for(*names))

    assert reasons(found) == [Reason.CRASHED_PROBER if n % 3 == 0 else None for n in range(90)]


async def test_a_file_that_hangs_is_given_up_and_its_process_killed(make: MakeProber) -> None:
    each = make(processes=1, timeout_s=3, grace_s=0.5)
    before = await each.ask(ask_for("one.mkv"))

    found = await each.ask(ask_for("hang.mkv", "one.mkv"))

    assert reasons(found) == [Reason.TIMED_OUT, None]
    await eventually(lambda: [pid for pid in pids(before) if not is_alive(pid)], 1)


async def test_only_the_process_that_hangs_is_killed(make: MakeProber) -> None:
    each = make(processes=2, timeout_s=3, grace_s=0.5)
    await each.warm()
    before = {child.pid for child in each._children}

    found = await each.ask(ask_for("hang.mkv", *["a.mkv"] * 50))

    assert reasons(found) == [Reason.TIMED_OUT, *[None] * 50]
    assert len(before & {child.pid for child in each._children}) == 1


async def test_what_waits_behind_a_slow_file_is_done_by_others(make: MakeProber) -> None:
    each = make(processes=2, timeout_s=60, grace_s=0)
    hanging = asyncio.create_task(each.ask(ask_for("hang.mkv", *["a.mkv"] * MOST_TOGETHER * 8)))

    await eventually(lambda: [1 for asking in each._askings if asking._left == 1], 1)

    assert not hanging.done()
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


async def test_a_slow_file_that_answers_after_all_counts_once(
    make: MakeProber, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    each, asked, ask = make(processes=1), list[Item](), Child.ask

    def listen(child: Child, items: Sequence[Item]) -> None:
        asked.extend(items)
        ask(child, items)

    monkeypatch.setattr(Child, "ask", listen)

    asking = asyncio.create_task(each.ask(ask_for("slow.mkv", *["a.mkv"] * 30, root=tmp_path)))
    await eventually(lambda: [1 for child in each._children if child.is_slow], 1)
    (tmp_path / GO_ON).touch()
    found = await asking

    assert reasons(found) == [None] * 31
    assert len(pids(found)) == 1
    assert len(asked) == 31


async def test_a_file_that_wants_too_much_memory_is_left(make: MakeProber) -> None:
    each = make(processes=1)

    found = await each.ask(ask_for("greedy.mkv", "swollen.mkv", "one.mkv", "two.mkv"))

    assert reasons(found) == [Reason.OUT_OF_MEMORY, Reason.OUT_OF_MEMORY, None, None]
    assert found[0].problem is not None
    assert found[0].problem.path == "Film (2001)/greedy.mkv"


async def test_a_process_killed_from_outside_is_no_fault_of_the_file_unless_it_goes_on(
    make: MakeProber, tmp_path: Path
) -> None:
    each = make(processes=1)

    found = await each.ask([Question(str(tmp_path), "once.mkv"), *ask_for("killed.mkv", "one.mkv")])

    assert reasons(found) == [None, Reason.CRASHED_PROBER, None]


async def test_who_speaks_nonsense_is_ended(make: MakeProber) -> None:
    each = make(processes=1)

    found = await each.ask(ask_for("one.mkv", "lie.mkv", "two.mkv"))

    assert reasons(found) == [None, Reason.CRASHED_PROBER, None]


async def test_who_speaks_nonsense_before_anybody_heard_of_its_birth_is_ended_too(make: MakeProber) -> None:
    each = make(processes=1)
    await each._open()
    assert each._nursery is not None
    unheard = bytearray()
    each._nursery._reports._hear = unheard.extend

    found = await each.ask(ask_for("one.mkv", "lie-hang.mkv", "two.mkv"))
    await eventually(lambda: [*unheard], REPORT.size)
    pid, *_ = REPORT.unpack_from(unheard)
    was_alive = is_alive(pid)
    each._nursery._reports._hear = each._nursery._hear
    each._nursery._hear(bytes(unheard))

    assert reasons(found) == [None, Reason.CRASHED_PROBER, None]
    assert was_alive
    await eventually(lambda: [pid] if not is_alive(pid) else [], 1)


async def test_a_fault_of_ours_is_a_problem_of_the_file(make: MakeProber) -> None:
    each = make(processes=1)

    found = await each.ask(ask_for("wrong.mkv", "one.mkv"))

    assert reasons(found) == [Reason.UNREADABLE, None]
    assert found[0].problem is not None
    assert "RecursionError" in found[0].problem.message


def test_whatever_goes_wrong_with_a_file_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(answers, "probe", fail)

    found = answer(Question(str(tmp_path), "Film.mkv"), 1)

    assert reasons([found]) == [Reason.UNREADABLE]


async def test_a_process_leaves_after_many_files(make: MakeProber) -> None:
    each = make(processes=1)

    found = await each.ask(ask_for(*["a.mkv"] * 4500))

    assert reasons(found) == [None] * 4500
    assert len(pids(found)) == 3


async def test_several_callers_take_turns(make: MakeProber) -> None:
    each = make(processes=1)
    ended: list[str] = []

    async def ask(name: str, number: int) -> None:
        await each.ask(ask_for(*["a.mkv"] * number))
        ended.append(name)

    await asyncio.gather(ask("large", 3000), ask("small", 30))

    assert ended == ["small", "large"]


async def test_only_its_own_processes_are_killed(make: MakeProber) -> None:
    one, other = make(processes=1, timeout_s=3, grace_s=0.5), make(processes=1)
    before = await other.ask(ask_for("first.mkv"))

    await one.ask(ask_for("hang.mkv"))
    found = await other.ask(ask_for("fine.mkv"))

    assert pids(found) == pids(before)


async def test_a_caller_that_gives_up_disturbs_no_other(make: MakeProber, tmp_path: Path) -> None:
    each = make(processes=1)
    impatient = asyncio.create_task(each.ask(ask_for("slow.mkv", *["a.mkv"] * 3000, root=tmp_path)))
    await eventually(lambda: [1 for child in each._children if child.held], 1)

    impatient.cancel()
    (tmp_path / GO_ON).touch()
    found = await each.ask(ask_for("one.mkv"))

    assert reasons(found) == [None]
    assert impatient.cancelled()


async def test_the_program_that_forks_may_die_too(make: MakeProber, tmp_path: Path) -> None:
    each = make(processes=2)
    names = [*["slow.mkv"] * 3, *["a.mkv"] * 2000]
    asking = asyncio.create_task(each.ask(ask_for(*names, root=tmp_path)))
    await eventually(lambda: [1 for child in each._children if child.pid and child.held], 2)
    assert each._nursery is not None

    each._nursery._program.kill()
    (tmp_path / GO_ON).touch()

    assert reasons(await asking) == [None] * 2003


async def test_a_program_that_does_not_start_says_so() -> None:
    each = Prober(1, 30, work=raise_at_import)

    with pytest.raises(NurseryFailed):
        await each.ask(ask_for("one.mkv"))
    each.close()


async def test_who_waits_when_all_is_closed_is_cancelled(make: MakeProber) -> None:
    each = make(processes=1)
    asking = asyncio.create_task(each.ask(ask_for("hang.mkv")))
    await eventually(lambda: [1 for child in each._children if child.pid and child.held], 1)
    held = [child.pid for child in each._children if child.pid]

    each.close()

    with pytest.raises(asyncio.CancelledError):
        await asking
    await eventually(lambda: [pid for pid in held if not is_alive(pid)], 1)


async def test_one_start_serves_all_who_ask_first(make: MakeProber, monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[int] = []
    start = Nursery.start.__func__

    async def counted(*args: object, **kwargs: object) -> Nursery:
        starts.append(1)
        return await start(Nursery, *args, **kwargs)

    monkeypatch.setattr(Nursery, "start", counted)
    each = make()

    await asyncio.gather(*(each.ask(ask_for("a.mkv")) for _ in range(5)))

    assert len(starts) == 1


async def test_processes_end_with_the_worker_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from app.library.prober import Prober\n"
        "from app.library.questions import Question\n"
        "from tests.library.probing import note_pid\n"
        "prober = Prober(2, 600, work=note_pid)\n"
        "asyncio.run(prober.ask([Question(sys.argv[1], str(n)) for n in range(2)]))\n"
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
    deadline = time.monotonic() + PATIENCE_S
    while len(found := read()) < wanted:
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
    return found
