"""Those pictures are fetched that somebody would be shown, from their provider alone, whatever that answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.core import clock
from app.core import http as outside
from app.core.app import App
from app.core.http import Http
from app.demo.answering import said
from app.images.kinds import OwnerKind
from app.images.refusal import SENTENCES, Reason
from app.images.store import master_key, store
from app.images.studio import StudioFailed, studio
from app.metadata.facts import ImageKind
from app.metadata.fetch_pictures import (
    MOST_PAUSE,
    SELDOM,
    SOON,
    fetch_due_pictures,
    fetch_pictures,
    pause_after,
)
from app.metadata.provider import PicturePlace
from app.metadata.tmdb import TMDB
from app.settings.secrets import remove_secret
from app.settings.writes import change_settings
from tests import given
from tests.images.pictures import BLUE, GREEN, RED, bomb, file, picture
from tests.metadata.picturing import facts, row, rows, save, showing
from tests.metadata.standing import Standing
from tests.outside import Hurried, Says, broken_off, hung_up, never, saying

# Of the service that the pictures come from, other than its own.
limits: dict[str, float] = {}
DUE = text("UPDATE images.pictures SET fetch_at = now() WHERE fetch_at IS NOT NULL")
EVENTS = text("SELECT payload FROM outbox.events WHERE name = 'catalog.works_changed' ORDER BY seq")


@pytest.fixture
async def place(tmdb: Standing, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Standing]:
    """A server of pictures that nobody waits for long, nor takes much from; its colors are told apart by path."""
    limits.clear()
    outside._clients[tmdb.app] = asking = Http(tmdb.app, Hurried())
    known = TMDB.picture_place

    async def hurried(app: App) -> PicturePlace:
        found = await known(app)
        service = replace(found.service, rate_per_s=1000.0, most_bytes=200_000, **limits)
        return replace(found, service=service)

    monkeypatch.setattr(TMDB, "picture_place", hurried)
    yield tmdb
    await asking.aclose()


async def fetch(place: Standing, *owners: UUID) -> None:
    await fetch_pictures.run(place.app, [str(each) for each in owners])


def asked(place: Standing) -> list[str]:
    return [path.removeprefix("/t/p") for path in place.paths if path.startswith("/t/p/")]


def show(place: Standing, **colors: Any) -> None:
    """At every size, by the name of the path."""
    for name, color in colors.items():
        for size in ("w342", "w500", "w780", "w1280", "h632", "original"):
            place.troubles[f"/t/p/{size}/{name}.jpg"] = color if callable(color) else showing(color)


async def test_the_best_in_each_language_and_without_words_are_fetched_and_no_others(
    app: App, place: Standing
) -> None:
    movie_id = await given.movie(app)
    show(place, en=RED, de=GREEN, none=BLUE)
    await save(
        app,
        movie_id,
        facts("/en.jpg", language="en"),
        facts("/en2.jpg", language="en"),
        facts("/de.jpg", language="de"),
        facts("/none2.jpg", score=1.0),
        facts("/ko.jpg", language="ko"),
    )
    show(place, none2=BLUE)

    await fetch(place, movie_id)

    assert sorted(asked(place)) == ["/w780/de.jpg", "/w780/en.jpg", "/w780/none2.jpg"]
    found = await row(app, movie_id, "/de.jpg")
    assert (found["failure"], found["failures"], found["fetch_at"]) == (None, 0, None)
    assert await store(place.app).get(master_key(found["image_id"])) is not None
    assert (await row(app, movie_id, "/ko.jpg"))["fetch_at"] is None


async def test_where_there_is_none_that_anybody_reads_the_best_is_fetched(app: App, place: Standing) -> None:
    movie_id = await given.movie(app)
    show(place, ko=RED)
    await save(app, movie_id, facts("/ko.jpg", language="ko"), facts("/th.jpg", language="th"))

    await fetch(place, movie_id)

    assert asked(place) == ["/w780/ko.jpg"]


async def test_the_languages_are_those_of_the_settings(app: App, place: Standing) -> None:
    movie_id = await given.movie(app)
    show(place, pt=RED, ptbr=BLUE)
    await save(app, movie_id, facts("/de.jpg", language="de"), facts("/pt.jpg", language="pt"))
    await save(app, movie_id, facts("/ptbr.jpg", language="pt-br"), facts("/pt.jpg", language="pt"))
    async with place.app.transaction() as tx:
        await change_settings(tx, Actor(), {"metadata_languages": ["pt-BR"]})

    await fetch(place, movie_id)

    assert sorted(asked(place)) == ["/w780/pt.jpg", "/w780/ptbr.jpg"]


async def test_they_are_fetched_in_the_size_that_their_kind_is_shown_in(app: App, place: Standing) -> None:
    movie_id, episode_id, person_id = await given.movie(app), await given.movie(app), await given.person(app)
    show(place, poster=RED, back=BLUE, logo=GREEN, still=RED, face=BLUE)
    await save(
        app,
        movie_id,
        facts("/poster.jpg"),
        facts("/back.jpg", ImageKind.BACKDROP),
        facts("/logo.jpg", ImageKind.LOGO),
    )
    await save(app, episode_id, facts("/still.jpg", ImageKind.STILL), kind=OwnerKind.EPISODE)
    await save(app, person_id, facts("/face.jpg", ImageKind.PROFILE), kind=OwnerKind.PERSON)

    await fetch(place, movie_id, episode_id, person_id)

    assert sorted(asked(place)) == [
        "/h632/face.jpg",
        "/original/still.jpg",
        "/w1280/back.jpg",
        "/w500/logo.jpg",
        "/w780/poster.jpg",
    ]


async def test_run_twice_or_at_once_nothing_is_asked_for_twice(app: App, place: Standing) -> None:
    movie_id = await given.movie(app)
    show(place, a=RED)
    await save(app, movie_id, facts("/a.jpg"))

    await asyncio.gather(*(fetch(place, movie_id) for _ in range(3)))
    await save(app, movie_id, facts("/a.jpg"))
    await fetch(place, movie_id)

    assert asked(place) == ["/w780/a.jpg"]


async def test_what_another_worker_is_about_to_fetch_is_left_to_it_until_it_is_long_overdue(
    app: App, place: Standing
) -> None:
    movie_id = await given.movie(app)
    show(place, a=RED)
    await save(app, movie_id, facts("/a.jpg"))
    claimed = clock.now() + timedelta(minutes=10)
    await app.db.run(text("UPDATE images.pictures SET fetch_at = :at"), at=claimed)

    await fetch(place, movie_id)
    await fetch_due_pictures.run(place.app)
    assert asked(place) == []
    await app.db.run(DUE)
    await fetch_due_pictures.run(place.app)

    assert asked(place) == ["/w780/a.jpg"]


async def test_the_same_picture_of_two_owners_is_one_image(app: App, place: Standing) -> None:
    one, other = await given.movie(app), await given.movie(app)
    show(place, a=RED, b=RED)
    await save(app, one, facts("/a.jpg"))
    await save(app, other, facts("/b.jpg"))

    await fetch(place, one, other)

    images = {(await rows(app, each))[0]["image_id"] for each in (one, other)}
    assert len(images) == 1
    assert None not in images


async def test_those_who_look_on_are_told_of_works(app: App, place: Standing) -> None:
    films, shows = await given.library(app), await given.library(app, kind="tv")
    movie_id = await given.movie(app, library_id=films)
    series_id = await given.series(app, library_id=shows)
    season_id = await given.season(app, series_id)
    episode_id = await given.episode(app, series_id, season_id)
    await given.episode_in(app, episode_id, shows)
    person_id = await given.person(app)
    owners = {
        OwnerKind.MOVIE: movie_id,
        OwnerKind.SERIES: series_id,
        OwnerKind.SEASON: season_id,
        OwnerKind.EPISODE: episode_id,
        OwnerKind.PERSON: person_id,
    }
    show(place, a=RED, b=never)
    for kind, owner_id in owners.items():
        await save(app, owner_id, facts("/a.jpg"), kind=kind)

    await fetch(place, *owners.values())

    told = [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in await app.db.rows(EVENTS)]
    assert sorted((each["kind"], each["library_id"], *each["updated"]) for each in told) == sorted(
        (kind.value, str(films if kind is OwnerKind.MOVIE else shows), str(owners[kind]))
        for kind in owners
        if kind is not OwnerKind.PERSON
    )


def answering_with(content: bytes, media_type: str = "image/jpeg", status: int = 200, **headers: str) -> Says:
    async def say(_: Any) -> bytes:
        return said(status, content, {"content-type": media_type} | headers)

    return say


FAILURES = {
    "hung up": (hung_up, "can't be asked", SOON),
    "truncated": (broken_off, "can't be asked", SOON),
    "500": (saying("oops", 500), "500", SOON),
    "429": (saying({}, 429, headers={"retry-after": "3600"}), "another", SOON),
    "HTML": (saying("<html>Sign in to the hotel</html>"), "text/html and no picture", SOON),
    "wrong type": (answering_with(file(picture()), "text/plain"), "text/plain and no picture", SOON),
    "no type": (answering_with(file(picture()), ""), "no picture", SOON),
    "huge": (answering_with(b"\xff\xd8\xff" * 100_000), "longer than", SOON),
    "redirect": (answering_with(b"", status=302, location="/t/p/w780/b.jpg"), "elsewhere", SOON),
    "redirect to elsewhere": (
        answering_with(b"", status=301, location="http://127.0.0.1:9/"),
        "elsewhere",
        SOON,
    ),
    "404": (answering_with(b"", status=404), "no such thing", SELDOM),
    "403": (answering_with(b"", status=403), "403", SELDOM),
    "no image": (answering_with(b"<svg onload='alert(1)'/>"), SENTENCES[Reason.NOT_AN_IMAGE], SELDOM),
    "drawing": (answering_with(b"<svg/>", "image/svg+xml"), SENTENCES[Reason.NOT_AN_IMAGE], SELDOM),
    "half an image": (answering_with(file(picture())[:200]), SENTENCES[Reason.DAMAGED], SELDOM),
    "bomb": (answering_with(bomb(9_000), "image/png"), SENTENCES[Reason.TOO_MANY_PIXELS], SELDOM),
    "empty": (answering_with(b""), SENTENCES[Reason.NOT_AN_IMAGE], SELDOM),
}


@pytest.mark.parametrize(("says", "why", "pause"), FAILURES.values(), ids=FAILURES.keys())
async def test_what_can_t_be_had_says_why_and_is_tried_again_later(
    app: App, place: Standing, says: Says, why: str, pause: timedelta
) -> None:
    movie_id = await given.movie(app)
    show(place, a=says)
    await save(app, movie_id, facts("/a.jpg"))
    began = clock.now()

    await fetch(place, movie_id)

    found = await row(app, movie_id, "/a.jpg")
    assert why in found["failure"]
    assert (found["image_id"], found["failures"]) == (None, 1)
    assert found["fetch_at"] - found["tried_at"] == pause
    assert found["tried_at"] >= began - timedelta(seconds=1)
    assert "127.0.0.1" not in found["failure"]


async def test_what_never_comes_is_not_waited_for(app: App, place: Standing) -> None:
    movie_id = await given.movie(app)
    show(place, a=never)
    await save(app, movie_id, facts("/a.jpg"))
    limits["request_s"] = 0.2

    await fetch(place, movie_id)

    found = await row(app, movie_id, "/a.jpg")
    assert "takes more than 0.2 s" in found["failure"]
    assert found["fetch_at"] - found["tried_at"] == SOON


async def test_it_is_tried_until_it_is_there_with_pauses_that_grow(app: App, place: Standing) -> None:
    movie_id = await given.movie(app)
    show(place, a=answering_with(b"", status=404))
    await save(app, movie_id, facts("/a.jpg"))
    await fetch(place, movie_id)
    await fetch_due_pictures.run(place.app)
    assert (await row(app, movie_id, "/a.jpg"))["failures"] == 1

    await app.db.run(DUE)
    await fetch_due_pictures.run(place.app)
    failed = await row(app, movie_id, "/a.jpg")
    show(place, a=RED)
    await app.db.run(DUE)
    await fetch_due_pictures.run(place.app)
    there = await row(app, movie_id, "/a.jpg")

    assert (failed["failures"], failed["fetch_at"] - failed["tried_at"]) == (2, pause_after(2, lasts=True))
    assert there["image_id"] is not None
    assert (there["failure"], there["failures"], there["fetch_at"]) == (None, 0, None)


@pytest.mark.parametrize(("says", "jobs"), [(saying("oops", 500), 1), (saying({}, 404), 0)])
async def test_a_job_comes_back_to_what_is_due_before_the_hourly_one(
    app: App, place: Standing, says: Says, jobs: int
) -> None:
    movie_id = await given.movie(app)
    show(place, a=says)
    await save(app, movie_id, facts("/a.jpg"))
    await app.db.run(text("DELETE FROM outbox.jobs"))

    await fetch(place, movie_id)

    waiting = await app.db.rows(text("SELECT name, args, run_at - now() AS delay FROM outbox.jobs"))
    assert [(each["name"], each["args"]) for each in waiting] == [
        ("metadata.fetch_pictures", [[str(movie_id)]])
    ] * jobs
    assert all(timedelta() < each["delay"] <= SOON for each in waiting)


def test_pauses_grow_up_to_a_month() -> None:
    soon = [pause_after(failures, lasts=False) for failures in (1, 2, 3, 50)]
    seldom = [pause_after(failures, lasts=True) for failures in (1, 2, 50)]

    assert soon == [SOON, 4 * SOON, 16 * SOON, MOST_PAUSE]
    assert seldom == [SELDOM, 4 * SELDOM, MOST_PAUSE]


async def test_the_next_best_stands_in_for_one_that_is_no_picture(app: App, place: Standing) -> None:
    movie_id = await given.movie(app)
    show(place, a=answering_with(b"", status=404), b=answering_with(b"no image"), c=BLUE)
    await save(app, movie_id, facts("/a.jpg"), facts("/b.jpg"), facts("/c.jpg"), facts("/d.jpg"))

    await fetch(place, movie_id)

    assert asked(place) == ["/w780/a.jpg", "/w780/b.jpg", "/w780/c.jpg"]
    assert (await row(app, movie_id, "/c.jpg"))["image_id"] is not None


async def test_a_provider_that_is_away_is_not_asked_for_one_after_the_other(
    app: App, place: Standing
) -> None:
    movie_id = await given.movie(app)
    show(place, a=saying("oops", 500))
    await save(app, movie_id, facts("/a.jpg"), facts("/b.jpg"), facts("/c.jpg"))

    await fetch(place, movie_id)

    assert set(asked(place)) == {"/w780/a.jpg"}
    assert (await row(app, movie_id, "/b.jpg"))["fetch_at"] is None


async def test_trouble_of_ours_is_no_fault_of_the_picture(
    app: App, place: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    movie_id = await given.movie(app)
    show(place, a=RED)
    await save(app, movie_id, facts("/a.jpg"))

    async def failing(content: bytes) -> Any:
        raise StudioFailed("no process")

    monkeypatch.setattr(studio(place.app), "render", failing)
    await fetch(place, movie_id)

    found = await row(app, movie_id, "/a.jpg")
    assert found["failure"] == "It can't be kept: no process"
    assert found["fetch_at"] - found["tried_at"] == SOON


@pytest.mark.parametrize(
    "key",
    [
        "/../../secret.jpg",
        "@127.0.0.1:9/a.jpg",
        "/a.jpg?to=http://127.0.0.1:9/",
        "/a.jpg#b",
        "/a b.jpg",
        "//127.0.0.1:9/a.jpg",
        "/%2e%2e/a.jpg",
        "/..\\a.jpg",
        "/a.jpg\nHost: elsewhere",
    ],
)
async def test_nothing_is_asked_for_but_what_lies_below_the_provider_s_address(
    app: App, place: Standing, key: str
) -> None:
    movie_id = await given.movie(app)
    await save(app, movie_id, facts(key))

    await fetch(place, movie_id)

    assert asked(place) == []
    assert (await rows(app, movie_id))[0]["failure"] == "Its address is none of its provider's."


@pytest.mark.parametrize(
    ("url", "is_held"),
    [
        ("https://img.example/t/p/w780/a.jpg", True),
        ("https://img.example/t/p/a.jpg", True),
        ("https://img.example/t/p", False),
        ("https://img.example/t/p/", False),
        ("https://img.example/t/pa.jpg", False),
        ("https://img.example.evil/t/p/a.jpg", False),
        ("https://img.example/t/p/../../a.jpg", False),
        ("http://img.example/t/p/a.jpg", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
async def test_an_address_is_below_a_base_or_not(place: Standing, url: str, is_held: bool) -> None:
    found = await TMDB.picture_place(place.app)

    for base in ("https://img.example/t/p", "https://img.example/t/p/"):
        assert replace(found, base=base).holds(url) is is_held


async def test_of_those_who_have_one_size_it_is_fetched_as_it_is(app: App, place: Standing) -> None:
    movie_id = await given.movie(app)
    settings = {"fanart_image_url": f"{place.url}/f", "tvmaze_image_url": f"{place.url}/m"}
    async with place.app.transaction() as tx:
        await change_settings(tx, Actor(), settings)
    for name in ("f", "m"):
        place.troubles[f"/{name}/a/b.png"] = showing(RED)
    for provider, name, kind in (("fanart", "f", ImageKind.LOGO), ("tvmaze", "m", ImageKind.BACKDROP)):
        image = replace(facts(provider, kind), url=f"{place.url}/{name}/a/b.png")
        elsewhere = replace(facts("elsewhere", language="de"), url=f"{place.url}/t/p/a/b.png")
        await save(app, movie_id, image, elsewhere, provider=provider)

    await fetch(place, movie_id)

    assert {path for path in place.paths if path != "/3/configuration"} == {"/f/a/b.png", "/m/a/b.png"}
    found = {each["provider_key"]: each for each in await rows(app, movie_id)}
    assert found["fanart"]["image_id"] == found["tvmaze"]["image_id"] is not None
    assert found["elsewhere"]["failure"] == "Its address is none of its provider's."


async def test_whose_provider_hands_out_none_says_so(app: App, place: Standing) -> None:
    movie_id = await given.movie(app)
    await save(app, movie_id, facts("/a.jpg"), provider="nowhere")

    await fetch(place, movie_id)

    assert (await row(app, movie_id, "/a.jpg"))["failure"] == "nowhere hands out no pictures."


async def test_without_a_key_they_wait_and_say_why(app: App, place: Standing) -> None:
    movie_id = await given.movie(app)
    await save(app, movie_id, facts("/a.jpg"))
    async with place.app.transaction() as tx:
        await remove_secret(tx, Actor(), "tmdb")

    await fetch(place, movie_id)

    found = await row(app, movie_id, "/a.jpg")
    assert "needs a key" in found["failure"]
    assert found["fetch_at"] - found["tried_at"] == SOON


async def test_more_than_a_page_of_them_are_fetched(app: App, place: Standing) -> None:
    movies = [await given.movie(app) for _ in range(20)]
    show(place, a=RED)
    for movie_id in movies:
        await save(app, movie_id, facts("/a.jpg"))

    await fetch(place, *movies)

    assert len(asked(place)) == 20
    assert await app.db.value(text("SELECT count(*) FROM images.pictures WHERE image_id IS NULL")) == 0
