"""What doesn't exist for a viewer shows nowhere: each answer is that of a server which never had it.

Every way through the schema is walked while the works are there, and again after all that is hidden was taken away. As
long as both tell the same, nothing told of it: no id, no title, no count, no page that is one too long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
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
from tests.api.walk import says, telling, ways_to_every_field

CASES = ("libraries", "age", "blocked", "series", "unrated", "allowed", "films", "several")
# Why a file was taken for what it was is told only to those who see everything, and what a scan counted only to those
# who see all of a library.
UNTOLD = ("Match_", "scans", "latestScan", "scanAwaitingConfirmation", "Scan_")
# Names of works that are not in the library are told to those alone who see works of every age and genre.
UNKNOWN = "relatedNotInLibrary"
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
    "Picture": "images.pictures",
}
TERMS = {"Genre": "genre", "Studio": "studio", "Network": "network", "Keyword": "keyword"}
# It can't be asked for without arguments, which are given to it below.
WAYS = {
    field: list(ways)
    for field, ways in groupby(
        sorted(ways_to_every_field(), key=lambda way: way[0].name), key=lambda way: way[0].name
    )
    if field != "searchMatches"
}
NODE = "node"
Answers = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A field of Query. kind: of the value that it names `$value`, where it does."""

    field: str
    kind: str = ""
    value: str = ""


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


async def lookups(app: App) -> list[Question]:
    """Single things by other means than their ids."""
    found: list[Question] = []
    for field, table in (
        ("movie", "movies.movies"),
        ("series", "tv.series"),
        ("collection", "collections.collections"),
    ):
        asked = f"{field}(by: {{slug: $value}}) {{ id title }}"
        rows = await app.db.rows(text(f"SELECT slug FROM {table} ORDER BY id"))
        found += [Question(asked, "String!", row[0]) for row in rows]
    libraries = await app.db.rows(text("SELECT id FROM library.libraries ORDER BY id"))
    matches = (
        "totalCount nodes { id status candidates { title movie { id } } similar { title movie { id } } }"
    )
    for row in libraries:
        library = global_id("Library", row[0])
        found += [
            Question(asked, "ID!", library)
            for asked in (
                f"matchQueue(libraryId: $value) {{ {matches} }}",
                "duplicates(libraryId: $value) { totalCount nodes { id files { name } } }",
                "recentlyAdded(libraryIds: [$value]) { totalCount nodes { __typename } }",
            )
        ]
    return found


def filters() -> Iterator[Question]:
    """Questions about what may be hidden, put by way of what is not."""
    ids = "{ totalCount nodes { id } }"
    names = ("Adult", "Secret", "Unrated", "Plain")
    for name in names:
        said = f'{{contains: "{name}"}}'
        for relation in ("genres", "studios", "keywords", "cast", "crew", "libraries"):
            yield Question(f"movies(filter: {{{relation}: {{some: {{name: {said}}}}}}}) {ids}")
            yield Question(f"allSeries(filter: {{{relation}: {{none: {{name: {said}}}}}}}) {ids}")
        yield Question(f"movies(filter: {{collections: {{some: {{title: {said}}}}}}}) {ids}")
        yield Question(f"collections(filter: {{movies: {{some: {{title: {said}}}}}}}) {ids}")
        yield Question(f"collections(filter: {{movies: {{none: {{title: {said}}}}}}}) {ids}")
        yield Question(f"allSeries(filter: {{episodes: {{some: {{title: {said}}}}}}}) {ids}")
        yield Question(f"people(filter: {{name: {said}}}) {ids}")
        yield Question(f"genres(filter: {{name: {said}}}) {ids}")
        for kind in ("MOVIE", "TV"):
            asked = f'searchMatches(kind: {kind}, text: "{name} Film", first: 50)'
            yield Question(f"{asked} {{ title movie {{ id }} series {{ id }} }}")
    yield Question(f"allSeries(filter: {{hasSpecials: true}}) {ids}")
    for field in ("movies", "allSeries", "people", "episodes", "recentlyAdded", "collections", "libraries"):
        yield Question(
            f"{field}(first: 1) {{ totalCount pageInfo {{ hasNextPage endCursor }} edges {{ cursor }} }}"
        )
        page = "pageInfo { hasNextPage hasPreviousPage } nodes { __typename }"
        yield Question(f"{field}(first: 2, offset: 1) {{ {page} }}")


def together(questions: Sequence[Question]) -> tuple[str, dict[str, Any]]:
    """One query that puts all questions, and its variables."""
    asked = list(enumerate(questions))
    variables = {f"v{place}": each.value for place, each in asked if each.kind}
    declared = ", ".join(f"$v{place}: {each.kind}" for place, each in asked if each.kind)
    fields = " ".join(f"q{place}: {each.field.replace('$value', f'$v{place}')}" for place, each in asked)
    return f"query ({declared}) {{ {fields} }}", variables


class Walker:
    """Asks everything there is to ask, as it was there when the walker set out."""

    def __init__(self, ask: Ask, ids: list[str], questions: list[Question]) -> None:
        self._ask, self._ids, self._questions = ask, ids, questions

    async def walk(self, viewer: Viewer) -> Answers:
        answers: Answers = {}
        for field, ways in WAYS.items():
            answers[field] = await self._told(telling(ways), viewer)
        query, variables = together(self._questions)
        found = await self._told(query, viewer, **variables)
        for place, question in enumerate(self._questions):
            answers[f"{question.field} {question.value}"] = found[f"q{place}"]
        for start in range(0, len(self._ids), 100):
            ids = self._ids[start : start + 100]
            found = await self._told(
                f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {says('Node')} }} }}", viewer, ids=ids
            )
            answers |= {f"{NODE} {key}": node for key, node in zip(ids, found["nodes"], strict=True)}
        return answers

    async def _told(self, query: str, viewer: Viewer, **variables: Any) -> Any:
        response = await self._ask(query, viewer=viewer, **variables)
        assert not response.errors, (query, response.errors)
        return dict(response)


def differences(one: Any, other: Any, where: str, unlike: Sequence[str] = ()) -> Iterator[str]:
    """Where two answers differ, but in fields that are named by any of some words."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            if not any(word in key for word in unlike):
                yield from differences(one[key], other[key], f"{where}.{key}", unlike)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{where}.{place}", unlike)
    elif one != other:
        yield f"{where}: {one!r:.500} and {other!r:.500}"


@pytest.mark.parametrize("name", CASES)
async def test_what_is_hidden_shows_nowhere(app: App, ask: Ask, name: str) -> None:
    case = cases(await build(app))[name]
    walker = Walker(ask, await node_ids(app), [*filters(), *await lookups(app)])

    before = await walker.walk(case.viewer)
    await empty(app, case)
    after = await walker.walk(case.viewer)

    assert not [each for query, told in before.items() for each in differences(told, after[query], query)]


@pytest.mark.parametrize("name", ["libraries", "age"])
async def test_what_is_not_hidden_shows_as_if_there_were_no_rule(app: App, ask: Ask, name: str) -> None:
    case = cases(await build(app))[name]
    await empty(app, case)
    walker = Walker(ask, await node_ids(app), [*filters(), *await lookups(app)])

    by_rule = await walker.walk(case.viewer)
    in_reality = await walker.walk(marquee(("en",)))

    unlike = (*UNTOLD, UNKNOWN) if case.access.shape.is_within_libraries else UNTOLD[:1]
    told = {query: answer for query, answer in in_reality.items() if not query.startswith(NODE)}
    assert not [
        each for query, answer in told.items() for each in differences(by_rule[query], answer, query, unlike)
    ]
