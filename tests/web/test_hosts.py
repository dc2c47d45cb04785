import httpx
import pytest
from starlette.responses import PlainTextResponse

from app.web.hosts import KnownHosts


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
