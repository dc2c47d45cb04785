"""Who comes in by a provider's word, into which account, with which roles."""

from typing import Any
from uuid import UUID

import pytest

from app.access.builtin import ADMIN, MODERATOR, USER
from app.access.grants import permissions_of
from app.access.permissions import Permission
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.core.app import App
from app.core.errors import Conflict, NotFound
from app.identity.sso_accounts import ties_of, unlink
from app.identity.sso_problems import Problem, Refused
from app.identity.sso_providers import RoleRule, delete_provider, update_provider
from tests import given
from tests.identity.provider import Provider
from tests.identity.signing_on import come, known, linked, set_out, sign_on


async def user_row(app: App, user_id: UUID) -> Any:
    return await app.database.pool.fetchrow("SELECT * FROM identity.users WHERE id = $1", user_id)


async def refusal(app: App, provider: Provider) -> Problem:
    with pytest.raises(Refused) as refused:
        await sign_on(app, provider)
    return refused.value.why


async def test_somebody_new_gets_an_account(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    provider.userinfo = {
        "preferred_username": "alice",
        "email": "Alice@Example.org",
        "email_verified": True,
    }

    arrival = await sign_on(app, provider)

    row = await user_row(app, arrival.user_id)
    assert (row["name"], row["email"], row["email_key"]) == (
        "alice",
        "Alice@Example.org",
        "alice@example.org",
    )
    assert row["email_verified_at"] is not None
    assert row["password_hash"] is None
    assert Permission.MOVIE_LIST in await permissions_of(app.db, arrival.user_id)
    assert Permission.LIBRARY_MANAGE not in await permissions_of(app.db, arrival.user_id)


async def test_they_come_into_the_same_account_again(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    first = await sign_on(app, provider)
    provider.userinfo = {"preferred_username": "renamed", "email": "new@example.org", "email_verified": True}

    second = await sign_on(app, provider)

    assert second.user_id == first.user_id
    assert (await user_row(app, first.user_id))["email"] is None


async def test_a_name_that_is_taken_gets_a_number(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    await given.user(app, "Alice")
    provider.userinfo = {"preferred_username": "ALICE"}

    arrival = await sign_on(app, provider)

    assert (await user_row(app, arrival.user_id))["name"] == "ALICE 2"


async def test_an_address_that_nobody_vouches_for_is_not_kept(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    provider.userinfo = {"email": "alice@example.org", "email_verified": "true"}

    arrival = await sign_on(app, provider)

    assert (await user_row(app, arrival.user_id))["email"] is None


async def test_a_provider_that_may_make_no_accounts_makes_none(app: App, provider: Provider) -> None:
    await known(app, provider.issuer, may_register=False)

    assert await refusal(app, provider) == Problem.NO_ACCOUNT


@pytest.mark.parametrize(
    ("may_link", "is_vouched_for", "is_verified"),
    [(False, True, True), (True, True, False), (True, False, True)],
    ids=["not allowed", "not verified here", "not verified there"],
)
async def test_an_account_is_not_given_away_by_its_address(
    app: App, provider: Provider, may_link: bool, is_vouched_for: bool, is_verified: bool
) -> None:
    await known(app, provider.issuer, may_link_by_email=may_link, may_register=False)
    user_id = await given.user(app, email="a@example.org", email_key="a@example.org")
    if is_verified:
        await app.database.pool.execute("UPDATE identity.users SET email_verified_at = now()")
    provider.userinfo = {"email": "a@example.org", "email_verified": is_vouched_for}

    problem = await refusal(app, provider)

    assert problem == (Problem.ACCOUNT_EXISTS if is_vouched_for else Problem.NO_ACCOUNT)
    assert await ties_of(app.db, user_id) == []


async def test_an_account_is_found_by_an_address_that_both_sides_verified(
    app: App, provider: Provider
) -> None:
    await known(app, provider.issuer, may_link_by_email=True)
    user_id = await given.user(app, email="A@example.org", email_key="a@example.org")
    await app.database.pool.execute("UPDATE identity.users SET email_verified_at = now()")
    provider.userinfo = {"email": "a@Example.org", "email_verified": True, "name": "Alice A."}

    arrival = await sign_on(app, provider)

    assert arrival.user_id == user_id
    assert [tie.name for tie in await ties_of(app.db, user_id)] == ["Alice A."]


async def test_somebody_disabled_stays_out(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    arrival = await sign_on(app, provider)
    await app.database.pool.execute("UPDATE identity.users SET disabled_at = now()")

    assert await refusal(app, provider) == Problem.DISABLED
    assert (await user_row(app, arrival.user_id))["disabled_at"] is not None


async def test_an_answer_is_good_once(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    begun = await set_out(app)
    answer = provider.consent(begun.url)
    await come(app, begun, answer)

    with pytest.raises(Refused) as refused:
        await come(app, begun, answer)

    assert refused.value.why == Problem.EXPIRED


async def test_an_answer_that_another_browser_brings_is_refused(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    mine, theirs = await set_out(app), await set_out(app)

    with pytest.raises(Refused) as refused:
        await come(app, theirs, provider.consent(mine.url))

    assert refused.value.why == Problem.EXPIRED
    assert "/token" not in provider.asked


async def test_a_code_of_another_sign_in_is_not_taken(app: App, provider: Provider) -> None:
    """PKCE: the code is good for whoever asked for it alone."""
    await known(app, provider.issuer)
    mine, theirs = await set_out(app), await set_out(app)
    stolen = provider.consent(theirs.url)["code"]

    with pytest.raises(Refused) as refused:
        await come(app, mine, provider.consent(mine.url, code=stolen))

    assert refused.value.why == Problem.PROVIDER_ERROR


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"iss": "https://elsewhere.example"}, Problem.MIXED_UP),
        ({"iss": ""}, Problem.MIXED_UP),
        ({"error": "access_denied"}, Problem.CANCELLED),
        ({"error": "server_error"}, Problem.PROVIDER_ERROR),
        ({"code": ""}, Problem.PROVIDER_ERROR),
        ({"code": "x" * 5000}, Problem.PROVIDER_ERROR),
        ({"code": "guessed"}, Problem.PROVIDER_ERROR),
        ({"state": "guessed"}, Problem.EXPIRED),
    ],
)
async def test_answers_that_let_nobody_in(
    app: App, provider: Provider, changes: dict[str, str], problem: Problem
) -> None:
    await known(app, provider.issuer)
    begun = await set_out(app)

    with pytest.raises(Refused) as refused:
        await come(app, begun, provider.consent(begun.url, **changes))

    assert refused.value.why == problem


async def test_an_answer_has_to_say_whose_it_is_where_the_provider_said_it_would(
    app: App, provider: Provider
) -> None:
    await known(app, provider.issuer)
    begun = await set_out(app)
    answer = provider.consent(begun.url)
    del answer["iss"]

    with pytest.raises(Refused) as refused:
        await come(app, begun, answer)

    assert refused.value.why == Problem.MIXED_UP


async def test_a_provider_that_is_switched_off_is_not_there(app: App, provider: Provider) -> None:
    provider_id = await known(app, provider.issuer)
    begun = await set_out(app)
    async with app.transaction() as tx:
        await update_provider(tx, marquee(), app.keyring, provider_id, {"is_enabled": False})

    with pytest.raises(NotFound):
        await come(app, begun, provider.consent(begun.url))
    with pytest.raises(NotFound):
        await set_out(app)


async def test_a_wrong_client_secret_lets_nobody_in(app: App, provider: Provider) -> None:
    await known(app, provider.issuer, secret="wrong")

    assert await refusal(app, provider) == Problem.PROVIDER_ERROR


async def test_a_secret_goes_into_the_form_where_the_provider_wants_it_there(
    app: App, provider: Provider
) -> None:
    await known(app, provider.issuer)
    provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}

    assert (await sign_on(app, provider)).told.subject == "alice"


async def test_roles_follow_what_the_provider_says_at_each_sign_in(app: App, provider: Provider) -> None:
    rules = (RoleRule(USER), RoleRule(MODERATOR, "realm.roles", "staff"))
    await known(app, provider.issuer, rules=rules)
    provider.userinfo = {"realm": {"roles": ["staff", "other"]}}
    arrival = await sign_on(app, provider)
    before = await permissions_of(app.db, arrival.user_id)
    provider.userinfo = {"realm": {"roles": []}}

    await sign_on(app, provider)

    assert Permission.CONTENT_MODERATE in before
    after = await permissions_of(app.db, arrival.user_id)
    assert Permission.CONTENT_MODERATE not in after
    assert Permission.MOVIE_LIST in after


async def test_roles_given_by_hand_stay_whatever_the_provider_says(app: App, provider: Provider) -> None:
    await known(app, provider.issuer, rules=(RoleRule(MODERATOR, "groups", "staff"),))
    user_id = await given.user(app, roles=[MODERATOR])
    provider.userinfo = {"groups": ["staff"]}
    await linked(app, provider, user_id)
    provider.userinfo = {}

    await sign_on(app, provider)

    assert Permission.CONTENT_MODERATE in await permissions_of(app.db, user_id)


async def test_the_last_admin_stays_one(app: App, provider: Provider) -> None:
    await known(app, provider.issuer, rules=(RoleRule(ADMIN, "groups", "admins"),))
    provider.userinfo = {"groups": "admins"}
    arrival = await sign_on(app, provider)
    provider.userinfo = {}

    await sign_on(app, provider)

    assert Permission.SECURITY_MANAGE in await permissions_of(app.db, arrival.user_id)


async def test_with_the_provider_go_the_roles_that_it_gave(app: App, provider: Provider) -> None:
    provider_id = await known(app, provider.issuer, rules=(RoleRule(MODERATOR),))
    arrival = await sign_on(app, provider)

    async with app.transaction() as tx:
        await delete_provider(tx, marquee(), provider_id)

    assert Permission.MOVIE_LIST not in await permissions_of(app.db, arrival.user_id)
    assert await ties_of(app.db, arrival.user_id) == []


async def test_linking_takes_the_one_who_set_out_to(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    user_id = await given.user(app)
    begun = await set_out(app, user_id=user_id)

    with pytest.raises(Refused) as refused:
        await come(app, begun, provider.consent(begun.url), viewer=Viewer(actor=Actor(await given.user(app))))

    assert refused.value.why == Problem.SIGNED_OUT
    assert await ties_of(app.db, user_id) == []


async def test_an_identity_belongs_to_one_account(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    first, second = await given.user(app), await given.user(app)
    arrival = await linked(app, provider, first)

    with pytest.raises(Refused) as refused:
        await linked(app, provider, second)

    assert arrival.is_linked
    assert refused.value.why == Problem.LINKED_ELSEWHERE
    assert len(await ties_of(app.db, first)) == 1


async def test_an_account_has_one_identity_at_a_provider(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    user_id = await given.user(app)
    await linked(app, provider, user_id)
    provider.claims = {"sub": "bob"}

    with pytest.raises(Refused) as refused:
        await linked(app, provider, user_id)

    assert refused.value.why == Problem.LINKED_ELSEWHERE


async def test_unlinking_takes_what_the_provider_gave(app: App, provider: Provider) -> None:
    await known(app, provider.issuer, rules=(RoleRule(MODERATOR),), may_register=False)
    user_id = await given.user(app, password_hash="x")
    await linked(app, provider, user_id)
    [tie] = await ties_of(app.db, user_id)

    async with app.transaction() as tx:
        await unlink(tx, Actor(user_id), user_id, tie.provider_key)

    assert await ties_of(app.db, user_id) == []
    assert Permission.CONTENT_MODERATE not in await permissions_of(app.db, user_id)
    assert await refusal(app, provider) == Problem.NO_ACCOUNT


async def test_the_last_way_to_sign_in_is_not_taken(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    arrival = await sign_on(app, provider)
    [tie] = await ties_of(app.db, arrival.user_id)

    with pytest.raises(Conflict):
        async with app.transaction() as tx:
            await unlink(tx, Actor(arrival.user_id), arrival.user_id, tie.provider_key)

    assert len(await ties_of(app.db, arrival.user_id)) == 1


async def test_nobody_unlinks_somebody_else(app: App, provider: Provider) -> None:
    await known(app, provider.issuer)
    arrival = await sign_on(app, provider)
    [tie] = await ties_of(app.db, arrival.user_id)
    other = await given.user(app, password_hash="x")

    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await unlink(tx, Actor(other), other, tie.provider_key)

    assert len(await ties_of(app.db, arrival.user_id)) == 1
