"""What people change is taken back whatever providers said meanwhile."""

from typing import Any
from uuid import UUID

import pytest

from app.activity.actor import Actor
from app.catalog.edits import Edit
from app.core.app import App
from app.core.errors import Conflict
from app.curation import linking
from app.curation.edit import edit_work
from app.curation.undo import undo
from app.metadata.facts import FoundWork, Kind
from tests import given
from tests.catalog.said import credit
from tests.curation.merging import merge, split_film
from tests.library.scanning import rows, value
from tests.metadata.telling import LATER, found, tell

TIDE = found(
    "Low Tide",
    year=2015,
    overview="The sea goes.",
    certifications={"DE": "12"},
    provider_ids={"tmdb": "11"},
    terms={"genre": ("Drama",)},
    credits=(credit("Ada Rohn", tmdb="71"),),
    translations={"en": {"title": "Low Tide"}, "de": {"title": "Ebbe"}},
)
NEWER = found(
    "Low Tide",
    year=2015,
    overview="It goes and goes.",
    certifications={"DE": "12", "US": "PG"},
    provider_ids={"tmdb": "11", "imdb": "tt11"},
    terms={"genre": ("Drama",)},
    credits=(credit("Ada Rohn", tmdb="71"),),
    translations={
        "en": {"title": "Low Tide"},
        "de": {"title": "Ebbe", "overview": "Es geht."},
        "ja": {"title": "干潮"},
    },
)
FILM = "SELECT title, year, overview, translations, certifications, sources FROM movies.movies WHERE id = $1"


async def film(app: App, title: str = "Ebbe", *, said: FoundWork | None = TIDE, **more: Any) -> UUID:
    """A film with a file."""
    key = await given.movie(app, title, year=2014, library_id=await given.library(app), **more)
    if said is not None:
        await tell(app, key, said)
    return key


async def edit(app: App, key: UUID, what: Edit) -> UUID:
    async with app.transaction() as tx:
        change = (await edit_work(tx, "movie", key, what))[1]
    assert change is not None
    return change


async def take_back(app: App, change_id: UUID) -> UUID:
    async with app.transaction() as tx:
        return await undo(tx, change_id)


async def test_an_edit_is_taken_back_and_what_the_provider_said_since_stays(app: App) -> None:
    key = await film(app)
    change = await edit(app, key, Edit({"title": "Mine"}, {"de": {"title": "Meins"}}))
    await tell(app, key, NEWER, at=LATER)

    await take_back(app, change)

    (row,) = await rows(app, FILM, key)
    assert (row["title"], row["overview"]) == ("Low Tide", "It goes and goes.")
    assert row["translations"] == NEWER.facts.translations
    assert row["certifications"] == {"DE": "12", "US": "PG"}
    assert "locked" not in row["sources"]
    assert row["sources"]["title:de"][0] == row["sources"]["overview:de"][0] == "provider"
    assert not (await tell(app, key, NEWER, at=LATER)).is_changed


async def test_an_edit_is_done_again_after_that(app: App) -> None:
    key = await film(app)
    change = await edit(app, key, Edit({"title": "Mine"}))
    undone = await take_back(app, change)
    await tell(app, key, NEWER, at=LATER)

    await take_back(app, undone)

    (row,) = await rows(app, FILM, key)
    assert (row["title"], row["overview"]) == ("Mine", "It goes and goes.")
    assert row["sources"]["locked"] == ["title", "title:en"]
    assert row["translations"]["ja"] == {"title": "干潮"}


async def test_what_another_person_wrote_since_is_still_a_reason_to_refuse(app: App) -> None:
    key = await film(app)
    change = await edit(app, key, Edit(translations={"de": {"title": "Meins"}}))
    await edit(app, key, Edit(translations={"de": {"title": "Ihrs"}}))

    with pytest.raises(Conflict, match="has been changed since"):
        await take_back(app, change)


async def test_texts_of_one_film_are_taken_back_one_by_one(app: App) -> None:
    key = await film(app)
    first = await edit(
        app, key, Edit(translations={"de": {"title": "Meins"}}, unlock=frozenset({"title:de"}))
    )
    await edit(app, key, Edit(translations={"fr": {"title": "Le mien"}}, unlock=frozenset({"title:fr"})))

    await take_back(app, first)

    (row,) = await rows(app, FILM, key)
    assert row["translations"] == {
        "en": {"title": "Low Tide"},
        "de": {"title": "Ebbe"},
        "fr": {"title": "Le mien"},
    }


async def test_a_merge_is_taken_back_after_the_provider_spoke(app: App) -> None:
    into, other = await film(app, "Flut", said=None), await film(app)
    before = await rows(app, FILM, other)
    change = await merge(app, into, other)
    assert await value(app, "SELECT overview FROM movies.movies") == "The sea goes."
    await tell(app, into, NEWER, at=LATER)

    await take_back(app, change)

    assert await rows(app, FILM, other) == before
    assert await value(app, "SELECT overview FROM movies.movies WHERE id = $1", into) == "It goes and goes."
    ids = await rows(app, "SELECT id, provider_ids FROM movies.movies")
    assert {row["id"]: row["provider_ids"] for row in ids} == {into: {"imdb": "tt11"}, other: {"tmdb": "11"}}


async def test_a_split_is_taken_back_after_the_provider_spoke_of_both(app: App) -> None:
    key = await film(app)
    second = await given.movie_in(app, key, await given.library(app))
    new, change = await split_film(app, key, "Neap", 2001, file_ids=[second])
    await tell(app, key, NEWER, at=LATER)
    await tell(app, new, found("Neap Tide", overview="Half.", provider_ids={"tmdb": "12"}), at=LATER)
    assert await value(app, "SELECT title FROM movies.movies WHERE id = $1", new) == "Neap"

    await take_back(app, change)

    assert await value(app, "SELECT id FROM movies.movies") == key
    assert (await rows(app, FILM, key))[0]["overview"] == "It goes and goes."


async def test_a_merge_is_taken_back_after_what_the_provider_said_was_taken_back(app: App) -> None:
    into, other = await film(app, "Flut", said=None), await film(app)
    change = await merge(app, into, other)
    async with app.transaction() as tx:
        await linking.reject(tx, Actor(), Kind.MOVIE, into)
    assert await value(app, "SELECT overview FROM movies.movies") is None

    await take_back(app, change)

    assert await value(app, "SELECT overview FROM movies.movies WHERE id = $1", into) is None
    assert await value(app, "SELECT overview FROM movies.movies WHERE id = $1", other) == "The sea goes."
