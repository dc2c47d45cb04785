"""What doesn't exist for a viewer shows nowhere: each answer is that of a server which never had it.

Every way through the schema is walked while the works are there, and again after all that is hidden was taken away. As
long as both tell the same, nothing told of it: no id, no title, no count, no page that is one too long.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.access.viewer import Viewer, marquee
from app.api.node import global_id
from app.core import clock
from app.core.app import App
from app.images import links
from tests.api.conftest import Ask
from tests.api.hidden import build, cases, empty
from tests.api.walk import Way, says, telling, ways_to_every_field

EVERY_WAY = ("libraries", "age", "blocked", "series")
# The same clauses in other mixtures: looked for by ids, lookups and filters.
SHORT = ("unrated", "allowed", "films", "several")
# Why a file was taken for what it was is told only to those who see everything, and what a scan counted only to those
# who see all of a library.
UNTOLD = ("Match_", "scans", "latestScan", "scanAwaitingConfirmation", "Scan_")
NODES = {
    "Movie": "movies.movies",
    "Series": "tv.series",
    "Season": "tv.seasons",
    "Episode": "tv.episodes",
    "Collection": "collections.collections",
    "Person": "people.people",
    "Library": "library.libraries",
    "LibraryRoot": "library.roots",
    "Scan": "library.scans",
    "Problem": "library.problems",
    "File": "library.files",
    "Edition": "movies.editions",
    "Version": "movies.versions",
    "Change": "curation.changes",
    "DuplicateGroup": "library.duplicates",
}
TERMS = {"Genre": "genre", "Studio": "studio", "Network": "network", "Keyword": "keyword"}
# It can't be asked for without arguments, which are given to it below.
WAYS = [way for way in ways_to_every_field() if way[0].name != "searchMatches"]
Answers = dict[str, Any]


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses of images change once a day, which might be between two walks."""
    moment = clock.now()
    monkeypatch.setattr(links, "now", lambda: moment)


async def node_ids(app: App) -> list[str]:
    """Of everything in the database that is a node."""
    found: list[str] = []
    for kind, table in NODES.items():
        rows = await app.db.rows(text(f"SELECT id FROM {table} ORDER BY id"))
        found += [global_id(kind, row[0]) for row in rows]
    for kind, said in TERMS.items():
        rows = await app.db.rows(
            text("SELECT id FROM taxonomy.terms WHERE kind = :kind ORDER BY id"), kind=said
        )
        found += [global_id(kind, row[0]) for row in rows]
    rows = await app.db.rows(text("SELECT file_id FROM library.matches ORDER BY file_id"))
    found += [global_id("Match", row[0]) for row in rows]
    rows = await app.db.rows(text("SELECT id FROM catalog.redirects ORDER BY id"))
    return found + [global_id("Movie", row[0]) for row in rows]


async def lookups(app: App) -> list[tuple[str, dict[str, Any]]]:
    """Queries for single things by other means than their ids."""
    found: list[tuple[str, dict[str, Any]]] = []
    for field, table in (
        ("movie", "movies.movies"),
        ("series", "tv.series"),
        ("collection", "collections.collections"),
    ):
        query = f"query ($slug: String!) {{ {field}(by: {{slug: $slug}}) {{ id title }} }}"
        rows = await app.db.rows(text(f"SELECT slug FROM {table} ORDER BY id"))
        found += [(query, {"slug": row[0]}) for row in rows]
    libraries = await app.db.rows(text("SELECT id FROM library.libraries ORDER BY id"))
    fields = (
        "{ totalCount nodes { id status candidates { title movie { id } } similar { title movie { id } } } }"
    )
    for row in libraries:
        queue = f"query ($id: ID!) {{ matchQueue(libraryId: $id) {fields} }}"
        found.append((queue, {"id": global_id("Library", row[0])}))
        groups = "query ($id: ID!) { duplicates(libraryId: $id) { totalCount nodes { id files { name } } } }"
        found.append((groups, {"id": global_id("Library", row[0])}))
        recent = "query ($id: ID!) { recentlyAdded(libraryIds: [$id]) { totalCount nodes { __typename } } }"
        found.append((recent, {"id": global_id("Library", row[0])}))
    return found


