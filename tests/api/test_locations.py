"""Where things lie on the server's disks is shown to those who may know, along every way through the schema."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.access.permissions import ALL, Permission
from app.access.rule import EVERYTHING
from app.access.viewer import Viewer
from app.core.app import App
from graphql import GraphQLObjectType, get_nullable_type, is_leaf_type, is_required_argument
from tests import given
from tests.api.conftest import Ask
from tests.api.test_watching import hold
from tests.api.walk import CORE, Way, concrete, document, ways_to_every_field

SECRET = "/srv/vault/films"
WITH = Viewer(permissions=ALL, access=EVERYTHING)
WITHOUT = Viewer(permissions=ALL - {Permission.FILE_PATHS}, access=EVERYTHING)
SHOWING = {
    "File.path",
    "LibraryRoot.path",
    "Scan.path",
    "Scan.error",
    "Problem.path",
    "Problem.message",
    "WatchStatus.message",
}


# It has to be told what to search for, in one of two ways, and answers works only.
WAYS = [way for way in ways_to_every_field() if way[0].name != "searchMatches"]


def leaves(way: Way) -> str:
    """All plain fields of what a way leads to, each named with its type."""
    parts = ["__typename"]
    for name in concrete(way[-1].target):
        kind = CORE.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        plain = [
            f"{name}__{field}: {field}"
            for field, each in kind.fields.items()
            if is_leaf_type(_item(each.type)) and not any(map(is_required_argument, each.args.values()))
        ]
        parts.append(f"... on {name} {{ {' '.join(plain)} }}" if plain else "")
    return " ".join(parts)


def _item(kind: Any) -> Any:
    kind = get_nullable_type(kind)
    return _item(kind.of_type) if hasattr(kind, "of_type") else kind


def found(value: Any) -> Iterator[str]:
    """The fields, as `Type.field`, of which the secret is part."""
    if isinstance(value, list):
        for each in value:
            yield from found(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from (
                [name.replace("__", ".")] if isinstance(each, str) and SECRET in each else found(each)
            )


@pytest.fixture
async def house(app: App) -> None:
    """A library of which everything that can name its folder does."""
    key = await given.library(app, path=SECRET, watch="auto")
    movie = await given.movie(app, "Alpha", library_id=key)
    assert movie
    await given.problem(app, key, "", message=f"{SECRET} is not there.")
    await given.scan(app, key, "failed", path=f"{SECRET}/Alpha", error=f"[Errno 13] '{SECRET}/Alpha'")
    await given.duplicates(app, key)
    await hold(app, key, "watching", mode="polling", message=f"{SECRET} is polled.")


@pytest.mark.usefixtures("house")
async def test_paths_are_found_where_they_are_meant_to_be(ask: Ask) -> None:
    shown: set[str] = set()
    for way in WAYS:
        response = await ask(document(way, leaves(way)))
        assert not response.errors, (document(way, leaves(way)), response.errors)
        shown.update(found(dict(response)))

    assert shown == SHOWING


@pytest.mark.usefixtures("house")
async def test_no_way_leads_a_viewer_to_paths_who_may_not_know_them(ask: Ask) -> None:
    for way in WAYS:
        response = await ask(document(way, leaves(way)), viewer=WITHOUT)

        assert not response.errors
        assert SECRET not in orjson.dumps(dict(response)).decode(), document(way)


LIBRARY = """
{
  libraries {
    nodes {
      roots { path }
      problems { nodes { path message } }
      scans { nodes { path error } }
      files { nodes { path folder name } }
      watchStatus { state message }
    }
  }
}
"""


@pytest.mark.usefixtures("house")
async def test_names_stand_in_for_paths(ask: Ask) -> None:
    response = await ask(LIBRARY, viewer=WITHOUT)

    (library,) = response["libraries"]["nodes"]
    assert library["roots"] == [{"path": "films"}]
    assert library["problems"]["nodes"] == [{"path": "films", "message": "films is not there."}]
    assert library["scans"]["nodes"] == [{"path": "Alpha", "error": "It failed."}]
    assert {file["path"] == file["name"] for file in library["files"]["nodes"]} == {True}
    assert library["watchStatus"] == {"state": "WATCHING", "message": None}


CREATE = """
mutation ($input: CreateLibraryInput!) {
  createLibrary(input: $input) { __typename ... on InvalidInput { field message } }
}
"""
LOG = "{ activity { nodes { action after } } }"


async def test_what_is_refused_tells_no_other_folder_to_who_may_not_know_it(
    app: App, ask: Ask, tmp_path: Path
) -> None:
    inner, link = tmp_path / "outer" / "inner", tmp_path / "link"
    inner.mkdir(parents=True)
    link.symlink_to(inner)
    await given.library(app, name="Taken", path=str(inner))
    taken = {"name": "New", "kind": "MOVIE", "roots": [str(link)]}
    doubled = {"name": "New", "kind": "MOVIE", "roots": [str(tmp_path / "outer"), str(link)]}

    known = [await ask(CREATE, viewer=WITH, input=each) for each in (taken, doubled)]
    hidden = [await ask(CREATE, viewer=WITHOUT, input=each) for each in (taken, doubled)]

    assert [each["createLibrary"]["field"] for each in known] == ["roots.0", "roots.1"]
    assert str(inner) in known[0]["createLibrary"]["message"]
    assert str(tmp_path / "outer") in known[1]["createLibrary"]["message"]
    assert [each["createLibrary"]["message"] for each in hidden] == [
        "It overlaps with a folder of the library Taken.",
        f"{link} overlaps with another of these: one of them is enough.",
    ]


async def test_the_log_tells_no_paths_to_who_may_not_know_them(app: App, ask: Ask, tmp_path: Path) -> None:
    await ask(CREATE, viewer=WITH, input={"name": "New", "kind": "MOVIE", "roots": [str(tmp_path)]})

    (known,) = (await ask(LOG, viewer=WITH))["activity"]["nodes"]
    (hidden,) = (await ask(LOG, viewer=WITHOUT))["activity"]["nodes"]

    assert known["after"]["roots"] == [str(tmp_path)]
    assert hidden["after"] == known["after"] | {"roots": [tmp_path.name]}
