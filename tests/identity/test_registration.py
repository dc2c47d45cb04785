"""Registering: who may, what strangers can't learn by it, and what comes of two who do it at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.access.builtin import ADMIN, GUEST, USER
from app.access.roles import roles_of
from app.access.viewer import marquee
from app.core.app import App
from app.core.errors import AppError, Conflict, Invalid, RateLimited
from app.identity.client import Client
from app.identity.errors import EmailUnverified, LinkInvalid, RegistrationClosed, WrongCredentials
from app.identity.housekeeping import housekeeping
from app.identity.invitations import Draft, invite
from app.identity.names import key_of
from app.identity.registration import (
    Applicant,
    VerificationSent,
    name_to_verify,
    register,
    resend,
    send_verification,
    verify,
)
from app.identity.second_step import LetIn
from app.identity.sessions import SessionKind
from app.identity.sign_in import sign_in
from app.identity.user_writes import Profile, create_user
from app.mail.errors import MailNotConfigured
from tests import given
from tests.identity.letterbox import CHEAP, POST, about_people, letters, settings, work

PHRASE = "in space no one can hear"
HOME = Client("192.0.2.7", "Mozilla/5.0", "request-1")
TAKEN = "dallas@weyland.example"
USERS = text(
    "SELECT name, email, email_verified_at IS NOT NULL AS is_verified FROM identity.users ORDER BY id"
)
MOVE = "UPDATE identity.{} SET expires_at = now() - interval '1 second'"


@pytest.fixture
async def dallas(app: App) -> Any:
    """Somebody with an account and an address; everybody may register."""
    await settings(app, registration_mode="open", **CHEAP, **POST)
    return await given.user(app, "Dallas", roles=[ADMIN], email=TAKEN, email_key=TAKEN)


def applicant(name: str = "Ripley", email: str | None = "ripley@weyland.example", **more: Any) -> Applicant:
    return Applicant(Profile(name, email), PHRASE, **more)


async def apply(app: App, who: Applicant | None = None, client: Client = HOME) -> LetIn | VerificationSent:
    return await register(app, client, who or applicant(), kind=SessionKind.APP)


async def enters(app: App, name: str = "Ripley", password: str = PHRASE) -> Any:
    return await sign_in(app, HOME, name, password, kind=SessionKind.APP)


async def names(app: App) -> list[str]:
    return [row["name"] for row in await app.db.rows(USERS)]


async def outcomes(*work: Any) -> list[Any]:
    """What came of several at once: their answers, and the kinds of their errors, which come last."""
    found = await asyncio.gather(*work, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, AppError):
            raise each
    plain = [type(each) if isinstance(each, AppError) else each for each in found]
    return sorted(plain, key=lambda each: isinstance(each, type))


async def test_whether_an_address_has_an_account_shows_neither_in_the_answer_nor_in_the_work(
    app, dallas, statements
):
    await apply(app, applicant("Ash", "ash@weyland.example"))
    statements.clear()

    free = await apply(app, applicant("Ripley", "ripley@weyland.example"))
    work_for_free = about_people(statements)
    statements.clear()
    taken = await apply(app, applicant("Lambert", TAKEN.upper()))
    work_for_taken = about_people(statements)

    assert (free, taken) == (VerificationSent("ripley@weyland.example"), VerificationSent(TAKEN.upper()))
    assert work_for_free == work_for_taken
    assert not any("email_key" in statement for statement in work_for_taken)
    with pytest.raises(EmailUnverified):
        await enters(app, "Lambert")
    with pytest.raises(WrongCredentials):
        await enters(app, TAKEN)


async def test_the_owner_of_the_address_is_told_and_gets_no_link_that_makes_an_account(app, dallas):
    await apply(app, applicant("Lambert", TAKEN))

    [letter] = await letters(app)

    assert (letter.template, letter.to, letter.name) == ("registered_already", TAKEN, "Dallas")
    assert letter.facts == {"link": "https://films.example.org/marquee/sign-in"}


async def test_a_name_that_is_taken_is_refused_whatever_its_case(app, dallas):
    await apply(app)

    for name in ("dallas", "RIPLEY", "ｒｉｐｌｅｙ"):
        with pytest.raises(Conflict, match="name"):
            await apply(app, applicant(name, "other@weyland.example"))


async def test_of_two_who_want_one_name_at_once_one_gets_it(app, dallas):
    first = apply(app, applicant(email="one@weyland.example"))
    second = apply(app, applicant(email="two@weyland.example"))

    made, refused = await outcomes(first, second)

    assert isinstance(made, VerificationSent)
    assert refused is Conflict
    assert await work(app) == 1


async def test_of_two_who_want_one_address_who_verifies_first_gets_it(app, dallas):
    await apply(app, applicant("Ripley", "Crew@weyland.example"))
    await apply(app, applicant("Ash", "crew@WEYLAND.example"))
    first, second = [letter.token for letter in await letters(app)]

    made, refused = await outcomes(verify(app, HOME, first), verify(app, HOME, second))

    assert made in {"Ripley", "Ash"}
    assert refused is Conflict
    assert await names(app) == ["Dallas", made]


async def test_a_link_makes_one_account_however_often_and_at_once(app, dallas):
    await apply(app)
    [letter] = await letters(app)

    found = await outcomes(*(verify(app, HOME, letter.token) for _ in range(4)))

    assert found == ["Ripley", LinkInvalid, LinkInvalid, LinkInvalid]
    assert await names(app) == ["Dallas", "Ripley"]
    assert [role.id for role in await roles_of(app.db, (await enters(app)).begun.session.user_id)] == [USER]


async def test_a_look_at_a_link_uses_nothing(app, dallas):
    await apply(app)
    [letter] = await letters(app)

    assert [await name_to_verify(app.db, letter.token) for _ in range(2)] == ["Ripley"] * 2
    assert await verify(app, HOME, letter.token) == "Ripley"
    with pytest.raises(LinkInvalid):
        await name_to_verify(app.db, letter.token)


async def test_what_nobody_verified_lapses_and_the_name_is_free(app, dallas):
    await apply(app)
    [letter] = await letters(app)
    await app.db.run(text(MOVE.format("registrations")))

    with pytest.raises(LinkInvalid):
        await verify(app, HOME, letter.token)
    with pytest.raises(WrongCredentials):
        await enters(app)
    again = await apply(app, applicant(email="second@weyland.example"))
    await app.db.run(text(MOVE.format("registrations")))
    await housekeeping.run(app)

    assert isinstance(again, VerificationSent)
    assert await app.db.value(text("SELECT count(*) FROM identity.registrations")) == 0


async def test_a_name_that_went_to_somebody_else_meanwhile_makes_no_second_account(app, dallas):
    await apply(app)
    [letter] = await letters(app)
    async with app.transaction() as tx:
        await create_user(tx, marquee(), Profile("ripley"), [USER])

    with pytest.raises(Conflict, match="name"):
        await verify(app, HOME, letter.token)

    assert await names(app) == ["Dallas", "ripley"]


async def test_letters_are_sent_again_and_nobody_learns_for_whom(app, dallas, statements):
    await apply(app)
    await letters(app)
    statements.clear()

    await resend(app, HOME, "ripley")
    for_one_who_waits = about_people(statements)
    statements.clear()
    await resend(app, HOME, "nobody")
    for_nobody = about_people(statements)
    [letter] = await letters(app)

    assert for_one_who_waits == for_nobody
    assert await verify(app, HOME, letter.token) == "Ripley"
    await resend(app, HOME, "ripley")
    assert await letters(app) == []


async def test_a_job_that_died_before_it_was_done_writes_anew_and_both_links_lead_to_one_account(app, dallas):
    await apply(app)

    await send_verification.run(app, key_of("Ripley"))
    first, second = [letter.token for letter in await letters(app)]

    assert first != second
    assert await verify(app, HOME, second) == "Ripley"
    with pytest.raises(LinkInvalid):
        await verify(app, HOME, first)


async def test_what_is_refused_leaves_neither_a_name_nor_a_letter(app, dallas):
    for who, error in (
        (applicant(email=None), Invalid),
        (applicant(email="no address"), Invalid),
        (applicant(email="ripley@under_score.example"), Invalid),
        (applicant("a@b"), Invalid),
        (Applicant(Profile("Ripley", "ripley@weyland.example"), "ripley"), Invalid),
        (applicant(invitation="mqo_wrong"), LinkInvalid),
        (applicant("Dallas"), Conflict),
    ):
        with pytest.raises(error):
            await apply(app, who)

    assert await app.db.value(text("SELECT count(*) FROM identity.registrations")) == 0
    assert await work(app) == 0


async def test_the_first_account_is_no_strangers(app):
    await settings(app, registration_mode="open", **CHEAP)

    with pytest.raises(RegistrationClosed):
        await apply(app, applicant(email=None))


async def test_closing_ends_what_waits(app, dallas):
    await apply(app)
    [letter] = await letters(app)
    await settings(app, registration_mode="invitation")

    with pytest.raises(RegistrationClosed):
        await verify(app, HOME, letter.token)

    await settings(app, registration_mode="open")
    assert await verify(app, HOME, letter.token) == "Ripley"


@pytest.mark.parametrize(
    ("said", "given_roles"), [(["user", "Admin"], [USER]), (["GUEST"], [GUEST]), (["guest", "none"], [GUEST])]
)
async def test_roles_are_those_that_were_set_and_give_no_more_than_a_user_has(app, dallas, said, given_roles):
    await settings(app, registration_roles=said, registration_verification="never")

    entered = await apply(app, applicant(email=None))

    assert isinstance(entered, LetIn)
    assert [role.id for role in await roles_of(app.db, entered.begun.session.user_id)] == given_roles


@pytest.mark.parametrize("said", [["admin"], ["none"], []])
async def test_where_no_role_is_left_to_give_nobody_gets_an_account(app, dallas, said):
    await settings(app, registration_roles=said, registration_verification="never")

    with pytest.raises(RegistrationClosed):
        await apply(app, applicant(email=None))

    assert await names(app) == ["Dallas"]


async def test_without_verification_an_account_is_made_at_once_and_has_no_address_that_is_only_claimed(
    app, dallas
):
    await settings(app, registration_verification="never")

    entered = await apply(app, applicant(email="ripley@weyland.example"))
    taken = await apply(app, applicant("Ash", TAKEN))

    assert isinstance(entered, LetIn)
    assert isinstance(taken, LetIn)
    assert [row["email"] for row in await app.db.rows(USERS)] == [TAKEN, None, None]
    to_confirm, already = await letters(app)
    assert (to_confirm.template, to_confirm.to) == ("confirm_new_address", "ripley@weyland.example")
    assert (already.template, already.to) == ("registered_already", TAKEN)


async def test_of_two_who_get_an_account_at_once_by_one_name_one_does(app, dallas):
    await settings(app, registration_verification="never")

    made, refused = await outcomes(*(apply(app, applicant(email=None)) for _ in range(2)))

    assert isinstance(made, LetIn)
    assert refused is Conflict
    assert await names(app) == ["Dallas", "Ripley"]


async def test_without_mail_no_address_is_taken_and_none_needed(app, dallas):
    await settings(app, mail_host=None)

    with pytest.raises(MailNotConfigured):
        await apply(app)
    entered = await apply(app, applicant(email=None))
    await settings(app, registration_verification="always")
    with pytest.raises(MailNotConfigured):
        await apply(app, applicant("Ash", None))

    assert isinstance(entered, LetIn)


async def test_an_address_asks_for_so_many_accounts_an_hour(app, dallas):
    await settings(app, rate_registrations=2)

    for number in range(2):
        await apply(app, applicant(f"Crew {number}", f"crew{number}@weyland.example"))
    with pytest.raises(RateLimited):
        await apply(app, applicant("Ash", "ash@weyland.example"))
    elsewhere = await apply(app, applicant("Ash", "ash@weyland.example"), Client("198.51.100.1"))

    assert isinstance(elsewhere, VerificationSent)


async def test_an_e_mail_address_is_sent_so_many_letters_an_hour_whoever_asks(app, dallas):
    await settings(app, rate_mails=2)

    for number in range(3):
        await apply(app, applicant(f"Crew {number}", TAKEN), Client(f"198.51.{number}.1"))

    assert len(await letters(app)) == 2


async def test_many_names_held_at_once_are_enough(app, dallas, monkeypatch):
    monkeypatch.setattr("app.identity.registration.MOST_HELD", 1)
    await apply(app)

    with pytest.raises(RateLimited):
        await apply(app, applicant("Ash", "ash@weyland.example"))


async def test_addresses_are_one_whatever_their_case_and_script():
    keys = {
        key_of(each) for each in ("Ann@BÜCHER.example", "ann@bücher.example", "ANN@xn--bcher-kva.example")
    }

    assert keys == {"ann@xn--bcher-kva.example"}
    assert key_of("ann@faß.example") != key_of("ann@fass.example")


@pytest.mark.parametrize("verification", ["never", "always"])
async def test_of_two_who_use_an_invitation_at_once_one_gets_the_account(app, dallas, verification):
    await settings(app, registration_mode="invitation", registration_verification=verification)
    made = await invite(app, marquee(), Draft((USER,), lifetime=timedelta(hours=1)))
    crew = [
        applicant(name, f"{name}@weyland.example", invitation=made.token)
        for name in ("ripley", "ash", "kane")
    ]

    if verification == "never":
        found = await outcomes(*(apply(app, each) for each in crew))
    else:
        for each in crew:
            await apply(app, each)
        found = await outcomes(*(verify(app, HOME, letter.token) for letter in await letters(app)))

    assert found[1:] == [LinkInvalid, LinkInvalid]
    assert len(await names(app)) == 2
    assert await app.db.value(text("SELECT used FROM identity.invitations")) == 1


class Broken(Exception):
    """What a process that dies in the midst of a transaction comes to: it is rolled back."""


async def broken(*_: Any, **__: Any) -> Any:
    raise Broken


async def test_what_breaks_before_the_account_is_made_leaves_the_links_good(app, dallas, monkeypatch):
    made = await invite(app, marquee(), Draft((USER,)))
    await apply(app, applicant(invitation=made.token))
    [letter] = await letters(app)
    with monkeypatch.context() as patched:
        patched.setattr("app.identity.registration._make", broken)
        with pytest.raises(Broken):
            await verify(app, HOME, letter.token)

    assert await names(app) == ["Dallas"]
    assert await app.db.value(text("SELECT used FROM identity.invitations")) == 0
    assert await verify(app, HOME, letter.token) == "Ripley"


async def test_what_breaks_before_somebody_is_in_leaves_no_account(app, dallas, monkeypatch):
    await settings(app, registration_verification="never")
    made = await invite(app, marquee(), Draft((USER,)))
    with monkeypatch.context() as patched:
        patched.setattr("app.identity.registration.let_in", broken)
        with pytest.raises(Broken):
            await apply(app, applicant(email=None, invitation=made.token))

    assert await names(app) == ["Dallas"]
    assert isinstance(await apply(app, applicant(email=None, invitation=made.token)), LetIn)


async def test_what_breaks_before_a_name_is_held_sends_no_letter(app, dallas, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("app.identity.registration.record", broken)
        with pytest.raises(Broken):
            await apply(app)

    assert await work(app) == 0
    assert await apply(app) == VerificationSent("ripley@weyland.example")
