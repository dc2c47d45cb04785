"""Who is asked where nobody else knows a work, or has a key."""

from typing import Any
from uuid import UUID

import pytest

from app.activity.actor import Actor
from app.core.app import App
from app.core.http_errors import ProviderLimited, ProviderUnreachable
from app.metadata import registry
from app.metadata.choices import choose
from app.metadata.facts import Kind
from app.metadata.find import SAME, find_work
from app.metadata.gather import Terms, gather
from app.metadata.links import Found, save_link, say_link
from app.metadata.looks import Look
from app.metadata.score import Status
from app.metadata.settings import FALLBACKS
from app.metadata.take_up import take_up
from app.metadata.tmdb import TMDB
from app.metadata.wanted import ask_for
from app.metadata.whom import Asked, whom_to_ask
from app.settings.writes import change_settings
from tests import given
from tests.library.scanning import rows
from tests.metadata.conftest import keep_key
from tests.metadata.enriching import look
from tests.metadata.shelves import Shelf, work

LANGUAGES = ("en",)
WINTER = work("1", "The Long Winter", 2012, provider_ids={"imdb": "tt1"})
ON_AIR = work("9", "The Long Winter", 2012, provider_ids={"imdb": "tt1", "tvmaze": "9"})


async def set_(app: App, **changes: Any) -> None:
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), changes)


async def asked(app: App, library_id: UUID) -> tuple[list[str], set[str]] | None:
    found = (await whom_to_ask(app)).get(library_id)
    return found and ([each.about.id for each in found.order], set(found.fallbacks))


async def test_without_a_key_tvmaze_is_asked_about_series_and_nobody_about_films(app: App) -> None:
    await set_(app, metadata_fallbacks=list(FALLBACKS.default))
    films, shows = await given.library(app), await given.library(app, kind="tv")

    without = [await asked(app, each) for each in (films, shows)]
    await keep_key(app)
    with_key = [await asked(app, each) for each in (films, shows)]

    assert without == [None, (["tvmaze"], {"tvmaze"})]
    assert with_key == [(["tmdb"], {"tvmaze"}), (["tmdb", "tvmaze"], {"tvmaze"})]


async def test_who_chose_whom_to_ask_has_no_fallback(app: App) -> None:
    await set_(app, metadata_fallbacks=["tvmaze"])
    own, other = [await given.library(app, kind="tv") for _ in range(2)]
    async with app.transaction() as tx:
        await choose(tx, Actor(), own, ["tmdb"], ("tmdb",))

    assert await asked(app, own) is None
    assert await asked(app, other) == (["tvmaze"], {"tvmaze"})
    await set_(app, metadata_providers=[])
    assert await asked(app, other) is None


@pytest.fixture
def shelves(monkeypatch: pytest.MonkeyPatch) -> tuple[Shelf, Shelf]:
    """TMDb, and TVmaze as its fallback."""
    first, fallback = Shelf(WINTER), Shelf(ON_AIR, name="tvmaze")
    monkeypatch.setattr(registry, "ALL", (first, fallback))
    return first, fallback


async def series(app: App, *, is_human: bool = False) -> UUID:
    """One that TVmaze was found to know, and told of."""
    sources = {"provider_ids": ["provider", 1, "tvmaze"], "provided": {"provider_ids": {"imdb": "tvmaze"}}}
    key = await given.series(app, "Winter", match_key="winter", provider_ids={"imdb": "tt1"}, sources=sources)
    basis = {"titles": ["Winter"], "year": None, "ids": {}}
    said = Found(Kind.TV, key, Status.MATCHED, "tvmaze", "9", basis=basis)
    async with app.transaction() as tx:
        await (say_link if is_human else save_link)(tx, said)
    return key


async def find(app: App, key: UUID, shelves: tuple[Shelf, Shelf]) -> Found:
    found = await find_work(app, Kind.TV, key, shelves, LANGUAGES, fallbacks={"tvmaze"})
    assert found is not None
    return found


async def test_what_a_fallback_matched_goes_over_by_its_ids(app: App, shelves: tuple[Shelf, Shelf]) -> None:
    key = await series(app)

    found = await find(app, key, shelves)

    assert (found.provider, found.provider_id, found.is_known) == ("tmdb", "1", False)
    assert found.evidence == (SAME,)
    assert (shelves[0].asked, shelves[1].asked) == (["find imdb tt1", "work 1"], [])


