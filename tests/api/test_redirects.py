"""Ids of works that became others find what they became."""

from uuid import UUID

import pytest

from app.api.node import global_id
from app.catalog.identity.redirects import redirect
from app.core.app import App
from tests import given
from tests.api.conftest import Ask
from tests.curation.merging import merge, take_back

NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def lead(app: App, kind: str, ways: dict[UUID, UUID]) -> None:
    async with app.transaction() as tx:
        await redirect(tx, kind, ways)


async def test_a_film_is_found_by_the_id_of_one_that_became_it(app: App, ask: Ask) -> None:
    gone, film = UUID(int=1), await given.movie(app)
    await lead(app, "movie", {gone: film})
    document = "query ($id: ID!) { node(id: $id) { id } movie(by: { id: $id }) { id } }"

    data = await ask(document, id=global_id("Movie", gone))

    assert data == {"node": {"id": global_id("Movie", film)}, "movie": {"id": global_id("Movie", film)}}


async def test_series_seasons_and_episodes_are_found_by_old_ids(app: App, ask: Ask) -> None:
    series = await given.series(app)
    season = await given.season(app, series)
    episode = await given.episode(app, series, season)
    now = {"Series": series, "Season": season, "Episode": episode}
    for kind, key in now.items():
        await lead(app, kind.lower(), {UUID(int=1): key})
    gone = {kind: global_id(kind, UUID(int=1)) for kind in now}

    data = await ask(
        "query ($series: ID!, $season: ID!, $episode: ID!, $ids: [ID!]!) {"
        " series(by: { id: $series }) { id } season(id: $season) { id } episode(id: $episode) { id }"
        " nodes(ids: $ids) { id } }",
        series=gone["Series"],
        season=gone["Season"],
        episode=gone["Episode"],
        ids=list(gone.values()),
    )

    found = {kind: {"id": global_id(kind, key)} for kind, key in now.items()}
    assert data.pop("nodes") == list(found.values())
    assert data == {kind.lower(): value for kind, value in found.items()}


@pytest.mark.parametrize("kind", ["movie", "series"])
async def test_a_work_is_found_by_a_provider_s_id_of_one_that_was_merged_into_it(
    app: App, ask: Ask, kind: str
) -> None:
    make = given.movie if kind == "movie" else given.series
    into, other = [await make(app, f"One {n}", provider_ids={"tmdb": str(n)}) for n in (1, 2)]
    change = await merge(app, into, other, kind=kind)
    document = f'{{ found: {kind}(by: {{ tmdbId: "2" }}) {{ id }} }}'

    merged = await ask(document)
    await take_back(app, change)
    taken_back = await ask(document)

    assert merged == {"found": {"id": global_id(kind.title(), into)}}
    assert taken_back == {"found": {"id": global_id(kind.title(), other)}}


async def test_ids_that_lead_nowhere_find_nothing(app: App, ask: Ask) -> None:
    await lead(app, "movie", {UUID(int=1): UUID(int=2)})

    data = await ask(NODES, ids=[global_id("Movie", UUID(int=number)) for number in (1, 3)])

    assert data == {"nodes": [None, None]}


@pytest.mark.parametrize("number", [1, 20])
async def test_old_ids_cost_two_statements_more_however_many(
    app: App, ask: Ask, statements: list[str], number: int
) -> None:
    film = await given.movie(app)
    await lead(app, "movie", {UUID(int=each): film for each in range(number)})
    gone = [global_id("Movie", UUID(int=each)) for each in range(number)]
    statements.clear()

    await ask(NODES, ids=[global_id("Movie", film)])
    assert len(statements) == 1, statements
    statements.clear()
    data = await ask(NODES, ids=[global_id("Movie", film), *gone])

    assert len(statements) == 3, statements
    assert {node["id"] for node in data["nodes"]} == {global_id("Movie", film)}