def filters() -> Iterator[str]:
    """Questions about what may be hidden, put by way of what is not."""
    names = ("Adult", "Secret", "Unrated", "Plain")
    for name in names:
        said = f'{{contains: "{name}"}}'
        for relation in ("genres", "studios", "keywords", "cast", "crew", "libraries"):
            yield f"{{ movies(filter: {{{relation}: {{some: {{name: {said}}}}}}}) {{ totalCount nodes {{ id }} }} }}"
            yield f"{{ allSeries(filter: {{{relation}: {{none: {{name: {said}}}}}}}) {{ totalCount nodes {{ id }} }} }}"
        yield f"{{ movies(filter: {{collections: {{some: {{title: {said}}}}}}}) {{ totalCount nodes {{ id }} }} }}"
        yield f"{{ collections(filter: {{movies: {{some: {{title: {said}}}}}}}) {{ totalCount nodes {{ id }} }} }}"
        yield f"{{ collections(filter: {{movies: {{none: {{title: {said}}}}}}}) {{ totalCount nodes {{ id }} }} }}"
        yield f"{{ allSeries(filter: {{episodes: {{some: {{title: {said}}}}}}}) {{ totalCount nodes {{ id }} }} }}"
        yield f"{{ people(filter: {{name: {said}}}) {{ totalCount nodes {{ id }} }} }}"
        yield f"{{ genres(filter: {{name: {said}}}) {{ totalCount nodes {{ id }} }} }}"
        for kind in ("MOVIE", "TV"):
            asked = f'searchMatches(kind: {kind}, text: "{name} Film", first: 50)'
            yield f"{{ {asked} {{ title movie {{ id }} series {{ id }} }} }}"
    yield "{ allSeries(filter: {hasSpecials: true}) { totalCount nodes { id } } }"
    for field in ("movies", "allSeries", "people", "episodes", "recentlyAdded", "collections", "libraries"):
        yield f"{{ {field}(first: 1) {{ totalCount pageInfo {{ hasNextPage endCursor }} edges {{ cursor }} }} }}"
        page = "pageInfo { hasNextPage hasPreviousPage } nodes { __typename }"
        yield f"{{ {field}(first: 2, offset: 1) {{ {page} }} }}"


class Walker:
    """Asks everything there is to ask, as it was there when the walker set out."""

    def __init__(
        self, ask: Ask, ids: list[str], looked_up: list[tuple[str, dict[str, Any]]], ways: list[Way]
    ) -> None:
        self._ask, self._ids, self._looked_up, self._ways = ask, ids, looked_up, ways

    async def walk(self, viewer: Viewer) -> Answers:
        answers: Answers = {}
        for way in self._ways:
            query = telling(way)
            answers[query] = await self._told(query, viewer)
        for query in filters():
            answers[query] = await self._told(query, viewer)
        for query, variables in self._looked_up:
            answers[f"{query} {variables}"] = await self._told(query, viewer, **variables)
        for start in range(0, len(self._ids), 100):
            ids = self._ids[start : start + 100]
            found = await self._told(
                f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {says('Node')} }} }}", viewer, ids=ids
            )
            answers |= {
                f"Match_ and others {key}": node for key, node in zip(ids, found["nodes"], strict=True)
            }
        return answers

    async def _told(self, query: str, viewer: Viewer, **variables: Any) -> Any:
        response = await self._ask(query, viewer=viewer, **variables)
        return dict(response) | {"errors": response.errors} if response.errors else dict(response)


@pytest.mark.parametrize("name", EVERY_WAY + SHORT)
async def test_what_is_hidden_shows_nowhere(app: App, ask: Ask, name: str) -> None:
    case = cases(await build(app))[name]
    walker = Walker(ask, await node_ids(app), await lookups(app), WAYS if name in EVERY_WAY else [])

    before = await walker.walk(case.viewer)
    await empty(app, case)
    after = await walker.walk(case.viewer)

    assert not [query for query, told in before.items() if isinstance(told, dict) and "errors" in told]
    for query, told in before.items():
        assert told == after[query], query


@pytest.mark.parametrize("name", ["libraries", "age"])
async def test_what_is_not_hidden_shows_as_if_there_were_no_rule(app: App, ask: Ask, name: str) -> None:
    case = cases(await build(app))[name]
    await empty(app, case)
    walker = Walker(ask, await node_ids(app), await lookups(app), WAYS)

    by_rule = await walker.walk(case.viewer)
    in_reality = await walker.walk(marquee(("en",)))

    within = case.access.shape.is_within_libraries
    for query, told in in_reality.items():
        if not any(word in query for word in (UNTOLD if within else UNTOLD[:1])):
            assert by_rule[query] == told, query
