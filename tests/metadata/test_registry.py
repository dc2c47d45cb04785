"""Whom libraries ask, in which order and languages."""

import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.metadata import registry
from app.metadata.choices import choose
from app.metadata.facts import Kind
from app.metadata.provider import Local, Online
from app.metadata.registry import default_order, everyone_of, languages, named
from app.settings.writes import change_settings
from tests import given
from tests.metadata.fakes import Adding, Fake

NOTED = text("SELECT action, before, after FROM activity.entries WHERE action = 'library.providers_chosen'")
FILMS, SHOWS, BOTH = Fake("films", [Kind.MOVIE]), Fake("shows", [Kind.TV]), Fake("both")
KNOWN = ("films", "shows", "both")


@pytest.fixture(autouse=True)
def three_providers(monkeypatch):
    monkeypatch.setattr(registry, "ALL", (FILMS, SHOWS, BOTH))


async def choice(app, library_id, providers, known=KNOWN):
    async with app.transaction() as tx:
        await choose(tx, Actor(), library_id, providers, known)


async def set_(app, **changes):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), changes)


def test_what_this_version_does_not_know_is_left_out_and_each_is_named_once():
    assert named(["both", "of_tomorrow", "films", "both"]) == [BOTH, FILMS]


async def test_tmdb_is_asked_unless_told_otherwise(app, monkeypatch):
    monkeypatch.undo()

    assert [each.about.id for each in await default_order(app)] == ["tmdb"]


async def test_a_library_asks_as_the_server_is_set_those_who_know_its_kind(app):
    library_id = await given.library(app, name="Series")
    await set_(app, metadata_providers=["both", "films", "shows"])

    assert await everyone_of(app, library_id, Kind.TV) == [BOTH, SHOWS]
    assert await everyone_of(app, library_id, Kind.MOVIE) == [BOTH, FILMS]


async def test_who_only_adds_to_works_is_asked_with_the_others(app, monkeypatch):
    adding, of_films = Adding("adding"), Adding("of_films", [Kind.MOVIE])
    monkeypatch.setattr(registry, "ALL", (SHOWS, BOTH, adding, of_films))
    library_id = await given.library(app, name="Series")

    await choice(app, library_id, ["adding", "of_films", "both"], ("both", "adding", "of_films"))

    assert await everyone_of(app, library_id, Kind.TV) == [adding, BOTH]


def test_what_lies_in_the_library_is_no_choice(monkeypatch):
    monkeypatch.undo()

    assert named([each.about.id for each in (*registry.FIRST, *registry.LAST)]) == []
    assert all(isinstance(each, Local) and not isinstance(each, Online) for each in registry.FIRST)


async def test_a_library_may_have_an_order_of_its_own(app):
    library_id, other_id = await given.library(app, name="Series"), await given.library(app, name="Other")
    await set_(app, metadata_providers=["both"])

    await choice(app, library_id, ["shows", "both"])

    assert await everyone_of(app, library_id, Kind.TV) == [SHOWS, BOTH]
    assert await everyone_of(app, other_id, Kind.TV) == [BOTH]


async def test_a_library_may_ask_nobody_and_go_back_to_what_the_server_says(app):
    library_id = await given.library(app, name="Home videos")
    await set_(app, metadata_providers=["both"])

    await choice(app, library_id, [])
    asked_then = await everyone_of(app, library_id, Kind.MOVIE)
    await choice(app, library_id, None)

    assert asked_then == []
    assert await everyone_of(app, library_id, Kind.MOVIE) == [BOTH]


async def test_what_is_chosen_is_noted(app):
    library_id = await given.library(app, name="Series")

    await choice(app, library_id, ["shows"])
    await choice(app, library_id, None)

    assert [tuple(row) for row in await app.db.rows(NOTED)] == [
        ("library.providers_chosen", {"providers": None}, {"providers": ["shows"]}),
        ("library.providers_chosen", {"providers": ["shows"]}, {"providers": None}),
    ]


@pytest.mark.parametrize("providers", [["unknown"], ["shows", "shows"]])
async def test_a_choice_that_can_not_be_taken(app, providers):
    library_id = await given.library(app, name="Series")

    with pytest.raises(Invalid):
        await choice(app, library_id, providers)

    assert await everyone_of(app, library_id, Kind.TV) == []


async def test_a_library_that_is_not_there(app):
    with pytest.raises(NotFound):
        await choice(app, new_id(), ["shows"])


async def test_a_library_s_choice_goes_with_it(app):
    library_id = await given.library(app, name="Series")
    await choice(app, library_id, ["shows"])

    await app.db.run(text("DELETE FROM library.libraries WHERE id = :id"), id=library_id)

    assert await app.db.value(text("SELECT count(*) FROM metadata.choices")) == 0


async def test_languages_are_in_lower_case_and_each_once(app):
    assert await languages(app) == ("en", "de", "fr", "es", "ja")

    await set_(app, metadata_languages=["pt-BR", "de", "pt-br"])

    assert await languages(app) == ("pt-br", "de")


@pytest.mark.parametrize(
    "changes",
    [
        {"metadata_languages": ["german"]},
        {"metadata_languages": ["de_AT"]},
        {"metadata_providers": ["No Name"]},
        {"metadata_merge": ["colour=tmdb"]},
        {"tmdb_url": "ftp://films"},
        {"tmdb_url": "https://user@films.example"},
        {"tmdb_url": ""},
        {"tmdb_rate": 0},
        {"fanart_url": "fanart.tv"},
        {"fanart_image_url": "https://pictures.example/?u=1"},
        {"omdb_url": "https://omdb.example/?apikey=1"},
        {"omdb_rate": 0},
    ],
)
async def test_settings_that_can_not_be_taken(app, changes):
    with pytest.raises(Invalid):
        await set_(app, **changes)
