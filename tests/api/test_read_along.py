"""The one related row of each of a list's rows: read along with them where columns of it are all that is asked for."""

from dataclasses import replace
from typing import Any

import pytest

from app.api.context import Context
from app.core import paging
from app.core.app import App
from app.core.db import Prepared
from tests import given
from tests.api.conftest import Ask
from tests.api.test_needs import needed_of

PLAIN = "{ movies { nodes { cast { nodes { character person { __typename id name bornOn } } } } } }"


class Nobody:
    """The database without people."""

    def through(self, prepared: Prepared) -> tuple[Prepared, dict[str, Any]]:
        sql = prepared.sql.replace("people.people.id = movies.credits.person_id", "false")
        return replace(
            prepared, sql=sql.replace("people.people.id = ANY", "false AND people.people.id = ANY")
        ), {}


async def alien(app: App) -> None:
    film = await given.movie(app, title="Alien")
    ann = await given.person(app, "Ann", born_on=given.day("1949-10-08"), biography="Acts.")
    await given.movie_credit(app, film, ann, character="Ripley")
    await given.movie_credit(app, film, await given.person(app, "Bob"), character="Ash", billing=1)


@pytest.mark.parametrize(
    ("selected", "columns"),
    [
        ("character person { id name }", {"character", "person__id as Person", "person__name"}),
        ("person { __typename ...P } ", {"person__id", "person__born_on"}),
        ("a: person { name } b: person { bornOn }", {"person__id", "person__name", "person__born_on"}),
        ("person { name } person { biography }", {"person__id", "person__name", "person_id"}),
        ("person { biography }", {"person_id"}),
    ],
)
def test_columns_of_who_is_credited_are_needed_of_credits(selected: str, columns: set[str]):
    text = f"{{ cast {{ nodes {{ {selected} }} }} }} fragment P on Person {{ bornOn }}"

    assert needed_of("Movie", "cast", text, is_paged=True) == columns


async def test_films_with_whoever_plays_in_them_cost_two_statements(
    app: App, ask: Ask, statements: list[str]
):
    await alien(app)
    statements.clear()

    data = await ask(PLAIN)

    assert not data.errors
    (film,) = data["movies"]["nodes"]
    assert [
        (each["character"], each["person"]["__typename"], each["person"]["name"], each["person"]["bornOn"])
        for each in film["cast"]["nodes"]
    ] == [("Ripley", "Person", "Ann", "1949-10-08"), ("Ash", "Person", "Bob", None)]
    assert len(statements) == 2, statements


async def test_people_read_along_have_their_own_ids(app: App, ask: Ask):
    await alien(app)

    (along,) = (await ask(PLAIN))["movies"]["nodes"]
    (alone,) = (await ask("{ movies { nodes { cast { nodes { person { id biography } } } } } }"))["movies"][
        "nodes"
    ]

    ids = [[each["person"]["id"] for each in found["cast"]["nodes"]] for found in (along, alone)]
    assert ids[0] == ids[1]


async def test_places_that_share_a_statement_get_what_they_ask_for(app: App, ask: Ask):
    await alien(app)
    text = """{ movies { nodes {
        a: cast { nodes { person { name } } }
        b: cast { nodes { person { name biography } } }
        c: cast { edges { node { person { id } person { bornOn } } } }
    } } }"""

    data = await ask(text)

    assert not data.errors
    (film,) = data["movies"]["nodes"]
    assert film["a"]["nodes"] == [{"person": {"name": "Ann"}}, {"person": {"name": "Bob"}}]
    assert film["b"]["nodes"][0] == {"person": {"name": "Ann", "biography": "Acts."}}
    assert film["c"]["edges"][0]["node"]["person"]["bornOn"] == "1949-10-08"


@pytest.mark.parametrize("selected", ["name", "name biography"])
async def test_who_is_gone_by_now_is_an_error_read_along_or_not(
    app: App, ask: Ask, monkeypatch: pytest.MonkeyPatch, selected: str
):
    await alien(app)
    monkeypatch.setattr(Context, "db", property(lambda self: self.app.db.seen_through(Nobody())))

    data = await ask(f"{{ movies {{ nodes {{ title cast {{ nodes {{ person {{ {selected} }} }} }} }} }} }}")

    assert data == {}
    assert data.errors[0]["extensions"]["code"] == "NOT_FOUND"
    assert data.errors[0]["path"] == ["movies", "nodes", 0, "cast", "nodes", 0, "person"]


async def test_totals_count_credits_alone(app: App, ask: Ask, statements: list[str]):
    await alien(app)
    statements.clear()

    data = await ask("{ movies { nodes { cast(first: 1) { totalCount nodes { person { name } } } } } }")

    assert data["movies"]["nodes"] == [{"cast": {"totalCount": 2, "nodes": [{"person": {"name": "Ann"}}]}}]
    assert "people.people" not in statements[-1]


async def test_where_too_many_sets_of_columns_were_asked_for_people_are_read_by_themselves(
    app: App, ask: Ask, monkeypatch: pytest.MonkeyPatch, statements: list[str]
):
    await alien(app)
    expected = (await ask(PLAIN))["movies"]["nodes"]
    monkeypatch.setattr(paging, "few", lambda *_: None)
    statements.clear()

    data = await ask(PLAIN)

    assert not data.errors
    assert data["movies"]["nodes"] == expected
    assert not any("biography" in each and "credits" in each for each in statements)
    assert len(statements) == 3, statements
