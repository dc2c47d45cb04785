"""Setting up an authenticator app, and backup codes, by pages."""

import re
from collections.abc import Awaitable, Callable

import pytest
from pyotp import TOTP
from sqlalchemy import text

from app.core.app import App
from app.identity.factors import factors_of
from tests.web.pages.conftest import Person, text_of

APP, REMOVE, CODES = "/account/authenticator", "/account/authenticator/remove", "/account/backup-codes"
LONG_AGO = text("UPDATE identity.sessions SET proved_at = now() - interval '1 day'")
CODE = re.compile(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b")


async def secret_shown(person: Person) -> TOTP:
    page = await person.sees(APP)
    found = re.search(r"secret=([A-Z2-7]{32})", page.text)
    assert found, page.text
    return TOTP(found[1])


async def enrolled(person: Person) -> list[str]:
    await person.sends(APP)
    return CODE.findall((await person.sends(APP, code=(await secret_shown(person)).now())).text)


async def test_an_app_counts_once_its_code_is_entered(app: App, person: Person):
    begun = await person.sends(APP)
    app_of_theirs = await secret_shown(person)
    confirmed = await person.sends(APP, code=app_of_theirs.now())

    assert (begun.status_code, begun.headers["location"]) == (303, APP)
    assert len(set(CODE.findall(confirmed.text))) == 10
    assert confirmed.headers["cache-control"] == "no-store"
    assert (await factors_of(app.db, person.user_id)).has_totp


async def test_a_mistyped_code_is_told_and_the_same_secret_shown_again(app: App, person: Person):
    await person.sends(APP)
    before = await secret_shown(person)

    refused = await person.sends(APP, code="000000")

    assert refused.status_code == 400
    assert "That code is wrong" in text_of(refused)
    assert 'aria-invalid="true"' in refused.text
    assert (await secret_shown(person)).secret == before.secret
    assert not (await factors_of(app.db, person.user_id)).has_totp


async def test_the_code_to_scan_is_an_image_in_the_page(person: Person):
    await person.sends(APP)

    page = await person.sees(APP)

    assert "<svg" in page.text
    assert "style=" not in page.text


async def test_nothing_is_begun_by_looking(app: App, person: Person):
    page = await person.sees(APP)

    assert "Show the code to scan" in page.text
    assert await app.db.value(text("SELECT count(*) FROM identity.totp")) == 0


async def test_it_is_removed_with_its_backup_codes(app: App, person: Person):
    await enrolled(person)

    removed = await person.sends(REMOVE)

    assert removed.status_code == 303
    found = await factors_of(app.db, person.user_id)
    assert (found.has_totp, found.backup_codes) == (False, 0)


async def test_new_backup_codes_take_the_place_of_the_old_ones(app: App, person: Person):
    old = await enrolled(person)

    new = CODE.findall((await person.sends(CODES)).text)

    assert len(new) == 10
    assert not set(old) & set(new)
    assert (await factors_of(app.db, person.user_id)).backup_codes == 10


async def test_without_a_second_factor_there_are_no_backup_codes(person: Person):
    refused = await person.sends(CODES)

    assert refused.status_code == 409
    assert "set one up first" in text_of(refused)


@pytest.mark.parametrize("path", [APP, REMOVE, CODES])
@pytest.mark.parametrize("asked", [Person.sees, Person.sends], ids=["seen", "sent"])
async def test_they_are_for_those_who_are_signed_in(
    stranger: Person, path: str, asked: Callable[[Person, str], Awaitable[object]]
):
    answer = await asked(stranger, path)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")


@pytest.mark.parametrize("path", [APP, REMOVE, CODES])
@pytest.mark.parametrize("asked", [Person.sees, Person.sends], ids=["seen", "sent"])
async def test_they_are_for_those_who_have_just_shown_who_they_are(
    app: App, person: Person, path: str, asked: Callable[[Person, str], Awaitable[object]]
):
    await app.db.run(LONG_AGO)

    answer = await asked(person, path)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/account/confirm?next={path}")
    assert await app.db.value(text("SELECT count(*) FROM identity.totp")) == 0


async def test_a_form_of_another_site_does_nothing(app: App, person: Person):
    answer = await person.browser.post(APP, data={"x": ""}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={APP}"
    assert await app.db.value(text("SELECT count(*) FROM identity.totp")) == 0
