"""What providers said of works goes with the match by which they said it."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.activity.actor import Actor
from app.catalog.edits import Edit
from app.catalog.facts import EpisodeFacts, SeasonFacts
from app.core.app import App
from app.curation import linking
from app.curation.edit import edit_work
from app.identify.titles import match_key
from app.metadata.describe import describe_works
from app.metadata.describe_seasons import describe_season
from app.metadata.facts import FoundEpisode, FoundSeason, Kind
from app.metadata.gather import Gathered
from app.metadata.keep import keep
from app.metadata.links import Found
from app.metadata.looks import Look
from app.metadata.merge import Plan, merge
from app.metadata.score import Status
from app.metadata.wanted import ask_for
from tests import given
from tests.catalog.said import collection, credit
from tests.library.scanning import announced, rows, value
from tests.metadata.enriching import TITLED, described, library, look
from tests.metadata.telling import AT, LATER, found, tell

ALL = found(
    "Low Tide",
    year=2015,
    original_title="Ebbe",
    tagline="It comes back.",
    overview="The sea goes.",
    original_language="de",
    status="Released",
    released_on=date(2015, 4, 2),
    runtime_s=6000,
    popularity=7.5,
    countries=("DE", "DK"),
    certifications={"DE": "16"},
    ratings={"tmdb": {"value": 7.1, "votes": 12}},
    provider_ids={"tmdb": "11", "imdb": "tt11"},
    terms={"genre": ("Drama",), "keyword": ("sea",)},
    credits=(credit("Ada Rohn", 0, tmdb="71"),),
    collection=collection("Tides", tmdb="31"),
    translations={"de": {"title": "Ebbe"}},
)
STATE = """
SELECT title, sort_title, original_title, tagline, overview, original_language, status, release_date, year, runtime_s,
    popularity, countries, certifications, ratings, provider_ids, translations, known_as, age, sources,
    (SELECT count(*) FROM movies.movie_terms l WHERE l.movie_id = m.id) AS terms,
    (SELECT count(*) FROM movies.credits c WHERE c.movie_id = m.id) AS credits,
    (SELECT count(*) FROM collections.movies c WHERE c.movie_id = m.id) AS collections
