import httpx
import pytest
from starlette.responses import PlainTextResponse

from app.core.short import MOST_CHARS
from app.web.hosts import MOST_KNOWN, KnownHosts


async def status_for(host: str) -> int:
    app = KnownHosts(PlainTextResponse("hello"), ["films.example"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        return (await client.get("/", headers={"host": host})).status_code


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8000",
        "LOCALHOST.",
        "marquee.localhost:8000",
        "127.0.0.1:8000",
        "[::1]:8000",
        "10.1.2.3",
        "films.example",
        "Films.Example:443",
    ],
)
async def test_our_own_names_and_addresses_are_answered(host):
    assert await status_for(host) == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", ""]
)
async def test_a_name_that_somebody_pointed_at_us_is_not(host):
    assert await status_for(host) == 421


async def test_a_websocket_under_a_foreign_name_is_refused():
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "headers": [(b"host", b"evil.example")]}
    await KnownHosts(PlainTextResponse("hello"))(scope, receive, send)

    assert [(message["type"], message["code"]) for message in sent] == [("websocket.close", 1008)]


async def test_of_the_names_that_we_are_called_by_few_and_short_ones_are_held_on_to():
    async def nothing(*_):
        return None

    app = KnownHosts(nothing, ["films.example"])
    long = b"x" * MOST_CHARS + b".localhost"
    for host in (
        b"films.example",
        b"evil.example",
        long,
        *(b"%d.localhost" % each for each in range(MOST_KNOWN)),
    ):
        await app({"type": "http", "method": "GET", "headers": [(b"host", host)]}, nothing, nothing)

    assert b"films.example" in app._known
    assert not {b"evil.example", long} & app._known
    assert len(app._known) == MOST_KNOWN
