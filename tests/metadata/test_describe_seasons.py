"""Storing what providers say of series, seasons and episodes."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import marquee
from app.catalog.edits import Edit
from app.catalog.facts import EpisodeFacts, SeasonFacts
from app.catalog.told_parts import Parts
from app.catalog.tv import reads, sources
from app.catalog.tv.writes import save_episodes, save_seasons, save_series
from app.core.app import App
from app.core.errors import Invalid
from app.curation.edit import edit_work
from app.metadata.describe_seasons import describe_season, describe_seasons
from app.metadata.facts import FoundEpisode, FoundSeason, Kind
from app.metadata.tmdb import TMDB
from app.metadata.withdraw import withdraw
from tests.catalog.said import credit, episode, work
from tests.library.scanning import rows, value, values
from tests.metadata.standing import Standing
from tests.metadata.telling import AT, LATER, found, tell

VIEWER = marquee()
DAY = date(2015, 4, 2)


def told(number: int, title: str | None, season: int = 1, **more: Any) -> FoundEpisode:
    translations = more.pop("translations", {})
    facts = EpisodeFacts(season, number, title=title, is_described=True, **more)
    return FoundEpisode(f"{season}{number}", facts, translations)


def season(*episodes: FoundEpisode, number: int = 1, **more: Any) -> FoundSeason:
    facts = SeasonFacts(number, more.pop("title", "Season 1"), more.pop("overview", None))
    return FoundSeason("tmdb", "7", facts, episodes, **more)


FULL = told(
    1,
    "Ebb",
    air_date=DAY,
    overview="The sea goes.",
    runtime_s=2700,
    absolute_number=13,
    ratings={"tmdb": {"value": 7.0, "votes": 3}},
    provider_ids={"tmdb": "81", "imdb": "tt81"},
    credits=(credit("Ada Rohn", tmdb="71"),),
    translations={"en": {"title": "Ebb"}, "de": {"title": "Ebbe", "overview": "Das Meer geht."}},
)


async def series(app: App, *episodes: EpisodeFacts, nfo: SeasonFacts | None = None) -> UUID:
    """A series as a scan found it."""
    async with app.transaction() as tx:
        (outcome,) = await save_series(tx, [work("Tides")])
        await save_episodes(tx, [(outcome.id, each) for each in episodes])
        if nfo is not None:
            await save_seasons(tx, [(outcome.id, nfo)])
    return outcome.id


async def scanned(app: App, series_id: UUID, *episodes: EpisodeFacts) -> list[UUID]:
    """What a scan makes of them now."""
    async with app.transaction() as tx:
        await save_series(tx, [work("Tides")])
        found = await save_episodes(tx, [(series_id, each) for each in episodes])
    return [found[series_id, each.key].id for each in episodes]


async def describe(app: App, series_id: UUID, said: FoundSeason, at: Any = AT) -> Parts:
    async with app.transaction() as tx:
        return await describe_season(tx, series_id, said, at)


async def episodes_of(app: App) -> list[dict[str, Any]]:
    return await rows(app, "SELECT * FROM tv.episodes ORDER BY season_number, position")


async def test_seasons_and_episodes_that_are_there_are_told_of(app: App) -> None:
    tides = await series(app, episode(1, 1), episode(1, 2), episode(2, 1))

    parts = await describe(app, tides, season(FULL, told(2, "Flood"), told(3, "Neap"), overview="It begins."))

    assert set(parts.seasons) == {1}
    assert set(parts.episodes) == {(1, 1), (1, 2)}
    assert parts.changed_seasons == set(parts.seasons.values())
    assert parts.changed_episodes == {key for ids in parts.episodes.values() for key in ids}
    first, second, other = await episodes_of(app)
    assert (first["title"], first["overview"], first["air_date"]) == ("Ebb", "The sea goes.", DAY)
    assert (first["runtime_s"], first["absolute_number"]) == (2700, 13)
    assert first["ratings"] == {"tmdb": {"value": 7.0, "votes": 3}}
    assert first["provider_ids"] == {"tmdb": "81", "imdb": "tt81"}
    assert first["translations"] == FULL.translations
    assert (second["title"], other["title"]) == ("Flood", None)
    assert await rows(app, "SELECT number, title, overview FROM tv.seasons ORDER BY number") == [
        {"number": 1, "title": "Season 1", "overview": "It begins."},
        {"number": 2, "title": None, "overview": None},
    ]
    assert await values(
        app, "SELECT p.name FROM tv.episode_credits c JOIN people.people p ON p.id = c.person_id"
    ) == ["Ada Rohn"]
    said = (await sources.sources_of_episodes(app.db, VIEWER, [first["id"]]))[first["id"]]
    assert {(each.source, each.provider) for each in said} == {("provider", "tmdb")}
    german = (await reads.episodes_by_id(app.db, marquee(("de",)), [first["id"]]))[first["id"]]
    assert german is not None
    assert (german.title, german.overview) == ("Ebbe", "Das Meer geht.")


async def test_saying_it_again_changes_nothing_and_figures_change_silently(app: App) -> None:
    tides = await series(app, episode(1, 1))
    await describe(app, tides, season(FULL))
    before = await rows(app, "SELECT *, xmin::text FROM tv.episodes")

    again = await describe(app, tides, season(FULL), LATER)

    assert (again.changed_seasons, again.changed_episodes) == (frozenset(), frozenset())
    assert await rows(app, "SELECT *, xmin::text FROM tv.episodes") == before
    rated = replace(FULL, facts=replace(FULL.facts, ratings={"tmdb": {"value": 7.5, "votes": 4}}))
    assert not (await describe(app, tides, season(rated), LATER)).changed_episodes
    assert (await episodes_of(app))[0]["ratings"] == {"tmdb": {"value": 7.5, "votes": 4}}


async def test_what_is_not_said_any_more_goes(app: App) -> None:
    tides = await series(app, episode(1, 1, absolute_number=4))
    await describe(app, tides, season(FULL, overview="It begins."))

    await describe(app, tides, season(told(1, None), title=None), LATER)

    (row,) = await episodes_of(app)
    assert [row[name] for name in ("title", "overview", "air_date", "runtime_s")] == [None] * 4
    assert (row["ratings"], row["provider_ids"], row["translations"]) == ({}, {}, {})
    assert await rows(app, "SELECT title, overview FROM tv.seasons") == [{"title": None, "overview": None}]
    assert await values(app, "SELECT id FROM tv.episode_credits") == []


async def test_nfo_files_and_people_count_more(app: App) -> None:
    nfo = EpisodeFacts(
        1, 1, title="Mine", ratings={"imdb": {"value": 1.0}}, credits=(credit("Mine"),), is_described=True
    )
    tides = await series(app, nfo, episode(1, 2), nfo=SeasonFacts(1, "First", None))
    first, second = await scanned(app, tides, episode(1, 1), episode(1, 2))
    async with app.transaction() as tx:
        await edit_work(tx, "episode", second, Edit({"title": "Hers"}, lock=frozenset({"overview"})))

    await describe(app, tides, season(FULL, told(2, "Flood", overview="Water."), overview="It begins."))

    rows_ = {row["id"]: row for row in await episodes_of(app)}
    assert (rows_[first]["title"], rows_[first]["overview"]) == ("Mine", "The sea goes.")
    assert rows_[first]["ratings"] == {"imdb": {"value": 1.0}, "tmdb": {"value": 7.0, "votes": 3}}
    assert (rows_[second]["title"], rows_[second]["overview"]) == ("Hers", None)
    assert await rows(app, "SELECT title, overview FROM tv.seasons") == [
        {"title": "First", "overview": "It begins."}
    ]
    assert await values(
        app, "SELECT p.name FROM tv.episode_credits c JOIN people.people p ON p.id = c.person_id"
    ) == ["Mine"]


async def test_names_do_not_take_back_what_a_provider_said_and_nfo_files_do(app: App) -> None:
    tides = await series(app, episode(1, 1))
    await describe(app, tides, season(FULL))

    await scanned(app, tides, EpisodeFacts(1, 1, date(2001, 1, 1), absolute_number=99, title="Name"))

    (row,) = await episodes_of(app)
    assert (row["title"], row["air_date"], row["absolute_number"]) == ("Ebb", DAY, 13)
    await scanned(
        app, tides, EpisodeFacts(1, 1, title="Mine", ratings={"tmdb": {"value": 1.0}}, is_described=True)
    )
    await describe(app, tides, season(FULL), LATER)
    (row,) = await episodes_of(app)
    assert (row["title"], row["overview"], row["ratings"]) == (
        "Mine",
        "The sea goes.",
        {"tmdb": {"value": 1.0}},
    )


async def test_an_episode_that_is_known_by_its_day_gets_its_number_and_is_found_by_both(app: App) -> None:
    dated = EpisodeFacts(1, None, DAY)
    tides = await series(app, dated, episode(1, 7))
    (before,) = await values(app, "SELECT id FROM tv.episodes WHERE number IS NULL")

    parts = await describe(app, tides, season(FULL))

    assert parts.episodes == {(1, 1): (before,)}
    row = next(row for row in await episodes_of(app) if row["id"] == before)
    assert (row["number"], row["position"], row["title"], row["air_date"]) == (1, 1, "Ebb", DAY)
    assert set(await scanned(app, tides, dated, episode(1, 1))) == {before}
    assert len(await episodes_of(app)) == 2


async def test_the_day_that_files_know_an_episode_by_stays(app: App) -> None:
    dated = EpisodeFacts(1, None, DAY)
    tides = await series(app, dated)
    await describe(app, tides, season(FULL))
    moved = replace(FULL, facts=replace(FULL.facts, air_date=date(2015, 4, 3)))

    await describe(app, tides, season(moved), LATER)

    (row,) = await episodes_of(app)
    assert (row["air_date"], await scanned(app, tides, dated)) == (DAY, [row["id"]])
    with pytest.raises(Invalid, match="by its day"):
        async with app.transaction() as tx:
            await edit_work(tx, "episode", row["id"], Edit({"date": "2015-04-09"}))


async def test_a_number_that_another_episode_has_is_left_to_it(app: App) -> None:
    tides = await series(app, EpisodeFacts(1, None, DAY), episode(1, 1))

    parts = await describe(app, tides, season(FULL))

    dated, numbered = sorted(await episodes_of(app), key=lambda row: row["number"] or 0)
    assert set(parts.episodes[1, 1]) == {dated["id"], numbered["id"]}
    assert (dated["number"], dated["title"], numbered["title"]) == (None, "Ebb", "Ebb")


async def test_of_two_episodes_of_a_day_the_one_that_is_missing_is_the_day_s(app: App) -> None:
    await series(app, EpisodeFacts(1, None, DAY), episode(1, 1))
    tides = await value(app, "SELECT id FROM tv.series")

    await describe(app, tides, season(told(1, "Ebb", air_date=DAY), told(2, "Flood", air_date=DAY)))

    assert [(row["number"], row["title"]) for row in await episodes_of(app)] == [(1, "Ebb"), (2, "Flood")]


async def test_an_episode_of_a_day_in_another_season_gets_texts_but_no_number(app: App) -> None:
    tides = await series(app, EpisodeFacts(2015, None, DAY))

    await describe(app, tides, season(FULL))

    (row,) = await episodes_of(app)
    assert (row["season_number"], row["number"], row["title"]) == (2015, None, "Ebb")


async def test_many_episodes_cost_as_many_statements_as_one(app: App, statements: list[str]) -> None:
    tides = await series(app, *(episode(1, number) for number in range(1, 9)), episode(2, 1))
    counts: list[int] = []

    for said in (
        [season(told(1, "One", season=2), number=2)],
        [season(*(told(n, f"E{n}") for n in range(1, 9)))],
    ):
        async with app.transaction() as tx:
            statements.clear()
            await describe_seasons(tx, tides, said, AT)
            counts.append(len(statements))

    assert counts[0] == counts[1]


async def test_a_series_as_tmdb_tells_it(app: App, tmdb: Standing) -> None:
    tides = await series(app, *(episode(1, number) for number in (1, 2, 3)))
    languages = ("en", "de", "fr", "es", "ja")

    whole = await tell(app, tides, await TMDB.work(tmdb.app, Kind.TV, "999000101", languages))
    parts = await describe(app, tides, await TMDB.season(tmdb.app, "999000101", 1, languages))

    assert (whole.is_changed, set(parts.episodes)) == (True, {(1, 1), (1, 2), (1, 3)})
    assert set(await value(app, "SELECT translations FROM tv.series")) == set(languages)
    assert all(set(row["translations"]) >= {"de", "ja"} for row in await episodes_of(app))
    before = await rows(app, "SELECT *, xmin::text FROM tv.episodes ORDER BY position")
    await scanned(app, tides, *(episode(1, number) for number in (1, 2, 3)))
    after = await rows(app, "SELECT * FROM tv.episodes ORDER BY position")
    assert [{**row, "updated_at": None} for row in after] == [
        {name: value for name, value in {**row, "updated_at": None}.items() if name != "xmin"}
        for row in before
    ]


async def test_a_series_keeps_what_nobody_may_change(app: App) -> None:
    tides = await series(app, episode(1, 1))
    async with app.transaction() as tx:
        await edit_work(tx, "series", tides, Edit({"title": "Mine"}))

    outcome = await tell(
        app,
        tides,
        found("Tides", kind=Kind.TV, year=2014, terms={"network": ("SeaTV",)}, certifications={"DE": "16"}),
    )

    assert outcome.is_changed
    assert await rows(app, "SELECT title, year, age FROM tv.series") == [
        {"title": "Mine", "year": 2014, "age": 16}
    ]
    assert await values(app, "SELECT t.kind || t.name FROM taxonomy.terms t") == ["networkSeaTV"]
    assert (await scanned(app, tides, episode(1, 1)))[0] == await value(app, "SELECT id FROM tv.episodes")


async def test_when_a_series_was_last_aired_is_renewed_and_goes_with_its_match(app: App) -> None:
    tides = await series(app)
    last = "SELECT last_air_date FROM tv.series"
    said = found("Tides", kind=Kind.TV, last_aired_on=date(2015, 6, 1))

    assert (await tell(app, tides, said)).is_changed
    assert await value(app, last) == date(2015, 6, 1)
    await tell(app, tides, replace(said, facts=replace(said.facts, last_aired_on=None)), at=LATER)
    assert await value(app, last) == date(2015, 6, 1)
    async with app.transaction() as tx:
        await withdraw(tx, Kind.TV, [tides], LATER)
    assert await value(app, last) is None
