"""From where Marquee is there, and from where one may do more than users do."""

import json

import httpx
import pytest
from sqlalchemy import text

from app.access.grants import permissions_of
from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.commands import security
from app.identity import networks
from app.identity.networks import OF_USERS, is_let_in, is_within, restricted
from app.main import build, graph
from app.settings.registry import SERVER
from app.settings.writes import change_settings
from tests import given

CHANGE = "mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { __typename } }"


async def limit(app, **changes):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), changes, SERVER)


def visitor(app, address):
    site = httpx.ASGITransport(build(app, graph(app)), client=(address, 40000))
    return httpx.AsyncClient(transport=site, base_url="http://localhost:8000")


@pytest.mark.parametrize(
    ("address", "allowed", "blocked", "is_in"),
    [
        ("192.0.2.1", [], [], True),
        ("192.0.2.1", ["192.0.2.0/24"], [], True),
        ("192.0.2.1", ["198.51.100.0/24"], [], False),
        ("192.0.2.1", ["192.0.2.0/24"], ["192.0.2.1"], False),
        ("::ffff:192.0.2.1", [], ["192.0.2.0/24"], False),
        ("192.0.2.1", [], ["::ffff:192.0.2.0/120"], False),
        ("::ffff:192.0.2.1", ["::ffff:192.0.2.1"], [], True),
        ("2001:db8::1", [], ["::/0"], False),
        ("192.0.2.1", [], ["::/0"], True),
        ("2001:db8::1", ["192.0.2.0/24", "2001:db8::/32"], [], True),
        ("fe80::1%eth0", ["fe80::/10"], [], True),
        (None, ["192.0.2.0/24"], [], False),
        ("here", [], ["0.0.0.0/0"], True),
    ],
)
def test_who_is_let_in(address, allowed, blocked, is_in):
    assert is_let_in(address, allowed, blocked) is is_in


def test_an_unknown_address_is_in_no_network():
    assert not is_within(None, ["0.0.0.0/0", "::/0"])


async def test_others_get_nothing_but_our_health(app):
    await limit(app, blocked_networks=["203.0.113.0/24"])

    async with visitor(app, "203.0.113.5") as blocked, visitor(app, "192.0.2.1") as other:
        answers = [await blocked.get(path) for path in ("/", "/graphql", "/sign-in", "/nothing")]
        assert {(answer.status_code, answer.text) for answer in answers} == {
            (403, "Not from this network.\n")
        }
        assert (await blocked.get("/healthz")).status_code == 200
        assert (await other.get("/graphql")).status_code != 403


async def test_elsewhere_admins_do_what_users_do(app):
    await limit(app, admin_networks=["192.168.0.0/16"])
    everything = frozenset(Permission)

    at_home = await restricted(app, Viewer(permissions=everything, actor=Actor(address="192.168.1.2")))
    elsewhere = await restricted(app, Viewer(permissions=everything, actor=Actor(address="192.0.2.1")))

    assert at_home.permissions == everything
    assert elsewhere.permissions == OF_USERS
    assert Permission.SETTINGS_UPDATE not in OF_USERS


async def test_what_users_do_is_what_their_role_gives(app):
    role = await app.db.value(text("SELECT id FROM access.roles WHERE name = 'user'"))
    user_id = await given.user(app, roles=[role])

    assert await permissions_of(app.db, user_id) == OF_USERS


@pytest.mark.parametrize(
    ("name", "texts", "kind"),
    [
        ("allowed_networks", ["192.168.0.0/16"], "Conflict"),
        ("blocked_networks", ["0.0.0.0/0"], "Conflict"),
        ("admin_networks", ["192.168.0.0/16"], "Conflict"),
        ("allowed_networks", ["192.0.2.0/24"], "UpdateSettingsPayload"),
        ("allowed_networks", ["192.0.2.1/24"], "InvalidInput"),
        ("allowed_networks", ["home"], "InvalidInput"),
    ],
)
async def test_nobody_locks_themselves_out(app, ask, name, texts, kind):
    viewer = Viewer(permissions=frozenset(Permission), actor=Actor(address="192.0.2.1"))
    changes = [{"name": name, "value": {"texts": texts}}]

    response = await ask(CHANGE, viewer=viewer, input={"changes": changes})

    assert response["updateSettings"]["__typename"] == kind


async def test_the_command_line_lets_all_in_again(app, capsys):
    await limit(app, allowed_networks=["192.168.0.0/16"], admin_networks=["192.168.0.0/16"])

    await security.allow_all(app.config, as_json=True)

    assert json.loads(capsys.readouterr().out)["reset"] == [each.name for each in networks.ALL]
    assert await app.db.value(text("SELECT count(*) FROM settings.values")) == 0
