"""Series, seasons and episodes through the graph."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.api.node import global_id
from app.core.app import App
from app.core.ids import new_id
from tests import given
from tests.api.conftest import Ask


def named(items: list[dict[str, Any]], field: str = "title") -> list[Any]:
    return [item[field] for item in items]


async def titles(execute: Ask, **variables: Any) -> list[str]:
    return named((await execute("tv/all_series", **variables))["allSeries"]["nodes"])


async def key(app: App, sql: str, *args: Any) -> UUID:
    async with app.database.pool.acquire() as connection:
        return await connection.fetchval(sql, *args)


async def test_a_page_of_series_is_sorted_by_title_and_counted(app: App, execute: Ask) -> None:
    for title in ("Tides", "Harbour Street", "Nordwind"):
        await given.series(app, title)

    data = await execute("tv/all_series", first=2)

    assert named(data["allSeries"]["nodes"]) == ["Harbour Street", "Nordwind"]
    assert data["allSeries"]["totalCount"] == 3
    rest = await execute("tv/all_series", after=data["allSeries"]["pageInfo"]["endCursor"])
    assert named(rest["allSeries"]["nodes"]) == ["Tides"]


@pytest.mark.parametrize(
    ("field", "direction", "expected"),
    [
        ("FIRST_AIR_DATE", "ASC", ["Old", "New", "Undated"]),
        ("FIRST_AIR_DATE", "DESC", ["New", "Old", "Undated"]),
        ("POPULARITY", "DESC", ["Old", "Undated", "New"]),
        ("ADDED_AT", "ASC", ["Undated", "Old", "New"]),
        ("TITLE", "DESC", ["Undated", "Old", "New"]),
    ],
)
async def test_series_are_sorted_with_what_is_unknown_last(
    app: App, execute: Ask, field: str, direction: str, expected: list[str]
) -> None:
    for title, aired, popularity, added in (
        ("Old", date(1990, 1, 1), 9, "2026-01-02T00:00:00Z"),
        ("New", date(2020, 1, 1), 1, "2026-01-03T00:00:00Z"),
        ("Undated", None, 5, "2026-01-01T00:00:00Z"),
    ):
        await given.series(app, title, first_air_date=aired, popularity=popularity, added_at=added)

    assert await titles(execute, orderBy={"field": field, "direction": direction}) == expected


async def test_series_are_filtered_by_their_own_and_by_what_they_are_related_to(
    app: App, execute: Ask
) -> None:
    drama, news = await given.term(app, "genre", "Drama"), await given.term(app, "genre", "News")
    north = await given.term(app, "network", "North One")
    library_id = await given.library(app, name="Shows", kind="tv")
    tides = await given.series(
        app, "Tides", genres=(drama, north), year=2001, seasons=(1,), library_id=library_id
    )
    await given.season(app, tides, 0)
    await given.series(app, "Bulletin", genres=(news,), year=2015, first_air_date=date(2015, 5, 1))
    await given.series_credit(app, tides, await given.person(app, "Ada Winter"))

    for where, expected in (
        ({"search": "tide"}, ["Tides"]),
        ({"year": {"gte": 2010}}, ["Bulletin"]),
        ({"firstAirDate": {"gt": "2015-04-30"}}, ["Bulletin"]),
        ({"hasSpecials": True}, ["Tides"]),
        ({"hasSpecials": False}, ["Bulletin"]),
        ({"genres": {"some": {"name": {"eq": "Drama"}}}}, ["Tides"]),
        ({"genres": {"none": {"id": {"eq": global_id("Genre", drama)}}}}, ["Bulletin"]),
        ({"networks": {"some": {"name": {"contains": "north"}}}}, ["Tides"]),
        ({"libraries": {"some": {"id": {"eq": global_id("Library", library_id)}}}}, ["Tides"]),
        ({"libraries": {"none": {"name": {"eq": "Shows"}}}}, ["Bulletin"]),
        ({"episodes": {"some": {"number": {"eq": 1}}}}, ["Tides"]),
        ({"cast": {"some": {"name": {"startsWith": "ada"}}}}, ["Tides"]),
        ({"not": {"search": "tide"}}, ["Bulletin"]),
        ({"or": [{"search": "tide"}, {"year": {"eq": 2015}}]}, ["Bulletin", "Tides"]),
        ({"and": [{"search": "tide"}, {"year": {"eq": 2015}}]}, []),
    ):
        assert await titles(execute, filter=where) == expected, where


@pytest.mark.parametrize("text", ["tides", "GEZEITEN", "marees"])
async def test_a_series_is_found_by_its_title_in_any_language(app: App, execute: Ask, text: str) -> None:
    await given.series(app, "Tides", translations={"de": {"title": "Gezeiten"}, "fr": {"title": "Marées"}})
    await given.series(app, "Nordwind")

    data = await execute("tv/search_series", search=text)

    assert named(data["allSeries"]["nodes"]) == ["Tides"]


async def test_a_search_for_a_wildcard_finds_only_what_has_one(app: App, execute: Ask) -> None:
    await given.series(app, "Tides")
    await given.series(app, "100% Tides")

    data = await execute("tv/search_series", search="%")

    assert named(data["allSeries"]["nodes"]) == ["100% Tides"]


@pytest.mark.parametrize("by", ["id", "slug", "tmdbId", "imdbId", "tvdbId"])
async def test_a_series_is_looked_up_by_each_of_its_ids(app: App, execute: Ask, by: str) -> None:
    series_id = await given.series(
        app, "Tides", slug="tides", provider_ids={"tmdb": "1", "imdb": "tt2", "tvdb": "3"}
    )
    await given.series(app, "Nordwind", provider_ids={"tmdb": "3", "tvdb": "1"})
    value = {
        "id": global_id("Series", series_id),
        "slug": "tides",
        "tmdbId": "1",
        "imdbId": "tt2",
        "tvdbId": "3",
    }

    data = await execute("tv/series", by={by: value[by]})

    assert data["series"]["title"] == "Tides"


async def test_an_unknown_series_is_null(execute: Ask) -> None:
    assert (await execute("tv/series", by={"slug": "nowhere"}))["series"] is None


async def test_a_detail_page_has_all_that_belongs_to_a_series(app: App, execute: Ask) -> None:
    library_id = await given.library(app, name="Shows", kind="tv")
    terms = [await given.term(app, kind, f"A {kind}") for kind in ("genre", "studio", "network", "keyword")]
    series_id = await given.series(
        app,
        "Tides",
        seasons=(2, 1),
        genres=tuple(terms),
        library_id=library_id,
        first_air_date=date(2001, 2, 3),
        certifications={"DE": "12", "US": "TV-14"},
        ratings={"imdb": {"value": 8.5, "votes": 10, "max": 10}},
    )
    specials = await given.season(app, series_id, 0)
    await given.artwork(app, library_id, "poster", season_id=specials)
    await given.artwork(app, library_id, "backdrop", series_id=series_id)
    await given.extra(app, library_id, "trailer", series_id=series_id)
    for billing, name in enumerate(("Ada", "Bo")):
        await given.series_credit(app, series_id, await given.person(app, name), billing=billing)
    await given.series_credit(
        app, series_id, await given.person(app, "Cy"), department="Writing", job="Creator"
    )

    series = (await execute("tv/series", by={"id": global_id("Series", series_id)}))["series"]

    assert series["firstAirDate"] == "2001-02-03"
    assert series["certifications"] == [{"country": "DE", "name": "12"}, {"country": "US", "name": "TV-14"}]
    assert [named(series[kind], "name") for kind in ("genres", "studios", "networks")] == [
        ["A genre"],
        ["A studio"],
        ["A network"],
    ]
    assert named(series["keywords"]["nodes"], "name") == ["A keyword"]
    assert named(series["seasons"], "number") == [1, 2, 0]
    assert [season["episodes"]["totalCount"] for season in series["seasons"]] == [2, 1, 0]
    assert [season["isSpecials"] for season in series["seasons"]] == [False, False, True]
    assert named(series["seasons"][2]["artwork"], "kind") == ["POSTER"]
    assert [credit["person"]["name"] for credit in series["cast"]["nodes"]] == ["Ada", "Bo"]
    assert series["cast"]["totalCount"] == 2
    assert [(credit["job"], credit["person"]["name"]) for credit in series["crew"]["nodes"]] == [
        ("Creator", "Cy")
    ]
    assert named(series["libraries"], "name") == ["Shows"]
    assert named(series["extras"], "kind") == ["TRAILER"]
    assert named(series["artwork"], "kind") == ["BACKDROP"]


async def test_texts_come_in_the_wanted_language_or_else_the_viewers_or_else_the_original(
    app: App, execute: Ask
) -> None:
    series_id = await given.series(
        app,
        "Tides",
        original_title="Tides",
        original_language="en",
        overview="About water.",
        translations={"de": {"title": "Gezeiten", "overview": "Von Wasser."}, "fr": {"title": "Marées"}},
    )
    by = {"id": global_id("Series", series_id)}

    async def texts(language: str | None, *languages: str) -> tuple[str, str]:
        found = (await execute("tv/series", by=by, language=language, languages=languages))["series"]
        return found["title"], found["overview"]

    assert await texts(None) == ("Tides", "About water.")
    assert await texts(None, "de-at") == ("Gezeiten", "Von Wasser.")
    assert await texts("fr", "de") == ("Marées", "Von Wasser.")
    assert await texts("en", "de") == ("Tides", "About water.")
    assert await texts("ja", "de") == ("Gezeiten", "Von Wasser.")


async def test_a_season_pages_through_its_episodes(app: App, execute: Ask) -> None:
    series_id = await given.series(app, "Tides", seasons=(3, 1))
    season_id = await key(app, "SELECT id FROM tv.seasons WHERE number = 1")
    season = global_id("Season", season_id)

    first = (await execute("tv/season", id=season, first=2))["season"]
    after = first["episodes"]["pageInfo"]["endCursor"]
    second = (await execute("tv/season", id=season, first=2, after=after))["season"]

    assert first["series"]["id"] == global_id("Series", series_id)
    assert first["episodes"]["totalCount"] == 3
    assert named(first["episodes"]["nodes"], "number") == [1, 2]
    assert named(second["episodes"]["nodes"], "number") == [3]
    assert second["episodes"]["pageInfo"]["hasNextPage"] is False


async def test_a_season_and_an_episode_have_texts_in_other_languages(app: App, execute: Ask) -> None:
    series_id = await given.series(app, "Tides", original_language="en")
    german = {"de": {"title": "Anfang", "overview": "Es beginnt."}}
    season_id = await given.season(app, series_id, 1, title="Start", translations=german)
    episode_id = await given.episode(app, series_id, season_id, 1, 1, title="Start", translations=german)

    for path, kind, found_id in (("tv/season", "season", season_id), ("tv/episode", "episode", episode_id)):
        wanted = global_id(kind.title(), found_id)
        german_texts = (await execute(path, id=wanted, language="de"))[kind]
        viewers = (await execute(path, id=wanted, languages=("de",)))[kind]
        english = (await execute(path, id=wanted, language="en", languages=("de",)))[kind]
        assert (german_texts["title"], german_texts["overview"]) == ("Anfang", "Es beginnt.")
        assert viewers["title"] == "Anfang"
        assert english["title"] == "Start"


async def test_a_series_lists_its_episodes_by_season_air_date_or_kind(app: App, ask: Ask) -> None:
    series_id = await given.series(app, "Tides")
    specials, first = await given.season(app, series_id, 0), await given.season(app, series_id, 1)
    await given.episode(app, series_id, first, 1, 2, air_date=date(2001, 1, 2))
    await given.episode(app, series_id, first, 1, 1, air_date=date(2001, 1, 9))
    await given.episode(app, series_id, specials, 0, 1, air_date=date(2001, 1, 5))

    data = await ask(
        """query ($by: SeriesBy!) { series(by: $by) {
          inOrder: episodes { nodes { seasonNumber number isSpecial } }
          backwards: episodes(orderBy: {direction: DESC}) { nodes { seasonNumber number } }
          aired: episodes(orderBy: {field: AIR_DATE}) { nodes { seasonNumber number } }
          specials: episodes(filter: {isSpecial: true}) { totalCount nodes { seasonNumber number } }
          one: episodes(filter: {seasonNumber: {eq: 1}}, last: 1) { nodes { seasonNumber number } }
        } }""",
        by={"id": global_id("Series", series_id)},
    )

    places = {
        name: [(each["seasonNumber"], each["number"]) for each in page["nodes"]]
        for name, page in data["series"].items()
    }
    assert places["inOrder"] == [(0, 1), (1, 1), (1, 2)]
    assert places["backwards"] == [(1, 2), (1, 1), (0, 1)]
    assert places["aired"] == [(1, 2), (0, 1), (1, 1)]
    assert places["specials"] == [(0, 1)]
    assert places["one"] == [(1, 2)]
    assert named(data["series"]["inOrder"]["nodes"], "isSpecial") == [True, False, False]


async def test_an_episode_knows_its_guests_and_files(app: App, execute: Ask) -> None:
    library_id = await given.library(app, kind="tv")
    series_id = await given.series(app, "Tides")
    season_id = await given.season(app, series_id, 1)
    first, second = [await given.episode(app, series_id, season_id, 1, number) for number in (1, 2)]
    file_id = await given.episode_in(app, first, library_id)
    await given.episode_in(app, second, library_id, file_id=file_id)
    await given.stream(app, file_id, "audio", 1, codec="aac", language="de")
    await given.artwork(app, library_id, "still", episode_id=first)
    await given.episode_credit(app, first, await given.person(app, "Guest"))
    await given.episode_credit(
        app, first, await given.person(app, "Boss"), department="Directing", job="Director"
    )

    episode = (await execute("tv/episode", id=global_id("Episode", first)))["episode"]

    assert episode["series"]["title"] == "Tides"
    assert episode["season"]["number"] == 1
    assert [each["person"]["name"] for each in episode["guests"]["nodes"]] == ["Guest"]
    assert [each["person"]["name"] for each in episode["crew"]["nodes"]] == ["Boss"]
    assert named(episode["artwork"], "kind") == ["STILL"]
    (part,) = episode["parts"]
    assert part["file"]["streams"] == [{"__typename": "AudioStream", "codec": "aac", "language": "de"}]
    assert [each["episode"]["number"] for each in part["file"]["episodeParts"]] == [1, 2]


async def test_unknown_seasons_and_episodes_are_null(execute: Ask) -> None:
    assert (await execute("tv/season", id=global_id("Season", new_id())))["season"] is None
    assert (await execute("tv/episode", id=global_id("Episode", new_id())))["episode"] is None


async def test_episodes_of_all_series_come_newest_first_and_can_be_searched(app: App, execute: Ask) -> None:
    for title, aired in (("Arrival", "2001-01-01"), ("Departure", None), ("Return", "2002-01-01")):
        series_id = await given.series(app)
        season_id = await given.season(app, series_id)
        await given.episode(app, series_id, season_id, title=title, air_date=aired)

    newest = await execute("tv/episodes")
    by_day = await execute("tv/episodes", orderBy={"field": "AIR_DATE", "direction": "DESC"})
    found = await execute("tv/episodes", filter={"search": "RETURN"})

    assert named(newest["episodes"]["nodes"]) == ["Return", "Departure", "Arrival"]
    assert named(by_day["episodes"]["nodes"]) == ["Return", "Arrival", "Departure"]
    assert named(found["episodes"]["nodes"]) == ["Return"]


async def test_a_cursor_of_another_order_is_refused(app: App, execute: Ask, ask: Ask) -> None:
    await given.series(app)
    cursor = (await execute("tv/all_series"))["allSeries"]["pageInfo"]["endCursor"]

    response = await ask(
        "query ($after: String) { allSeries(after: $after, orderBy: {field: ADDED_AT}) { nodes { id } } }",
        after=cursor,
    )

    assert response.errors[0]["extensions"]["code"] == "INVALID_INPUT"
    assert response.errors[0]["extensions"]["field"] == "after"


async def test_what_a_person_did_on_television(app: App, ask: Ask) -> None:
    person_id = await given.person(app, "Ada Winter")
    for title, aired in (("Old", date(1990, 1, 1)), ("New", date(2020, 1, 1))):
        series_id = await given.series(app, title, first_air_date=aired)
        await given.series_credit(app, series_id, person_id)
        episode_id = await given.episode(
            app, series_id, await given.season(app, series_id), title=title, air_date=aired
        )
        await given.episode_credit(app, episode_id, person_id, department="Directing", job="Director")

    data = await ask(
        """query ($id: ID!) { person(id: $id) {
          seriesCredits { nodes { character series { title } } }
          episodeCredits(departments: ["Directing"]) { nodes { job episode { title } } }
          acting: episodeCredits(departments: ["Acting"]) { totalCount }
        } }""",
        id=global_id("Person", person_id),
    )

    person = data["person"]
    assert [each["series"]["title"] for each in person["seriesCredits"]["nodes"]] == ["New", "Old"]
    assert [each["episode"]["title"] for each in person["episodeCredits"]["nodes"]] == ["New", "Old"]
    assert person["acting"]["totalCount"] == 0


async def test_a_network_knows_its_series(app: App, ask: Ask) -> None:
    network = await given.term(app, "network", "North One")
    await given.series(app, "Tides", genres=(network,))
    await given.series(app, "Nordwind")

    data = await ask("{ networks { nodes { name series { totalCount nodes { title } } } } }")

    assert data["networks"]["nodes"] == [
        {"name": "North One", "series": {"totalCount": 1, "nodes": [{"title": "Tides"}]}}
    ]


@pytest.mark.parametrize("kind", ["Series", "Season", "Episode"])
async def test_each_is_found_again_by_its_id(app: App, ask: Ask, kind: str) -> None:
    await given.series(app, "Tides", seasons=(1,))
    table = {"Series": "series", "Season": "seasons", "Episode": "episodes"}[kind]
    wanted = global_id(kind, await key(app, f"SELECT id FROM tv.{table}"))

    data = await ask("query ($id: ID!) { node(id: $id) { __typename id } }", id=wanted)

    assert data["node"] == {"__typename": kind, "id": wanted}
