"""Images are opened by processes that may end as they like."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from app.images import easel
from app.images import studio as studios
from app.images.formats import ImageFormat, SourceFormat, sniff
from app.images.refusal import Reason, Refused
from app.images.studio import Studio, StudioFailed
from tests.images.pictures import RED, bomb, file, noise, opened, picture, quarters


def children(of: Studio) -> list[int]:
    return [each.process.pid for each in of._easels]


def instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have processes do something else when asked: `said` is the question, `connection` where answers go."""
    command = easel.command
    start = f"""
import json, os, signal, sys, time; sys.path[:] = json.loads(sys.argv[4])
from app.images import easel
receive = easel.receive
def asked(connection):
    said = receive(connection)
    if said is not None:
{chr(10).join("        " + line for line in code.strip().splitlines())}
    return said
easel.receive = asked
easel.main(*map(int, sys.argv[1:4]))
"""

    def other(descriptor: int, memory_mb: int) -> list[str]:
        program, flag, _, *rest = command(descriptor, memory_mb)
        return [program, flag, start, *rest]

    monkeypatch.setattr(studios, "command", other)


@pytest.fixture
def made() -> Any:
    """Studios that end with the test."""
    all_of_them: list[Studio] = []

    def make(timeout_s: float = 60, memory_mb: int = 768, processes: int = 1) -> Studio:
        all_of_them.append(Studio(processes, timeout_s, memory_mb=memory_mb))
        return all_of_them[-1]

    yield make
    for each in all_of_them:
        each.close()


async def test_an_image_comes_back_as_a_master_with_what_stands_in_for_it(studio: Studio) -> None:
    found = await studio.render(file(quarters(), "PNG"))

    master = opened(found.master)
    assert sniff(found.master) is SourceFormat.WEBP
    assert (found.width, found.height) == master.size == (300, 200)
    assert len(found.thumbhash) > 5
    plain = await studio.render(file(picture(), "PNG"))
    assert plain.color == "#{:02x}{:02x}{:02x}".format(*RED)


@pytest.mark.parametrize("form", ImageFormat)
async def test_variants_are_as_wide_as_asked_and_never_wider_than_the_master(
    studio: Studio, form: ImageFormat
) -> None:
    master = (await studio.render(file(quarters(600, 301), "PNG"))).master

    narrow, wide = [await studio.variant(master, width, form) for width in (154, 1280)]

    assert opened(narrow).size == (154, 77)
    assert opened(wide).size == (600, 301)
    assert sniff(narrow) == SourceFormat(form.value.upper())


async def test_what_is_refused_is_refused_here_too(studio: Studio) -> None:
    for content, reason in ((b"nothing", Reason.NOT_AN_IMAGE), (bomb(), Reason.TOO_MANY_PIXELS)):
        with pytest.raises(Refused) as refused:
            await studio.render(content)
        assert refused.value.reason is reason


async def test_one_that_takes_too_much_memory_is_refused_and_the_next_is_not(
    made: Callable[..., Studio],
) -> None:
    small = made(memory_mb=128)

    with pytest.raises(Refused) as refused:
        await small.render(file(picture(7000, 7000), "PNG"))

    assert refused.value.reason is Reason.OUT_OF_MEMORY
    assert (await small.render(file(picture(), "PNG"))).width == 300


async def test_a_crash_costs_one_image(made: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "if said[1] == b'bad': os.kill(os.getpid(), signal.SIGSEGV)")
    one = made()

    with pytest.raises(Refused) as refused:
        await one.render(b"bad")

    assert refused.value.reason is Reason.CRASHED_READER
    assert (await one.render(file(picture(), "PNG"))).width == 300


async def test_one_that_hangs_is_ended(made: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studios, "START_S", 0.2)
    instead(monkeypatch, "if said[1] == b'bad': time.sleep(1000)")
    one = made(timeout_s=0.3)

    with pytest.raises(Refused) as refused:
        await one.render(b"bad")

    assert refused.value.reason is Reason.TIMED_OUT
    assert children(one) == []


async def test_who_is_killed_by_others_is_replaced_and_the_image_tried_again(
    made: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    mark = tmp_path / "was here"
    instead(
        monkeypatch,
        f"""
if not os.path.exists({str(mark)!r}):
    open({str(mark)!r}, "w").close(); os.kill(os.getpid(), signal.SIGKILL)
if said[1] == b"bad": os.kill(os.getpid(), signal.SIGKILL)
""",
    )
    one = made()

    assert (await one.render(file(picture(), "PNG"))).width == 300
    with pytest.raises(Refused) as refused:
        await one.render(b"bad")
    assert refused.value.reason is Reason.CRASHED_READER


async def test_one_that_idles_and_is_killed_is_replaced(made: Callable[..., Studio]) -> None:
    one = made()
    await one.render(file(picture(), "PNG"))
    (first,) = children(one)

    os.kill(first, signal.SIGKILL)

    assert (await one.render(file(picture(), "PNG"))).width == 300
    assert children(one) != [first]


@pytest.mark.parametrize(
    "said",
    [
        '{"width": 300, "height": 450, "color": "red", "thumbhash": "AAAA"}',
        '{"width": 0, "height": 450, "color": "#ff0000", "thumbhash": "AAAA"}',
        '{"width": 300, "height": 450, "color": "#ff0000", "thumbhash": "?"}',
        '{"width": [], "height": 450, "color": "#ff0000", "thumbhash": "AAAA"}',
        '{"refused": ["me"]}',
        "{}",
    ],
)
async def test_who_was_taken_over_can_t_say_what_can_t_be(
    made: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    instead(monkeypatch, f"easel.send(connection, json.loads({said!r}), b'x'); os.kill(os.getpid(), 9)")

    with pytest.raises(Refused) as refused:
        await made().render(b"")

    assert refused.value.reason is Reason.CRASHED_READER


async def test_an_endless_answer_is_not_waited_for(
    made: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(monkeypatch, "connection.sendall(bytes([255]) * 8); os.kill(os.getpid(), signal.SIGSEGV)")

    with pytest.raises(Refused) as refused:
        await made().render(b"")

    assert refused.value.reason is Reason.CRASHED_READER


async def test_a_process_that_can_t_begin_blames_no_image(
    made: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studios, "command", lambda *_: ["python3", "-c", "raise SystemExit(3)"])

    with pytest.raises(StudioFailed):
        await made().render(file(picture(), "PNG"))

    monkeypatch.setattr(studios, "command", lambda *_: ["/there/is/no/such/program"])
    with pytest.raises(StudioFailed):
        await made().render(file(picture(), "PNG"))


async def test_several_are_opened_at_once_by_so_many_processes_and_no_more(
    made: Callable[..., Studio],
) -> None:
    two = made(processes=2)
    content = file(noise(400, 400), "PNG")

    found = await asyncio.gather(*(two.render(content) for _ in range(6)))

    assert {each.width for each in found} == {400}
    assert 1 <= len(children(two)) <= 2


async def test_processes_are_replaced_after_a_while(
    made: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studios, "IMAGES_PER_PROCESS", 2)
    one = made()
    content = file(picture(20, 20), "PNG")
    seen: set[int] = set()

    for _ in range(5):
        await one.render(content)
        seen.update(children(one))

    assert len(seen) == 3


async def test_closing_it_ends_who_waits_and_leaves_no_process(
    made: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(monkeypatch, "time.sleep(1000)")
    one = made()
    waiting = asyncio.create_task(one.render(b""))
    while not children(one):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    (pid,) = children(one)

    await asyncio.to_thread(one.close)

    with pytest.raises(StudioFailed):
        await waiting
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(StudioFailed):
        await one.render(b"")