FROM movies.movies m WHERE id = $1
"""
NOTHING = {
    **dict.fromkeys(("original_title", "tagline", "overview", "original_language", "status", "release_date")),
    **dict.fromkeys(("runtime_s", "age")),
    **dict.fromkeys(("terms", "credits", "collections", "popularity"), 0),
    "countries": [],
    "certifications": {},
    "ratings": {},
    "provider_ids": {},
    "translations": {},
    "known_as": [],
    "sources": {},
}
LINKED = {"status": Status.MATCHED, "provider": "tmdb", "provider_id": "1"}
HOW = {
    "reject": lambda tx, kind, key: linking.reject(tx, Actor(), kind, key),
    "reset": lambda tx, kind, key: linking.reset(tx, Actor(), kind, key),
    "choose": lambda tx, kind, key: linking.choose(tx, Actor(), kind, key, "tmdb", "2"),
}


async def decide(app: App, how: str, kind: Kind, key: UUID) -> None:
    async with app.transaction() as tx:
        await HOW[how](tx, kind, key)


async def film(app: App, **more: Any) -> UUID:
    """One whose file is called `The Tide 2014`, and that a provider was found to know."""
    values = {"match_key": "thetide", "year": 2014} | more
    key = await given.movie(app, "The Tide", **values)
    file_id = await given.movie_in(app, key, await library(app))
    reading = {"title": "The Tide", "year": 2014, "provider_ids": {}}
    await rows(app, "UPDATE library.files SET reading = $2 WHERE id = $1", file_id, reading)
    await given.link(app, Kind.MOVIE, key, 0, **LINKED)
    return key


async def state(app: App, key: UUID) -> dict[str, Any]:
    [row] = await rows(app, STATE, key)
    return row


@pytest.mark.parametrize("how", HOW)
async def test_what_a_provider_said_of_a_film_goes_with_the_match_and_what_the_name_says_comes_back(
    app: App, how: str
) -> None:
    key = await film(app)
    await tell(app, key, replace(ALL, titles=("Niedrigwasser",)))
    await given.details(app, key)
    await given.picture(app, owner_id=key)
    chosen = await given.picture(app, owner_id=key, is_chosen=True)

    await decide(app, how, Kind.MOVIE, key)

    assert await state(app, key) == NOTHING | {"title": "The Tide", "sort_title": "Tide", "year": 2014}
    assert await rows(app, "SELECT image_id FROM images.pictures") == [{"image_id": chosen}]
    assert await rows(app, "SELECT work_id FROM metadata.details") == []


async def test_choosing_what_it_is_already_leaves_it_as_it_is(app: App) -> None:
    key = await film(app)
    await tell(app, key, ALL)
    before = await state(app, key)

    async with app.transaction() as tx:
        await linking.choose(tx, Actor(), Kind.MOVIE, key, "tmdb", "1")

    assert await state(app, key) == before


async def test_what_people_and_nfo_files_and_tags_say_stays(app: App) -> None:
    nfo, tags = ["nfo", 1], ["provider", 1, "tags"]
    key = await film(
        app,
        certifications={"US": "PG"},
        sources={"certifications": nfo, "overview": nfo, "tagline": tags},
        overview="An NFO's.",
        tagline="A tag's.",
    )
    await tell(app, key, replace(ALL, facts=replace(ALL.facts, tagline=None)))
    async with app.transaction() as tx:
        await edit_work(tx, "movie", key, Edit({"title": "Mine"}, lock=frozenset({"status", "genres"})))

    await decide(app, "reject", Kind.MOVIE, key)

    now = await state(app, key)
    assert (now["title"], now["status"], now["terms"]) == ("Mine", "Released", 1)
    assert (now["overview"], now["tagline"]) == ("An NFO's.", "A tag's.")
    assert (now["certifications"], now["age"]) == ({"US": "PG"}, 8)
    assert now["original_title"] is None


async def test_who_sees_it_now_is_told(app: App) -> None:
    key = await film(app)
    await tell(app, key, ALL)
    await announced(app)

    await decide(app, "reject", Kind.MOVIE, key)

    [event] = await announced(app)
    assert event.updated == (key,)
    assert '"age": 16' in event.was[0]


async def test_a_film_that_a_person_named_keeps_its_year(app: App) -> None:
    key = await given.movie(app, "Neap", match_key="neap", year=2001)
    await given.movie_in(app, key, await library(app), said="Something else")
    await given.link(app, Kind.MOVIE, key, 0, **LINKED)
    await tell(app, key, found("Neap Tide", year=2001, overview="Half."))

    await decide(app, "reject", Kind.MOVIE, key)

    now = await state(app, key)
    assert (now["title"], now["year"], now["overview"]) == ("neap", 2001, None)


def season(*episodes: FoundEpisode) -> FoundSeason:
    return FoundSeason("tmdb", "7", SeasonFacts(1, "Season One", "All of it."), episodes)


def told(number: int, title: str, **more: Any) -> FoundEpisode:
    facts = EpisodeFacts(1, number, title=title, is_described=True, **more)
    return FoundEpisode(str(number), facts, {"de": {"title": "Ebbe"}})


async def series(app: App) -> tuple[UUID, list[UUID]]:
    """One of two episodes, the first of which is named, and the second known by its day."""
    library_id = await library(app, kind="tv")
    key = await given.series(app, "Tides", match_key="tides", library_id=library_id)
    season_id = await given.season(app, key)
    named = await given.episode(app, key, season_id, title="As named")
    file_id = await given.episode_in(app, named, library_id)
    day = date(2015, 4, 9)
    dated = await given.episode(app, key, season_id, 1, None, title=None, air_date=day, position=99)
    await given.episode_in(app, dated, library_id)
    reading = {"title": "Tides", "season": 1, "episodes": [1], "episode_title": "As named"}
    await rows(app, "UPDATE library.files SET reading = $2 WHERE id = $1", file_id, reading)
    await given.link(app, Kind.TV, key, 0, **LINKED)
    return key, [named, dated]


async def describe(app: App, key: UUID, *episodes: FoundEpisode) -> None:
    async with app.transaction() as tx:
        await describe_season(tx, key, season(*episodes), AT)


FIRST = told(
    1,
    "Ebb",
    overview="It goes.",
    runtime_s=60,
    absolute_number=3,
    ratings={"tmdb": {"value": 7.0, "votes": 3}},
    provider_ids={"tmdb": "81"},
    credits=(credit("Ada Rohn", tmdb="71"),),
)
SECOND = told(2, "Flow", air_date=date(2015, 4, 9))
EPISODES = """
SELECT title, number, position, overview, air_date, runtime_s, absolute_number, ratings, provider_ids, translations,
    sources, (SELECT count(*) FROM tv.episode_credits c WHERE c.episode_id = e.id) AS credits
