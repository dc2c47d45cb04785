"""Letting in a television by the page that its code is typed into."""

import pytest
from sqlalchemy import text

from app.core.app import App
from app.identity import device_sign_in
from app.identity.client import Client
from app.identity.device_sign_in import Asked, Waiting
from app.identity.second_step import LetIn
from tests import given
from tests.web.pages.conftest import Person, at_a_browser, text_of

DEVICE = "/device"
TELEVISION = Client("192.0.2.44", "Infuse/7.6 (tvOS)")
LONG_AGO = text("UPDATE identity.sessions SET proved_at = now() - interval '1 day'")


@pytest.fixture
async def asked(app: App) -> Asked:
    return await device_sign_in.begin(app, TELEVISION, "Living <b>room</b>")


async def hears(app: App, asked: Asked) -> object:
    return await device_sign_in.poll(app, TELEVISION, asked.device_code)


async def test_what_asks_is_shown_before_it_is_let_in(app: App, person: Person, asked: Asked):
    shown = await person.sends(DEVICE, code=asked.user_code.lower().replace("-", " "))

    said = text_of(shown)
    assert shown.status_code == 200
    assert "Living <b>room</b>" in said
    assert "<b>room" not in shown.text
    assert "192.0.2.44" in said
    assert "tvOS" in said
    assert await hears(app, asked) is Waiting.PENDING


async def test_a_device_is_let_in_as_who_approves(app: App, person: Person, asked: Asked):
    done = await person.sends(DEVICE, code=asked.user_code, act="approve")

    assert done.status_code == 200
    assert "is signed in" in text_of(done)
    entered = await hears(app, asked)
    assert isinstance(entered, LetIn)
    assert entered.begun.session.user_id == person.user_id


async def test_a_device_is_left_out(app: App, person: Person, asked: Asked):
    done = await person.sends(DEVICE, code=asked.user_code, act="deny")

    assert "is not signed in" in text_of(done)
    assert await hears(app, asked) is Waiting.DENIED


async def test_it_is_decided_once(person: Person, asked: Asked):
    await person.sends(DEVICE, code=asked.user_code, act="deny")

    again = await person.sends(DEVICE, code=asked.user_code, act="approve")

    assert again.status_code == 404


async def test_a_wrong_code_is_told_at_the_field(person: Person, asked: Asked):
    refused = await person.sends(DEVICE, code="BCDF-GHJK")

    assert refused.status_code == 404
    marked = refused.text.partition('id="code"')[2].partition(">")[0]
    assert 'value="BCDF-GHJK"' in marked
    assert 'aria-invalid="true"' in marked


async def test_guessing_ends(person: Person, asked: Asked):
    answers = [await person.sends(DEVICE, code="BCDF-GHJK") for _ in range(6)]

    right = await person.sends(DEVICE, code=asked.user_code, act="approve")

    assert [answer.status_code for answer in (*answers, right)] == [404] * 5 + [429] * 2


async def test_a_link_fills_the_code_in_and_counts_as_no_guess(app: App, person: Person, asked: Asked):
    pages = [await person.sees(f"{DEVICE}?code=BCDF-GHJK") for _ in range(6)]

    assert {page.status_code for page in pages} == {200}
    assert 'value="BCDF-GHJK"' in pages[0].text
    assert (await person.sends(DEVICE, code=asked.user_code)).status_code == 200


async def test_a_stranger_signs_in_first_and_comes_back_to_the_code(stranger: Person):
    page = await stranger.sees(f"{DEVICE}?code=BCDF-GHJK")

    assert page.headers["location"] == f"/sign-in?next={DEVICE}%3Fcode%3DBCDF-GHJK"


async def test_it_is_for_those_who_have_just_shown_who_they_are(app: App, person: Person, asked: Asked):
    await app.db.run(LONG_AGO)

    page = await person.sees(f"{DEVICE}?code=BCDF-GHJK")
    sent = await person.sends(DEVICE, code=asked.user_code, act="approve")

    assert page.headers["location"] == f"/account/confirm?next={DEVICE}%3Fcode%3DBCDF-GHJK"
    assert sent.headers["location"] == f"/account/confirm?next={DEVICE}"
    assert await hears(app, asked) is Waiting.PENDING


async def test_it_is_not_for_those_who_may_not_change_their_account(app: App, asked: Asked):
    user_id = await given.user(app, "Guest", roles=[await given.role(app, patterns=["self:read"])])
    async with at_a_browser(app, await given.token(app, user_id, in_browser=True)) as browser:
        refused = await Person(browser, user_id).sends(DEVICE, code=asked.user_code, act="approve")

    assert refused.status_code == 403
    assert await hears(app, asked) is Waiting.PENDING


async def test_another_sites_form_lets_no_device_in(app: App, person: Person, asked: Asked):
    form = {"code": asked.user_code, "act": "approve"}

    await person.browser.post(DEVICE, data=form, headers={"sec-fetch-site": "cross-site"})

    assert await hears(app, asked) is Waiting.PENDING
