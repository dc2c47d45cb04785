"""API tokens by pages: made, shown once, revoked."""

import re

import pytest
from sqlalchemy import text

from app.access.permissions import Permission
from app.core.app import App
from app.identity.api_tokens import NEVER, api_tokens
from app.identity.authenticate import authenticate
from app.identity.client import Client
from app.web.pages.forms import MOST_FIELDS
from tests import given
from tests.web.pages.conftest import Person, at_a_browser, text_of

TOKENS, NEW = "/account/tokens", "/account/tokens/new"
LONG_AGO = text("UPDATE identity.sessions SET proved_at = now() - interval '1 day'")


def token_in(page: str) -> str:
    found = re.search(r"mqt_[\w-]+", page)
    assert found, page
    return found[0]


async def made(person: Person, **fields: str) -> str:
    return token_in((await person.sends(NEW, **{"name": "Backup", "scope.movie:list": "1"} | fields)).text)


async def test_a_token_does_what_was_ticked_and_is_shown_once(app: App, person: Person):
    answer = await person.sends(NEW, **{"name": "Backup", "days": "30", "scope.movie:list": "1"})

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    viewer = await authenticate(app, token_in(answer.text), Client())
    assert viewer is not None
    assert viewer.permissions == {Permission.MOVIE_LIST}
    listed = await person.sees(TOKENS)
    assert "Backup" in text_of(listed)
    assert "mqt_" not in listed.text
    [kept] = await api_tokens(app.db, person.user_id)
    assert kept.expires_at is not None
    assert round((kept.expires_at - kept.created_at).total_seconds() / 86_400) == 30


@pytest.mark.parametrize(("days", "lasting"), [("0", None), ("x", 90), ("-1", 90), ("99999999999", 90)])
async def test_a_token_is_good_as_long_as_was_chosen(
    app: App, person: Person, days: str, lasting: int | None
):
    await made(person, days=days)

    [kept] = await api_tokens(app.db, person.user_id)
    until = kept.expires_at and round((kept.expires_at - kept.created_at).total_seconds() / 86_400)
    assert until == lasting


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "Backup"}, "scopes"),
        ({"name": " ", "scope.movie:list": "1"}, "name"),
        ({"name": "Backup", "scope.self:update": "1"}, "scopes"),
        ({"name": "Backup", "scope.nothing:at-all": "1"}, "scopes"),
    ],
    ids=["none ticked", "no name", "never", "unknown"],
)
async def test_what_cannot_be_made_is_told_and_what_was_typed_is_kept(
    app: App, person: Person, fields: dict[str, str], wrong: str
):
    refused = await person.sends(NEW, days="365", **fields)

    assert refused.status_code == 400
    assert f'href="#{wrong}"' in refused.text
    assert 'value="365" selected' in refused.text
    assert await api_tokens(app.db, person.user_id) == []


async def test_what_was_ticked_stays_ticked(person: Person):
    refused = await person.sends(NEW, **{"name": "", "scope.movie:get": "1"})

    assert re.findall(r'name="scope\.([\w:]+)" value="1" checked', refused.text) == ["movie:get"]


async def test_one_is_offered_what_one_may_do(app: App):
    user_id = await given.user(app, roles=[await given.role(app, patterns=["self:*", "movie:*"])])
    async with at_a_browser(app, await given.token(app, user_id, in_browser=True)) as browser:
        page = await Person(browser, user_id).sees(NEW)

    assert re.findall(r'name="scope\.([\w:]+)"', page.text) == ["self:read", "movie:list", "movie:get"]


async def test_a_token_is_revoked_at_once(app: App, person: Person):
    token = await made(person)
    [kept] = await api_tokens(app.db, person.user_id)

    done = await person.sends(TOKENS, revoke=str(kept.id))

    assert (done.status_code, done.headers["location"]) == (303, TOKENS)
    assert await authenticate(app, token, Client()) is None


@pytest.mark.parametrize("which", ["", "x", "00000000-0000-0000-0000-000000000007"])
async def test_nobody_revokes_what_is_not_theirs(person: Person, which: str):
    assert (await person.sends(TOKENS, revoke=which)).status_code == 404


async def test_they_are_made_by_those_who_have_just_shown_who_they_are(app: App, person: Person):
    await app.db.run(LONG_AGO)

    refused = await person.sends(NEW, **{"name": "Backup", "scope.movie:list": "1"})

    assert refused.headers["location"] == f"/account/confirm?next={NEW}"
    assert await api_tokens(app.db, person.user_id) == []


@pytest.mark.parametrize("path", [TOKENS, NEW])
async def test_strangers_are_led_to_the_sign_in(stranger: Person, path: str):
    assert (await stranger.sees(path)).headers["location"] == f"/sign-in?next={path}"


def test_a_form_has_room_for_all_that_may_be_ticked():
    assert len(set(Permission) - NEVER) + len(("name", "days")) <= MOST_FIELDS
