"""Global ids."""

from base64 import b64encode
from uuid import UUID, uuid4

import pytest

from app.api.node import global_id, parse_key
from app.core.app import App
from app.core.errors import Invalid
from tests import given
from tests.api.conftest import Ask

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"


async def test_objects_come_back_in_the_order_of_their_ids(
    app: App, execute: Ask, statements: list[str]
) -> None:
    first, second = await given.movie(app, "First"), await given.movie(app, "Second")
    ids = [
        global_id("Movie", second),
        global_id("Person", await given.person(app, "Ada")),
        global_id("Movie", uuid4()),
        global_id("Movie", first),
        global_id("Collection", await given.collection(app, "Saga")),
        global_id("Genre", await given.term(app, "genre", "Drama")),
        global_id("Movie", second),
    ]
    statements.clear()

    data = await execute("catalog/nodes", ids=ids)

    found = data["nodes"]
    assert found[2] is None
    assert [node and node.get("title", node.get("name")) for node in found] == [
        "Second",
        "Ada",
        None,
        "First",
        "Saga",
        "Drama",
        "Second",
    ]
    # One for each type, and one for what may have become of the film that is not there.
    assert len(statements) == 5, statements


@pytest.mark.parametrize("kind", ["Genre", "Studio", "Network", "Keyword"])
async def test_a_term_is_found_as_what_it_is_only(app: App, ask: Ask, kind: str) -> None:
    term = await given.term(app, kind.lower())

    found = await ask(NODE, id=global_id(kind, term))
    other = await ask(NODE, id=global_id("Genre" if kind != "Genre" else "Studio", term))

    assert found["node"] == {"__typename": kind, "id": global_id(kind, term)}
    assert other["node"] is None
    assert not other.errors


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nonsense",
        "💥",
        b64encode(b"Movie").decode(),
        b64encode(b"Movie:").decode(),
        b64encode(b"Movie:1").decode(),
        b64encode(b"Movie:1:2").decode(),
        b64encode(f"Nothing:{UUID(int=1)}".encode()).decode(),
        b64encode("Mövie".encode()).decode(),
        "A" * 10_000,
    ],
)
async def test_what_is_no_id_is_refused(ask: Ask, value: str) -> None:
    response = await ask(NODE, id=value)

    assert response == {"node": None}
    assert "no id of this server" in response.errors[0]["message"]
    assert response.errors[0]["extensions"]["code"] == "INVALID_INPUT"
    assert response.errors[0]["extensions"]["field"] == "id"


async def test_an_unknown_id_is_null(ask: Ask) -> None:
    response = await ask(NODE, id=global_id("Movie", uuid4()))

    assert response == {"node": None}
    assert not response.errors


async def test_the_id_of_something_else_is_refused_by_name(app: App, ask: Ask) -> None:
    person = global_id("Person", await given.person(app))

    response = await ask("query ($id: ID!) { movie(by: {id: $id}) { id } }", id=person)

    assert "the id of a Person, not of a Movie" in response.errors[0]["message"]
    with pytest.raises(Invalid):
        parse_key(person, "Movie")


async def test_no_more_than_a_hundred_ids_at_a_time(ask: Ask) -> None:
    ids = [global_id("Movie", uuid4()) for _ in range(101)]

    response = await ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)

    assert response.errors[0]["extensions"]["code"] == "INVALID_INPUT"
