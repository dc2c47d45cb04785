"""The activity log, secrets, tokens and locks by the API."""

import pytest

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.api.node import global_id
from app.core import clock
from app.identity.client import Client
from app.identity.lockout import Locked, account_key, attempt, device_key, factor_key, password_key
from app.settings.secrets import secret
from tests import given


async def person(app, *permissions, **values):
    user_id = await given.user(app, **values)
    return Viewer(permissions=frozenset(permissions), actor=Actor(user_id=user_id), proved_at=clock.now())


async def test_the_log_is_read_with_who_did_it(app, execute):
    ann = await person(app, Permission.SECRETS_MANAGE, name="Ann")
    await execute("settings/set_secret", viewer=ann, input={"name": "tmdb", "value": "hunter2"})

    data = await execute(
        "identity/activity", filter={"actions": ["secret.set"], "kind": "Secret", "key": "tmdb"}
    )

    (entry,) = data["activity"]["nodes"]
    assert (entry["user"]["name"], entry["key"], entry["isByToken"]) == ("Ann", "tmdb", False)
    of_others = {"userIds": [global_id("User", (await person(app)).user_id)]}
    assert (await execute("identity/activity", filter=of_others))["activity"]["nodes"] == []


async def test_people_read_what_they_did_themselves_and_nothing_else(app, execute):
    ann = await person(app, Permission.SECRETS_MANAGE, Permission.SELF_READ)
    bob = await person(app, Permission.SELF_READ)
    await execute("settings/set_secret", viewer=ann, input={"name": "tmdb", "value": "hunter2"})

    own = (await execute("identity/my_activity", viewer=ann))["myActivity"]["nodes"]
    others = (await execute("identity/my_activity", viewer=bob))["myActivity"]["nodes"]

    assert [each["action"] for each in own] == ["secret.set"]
    assert others == []


async def test_marquee_itself_sees_no_activity_of_its_own(app, execute):
    await execute("settings/set_secret", input={"name": "tmdb", "value": "hunter2"})

    assert (await execute("identity/my_activity"))["myActivity"]["nodes"] == []


async def test_secrets_are_set_listed_by_name_and_removed(app, execute):
    data = await execute("settings/set_secret", input={"name": "tmdb", "value": "hunter2"})

    assert [each["name"] for each in data["setSecret"]["secrets"]] == ["tmdb"]
    assert await secret(app, "tmdb") == "hunter2"
    assert [each["name"] for each in (await execute("settings/secrets"))["secrets"]] == ["tmdb"]
    gone = await execute("settings/remove_secret", input={"name": "tmdb"})
    assert gone["removeSecret"]["secrets"] == []
    again = await execute("settings/remove_secret", input={"name": "tmdb"})
    assert again["removeSecret"]["__typename"] == "NotFound"


async def test_a_token_is_made_listed_and_revoked(app, execute):
    ann = await person(app, *Permission)

    made = await execute(
        "identity/create_api_token", viewer=ann, input={"name": "Home Assistant", "scopes": ["movie:*"]}
    )
    listed = await execute("identity/api_tokens", viewer=ann)
    token_id = made["createApiToken"]["apiToken"]["id"]
    revoked = await execute("identity/revoke_api_token", viewer=ann, input={"tokenId": token_id})

    assert made["createApiToken"]["token"].startswith("mqt_")
    assert [each["name"] for each in listed["apiTokens"]] == ["Home Assistant"]
    assert revoked["revokeApiToken"] == {"__typename": "RevokeApiTokenPayload", "tokenId": token_id}
    assert (await execute("identity/api_tokens", viewer=ann))["apiTokens"] == []


async def test_a_token_needs_a_fresh_proof_of_who_one_is(app, execute):
    ann = await person(app, *Permission)
    late = Viewer(permissions=ann.permissions, actor=ann.actor)

    data = await execute("identity/create_api_token", viewer=late, input={"name": "a", "scopes": ["movie:*"]})

    assert data["createApiToken"]["__typename"] == "StepUpRequired"


async def test_who_is_locked_out_is_let_in_again(app, execute):
    user_id = await given.user(app, name="Ann", email="ann@films.example")
    keys = [account_key("ann"), account_key("ANN@films.example"), factor_key(user_id), password_key(user_id)]
    keys.append(device_key(user_id))
    for key in keys:
        for _ in range(5):
            async with attempt(app, key, Client()):
                pass

    data = await execute("identity/unlock_user", input={"userId": global_id("User", user_id)})
    again = await execute("identity/unlock_user", input={"userId": global_id("User", user_id)})

    assert data["unlockUser"]["wasLocked"] is True
    assert again["unlockUser"]["wasLocked"] is False
    for key in keys:
        async with attempt(app, key, Client()) as made:
            made.succeeded = True


async def test_an_address_is_unlocked(app, execute):
    client = Client(address="2001:db8::1")
    for number in range(5):
        async with attempt(app, account_key(str(number)), client):
            pass
    with pytest.raises(Locked):
        async with attempt(app, account_key("bob"), client):
            pass

    data = await execute("identity/unlock_address", input={"address": "2001:db8::ffff"})
    bad = await execute("identity/unlock_address", input={"address": "here"})

    assert data["unlockAddress"]["wasLocked"] is True
    assert bad["unlockAddress"]["__typename"] == "InvalidInput"
    async with attempt(app, account_key("bob"), client) as made:
        made.succeeded = True
