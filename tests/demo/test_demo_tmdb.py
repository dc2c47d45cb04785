"""The stand-in for TMDb over the demo library: all of it is there, in five languages, with pictures."""

import asyncio
import json
import threading
from typing import Any

import httpx
import pytest

from app.demo.answering import Asked
from app.demo.films import FILMS
from app.demo.series import SERIES
from app.demo.tmdb.records import shelf
from app.demo.tmdb.server import KEY, SIZES, Shelf, Tmdb, standing_in
from app.demo.tmdb.texts import COUNTRIES, texts_of
from tests.patience import PATIENCE_S

SHELF = shelf()
STAND_IN = Tmdb(SHELF)
FIVE = ("en", "de", "fr", "es", "ja")


async def get(path: str, key: str = KEY, **query: str) -> tuple[int, Any]:
    answered = await STAND_IN.answer(Asked("GET", f"/3{path}", {"api_key": key, **query}, {}))
    head, _, body = answered.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body) if body else None


def works(kind: str) -> list[str]:
    return [path for path in SHELF.entries if path.startswith(f"/{kind}/") and path.count("/") == 2]


def test_every_work_of_the_demo_library_is_there():
    assert len(works("movie")) == len(FILMS)
    assert len(works("tv")) == len(SERIES)


@pytest.mark.parametrize("work", [*FILMS, *SERIES], ids=lambda work: work.title)
def test_every_work_has_texts_in_all_five_languages(work):
    texts = texts_of(work.title)
    own = {"en"} if work.facts else set()

    assert texts.keys() | own >= set(FIVE)
    assert texts.keys() <= COUNTRIES.keys()
    assert all(text["title"] and text["overview"] for text in texts.values())


@pytest.mark.parametrize("path", [path for path in SHELF.entries if "/season/" in path])
def test_a_season_has_all_episodes_up_to_the_last(path):
    numbers = [each["episode_number"] for each in SHELF.entries[path].details["episodes"]]

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", [*works("movie"), *works("tv")])
async def test_a_work_is_shown_in_each_language_with_what_is_appended(path):
    for language in FIVE:
        status, found = await get(
            path, language=language, append_to_response="translations,images,external_ids,unknown"
        )

        assert status == 200
        assert found.get("title") or found.get("name")
        assert {"translations", "images", "external_ids"} <= found.keys()
        assert "unknown" not in found
        assert "credits" not in found


async def test_a_title_without_a_translation_is_the_original_one():
    status, found = await get("/movie/999000006", language="ko")

    assert (status, found["title"], found["overview"]) == (200, "雨の図書館", "")


async def test_every_picture_can_be_had(tmp_path):
    named = {
        image["file_path"]
        for entry in SHELF.entries.values()
        for listed in entry.parts["images"].values()
        for image in listed
    }

    assert named <= SHELF.pictures.keys()
    assert len(named) > len(FILMS) + len(SERIES)


async def test_what_is_not_there_and_who_has_no_key():
    assert (await get("/movie/1"))[0] == 404
    assert (await get("/nonsense"))[1]["status_code"] == 34
    assert (await get("/configuration", key="wrong")) == (
        401,
        {
            "success": False,
            "status_code": 7,
            "status_message": "Invalid API key: You must be granted a valid key.",
        },
    )
    assert (await get("/configuration"))[1]["images"]["poster_sizes"] == SIZES["poster_sizes"]


async def test_lists_come_in_pages():
    first = (await get("/movie/changes"))[1]
    second = (await get("/movie/changes", page="2"))[1]

    assert (first["page"], first["total_results"], len(first["results"])) == (1, len(FILMS), len(FILMS))
    assert (second["page"], second["results"]) == (2, [])


async def test_it_answers_over_a_real_connection():
    async with standing_in(SHELF) as url, httpx.AsyncClient(trust_env=False) as client:
        found = await client.get(f"{url}/3/movie/999000001", headers={"authorization": f"Bearer {KEY}"})
        again = await client.get(
            f"{url}/3/movie/999000001",
            headers={"authorization": f"Bearer {KEY}", "if-none-match": found.headers["etag"]},
        )
        picture = await client.get(f"{url}/t/p/w342{found.json()['poster_path']}")

    assert found.json()["title"] == "The Lighthouse at Noon"
    assert (again.status_code, again.content) == (304, b"")
    assert picture.headers["content-type"] == "image/jpeg"


async def test_a_picture_that_nobody_waited_for_is_drawn_once_and_there_for_who_asks_again():
    drawn, go = [], threading.Event()

    def draw() -> bytes:
        drawn.append(1)
        go.wait(PATIENCE_S)
        return b"picture"

    stand_in = Tmdb(Shelf({}, pictures={"/a.jpg": draw}))
    asked = Asked("GET", "/t/p/w780/a.jpg", {}, {})
    impatient = asyncio.create_task(stand_in.answer(asked))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    go.set()

    answers = await asyncio.gather(stand_in.answer(asked), stand_in.answer(asked))

    assert all(each.endswith(b"\r\n\r\npicture") for each in answers)
    assert len(drawn) == 1
