"""Making an account, and getting back into it, as strangers do it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.access.builtin import ADMIN, GUEST, USER
from app.api.node import global_id
from app.main import build, graph
from tests import given
from tests.api.conftest import OPERATIONS
from tests.identity.letterbox import CHEAP, POST, letters, settings

PHRASE = "in space no one can hear"
RIPLEY = "Ripley@weyland.example"
ACTIONS = text("SELECT action FROM activity.entries ORDER BY id")
Do = Callable[..., Any]


@pytest.fixture
async def do(app) -> AsyncIterator[Do]:
    """Runs `graphql/operations/identity/<name>.graphql`; answers the one root field's value."""
    site = httpx.ASGITransport(build(app, graph(app)))
    async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as http:

        async def run(name: str, /, *, by: str | None = None, **variables: Any) -> Any:
            query = (OPERATIONS / f"identity/{name}.graphql").read_text(encoding="utf-8")
            headers = {"authorization": f"Bearer {by}"} if by else {}
            body = {"query": query, "variables": variables}
            answer = await http.post("/graphql", json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            assert "errors" not in answer.json(), answer.text
            [value] = answer.json()["data"].values()
            return value

        yield run


@pytest.fixture
async def admin(app) -> str:
    """An admin's token; mail is set up, and who was invited may register."""
    await settings(app, registration_mode="invitation", **CHEAP, **POST)
    return await given.token(app, await given.user(app, "Mother", roles=[ADMIN]))


def ripley(**more: Any) -> dict[str, Any]:
    return {"name": "Ripley", "password": PHRASE, "keep": "TOKEN", "email": RIPLEY} | more


def typed(password: str = PHRASE) -> dict[str, Any]:
    return {"input": {"name": "Ripley", "password": password, "keep": "TOKEN"}}


async def actions(app) -> set[str]:
    return {row["action"] for row in await app.db.rows(ACTIONS)}


async def test_strangers_are_told_the_terms_and_no_more(app, do):
    before = await do("registration")
    await given.user(app)
    await settings(app, registration_mode="open")
    without_mail = await do("registration")
    await settings(app, **POST)
    with_mail = await do("registration")

    assert before == {"mode": "CLOSED", "verifiesAddress": False, "sendsMail": False}
    assert without_mail == {"mode": "OPEN", "verifiesAddress": False, "sendsMail": False}
    assert with_mail == {"mode": "OPEN", "verifiesAddress": True, "sendsMail": True}


async def test_an_account_is_made_by_the_link_of_a_letter(app, do, admin):
    await settings(app, registration_mode="open")

    asked = await do("register", input=ripley(language="de"))
    early = await do("sign_in", **typed())
    wrong = await do("sign_in", **typed("wrong password"))
    [letter] = await letters(app)
    made = await do("verify_email", input={"token": letter.token})
    again = await do("verify_email", input={"token": letter.token})
    entered = await do("sign_in", **typed())

    assert asked == {"__typename": "VerificationSent", "email": RIPLEY}
    assert (early["__typename"], wrong["__typename"]) == ("EmailUnverified", "InvalidCredentials")
    assert (letter.template, letter.to, letter.name, letter.language) == (
        "verify_address",
        RIPLEY,
        "Ripley",
        "de",
    )
    assert letter.facts["link"].startswith("https://films.example.org/marquee/verify?token=mqo_")
    assert made == {"__typename": "VerifyEmailPayload", "name": "Ripley"}
    assert (again["__typename"], entered["__typename"]) == ("LinkInvalid", "Authenticated")
    assert {"registration.asked", "user.created", "user.registered"} <= await actions(app)


async def test_an_invitation_by_mail_makes_the_account_with_its_address(app, do, admin):
    role = {"roleIds": [global_id("Role", GUEST)]}

    made = await do("create_invitation", by=admin, input=role | {"email": RIPLEY})
    [letter] = await letters(app)
    shown = await do("invitation", token=letter.token)
    entered = await do("register", input=ripley(invitation=letter.token, email=None))
    used = await do("register", input=ripley(invitation=letter.token, name="Ash"))
    listed = await do("invitations", by=admin)

    assert (made["__typename"], made["token"]) == ("CreateInvitationPayload", None)
    assert (letter.template, letter.path, letter.facts["inviter"]) == (
        "invitation",
        "/marquee/invitation",
        "Mother",
    )
    assert shown["email"] == RIPLEY
    assert (entered["__typename"], entered["session"]["method"]) == ("Authenticated", "registration")
    assert used["__typename"] == "LinkInvalid"
    assert await do("invitation", token=letter.token) is None
    [node] = listed["nodes"]
    assert (node["used"], node["roles"], node["invitedBy"]) == (1, [{"name": "guest"}], {"name": "Mother"})
    row = await app.db.row(text("SELECT email, email_verified_at FROM identity.users WHERE name = 'Ripley'"))
    assert row["email"] == RIPLEY
    assert row["email_verified_at"] is not None


async def test_an_invitation_is_shown_once_and_taken_back(app, do, admin):
    made = await do("create_invitation", by=admin, input={"roleIds": [global_id("Role", USER)], "uses": 3})
    key = {"invitationId": made["invitation"]["id"]}

    revoked = await do("revoke_invitation", by=admin, input=key)
    again = await do("revoke_invitation", by=admin, input=key)
    late = await do("register", input=ripley(invitation=made["token"]))

    assert made["token"].startswith("mqo_")
    assert revoked["invitation"]["revokedAt"] is not None
    assert (again["__typename"], late["__typename"]) == ("NotFound", "LinkInvalid")
    assert {"invitation.created", "invitation.revoked"} <= await actions(app)


async def test_a_forgotten_password_is_replaced_by_the_link_of_a_letter(app, do, admin):
    user_id = await given.user(app, "Ripley", roles=[USER], email=RIPLEY, email_key=RIPLEY.lower())
    theirs = await given.token(app, user_id)

    asked = [await do("request_password_reset", input={"name": name}) for name in ("ripley", "nobody")]
    [letter] = await letters(app)
    weak = await do("reset_password", input={"token": letter.token, "password": "ripley"})
    done = await do("reset_password", input={"token": letter.token, "password": PHRASE})
    again = await do("reset_password", input={"token": letter.token, "password": PHRASE})

    assert [each["__typename"] for each in asked] == ["RequestPasswordResetPayload"] * 2
    assert (letter.template, letter.to, letter.path) == ("reset_password", RIPLEY, "/marquee/reset")
    assert (weak["__typename"], again["__typename"]) == ("InvalidInput", "LinkInvalid")
    assert done == {"__typename": "ResetPasswordPayload", "name": "Ripley"}
    assert (await do("sign_in", **typed()))["__typename"] == "Authenticated"
    assert theirs
    assert {"user.password_reset_asked", "user.password_reset", "user.password_changed"} <= await actions(app)


async def test_an_address_is_changed_by_the_link_of_a_letter_and_the_old_one_told(app, do, admin):
    user_id = await given.user(app, "Ripley", roles=[USER], email=RIPLEY, email_key=RIPLEY.lower())
    theirs = await given.token(app, user_id)

    asked = await do("change_email", by=theirs, input={"email": "ellen@ripley.example"})
    [letter] = await letters(app)
    done = await do("confirm_email", input={"token": letter.token})
    again = await do("confirm_email", input={"token": letter.token})
    [told] = await letters(app)

    assert asked == {"__typename": "ChangeEmailPayload", "email": "ellen@ripley.example"}
    assert (letter.template, letter.path) == ("confirm_new_address", "/marquee/confirm-address")
    assert done == {"__typename": "ConfirmEmailPayload", "email": "ellen@ripley.example"}
    assert again["__typename"] == "LinkInvalid"
    assert (told.template, told.to) == ("address_changed", RIPLEY)
    assert {"user.email_change_asked", "user.email_changed"} <= await actions(app)


async def test_without_mail_what_takes_letters_is_refused_by_name(app, do):
    user_id = await given.user(app, "Ripley", roles=[USER])
    theirs = await given.token(app, user_id)
    await settings(app, registration_mode="open", registration_verification="always", **CHEAP)

    answers = [
        await do("register", input=ripley(name="Ash")),
        await do("resend_verification", input={"name": "Ash"}),
        await do("request_password_reset", input={"name": "Ripley"}),
        await do("change_email", by=theirs, input={"email": RIPLEY}),
    ]

    assert [answer["__typename"] for answer in answers] == ["MailNotConfigured"] * 4


@pytest.mark.parametrize("mode", ["closed", "invitation"])
async def test_where_one_has_to_be_invited_nobody_else_gets_an_account(app, do, admin, mode):
    await settings(app, registration_mode=mode)

    refused = await do("register", input=ripley())

    assert refused["__typename"] == "RegistrationClosed"
