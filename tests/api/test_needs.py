"""Which columns are read for what is selected."""

from typing import Any

import pytest

from app.api.needs import needed
from app.api.schema import schema
from app.core.app import App
from app.web.graphql.documents import core_schema
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, parse
from tests import given
from tests.api.conftest import Ask

CORE = core_schema(schema)
PERSON = {"id as Person", "name"}


def needed_of(kind: str, field: str, text: str, *, is_paged: bool = False) -> Any:
    document = parse(text)
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    nodes = [each for each in operation.selection_set.selections if isinstance(each, FieldNode)]
    return needed(CORE, CORE.type_map[kind].fields[field], nodes, fragments, is_paged=is_paged)


@pytest.mark.parametrize(
    ("kind", "field", "text", "columns"),
    [
        ("MovieCredit", "person", "{ person { id name } }", PERSON),
        ("MovieCredit", "person", "{ person { id } person { ...F } } fragment F on Person { name }", PERSON),
        ("Season", "series", "{ series { id title tagline } }", {"id as Series", "title", "tagline"}),
        ("Season", "series", '{ series { title(language: "de") } }', {"id", "title"}),
        ("File", "streams", "{ streams { index ... on VideoStream { hdrFormat } } }", {"position", "hdr"}),
        ("File", "streams", "{ streams @skip(if: true) { codec @include(if: false) } }", {"codec"}),
    ],
)  # fmt: skip
def test_selected_fields_and_keys_of_edges_are_needed(kind: str, field: str, text: str, columns: set[str]):
    assert needed_of(kind, field, text) == columns


def test_of_a_page_its_items_count():
    text = "{ episodes { totalCount pageInfo { endCursor } nodes { title } edges { node { number series { id } } } } }"

    assert needed_of("Season", "episodes", text, is_paged=True) == {"title", "number", "series_id"}


@pytest.mark.parametrize("selected", ["biography", "providerIds"])
def test_methods_may_look_at_anything(selected: str):
    assert needed_of("MovieCredit", "person", f"{{ person {{ id {selected} {{ __typename }} }} }}") is None


async def test_places_that_look_at_different_columns_of_the_same_rows_get_what_they_ask_for(
    app: App, ask: Ask
):
    film = await given.movie(app, title="Alien")
    ann = await given.person(app, "Ann", born_on=given.day("1949-10-08"))
    await given.movie_credit(app, film, ann, character="Ripley")
    await given.movie_credit(app, film, ann, department="Directing", job="Director", billing=1)
    text = """
    { movies { nodes {
        cast { nodes { person { name } } }
        crew { nodes { person { id bornOn biography } } }
        credits { nodes { person { bornOn movieCredits { nodes { character person { name } } } } } }
    } } }
    """

    data = await ask(text)

    assert not data.errors
    (found,) = data["movies"]["nodes"]
    assert found["cast"]["nodes"] == [{"person": {"name": "Ann"}}]
    assert found["crew"]["nodes"][0]["person"]["bornOn"] == "1949-10-08"
    assert {each["person"]["bornOn"] for each in found["credits"]["nodes"]} == {"1949-10-08"}
    again = [part for each in found["credits"]["nodes"] for part in each["person"]["movieCredits"]["nodes"]]
    assert {each["person"]["name"] for each in again} == {"Ann"}
