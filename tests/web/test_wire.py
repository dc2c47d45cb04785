import asyncio
from typing import Any, cast

from app.web.wire import Gathered


class Transport:
    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


def gathered() -> tuple[Gathered, Transport]:
    transport = Transport()
    return Gathered(cast("Any", transport)), transport


async def test_what_is_written_in_one_round_goes_out_at_once_and_in_order():
    writer, transport = gathered()

    writer.write(b"head ")
    writer.write(b"body")
    await asyncio.sleep(0)
    writer.write(b"more")
    await asyncio.sleep(0)

    assert transport.sent == [b"head body", b"more"]


async def test_what_was_written_goes_out_before_the_end():
    writer, transport = gathered()

    writer.write(b"last words")
    writer.close()
    await asyncio.sleep(0)

    assert transport.sent == [b"last words"]
    assert transport.is_closed


async def test_nothing_is_written_to_a_connection_that_has_ended():
    writer, transport = gathered()

    writer.write(b"too late")
    transport.close()
    await asyncio.sleep(0)

    assert transport.sent == []
    assert writer.get_extra_info("peername") == "the peername"