FROM tv.episodes e ORDER BY title
"""


async def test_what_was_said_of_seasons_and_episodes_goes_too(app: App) -> None:
    key, [named, dated] = await series(app)
    await tell(app, key, found("Ebb and Flow", kind=Kind.TV, overview="Water."))
    await describe(app, key, FIRST, SECOND)
    await given.picture(app, "still", owner_id=named, owner_kind="episode")
    await announced(app)

    await decide(app, "reject", Kind.TV, key)

    assert (await rows(app, "SELECT title, overview FROM tv.series"))[0] == {
        "title": "Tides",
        "overview": None,
    }
    [row] = await rows(app, "SELECT title, overview, translations, sources FROM tv.seasons")
    assert row == {"title": None, "overview": None, "translations": {}, "sources": {}}
    bare = dict.fromkeys(("overview", "air_date", "runtime_s", "absolute_number"))
    bare |= {"ratings": {}, "provider_ids": {}, "translations": {}, "sources": {}, "credits": 0}
    assert await rows(app, EPISODES) == [
        bare | {"title": "As named", "number": 1, "position": 1},
        bare | {"title": None, "number": None, "position": 99, "air_date": date(2015, 4, 9)},
    ]
    assert await rows(app, "SELECT id FROM images.pictures") == []
    events = {event.kind: event.updated for event in await announced(app)}
    assert events.keys() == {"series", "season", "episode"}
    assert set(events["episode"]) == {named, dated}


async def test_taking_back_costs_as_much_for_many_episodes_as_for_few(app: App, statements: Any) -> None:
    key, _ = await series(app)
    await describe(app, key, FIRST, SECOND)
    statements.clear()
    await decide(app, "reject", Kind.TV, key)
    few = len(statements)
    season_id = await value(app, "SELECT id FROM tv.seasons")
    for number in range(3, 9):
        await given.episode(app, key, season_id, 1, number)
    await describe(app, key, FIRST, SECOND, *(told(number, f"Part {number}x") for number in range(3, 9)))
    statements.clear()

    await decide(app, "reject", Kind.TV, key)

    assert len(statements) == few, statements


async def test_a_season_that_was_asked_of_another_work_is_not_stored(app: App) -> None:
    key, _ = await series(app)
    season_id = await value(app, "SELECT id FROM tv.seasons")
    gathered = Gathered(
        Look("season", season_id, 1, 0, None, None, (), key, 1),
        LATER - AT,
        season=season(FIRST),
        season_of=("tmdb", "1"),
    )
    await decide(app, "choose", Kind.TV, key)

    async with app.transaction() as tx:
        await keep(tx, [gathered], AT)

    assert (await rows(app, "SELECT title FROM tv.seasons"))[0]["title"] is None


async def rename(app: App, key: UUID, title: str) -> None:
    """As a scan does it: grouped by the new name, and else as the provider said; its look is wanted."""
    await rows(app, "UPDATE movies.movies SET match_key = $2 WHERE id = $1", key, match_key(title))
    [file_id] = (await rows(app, "SELECT id FROM library.files"))[0].values()
    reading = {"title": title, "year": 1999, "provider_ids": {}}
    await rows(app, "UPDATE library.files SET reading = $2 WHERE id = $1", file_id, reading)
    async with app.transaction() as tx:
        await ask_for(tx, "movie", [key])


async def matched(app: App) -> UUID:
    """A film of the demo's titles, as it was described."""
    chosen = TITLED[0]
    key = await given.movie(app, chosen.title, year=chosen.year, library_id=await library(app))
    async with app.transaction() as tx:
        await ask_for(tx, "movie", [key])
    await look(app)
    assert (await described(app, key))["overview"]
    return key


