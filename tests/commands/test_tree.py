import asyncio
import os
import signal

import pytest

from app.commands import tree
from app.commands.tree import Child, Program, environment, kept, until_signalled
from app.core.config import Config
from app.core.plain import Trouble

MAYFLY = "tests.commands.mayfly"


def mayfly(manner: str, lines: list[str] | None = None) -> Child:
    heard = [] if lines is None else lines
    return Child(Program(manner, MAYFLY, (manner,)), Config(), heard.append)


async def test_a_child_is_ready_when_it_says_so_and_its_other_lines_are_heard():
    lines: list[str] = []

    status = await mayfly("brief", lines).run()

    assert status == 0
    assert [line.split()[0] for line in lines] == ["pid"]


async def test_a_child_that_crashes_is_started_again_and_that_is_told(capsys, monkeypatch):
    monkeypatch.setattr(tree, "_FIRST_PAUSE_S", 0.0)
    lives = asyncio.Queue[str]()
    child = Child(Program("brief", MAYFLY, ("brief",)), Config(), lives.put_nowait)

    async with kept(child):
        await lives.get()
        await lives.get()

    assert "The brief ended unexpectedly (status 0); it is started again." in capsys.readouterr().err


async def test_a_child_that_can_not_start_ends_everything_with_what_it_said(capsys):
    with pytest.raises(ExceptionGroup) as raised:
        async with kept(mayfly("lasting"), mayfly("stillborn")):
            await asyncio.Event().wait()

    assert raised.group_contains(Trouble, match=r"The stillborn could not start \(status 3\)")
    assert "error: no life in me" in capsys.readouterr().err


async def test_a_child_begun_ahead_of_time_is_the_one_that_runs_then():
    lines: list[str] = []
    child = mayfly("brief", lines)

    async with child.ahead():
        begun = child._ahead.pid
        status = await child.run()

    assert status == 0
    assert lines == [f"pid {begun}"]


async def test_a_child_begun_in_vain_is_ended():
    child = mayfly("lasting")

    async with child.ahead():
        begun = child._ahead.pid

    with pytest.raises(ProcessLookupError):
        os.kill(begun, 0)


async def test_nothing_of_a_child_is_left_after_the_block():
    lines = asyncio.Queue[str]()
    child = Child(Program("lasting", MAYFLY, ("lasting",)), Config(), lines.put_nowait)

    async with kept(child):
        pid = int((await lines.get()).removeprefix("pid "))

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)]
)
def test_a_signal_ends_the_work_in_order(number, status):
    ended: list[str] = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), number)
            await asyncio.Event().wait()
        finally:
            ended.append("in order")

    assert asyncio.run(until_signalled(work())) == status
    assert ended == ["in order"]


def test_work_that_ends_by_itself_is_no_failure():
    async def work() -> None:
        return

    assert asyncio.run(until_signalled(work())) == 0


def test_a_child_reads_the_configuration_that_we_have(tmp_path):
    config = Config(
        data_dir=tmp_path,
        port=1,
        allowed_origins=("https://a.example", "https://b.example"),
        probe_timeout_s=1.5,
    )

    assert Config.from_env(environment(config)) == config


def test_a_child_reads_the_defaults_as_they_are():
    assert Config.from_env(environment(Config())) == Config()
