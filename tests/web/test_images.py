"""An `<img>` gets what its signed address is good for, and nothing else."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.core import clock
from app.core.app import App
from app.core.ids import new_id
from app.images.kinds import Source
from app.images.links import link
from app.images.store import keys_of, master_key, store
from app.images.studio import StudioFailed, studio
from app.images.take import take
from app.main import build, graph
from tests.images.pictures import file, noise, opened
from tests.web.port import on_a_port

BROWSER = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"


@pytest.fixture
async def client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody who is signed in."""
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
async def image_id(app: App) -> UUID:
    return await take(app, file(noise(400, 600), "PNG"), Source.FILE)


async def test_an_image_is_handed_out_to_whoever_has_its_address(
    app: App, client: httpx.AsyncClient, image_id: UUID
) -> None:
    answer = await client.get(link(app.keyring, image_id, 342))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert opened(answer.content).size == (342, 513)
    assert re.fullmatch(r"public, max-age=\d{5,6}, immutable", answer.headers["cache-control"])
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (BROWSER, "image/avif"),
        ("image/avif;q=0,image/*", "image/webp"),
        ("image/avif;q=0.1", "image/avif"),
        ("image/webp,*/*", "image/webp"),
        ("*/*", "image/webp"),
        ("", "image/webp"),
        ("image/jpeg", "image/webp"),
        ("nonsense;;;q=;,", "image/webp"),
    ],
)
async def test_what_the_client_takes_decides_what_it_gets(
    app: App, client: httpx.AsyncClient, image_id: UUID, accept: str, given: str
) -> None:
    answer = await client.get(link(app.keyring, image_id, 92), headers={"accept": accept})

    assert answer.headers["content-type"] == given
    assert opened(answer.content).size == (92, 138)


async def test_who_has_it_already_is_told_so(app: App, client: httpx.AsyncClient, image_id: UUID) -> None:
    address = link(app.keyring, image_id, 92)
    first = await client.get(address)
    tag = first.headers["etag"]

    same = await client.get(address, headers={"if-none-match": f'"another", {tag}'})
    avif = await client.get(address, headers={"if-none-match": tag, "accept": BROWSER})
    other = await client.get(address.replace(f"/{92}?", f"/{154}?"), headers={"if-none-match": tag})

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == tag
    assert "immutable" in same.headers["cache-control"]
    assert avif.status_code == other.status_code == 200
    assert len({tag, avif.headers["etag"], other.headers["etag"]}) == 3


async def test_head_tells_the_same_without_the_image(app: App, image_id: UUID) -> None:
    async with on_a_port(app) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        address = link(app.keyring, image_id, 92)
        full = await client.get(address)
        head = await client.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == full.headers["content-length"] == str(len(full.content))
    assert head.headers["etag"] == full.headers["etag"]


async def test_an_address_that_is_not_good_is_like_one_of_nothing(
    app: App, client: httpx.AsyncClient, image_id: UUID
) -> None:
    address = link(app.keyring, image_id, 342)
    missing = await client.get(link(app.keyring, new_id(), 342))
    late = clock.now() - timedelta(days=3)

    wrong = [
        address[:-2] + ("AA" if not address.endswith("AA") else "BB"),
        address.partition("?")[0],
        address.partition("&")[0],
        address.replace("?e=", "?e=1"),
        address.replace(image_id.hex, new_id().hex),
        address.replace("/342?", "/343?"),
        address.replace("/342?", "/0342?"),
        address.replace("/342?", "/3840?"),
        address.replace("/342?", "/-1?"),
        address.replace(image_id.hex, str(image_id)),
        address.replace(image_id.hex, image_id.hex.upper()) + "&x",
        address.replace(image_id.hex, "%00"),
        link(app.keyring, image_id, 342, at=late),
    ]

    assert missing.status_code == 404
    for each in wrong:
        answer = await client.get(each)
        assert (answer.status_code, answer.content) == (404, missing.content), each
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/images/../secret-keys/342",
        "/images//etc/passwd",
        "/images/http://127.0.0.1/342",
        "/images/",
        "/images/..%2f..%2fsecret-keys/342",
        "/images/..%5c..%5csecret-keys/342",
    ],
)
async def test_there_is_no_way_to_files_and_other_servers(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_is_changed_by_an_address(
    app: App, client: httpx.AsyncClient, image_id: UUID, method: str
) -> None:
    answer = await client.request(method, link(app.keyring, image_id, 342), content=b"x")

    assert answer.status_code == 405
    assert await store(app).get(master_key(image_id)) is not None


async def test_an_image_that_is_gone_is_missing(app: App, client: httpx.AsyncClient, image_id: UUID) -> None:
    await store(app).delete(keys_of(image_id))

    assert (await client.get(link(app.keyring, image_id, 342))).status_code == 404


async def test_trouble_of_ours_is_to_be_tried_again_and_not_remembered(
    app: App, client: httpx.AsyncClient, image_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*args: Any) -> bytes:
        raise StudioFailed("just now")

    with monkeypatch.context() as patched:
        patched.setattr(studio(app), "variant", failing)
        failed = await client.get(link(app.keyring, image_id, 342))

    assert failed.status_code == 503
    assert failed.headers["cache-control"] == "no-store"
    assert int(failed.headers["retry-after"]) > 0
    assert (await client.get(link(app.keyring, image_id, 342))).status_code == 200


async def test_a_page_of_images_comes_at_once(app: App, client: httpx.AsyncClient) -> None:
    ids = [await take(app, file(noise(60 + number, 90), "PNG"), Source.FILE) for number in range(6)]

    answers = await asyncio.gather(*(client.get(link(app.keyring, image_id, 92)) for image_id in ids * 3))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 6
