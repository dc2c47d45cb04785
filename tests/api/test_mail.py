"""Mail by the API: how it stands, and whether it can be sent."""

import pytest
from sqlalchemy import text

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.mail.deliver import deliver
from app.mail.letters import Letter, Template, send
from app.settings.writes import change_settings
from tests import given
from tests.mail.post import configure, posting

NOTED = text("SELECT action, after FROM activity.entries WHERE action LIKE 'mail.%'")


async def admin(app):
    permissions = frozenset({Permission.SETTINGS_READ, Permission.SETTINGS_UPDATE})
    return Viewer(permissions=permissions, actor=Actor(user_id=await given.user(app)))


async def send_trial(app, execute, to="ann@example.org", **asked):
    data = await execute("settings/send_test_mail", input={"to": to}, viewer=await admin(app), **asked)
    return data["sendTestMail"]


async def test_a_test_letter_tells_what_the_mail_server_said(app, execute):
    async with posting() as post:
        await configure(app, post.port)

        sent = await send_trial(app, execute)

    assert sent == {"__typename": "SendTestMailPayload", "said": "taken"}
    assert post.readers == ["ann@example.org"]
    assert post.letters[0]["Subject"] == "Test letter from films.example.org"
    [noted] = await app.db.rows(NOTED)
    assert tuple(noted) == ("mail.tested", {"to": "ann@example.org", "is_sent": True})


async def test_a_refusal_is_told_in_the_server_s_words(app, execute):
    async with posting() as post:
        await configure(app, post.port)
        post.says["RCPT"] = "550 5.7.1 relaying denied"

        sent = await send_trial(app, execute)

    assert sent == {"__typename": "MailRefused", "message": "550 5.7.1 relaying denied"}
    [noted] = await app.db.rows(NOTED)
    assert noted["after"]["is_sent"] is False


async def test_a_wrong_password_is_told_and_not_which(app, execute):
    async with posting(auth=True) as post:
        await configure(app, post.port, mail_username="films", password="hunter3")

        sent = await send_trial(app, execute)

    assert sent["__typename"] == "MailRefused"
    assert sent["message"].startswith("535")
    assert "hunter3" not in str(sent)


async def test_without_settings_it_is_told_that_mail_is_not_set_up(app, execute):
    assert (await send_trial(app, execute))["__typename"] == "MailNotConfigured"


async def test_an_address_that_can_not_be_written_to_is_refused(app, execute):
    sent = await send_trial(app, execute, to="ann@example.org\nBcc: all@example.org")

    assert (sent["__typename"], sent["field"]) == ("InvalidInput", "to")


async def test_test_letters_are_counted(app, execute):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {"rate_mails": 1})
    viewer = await admin(app)

    kinds = []
    for _ in range(2):
        data = await execute("settings/send_test_mail", input={"to": "ann@example.org"}, viewer=viewer)
        kinds.append(data["sendTestMail"]["__typename"])

    assert kinds == ["MailNotConfigured", "RateLimited"]


@pytest.mark.parametrize("permission", [Permission.SETTINGS_READ, Permission.SELF_READ])
async def test_only_who_changes_settings_sends_test_letters(app, execute, permission):
    viewer = Viewer(permissions=frozenset({permission}), actor=Actor(user_id=await given.user(app)))

    data = await execute("settings/send_test_mail", input={"to": "ann@example.org"}, viewer=viewer)

    assert data["sendTestMail"]["__typename"] == "PermissionDenied"


async def test_the_status_tells_what_is_missing_and_what_became_of_letters(app, execute):
    before = (await execute("settings/mail_status"))["mailStatus"]
    async with posting() as post:
        await configure(app, post.port)
        post.says["RCPT"] = "550 nobody"
        async with app.transaction() as tx:
            letter_id = await send(tx, Letter(template=Template.PASSWORD_CHANGED, to="ann@example.org"))
        await deliver.run(app, str(letter_id))

    after = (await execute("settings/mail_status"))["mailStatus"]

    assert (before["isConfigured"], before["missing"]) == (
        False,
        ["mail_host", "mail_from_address", "public_url"],
    )
    assert (after["isConfigured"], after["missing"]) == (True, [])
    assert (after["waiting"], after["givenUp"], after["lastError"]) == (0, 1, "550 nobody")