@pytest.mark.parametrize(
    "why", ["nobody knows it", "it is not sure", "it can't be asked", "a person said so"]
)
async def test_it_stays_where_that_is_not_sure(app: App, shelves: tuple[Shelf, Shelf], why: str) -> None:
    first = shelves[0]
    key = await series(app, is_human=why == "a person said so")
    if why == "nobody knows it":
        first.works = {}
    elif why == "it is not sure":
        first.works = {each.id: each for each in (work("1", "Winters", 1999), work("2", "Winters", 2001))}
    elif why == "it can't be asked":
        first.fails = ProviderUnreachable("tmdb", "no answer")

    found = await find(app, key, shelves)

    assert (found.provider, found.provider_id, found.is_known) == ("tvmaze", "9", True)
    assert found.work is not None
    assert found.problem is None


async def test_a_fallback_adds_nothing_to_what_another_knows(app: App, shelves: tuple[Shelf, Shelf]) -> None:
    library_id = await given.library(app, kind="tv")
    key = await given.series(
        app, "The Long Winter", match_key="thelongwinter", year=2012, library_id=library_id
    )
    whom = {library_id: Asked(shelves, frozenset({"tvmaze"}))}
    asking = Look("tv", key, 0, 0, None, None, (library_id,))

    gathered = await gather(app, asking, Terms(whom, LANGUAGES, ()))

    assert gathered.merged is not None
    assert gathered.merged.providers == ("tmdb",)
    assert shelves[1].asked == []


async def test_a_fallback_is_asked_what_nobody_else_knows(app: App, shelves: tuple[Shelf, Shelf]) -> None:
    shelves[0].works = {}
    library_id = await given.library(app, kind="tv")
    key = await given.series(
        app, "The Long Winter", match_key="thelongwinter", year=2012, library_id=library_id
    )
    whom = {library_id: Asked(shelves, frozenset({"tvmaze"}))}
    asking = Look("tv", key, 0, 0, None, None, (library_id,))

    gathered = await gather(app, asking, Terms(whom, LANGUAGES, ()))

    assert gathered.found is not None
    assert (gathered.found.provider, gathered.found.status) == ("tvmaze", Status.MATCHED)


async def test_once_there_is_a_key_it_is_looked_at_once(app: App) -> None:
    await set_(app, metadata_fallbacks=["tvmaze"])
    library_id = await given.library(app, kind="tv")
    key = await series(app)
    await rows(app, "INSERT INTO library.library_series VALUES ($1, $2)", library_id, key)
    await given.look(app, Kind.TV, key)
    wanted = "SELECT asked_at IS NOT NULL AS is_wanted FROM metadata.looks"

    await take_up.run(app)
    assert await rows(app, wanted) == [{"is_wanted": False}]
    await keep_key(app)
    await take_up.run(app)

    assert await rows(app, wanted) == [{"is_wanted": True}]
    await rows(app, "UPDATE metadata.looks SET asked_at = NULL")
    await take_up.run(app)
    assert await rows(app, wanted) == [{"is_wanted": False}]


@pytest.mark.parametrize("error", [ProviderUnreachable("tvmaze", "no answer"), ProviderLimited("tvmaze", 60)])
async def test_a_fallback_that_is_away_keeps_nobody_but_those_whom_it_may_know(
    tmdb: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(registry, "ALL", (TMDB, Shelf(name="tvmaze", fails=error)))
    await set_(tmdb.app, metadata_fallbacks=["tvmaze"])
    library_id = await given.library(tmdb.app, kind="tv")
    unheard = [await given.series(tmdb.app, f"Unheard Of {n}", library_id=library_id) for n in range(7)]
    known = await given.series(
        tmdb.app, "Harbour Street", match_key="harbourstreet", provider_ids={"tmdb": "999000101"}
    )
    await rows(tmdb.app, "INSERT INTO library.library_series VALUES ($1, $2)", library_id, known)
    async with tmdb.app.transaction() as tx:
        await ask_for(tx, "tv", [*unheard, known])

    await look(tmdb.app)

    ended = "SELECT work_id, failures FROM metadata.looks WHERE kind = 'tv' AND asked_at IS NULL"
    assert {row["work_id"]: row["failures"] for row in await rows(tmdb.app, ended)} == {
        known: 0,
        **dict.fromkeys(unheard, 1),
    }
