"""A cursor that somebody got who sees more, or before its work was hidden, shows nothing of what doesn't exist."""

from typing import Any

from app.access.viewer import Viewer
from app.core.app import App
from tests.api.conftest import Ask, Response
from tests.api.hidden import build, cases, empty

LISTS = (
    "movies",
    "allSeries",
    "episodes",
    "people",
    "collections",
    "recentlyAdded",
    "libraries",
    "genres",
    "keywords",
)
PAGE = "{ totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { ... on Node { id } } }"


async def cursors(ask: Ask) -> dict[str, list[str]]:
    """Of all that there is."""
    fields = " ".join(f"{name}(first: 100) {{ edges {{ cursor }} }}" for name in LISTS)
    found = await ask(f"{{ {fields} }}")
    assert not found.errors
    return {name: [edge["cursor"] for edge in found[name]["edges"]] for name in LISTS}


async def pages(ask: Ask, viewer: Viewer, known: dict[str, list[str]]) -> Response:
    """What comes before and after each of the cursors."""
    fields = " ".join(
        f'{name}{place}after: {name}(first: 2, after: "{cursor}") {PAGE}'
        f' {name}{place}before: {name}(last: 2, before: "{cursor}") {PAGE}'
        for name in LISTS
        for place, cursor in enumerate(known[name])
    )
    found = await ask(f"{{ {fields} }}", viewer=viewer)
    assert not found.errors
    return found


async def test_a_cursor_of_somebody_who_sees_more_leads_to_nothing_hidden(app: App, ask: Ask) -> None:
    case = cases(await build(app))["several"]
    known = await cursors(ask)

    before: dict[str, Any] = await pages(ask, case.viewer, known)
    await empty(app, case)
    after: dict[str, Any] = await pages(ask, case.viewer, known)

    assert all(len(known[name]) > 1 for name in LISTS)
    assert before == after
    assert any(page["nodes"] for page in before.values())
