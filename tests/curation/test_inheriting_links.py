"""What a person said that a work is to providers, when works become one or part."""

from typing import Any
from uuid import UUID

import pytest

from app.activity.actor import Actor
from app.core.app import App
from app.curation import linking
from app.metadata.facts import Kind
from app.metadata.links import Link, link_of
from app.metadata.score import Status
from tests import given
from tests.curation.merging import merge, split_show, take_back
from tests.library.scanning import rows, value
from tests.metadata.telling import found, tell


async def film(app: App, title: str, *said: str) -> UUID:
    """One with a file; said: `found 1`, `chosen 1`, `rejected`."""
    key = await given.movie(app, title, library_id=await given.library(app))
    for each in said:
        how, _, id_ = each.partition(" ")
        if how == "found":
            await given.link(app, Kind.MOVIE, key, 0, status=Status.MATCHED, provider="tmdb", provider_id=id_)
            continue
        async with app.transaction() as tx:
            if how == "chosen":
                await linking.choose(tx, Actor(), Kind.MOVIE, key, "tmdb", id_)
            else:
                await linking.reject(tx, Actor(), Kind.MOVIE, key)
    return key


async def link(app: App, key: UUID, kind: Kind = Kind.MOVIE) -> Link | None:
    return (await link_of(app.db, kind, [key]))[key]


def said(found: Link | None) -> str | None:
    if found is None:
        return None
    how = "chosen" if found.is_human else "found"
    return "rejected" if found.status is Status.REJECTED else f"{how} {found.provider_id}"


@pytest.mark.parametrize(
    ("own", "other", "then"),
    [
        ((), "chosen 2", "chosen 2"),
        ((), "rejected", "rejected"),
        ((), "found 2", None),
        (("found 1",), "chosen 2", "chosen 2"),
        (("found 1",), "rejected", "found 1"),
        (("found 1",), "found 2", "found 1"),
        (("chosen 1",), "chosen 2", "chosen 1"),
        (("rejected",), "chosen 2", "rejected"),
    ],
)
async def test_the_film_that_is_left_is_what_a_person_said_of_either(
    app: App, own: tuple[str, ...], other: str, then: str | None
) -> None:
    into, of = await film(app, "Flut", *own), await film(app, "Ebbe", other)
    before = [said(await link(app, key)) for key in (into, of)]

    change = await merge(app, into, of)

    assert said(await link(app, into)) == then
    assert await value(app, "SELECT count(*) FROM metadata.looks WHERE work_id = $1", into) == 1
    await take_back(app, change)
    assert [said(await link(app, key)) for key in (into, of)] == before


async def test_what_was_said_of_the_work_that_it_is_not_goes_and_comes_back_with_it(app: App) -> None:
    into, of = await film(app, "Flut", "found 1"), await film(app, "Ebbe", "chosen 2")
    await tell(app, into, found("Flood", overview="It rises.", provider_ids={"tmdb": "1"}))
    await tell(app, of, found("Low Tide", overview="It falls.", tagline="Slowly."))

    change = await merge(app, into, of)

    state = "SELECT overview, tagline FROM movies.movies WHERE id = $1"
    assert (await rows(app, state, into))[0] == {"overview": "It falls.", "tagline": "Slowly."}
    await take_back(app, change)
    assert (await rows(app, state, into))[0] == {"overview": "It rises.", "tagline": None}


async def test_a_series_inherits_too(app: App) -> None:
    library = await given.library(app, kind="tv")
    into, of = [await given.series(app, seasons=(1,), library_id=library) for _ in range(2)]
    async with app.transaction() as tx:
        await linking.choose(tx, Actor(), Kind.TV, of, "tvmaze", "2")

    await merge(app, into, of, kind="series")

    assert said(await link(app, into, Kind.TV)) == "chosen 2"


async def test_seasons_that_are_split_off_lose_what_was_said_of_the_series_that_they_were_of(
    app: Any,
) -> None:
    library = await given.library(app, kind="tv")
    key = await given.series(app, "Tides", seasons=(1, 1), library_id=library)
    sources = {"overview": ["provider", 1, "tmdb"]}
    await rows(app, "UPDATE tv.seasons SET overview = 'Told.', sources = $1", sources)
    second = await value(app, "SELECT id FROM tv.seasons WHERE number = 2")

    new, change = await split_show(app, key, "Neap", season_ids=[second])

    overviews = "SELECT number, overview FROM tv.seasons ORDER BY 1"
    told = {"number": 1, "overview": "Told."}
    assert await rows(app, overviews) == [told, {"number": 2, "overview": None}]
    assert await rows(app, "SELECT work_id FROM metadata.looks WHERE kind = 'tv'") == [{"work_id": new}]
    await take_back(app, change)
    assert await rows(app, overviews) == [told, told | {"number": 2}]
