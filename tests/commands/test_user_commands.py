import json

import pytest

from app.commands import user
from app.core.errors import Conflict, Invalid, NotFound
from app.identity import lockout
from app.identity.client import Client
from app.identity.errors import WrongCredentials
from app.identity.sessions import SessionKind
from app.identity.sign_in import sign_in
from tests import given

PHRASE = "in space no one can hear"


@pytest.fixture
def said(capsys):
    """What a command printed as JSON."""
    return lambda: json.loads(capsys.readouterr().out)


async def test_somebody_is_added_and_listed_and_signs_in(app, said):
    await user.add(app.config, "Ripley", PHRASE, email="r@weyland.example", roles=["admin"], as_json=True)
    added = said()
    await user.show(app.config, as_json=True)
    [listed] = said()

    entered = await sign_in(app, Client(), "ripley", PHRASE, kind=SessionKind.APP)

    assert added == {"id": listed["id"], "name": "Ripley", "email": "r@weyland.example", "roles": ["admin"]}
    assert (listed["roles"], listed["is_disabled"], listed["last_seen_at"]) == (["admin"], False, None)
    assert entered.begun.token


async def test_for_people_accounts_are_a_table(app, capsys):
    await given.user(app, "Ripley")

    await user.show(app.config, as_json=False)

    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["NAME", "ROLES", "E-MAIL", "LAST", "SEEN"]
    assert row.split() == ["Ripley", "-", "-", "never"]


async def test_a_weak_password_and_an_unknown_role_make_no_account(app):
    with pytest.raises(Invalid, match="tried first"):
        await user.add(app.config, "Ripley", "password1", email=None, roles=["user"], as_json=False)
    with pytest.raises(Invalid, match="There is no role captain"):
        await user.add(app.config, "Ripley", PHRASE, email=None, roles=["captain"], as_json=False)

    with pytest.raises(NotFound):
        await user.unlock(app.config, "Ripley", as_json=False)


async def test_a_new_password_unlocks_and_signs_out(app, said):
    user_id = await given.user(app, "Ripley")
    await given.token(app, user_id)
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await sign_in(app, Client(), "Ripley", "wrong", kind=SessionKind.APP)
    with pytest.raises(lockout.Locked):
        await sign_in(app, Client(), "Ripley", "wrong", kind=SessionKind.APP)

    await user.password(app.config, "RIPLEY", PHRASE, as_json=True)

    assert said()["sessions_ended"] == 1
    assert await sign_in(app, Client(), "Ripley", PHRASE, kind=SessionKind.APP)


async def test_roles_are_given_but_the_last_admin_stays_one(app, said):
    await given.user(app, "Ripley")
    await user.give_roles(app.config, "Ripley", ["moderator", "admin"], as_json=True)
    given_roles = said()["roles"]

    with pytest.raises(Conflict):
        await user.give_roles(app.config, "Ripley", ["guest"], as_json=False)

    assert given_roles == ["moderator", "admin"]


async def test_sessions_are_shown_and_ended(app, said, capsys):
    user_id = await given.user(app, "Ripley")
    await given.token(app, user_id)

    await user.sessions(app.config, "Ripley", end=False, as_json=False)
    head, row = capsys.readouterr().out.splitlines()
    await user.sessions(app.config, "Ripley", end=True, as_json=False)
    ended = capsys.readouterr().err
    await user.sessions(app.config, "Ripley", end=False, as_json=True)

    assert head.split() == ["BROWSER", "SYSTEM", "DEVICE", "ADDRESS", "LAST", "SEEN"]
    assert row.split()[:4] == ["-", "-", "-", "127.0.0.1"]
    assert "sessions that ended: 1." in ended
    assert said() == []
