"""Passkeys of an account by pages: what the script asks for, and the forms."""

from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.app import App
from app.identity.passkey_writes import passkeys_of
from tests.identity.authenticator import Authenticator
from tests.web.pages.conftest import ORIGIN, Person, text_of

PATH, NEW = "/account/passkeys", "/account/passkeys/new"
LONG_AGO = text("UPDATE identity.sessions SET proved_at = now() - interval '1 day'")


async def registered(person: Person, name: str = "Phone") -> dict:
    options = (await person.asks(f"{NEW}/options")).json()["options"]
    answer = await person.asks(NEW, {"credential": Authenticator().create(options), "name": name})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_passkey_is_registered_and_listed(app: App, person: Person):
    said = await registered(person, "Phone & Co")

    page = await person.sees(PATH)
    assert said["next"] == PATH
    assert len(said["codes"]) == 10
    assert "Phone &amp; Co" in page.text
    [kept] = await passkeys_of(app.db, person.user_id)
    assert kept.name == "Phone & Co"


async def test_it_is_renamed_and_deleted_by_forms(app: App, person: Person):
    await registered(person)
    [kept] = await passkeys_of(app.db, person.user_id)

    renamed = await person.sends(PATH, id=str(kept.id), act="rename", name="Key ring")
    names = [each.name for each in await passkeys_of(app.db, person.user_id)]
    deleted = await person.sends(PATH, id=str(kept.id), act="delete", name="")

    assert (renamed.status_code, deleted.status_code) == (303, 303)
    assert names == ["Key ring"]
    assert await passkeys_of(app.db, person.user_id) == []


async def test_an_empty_name_is_refused_on_the_page(person: Person, app: App):
    await registered(person)
    [kept] = await passkeys_of(app.db, person.user_id)

    refused = await person.sends(PATH, id=str(kept.id), act="rename", name=" ")

    assert refused.status_code == 400
    assert "1 to 64 printable characters" in text_of(refused)


@pytest.mark.parametrize("key", ["", "x", str(UUID(int=7))])
async def test_a_passkey_that_is_not_theirs_is_not_there(person: Person, key: str):
    refused = await person.sends(PATH, id=key, act="delete")

    assert refused.status_code == 404


@pytest.mark.parametrize("path", [NEW, f"{NEW}/options"])
async def test_strangers_are_told_to_sign_in(stranger: Person, path: str):
    answer = await stranger.asks(path)

    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("path", [NEW, f"{NEW}/options"])
async def test_who_was_last_seen_long_ago_shows_who_they_are(app: App, person: Person, path: str):
    await app.db.run(LONG_AGO)

    answer = await person.asks(path)

    assert (answer.status_code, answer.json()["code"]) == (403, "STEP_UP_REQUIRED")


@pytest.mark.parametrize(
    "body",
    [{}, {"credential": "x"}, {"credential": {}}, {"credential": {"id": "x", "response": {}}}, [], "x"],
    ids=str,
)
async def test_what_is_no_answer_of_a_passkey_is_refused(person: Person, body: object):
    answer = await person.browser.post(NEW, json=body, headers={"origin": ORIGIN})

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")


async def test_without_an_origin_there_is_no_page_to_bind_a_passkey_to(person: Person):
    answer = await person.browser.post(f"{NEW}/options", json={})

    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{", "application/json"), (b"{}", "text/plain"), (b'"' + b"x" * 70_000, "application/json")],
    ids=["no JSON", "a form's type", "too long"],
)
async def test_what_the_script_would_not_send_is_refused(person: Person, content: bytes, kind: str):
    answer = await person.browser.post(f"{NEW}/options", content=content, headers={"content-type": kind})

    assert answer.status_code == 400


async def test_a_script_of_another_site_is_a_stranger(person: Person):
    answer = await person.browser.post(
        f"{NEW}/options", json={}, headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    )

    assert answer.status_code == 401