async def test_after_a_new_name_that_nobody_knows_it_is_called_by_that(tmdb: Any) -> None:
    key = await matched(tmdb.app)
    await rename(tmdb.app, key, "Quite Unheard Of")

    await look(tmdb.app)

    now = await state(tmdb.app, key)
    assert now == NOTHING | {"title": "Quite Unheard Of", "sort_title": "Quite Unheard Of", "year": 1999}
    assert await rows(tmdb.app, "SELECT id FROM images.pictures WHERE owner_id = $1", key) == []


async def test_after_a_new_name_it_is_what_that_means_and_nothing_is_left_of_the_former(tmdb: Any) -> None:
    key = await matched(tmdb.app)
    await rows(tmdb.app, "UPDATE movies.movies SET tagline = 'Of before.' WHERE id = $1", key)
    former = await described(tmdb.app, key)
    other = next(film for film in TITLED[1:] if film.year != TITLED[0].year)
    await rename(tmdb.app, key, other.title)
    reading = {"title": other.title, "year": other.year, "provider_ids": {}}
    await rows(tmdb.app, "UPDATE library.files SET reading = $1", reading)

    await look(tmdb.app)

    now = await described(tmdb.app, key)
    assert now["title"] == other.title
    assert now["provider_ids"]["tmdb"] not in (None, former["provider_ids"]["tmdb"])
    assert now["tagline"] != "Of before."
    assert now["overview"] != former["overview"]


async def test_while_nobody_can_be_asked_it_stays_as_it_was(tmdb: Any) -> None:
    key = await matched(tmdb.app)
    before = await state(tmdb.app, key)
    await rename(tmdb.app, key, "Quite Unheard Of")
    await rows(tmdb.app, "DELETE FROM settings.secrets")

    await look(tmdb.app)

    assert await state(tmdb.app, key) == before


async def test_a_merged_description_is_not_told_twice(app: App) -> None:
    """Saying it again after it was taken back is news, and saying it once more is none."""
    key = await film(app)
    await tell(app, key, ALL)
    await decide(app, "reset", Kind.MOVIE, key)
    async with app.transaction() as tx:
        merged = {key: merge([ALL], Plan(("tmdb",)))}
        first = await describe_works(tx, Kind.MOVIE, merged, LATER)

    assert first[key].is_changed
    assert not (await tell(app, key, ALL, at=LATER)).is_changed


async def test_the_same_work_at_another_provider_keeps_what_the_first_one_said(app: App) -> None:
    """Until the other says otherwise. What shares no id is another work."""
    same, other = await film(app), await film(app)
    for key, imdb in ((same, "tt11"), (other, "tt12")):
        facts = replace(ALL.facts, overview=f"Of {imdb}.", provider_ids={"imdb": imdb})
        await tell(app, key, replace(ALL, facts=facts))
    looks = [Look("movie", key, 0, 0, None, None, ()) for key in (same, other)]
    said = {same: "tt11", other: "tt13"}
    gathered: list[Gathered] = []
    for each in looks:
        work = found("Low Tide", "tvdb", provider_ids={"imdb": said[each.work_id]})
        link = Found(Kind.MOVIE, each.work_id, Status.MATCHED, "tvdb", work.id, work=work)
        merged = merge([work], Plan(("tvdb",)))
        gathered.append(Gathered(each, LATER - AT, found=link, merged=merged, works=(work,)))

    async with app.transaction() as tx:
        await keep(tx, gathered, LATER)

    assert [(await state(app, key))["overview"] for key in (same, other)] == ["Of tt11.", None]
