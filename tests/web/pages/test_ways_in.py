"""Linked identities, trusted devices, and the way through a second factor that one has to have."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.core import clock
from app.core.app import App
from app.identity import accounts
from app.identity.sso_accounts import ties_of
from app.identity.trusted_devices import trust, trusted_devices
from tests import given
from tests.identity.provider import Provider
from tests.identity.signing_on import known, linked
from tests.web.pages.conftest import Person, at_a_browser, text_of
from tests.web.pages.test_authenticator import CODE, secret_shown

PASSWORD = "three words and a half"
IDENTITIES, TRUSTED, ENROL = "/account/identities", "/account/trusted-devices", "/account/second-factor"
LONG_AGO = text("UPDATE identity.sessions SET proved_at = now() - interval '1 day'")


async def test_an_identity_is_shown_and_unlinked(app: App, provider: Provider, person: Person):
    await accounts.set_password(app, Actor(person.user_id), person.user_id, PASSWORD)
    await known(app, provider.issuer)
    await linked(app, provider, person.user_id)
    async with at_a_browser(app, await given.token(app, person.user_id, in_browser=True)) as browser:
        ada = Person(browser, person.user_id)
        page = await ada.sees(IDENTITIES)
        done = await ada.sends(IDENTITIES, unlink="home")

    assert "Home" in text_of(page)
    assert 'action="/sso/home"' not in page.text
    assert (done.status_code, done.headers["location"]) == (303, IDENTITIES)
    assert await ties_of(app.db, person.user_id) == []


async def test_a_provider_is_offered_to_be_linked(app: App, provider: Provider, person: Person):
    await known(app, provider.issuer)

    page = await person.sees(IDENTITIES)

    form = page.text.partition('action="/sso/home"')[2].partition("</form>")[0]
    assert 'name="link" value="1"' in form
    assert f'name="next" value="{IDENTITIES}"' in form
    assert IDENTITIES in (await person.sees("/account")).text


async def test_the_last_way_in_is_not_unlinked(app: App, provider: Provider, person: Person):
    await known(app, provider.issuer)
    await linked(app, provider, person.user_id)

    refused = await person.sends(IDENTITIES, unlink="home")

    assert refused.status_code == 409
    assert "the only way to sign in" in text_of(refused)
    assert len(await ties_of(app.db, person.user_id)) == 1


async def test_what_is_not_linked_is_not_unlinked(person: Person):
    assert (await person.sends(IDENTITIES, unlink="other")).status_code == 404


async def test_linking_is_for_those_who_have_just_shown_who_they_are(
    app: App, provider: Provider, person: Person
):
    await known(app, provider.issuer)
    await app.db.run(LONG_AGO)

    answers = [
        await person.sees(IDENTITIES),
        await person.sends("/sso/home", link="1", next=IDENTITIES),
    ]

    assert [each.headers["location"] for each in answers] == [f"/account/confirm?next={IDENTITIES}"] * 2
    assert provider.asked == []


async def trusting(app: App, user_id: UUID | None) -> None:
    assert user_id is not None
    actor = Actor(user_id, None, "192.0.2.9", "Mozilla/5.0 (X11; Linux x86_64) Firefox/141.0")
    async with app.transaction() as tx:
        await trust(tx, actor, user_id, timedelta(days=30))


async def test_trusted_devices_are_shown_and_forgotten(app: App, person: Person):
    for _ in range(3):
        await trusting(app, person.user_id)
    page = await person.sees(TRUSTED)
    [first, *others] = await trusted_devices(app.db, person.user_id)

    one = await person.sends(TRUSTED, which=str(first.id))
    after_one = await trusted_devices(app.db, person.user_id)
    await person.sends(TRUSTED, which="all")

    assert "Firefox , Linux" in text_of(page)
    assert "192.0.2.9" in text_of(page)
    assert (one.status_code, one.headers["location"]) == (303, TRUSTED)
    assert after_one == others
    assert await trusted_devices(app.db, person.user_id) == []


@pytest.mark.parametrize("which", ["", "x", "00000000-0000-0000-0000-000000000007"])
async def test_nobody_forgets_what_is_not_theirs(person: Person, which: str):
    assert (await person.sends(TRUSTED, which=which)).status_code == 404


@pytest.fixture
async def strict(app: App) -> AsyncIterator[Person]:
    """Somebody whose role asks for a second factor, and who has none; at a browser and not signed in."""
    role = await given.role(app, patterns=["*"], requires_second_factor=True)
    user_id = await given.user(app, "Ada", roles=[role])
    await accounts.set_password(app, Actor(user_id), user_id, PASSWORD)
    async with at_a_browser(app) as browser:
        yield Person(browser, user_id)


async def test_who_needs_a_second_factor_is_led_through_it_to_where_they_wanted(app: App, strict: Person):
    entered = await strict.sends("/sign-in", name="Ada", password=PASSWORD, next="/graphiql?query=x")
    page = await strict.sees(entered.headers["location"])
    turned = await strict.sees("/graphiql")
    begun = await strict.sends("/account/authenticator", next="/graphiql?query=x")
    scanned = await strict.sees(begun.headers["location"])
    totp = await secret_shown(strict)
    codes = await strict.sends("/account/authenticator", code=totp.at(clock.now()), next="/graphiql?query=x")
    gone_on = await strict.sees("/graphiql?query=x")

    assert entered.headers["location"] == f"{ENROL}?next=/graphiql%3Fquery%3Dx"
    assert "/account/authenticator?next=/graphiql%3Fquery%3Dx" in page.text
    assert "/account/passkeys?next=/graphiql%3Fquery%3Dx" in page.text
    assert turned.headers["location"] == f"{ENROL}?next=/graphiql"
    assert 'name="next" value="/graphiql?query=x"' in scanned.text
    assert len(CODE.findall(codes.text)) == 10
    assert 'href="/graphiql?query=x"' in codes.text
    assert gone_on.status_code == 200


async def test_the_account_says_that_it_needs_one(strict: Person):
    await strict.sends("/sign-in", name="Ada", password=PASSWORD)

    page = await strict.sees("/account")

    assert "needs a second factor" in text_of(page)
    assert f'href="{ENROL}"' in page.text
    assert 'href="/graphiql"' not in page.text


async def test_programs_are_told_without_being_led(strict: Person):
    await strict.sends("/sign-in", name="Ada", password=PASSWORD)

    answer = await strict.browser.get("/graphiql", headers={"accept": "*/*"})

    assert (answer.status_code, answer.text) == (401, "Set up a second factor first.\n")


async def test_who_has_one_is_not_kept_at_it(person: Person):
    page = await person.sees(f"{ENROL}?next=/account")

    assert (page.status_code, page.headers["location"]) == (303, "/account")
