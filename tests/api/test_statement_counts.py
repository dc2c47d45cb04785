"""However long its lists, a query costs the same number of statements."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.access.rule import Access
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.activity.record import record
from app.api.node import global_id
from app.core.app import App
from app.core.ids import new_id
from app.metadata.facts import Kind
from tests import given
from tests.api.conftest import Ask, Response
from tests.api.walk import Way, document, ways_to_every_field

# These have to be told what is wanted, though the schema can't say so.
ASKED_FOR_SOMETHING = {"searchMatches"}
WAYS = [way for way in ways_to_every_field() if way[0].name not in ASKED_FOR_SOMETHING]
ELSEWHERE = {"provider_ids": {"wikidata": "Q1"}}
# What the names of all films' files say, too.
ALIKE = "The Same Film"
# Gives each work an id of its own at TMDb.
NUMBER = """
UPDATE {table} w SET provider_ids = provider_ids || jsonb_build_object('tmdb', n.number)
FROM (SELECT id, CAST(row_number() OVER (ORDER BY id) AS text) AS number FROM {table}) n WHERE n.id = w.id
RETURNING w.id, n.number
"""
RATINGS = {"imdb": {"value": 5, "votes": 1}}
TRANSLATED = {"translations": {"de": {"title": "t"}}}
WORK: dict[str, Any] = ELSEWHERE | {
    "certifications": {"US": "PG"},
    "ratings": RATINGS,
    **TRANSLATED,
}

# A picture shows one thing, and the shortest way to a picture goes through films; so does what a work is to providers.
ONLY_FILMS_SHOWN = {
    f"{{ movies {{ totalCount nodes {{ artwork {{ {owner} {{ __typename }} }} }} }} }}"
    for owner in ("series", "season", "episode")
} | {"{ movies { totalCount nodes { metadataMatch { series { __typename } } } } }"}
SHOWN_ELSEWHERE = (
    "{ allSeries { nodes { metadataMatch { series { id } } } } }",
    "{ allSeries { nodes { artwork { series { id } } } } }",
    "{ allSeries { nodes { seasons { artwork { season { id } } } } } }",
    "{ episodes { nodes { artwork { episode { id } } } } }",
)


async def grow(app: App, size: int) -> None:
    """`size` of everything, everything related to `size` of everything else."""
    await grow_accounts(app, size)
    films, shows = await given.library(app), await given.library(app, kind="tv")
    genres, studios, keywords, networks = [
        tuple([await given.term(app, kind) for _ in range(size)])
        for kind in ("genre", "studio", "keyword", "network")
    ]
    people = [await given.person(app, **ELSEWHERE) for _ in range(size)]
    for person_id in people:
        await grow_pictures(app, "person", person_id, "profile")
    for _ in range(size):
        await grow_series(app, shows, genres + studios + keywords + networks, people)
    # Films come last, so that what is newest are films and episodes.
    movies = [await grow_movie(app, films, genres + studios + keywords, people) for _ in range(size)]
    await grow_details(app, size)
    for _ in range(size):
        collection_id = await given.collection(app, movies=tuple(movies), **ELSEWHERE, **TRANSLATED)
        await grow_pictures(app, "collection", collection_id, "poster", "backdrop")
        for library_id in (films, shows):
            await given.scan(app, library_id)
            await grow_question(app)
            await given.problem(app, library_id)
            await given.duplicates(app, library_id, files=size)
            await given.root(app, library_id, f"/more/{library_id}/{await given.person(app)}")

            change_id = await given.change(app)
            await given.change(app, undone_by=change_id, undoes=change_id)


async def grow_details(app: App, size: int) -> None:
    """What a provider tells of every film and series: `size` of others like it, and of others that are not there."""
    for table, kind in (("movies.movies", "movie"), ("tv.series", "tv")):
        rows = await app.db.rows(text(NUMBER.format(table=table)))
        there = given.related(*(row[1] for row in rows[:size]))
        missing = given.related(*(f"9{place}" for place in range(size)))
        for work_id, number in rows:
            await app.db.run(text("DELETE FROM metadata.details WHERE work_id = :id"), id=work_id)
            await given.details(
                app,
                work_id,
                kind,
                provider_id=number,
                videos=[given.video() for _ in range(size)],
                releases=[{"country": "DE", "rating": "6", "kind": "theatrical"}] * size,
                similar_works=there + missing,
                recommended_works=there,
                episode_orders=[given.episode_order(f"{place}") for place in range(size)],
            )


async def grow_pictures(app: App, owner_kind: str, owner_id: UUID, *kinds: str) -> None:
    """Two of each kind to choose from."""
    for kind in kinds * 2:
        await given.picture(app, kind, owner_kind=owner_kind, owner_id=owner_id)


async def grow_accounts(app: App, size: int) -> None:
    """People with roles that build on others, each of whom has done something."""
    limits = {"requests": 5, "request_days": 7}
    above = [await given.role(app) for _ in range(size)]
    roles = [await given.role(app, parents=above, **limits) for _ in range(size)]
    for _ in range(size):
        user = await given.user(app, roles=roles)
        await given.picture(app, "avatar", owner_kind="user", owner_id=user)
        async with app.transaction() as tx:
            await record(tx, Actor(user_id=user), "test.done", "user", user)


async def grow_question(app: App) -> None:
    """Another library whose scan asks about files."""
    asked_at = datetime(2026, 5, 1, tzinfo=UTC)
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, "awaiting_confirmation", asked_at=asked_at)
    for _ in range(2):
        file_id = await given.file(app, library_id)
        await given.removal(app, scan_id, file_id, missing_since=asked_at - timedelta(days=1))


async def grow_movie(app: App, library_id: UUID, terms: tuple[UUID, ...], people: list[UUID]) -> UUID:
    """A film whose every file is also an episode, a picture and an extra of a series."""
    series_id = await given.series(app)
    episode_id = await given.episode(app, series_id, await given.season(app, series_id))
    movie_id = await given.movie(app, ALIKE, genres=terms, **WORK)
    for place, person_id in enumerate(people):
        await given.movie_credit(app, movie_id, person_id, billing=place)
        await given.movie_credit(app, movie_id, person_id, department="Crew", job="Job", billing=place)
        file_id = await given.movie_in(app, movie_id, library_id, said=ALIKE)
        await grow_file(app, file_id)
        await given.match(app, file_id, *[movie_id] * len(people))
        await given.episode_in(app, episode_id, library_id, file_id=file_id)
        await given.artwork(app, library_id, file_id=file_id, movie_id=movie_id)
        await given.extra(app, library_id, file_id=file_id, movie_id=movie_id, series_id=series_id)
        for kind in ("poster", "backdrop", "logo"):
            await given.shown(app, library_id, kind, movie_id=movie_id)
        await given.extra(app, library_id, movie_id=movie_id)
    await grow_pictures(app, "movie", movie_id, "poster")
    await given.link(app, Kind.MOVIE, movie_id, len(people))
    await given.look(app, Kind.MOVIE, movie_id)
    return movie_id


async def grow_series(app: App, library_id: UUID, terms: tuple[UUID, ...], people: list[UUID]) -> None:
    series_id = await given.series(app, genres=terms, library_id=library_id, **WORK)
    await grow_pictures(app, "series", series_id, "poster")
    await given.link(app, Kind.TV, series_id, len(people))
    await given.look(app, Kind.TV, series_id)
    for number, person_id in enumerate(people):
        await given.series_credit(app, series_id, person_id, billing=number)
        await given.series_credit(app, series_id, person_id, department="Crew", job="Job", billing=number)
        for kind in ("poster", "backdrop", "logo"):
            await given.shown(app, library_id, kind, series_id=series_id)
        await given.extra(app, library_id, series_id=series_id)
        season_id = await given.season(app, series_id, number, sources={"title": ["nfo", 1]}, **TRANSLATED)
        await given.shown(app, library_id, season_id=season_id)
        await grow_pictures(app, "season", season_id, "poster")
        for place in (1, 2):
            await grow_episode(
                app,
                library_id,
                await given.episode(
                    app, series_id, season_id, number, place, ratings=RATINGS, **ELSEWHERE, **TRANSLATED
                ),
                person_id,
            )


async def grow_episode(app: App, library_id: UUID, episode_id: UUID, person_id: UUID) -> None:
    await given.episode_credit(app, episode_id, person_id)
    await given.episode_credit(app, episode_id, person_id, department="Crew", job="Job")
    await given.shown(app, library_id, "still", episode_id=episode_id)
    await grow_pictures(app, "episode", episode_id, "still")
    await grow_file(app, await given.episode_in(app, episode_id, library_id))


async def grow_file(app: App, file_id: UUID) -> None:
    for kind in ("video", "audio", "subtitle", "attachment"):
        await given.stream(app, file_id, kind)
    for place in (0, 1):
        await given.chapter(app, file_id, place)
    library_id = await given.library_of(app, file_id)
    await given.problem(app, library_id, file_id=file_id)
    await given.stream(app, file_id, "subtitle", 1000, external_file_id=file_id)


def reached(data: Any, way: Way) -> int:
    """How many objects a response holds at the end of a way."""
    if not way:
        return 1 if data is not None else 0
    if data is None:
        return 0
    step, *rest = way
    below = data.get(step.name)
    items = below["nodes"] if step.is_connection and below else below
    items = items if isinstance(items, list) else [items]
    return sum(reached(item, tuple(rest)) for item in items)


async def run(
    ask: Ask, statements: list[str], query: str, costs: dict[str, list[int]], viewer: Viewer | None = None
) -> Response:
    """The response of a query; notes how many statements it took."""
    statements.clear()
    response = await ask(query, viewer=viewer)
    assert not response.errors, (query, response.errors)
    costs[query].append(len(statements))
    return response


def seeing_a_part() -> Viewer:
    """Somebody who sees all works that there are, though not because they see everything."""
    return replace(marquee(), access=Access(max_age=12, blocked_terms=(new_id(),)))


def seeing_everything() -> Viewer:
    return marquee()


# Of the server or of oneself, which nothing here makes more of; what such lists cost is counted by itself.
ALONE = frozenset(
    {
        "apiTokens",
        "identityProviders",
        "invitations",
        "linkedIdentities",
        "mailStatus",
        "metadataProviders",
        "myActivity",
        "mySettings",
        "permissions",
        "registration",
        "secondFactors",
        "secrets",
        "sessions",
        "settingHistory",
        "settings",
        "signInOptions",
        "signInProviders",
        "viewer",
    }
)
# What scans counted, they counted whether it exists for the viewer or not; changes and duplicates here are of no work.
SCANS = frozenset({"Scan", "Removal"})
# Names of works of which nobody knows for whom they are.
UNKNOWN = frozenset({"MissingWork"})
OF_NO_WORK = frozenset({"changes", "duplicates"})
DONE_BY_NOBODY = {"{ changes { totalCount nodes { user { __typename } } } }"}


@pytest.mark.parametrize("who", [seeing_everything, seeing_a_part])
async def test_no_query_costs_more_statements_for_longer_lists(
    app: App, ask: Ask, statements: list[str], who: Callable[[], Viewer]
) -> None:
    costs: dict[str, list[int]] = {query: [] for query in (*map(document, WAYS), *SHOWN_ELSEWHERE)}
    found: dict[Way, list[int]] = {way: [] for way in WAYS}
    # Settings are read once and remembered.
    await ask("{ settings { __typename } }")

    for size in (2, 6) if who is seeing_everything else (2, 4):
        await grow(app, size)
        responses = {query: await run(ask, statements, query, costs, who()) for query in costs}
        for way in WAYS:
            found[way].append(reached(responses[document(way)], way))

    assert not {query: cost for query, cost in costs.items() if cost[0] != cost[1]}
    unreached = {
        way for way, counts in found.items() if not 0 < counts[0] < counts[1] and way[0].name not in ALONE
    }
    if who is seeing_a_part:
        unreached = {
            way
            for way in unreached
            if way[0].name not in OF_NO_WORK and not any(step.target in SCANS | UNKNOWN for step in way)
        }
    missed = {document(way) for way in unreached}
    assert missed - DONE_BY_NOBODY == ONLY_FILMS_SHOWN


async def test_searching_for_a_match_costs_the_same_however_much_is_found(
    app: App, ask: Ask, statements: list[str]
) -> None:
    query = (
        f'{{ searchMatches(kind: MOVIE, text: "{ALIKE}") {{'
        " movie { title genres { name } } series { title } } }"
    )
    costs: dict[str, list[int]] = {query: []}
    found: list[int] = []

    for more in (2, 4):
        for _ in range(more):
            await given.movie(app, ALIKE, genres=(await given.term(app),))
        found.append(len((await run(ask, statements, query, costs))["searchMatches"]))

    assert found == [2, 6]
    assert costs[query][0] == costs[query][1]


@pytest.mark.parametrize("asked", ["file", "movie", "candidates { movie", "similar { movie"])
async def test_a_queue_of_matches_costs_the_same_however_long_it_is(
    app: App, ask: Ask, statements: list[str], asked: str
) -> None:
    library_id = await given.library(app)
    selection = f"{asked} {{ id }} }}" + " }" * asked.count("{")
    query = f'{{ matchQueue(libraryId: "{global_id("Library", library_id)}") {{ totalCount nodes {{ {selection} }} }}'
    costs: dict[str, list[int]] = {query: []}
    found: list[int] = []

    for more in (2, 4):
        for _ in range(more):
            movie_id = await given.movie(app, ALIKE)
            file_id = await given.movie_in(app, movie_id, library_id, said=ALIKE)
            await given.match(app, file_id, movie_id)
        found.append((await run(ask, statements, query, costs))["matchQueue"]["totalCount"])

    assert found == [2, 6]
    assert costs[query][0] == costs[query][1]
