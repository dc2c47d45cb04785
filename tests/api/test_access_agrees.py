"""Whatever was said of somebody, what `explainAccess` tells of a work is what lists, counts, searches and ids show."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from app.access.bounds import Bounds, access_of
from app.access.rule import Kind, Schedule, Window
from app.access.viewer import marquee
from app.api.node import global_id, parse_id
from app.core.app import App
from app.core.clock import now
from tests import given
from tests.api.conftest import Ask

AGES = ({}, {"DE": "0"}, {"DE": "6"}, {"DE": "6", "US": "R"}, {"DE": "16"}, {"DE": "18"}, {"XX": "unknown"})
LISTS = {"Movie": "movies", "Series": "allSeries", "Episode": "episodes"}
FOUND = """
    movies(first: 100) { totalCount nodes { id } }
    allSeries(first: 100) { totalCount nodes { id } }
    episodes(first: 100) { totalCount nodes { id } }
    recent: recentlyAdded(first: 100) { totalCount nodes { ... on Node { id } } }
    someMovies: movies(first: 100, filter: {search: "Alike"}) { totalCount nodes { id } }
    someSeries: allSeries(first: 100, filter: {search: "Alike"}) { totalCount nodes { id } }
    nodes(ids: $ids) { id }
"""


@dataclass(frozen=True)
class World:
    """works: global ids; an episode has the facts of its series."""

    libraries: Sequence[UUID]
    terms: Sequence[UUID]
    works: Sequence[str]


@pytest.fixture
async def world(app: App) -> World:
    """Works of all kinds of facts, some of them in two libraries."""
    chance = random.Random(7)
    films, shows = [[await given.library(app, kind=kind) for _ in range(2)] for kind in ("movie", "tv")]
    terms = [await given.term(app, kind) for kind in ("genre", "keyword", "studio")]
    works: list[str] = []
    for number in range(14):
        facts = {
            "certifications": chance.choice(AGES),
            "genres": tuple(chance.sample(terms, chance.randint(0, 2))),
        }
        held = chance.sample((films, shows)[number % 2], chance.randint(1, 2))
        if number % 2:
            works += await _series(app, held, facts)
            continue
        movie = await given.movie(app, f"Alike {number}", **facts)
        for library in held:
            await given.movie_in(app, movie, library)
        works.append(global_id("Movie", movie))
    return World([*films, *shows], terms, works)


async def _series(app: App, held: Sequence[UUID], facts: Mapping[str, Any]) -> list[str]:
    series = await given.series(app, "Alike", library_id=held[0], **facts)
    season = await given.season(app, series)
    works = [global_id("Series", series)]
    for number, library in enumerate(held, start=1):
        episode = await given.episode(app, series, season, 1, number)
        await given.episode_in(app, episode, library)
        works.append(global_id("Episode", episode))
    return works


def schedules() -> st.SearchStrategy[Schedule | None]:
    today, other = now().weekday(), (now() + timedelta(days=3)).weekday()
    near = tuple(Window((today + day) % 7, 0, 0) for day in (-1, 0, 1))
    return st.sampled_from(
        [None, None, None, Schedule("Pacific/Auckland", near), Schedule("UTC", (Window(other, 0, 0),))]
    )


@st.composite
def bounds(draw: st.DrawFn) -> Any:
    """Places of libraries and of terms instead of their ids."""
    some = st.lists(st.integers(0, 2), max_size=2, unique=True)
    everywhere = draw(st.sampled_from([None, True, False]))
    libraries = draw(st.lists(st.integers(0, 3), max_size=4, unique=True)) if everywhere is False else []
    return Bounds(
        all_libraries=everywhere,
        max_age=draw(st.sampled_from([None, 0, 6, 16, 18])),
        shows_unrated=draw(st.booleans()),
        kinds=draw(st.sampled_from([None, None, frozenset({Kind.MOVIE}), frozenset({Kind.TV})])),
        schedule=draw(schedules()),
    ), (libraries, draw(some), draw(some))


def _of(world: World, said: Any) -> dict[str, Any]:
    own, (libraries, blocked, allowed) = said
    filled = replace(
        own,
        library_ids=tuple(world.libraries[place] for place in libraries),
        blocked_terms=tuple(world.terms[place] for place in blocked),
        allowed_terms=tuple(world.terms[place] for place in allowed),
    )
    return {name: getattr(filled, name) for name in Bounds.__slots__}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@drawn(own=bounds(), of_role=bounds())
async def test_what_is_explained_is_what_is_shown(
    app: App, ask: Ask, world: World, own: Any, of_role: Any
) -> None:
    role = await given.role(app)
    user = await given.user(app, roles=[role])
    await given.bounds(app, user_id=user, **_of(world, own))
    await given.bounds(app, role_id=role, **_of(world, of_role))
    viewer = replace(marquee(), access=await access_of(app.db, user))

    explained = await _explained(ask, user, world)
    shown = await ask(f"query ($ids: [ID!]!) {{ {FOUND} }}", viewer=viewer, ids=list(world.works))

    assert not shown.errors
    expected = {key for key, (is_visible, _) in explained.items() if is_visible}
    assert expected == {key for key, (_, holds) in explained.items() if all(holds)}
    assert {each["id"] for each in shown["nodes"] if each} == expected
    _check(shown, expected)


async def _explained(ask: Ask, user: UUID, world: World) -> dict[str, tuple[bool, list[bool]]]:
    """Of each work whether it is visible, and of each reason whether it holds."""
    asked = " ".join(
        f'w{place}: explainAccess(userId: $user, itemId: "{key}") {{ isVisible reasons {{ holds }} }}'
        for place, key in enumerate(world.works)
    )
    found = await ask(f"query ($user: ID!) {{ {asked} }}", user=global_id("User", user))
    assert not found.errors
    return {
        key: (found[f"w{place}"]["isVisible"], [each["holds"] for each in found[f"w{place}"]["reasons"]])
        for place, key in enumerate(world.works)
    }


def _check(shown: Mapping[str, Any], expected: set[str]) -> None:
    kinds = {kind: {key for key in expected if _kind(key) == kind} for kind in LISTS}
    wanted = {field: kinds[kind] for kind, field in LISTS.items()} | {
        "recent": kinds["Movie"] | kinds["Episode"],
        "someMovies": kinds["Movie"],
        "someSeries": kinds["Series"],
    }
    for field, keys in wanted.items():
        assert {node["id"] for node in shown[field]["nodes"]} == keys, field
        assert shown[field]["totalCount"] == len(keys), field


def _kind(key: str) -> str:
    return parse_id(key, *LISTS, field="id")[0]
