"""Administering providers of single sign-on, and one's own ties to them."""

from dataclasses import replace
from typing import Any

import pytest

from app.access.builtin import ADMIN, MODERATOR, USER
from app.access.permissions import Permission
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.api.node import global_id
from app.core import clock
from app.core.ids import new_id
from app.identity.sso_providers import client_secret, enabled_provider
from tests import given
from tests.identity.signing_on import known

WANTED = {"key": "home", "name": "Home", "issuer": "https://id.example/", "clientId": "marquee"}


async def create(execute, viewer: Viewer | None = None, **values: Any) -> dict[str, Any]:
    answer = await execute("identity/create_identity_provider", viewer=viewer, input=WANTED | values)
    return answer["createIdentityProvider"]


async def keeper(app) -> Viewer:
    """Somebody who may keep the server safe, and is a user else."""
    role = await given.role(app, patterns=["security:manage"], parents=[USER])
    user_id = await given.user(app, roles=[role])
    may = frozenset({Permission.SECURITY_MANAGE, *given_to_users()})
    return Viewer((), may, actor=Actor(user_id), session_id=new_id(), proved_at=clock.now())


def given_to_users() -> set[Permission]:
    return {each for each in Permission if each.startswith(("movie", "series", "self", "session"))}


async def test_a_provider_is_made_changed_and_deleted(app, execute):
    rule = {"roleId": global_id("Role", MODERATOR), "claim": "groups", "value": "staff"}
    made = await create(execute, clientSecret="geheim", rules=[rule])

    changed = await execute(
        "identity/update_identity_provider",
        input={"key": "home", "name": "Haus", "clientSecret": None, "scopes": ["groups"], "rules": []},
    )
    listed = await execute("identity/identity_providers")
    deleted = await execute("identity/delete_identity_provider", input={"key": "home"})

    assert made["provider"]["rules"] == [rule]
    assert made["provider"]["hasClientSecret"]
    [provider] = listed["identityProviders"]
    assert provider == changed["updateIdentityProvider"]["provider"]
    assert (provider["name"], provider["hasClientSecret"], provider["rules"]) == ("Haus", False, [])
    assert provider["scopes"] == ["openid", "groups"]
    assert deleted["deleteIdentityProvider"] == {
        "__typename": "DeleteIdentityProviderPayload",
        "key": "home",
    }
    entries = await app.database.pool.fetch("SELECT action, after::text FROM activity.entries ORDER BY id")
    assert [entry["action"].partition(".")[2] for entry in entries] == ["created", "updated", "deleted"]
    assert "geheim" not in str([dict(entry) for entry in entries])


async def test_a_secret_is_sealed(app, execute):
    await create(execute, clientSecret="geheim")

    provider = await enabled_provider(app.db, "home")

    stored = await app.database.pool.fetchval("SELECT client_secret FROM identity.sso_providers")
    assert b"geheim" not in stored
    assert await client_secret(app.db, app.keyring, provider.id) == "geheim"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"key": "Home"}, "key"),
        ({"key": "-"}, "key"),
        ({"name": " "}, "name"),
        ({"clientId": ""}, "clientId"),
        ({"issuer": "http://id.example"}, "issuer"),
        ({"issuer": "https://id.example/?x=1"}, "issuer"),
        ({"scopes": ["two words"]}, "scopes"),
        ({"rules": [{"roleId": global_id("Role", USER), "claim": "groups"}]}, "rules.0"),
        ({"rules": [{"roleId": global_id("Role", new_id())}]}, "rules"),
        ({"clientSecret": "x" * 2001}, "clientSecret"),
    ],
)
async def test_what_is_no_provider(app, execute, values, field):
    answer = await create(execute, **values)

    assert (answer["__typename"], answer.get("field")) == ("InvalidInput", field)
    assert await app.database.pool.fetchval("SELECT count(*) FROM identity.sso_providers") == 0


async def test_a_key_is_taken_once(app, execute):
    await create(execute)

    assert (await create(execute))["__typename"] == "Conflict"


async def test_nobody_gives_by_a_rule_what_they_do_not_have(app, execute):
    rule = {"roleId": global_id("Role", ADMIN)}

    answer = await create(execute, await keeper(app), rules=[rule])

    assert answer["__typename"] == "PermissionDenied"


async def test_a_provider_that_gives_more_than_one_has_is_left_alone(app, execute):
    await create(execute, rules=[{"roleId": global_id("Role", ADMIN), "claim": "groups", "value": "staff"}])

    changed = await execute(
        "identity/update_identity_provider", viewer=await keeper(app), input={"key": "home", "rules": []}
    )

    assert changed["updateIdentityProvider"]["__typename"] == "PermissionDenied"
    assert len((await enabled_provider(app.db, "home")).draft.rules) == 1


@pytest.mark.parametrize("trust", ["mayLinkByEmail", "isSecondFactor"])
async def test_only_who_may_do_everything_trusts_a_provider_with_accounts(app, execute, trust):
    answer = await create(execute, await keeper(app), **{trust: True})

    assert answer["__typename"] == "PermissionDenied"
    assert (await create(execute, await keeper(app)))["__typename"] == "CreateIdentityProviderPayload"


async def test_it_needs_a_fresh_proof(app, execute):
    viewer = replace(await keeper(app), proved_at=None)

    assert (await create(execute, viewer))["__typename"] == "StepUpRequired"


async def test_the_sign_in_page_knows_names_alone(app, execute):
    await create(execute)
    await create(execute, key="off", isEnabled=False)

    answer = await execute("identity/sign_in_providers")

    assert answer["signInProviders"] == [{"key": "home", "name": "Home"}]


async def test_one_sees_and_unlinks_one_s_own_identities(app, execute):
    provider_id = await known(app, "https://id.example")
    user_id = await given.user(app, password_hash="x")
    await app.database.pool.execute(
        "INSERT INTO identity.sso_identities (id, provider_id, user_id, subject, name) VALUES ($1, $2, $3, 'a', 'A.')",
        new_id(),
        provider_id,
        user_id,
    )
    viewer = replace(marquee(), actor=Actor(user_id), proved_at=clock.now())
    before = await execute("identity/linked_identities", viewer=viewer)
    [tie] = before["linkedIdentities"]

    answer = await execute("identity/unlink_identity", viewer=viewer, input={"providerKey": "home"})
    again = await execute("identity/unlink_identity", viewer=viewer, input={"providerKey": "home"})

    assert (tie["providerKey"], tie["providerName"], tie["name"]) == ("home", "Home", "A.")
    assert answer["unlinkIdentity"]["__typename"] == "UnlinkIdentityPayload"
    assert again["unlinkIdentity"]["__typename"] == "NotFound"
