"""Mutations that are only for those who have just shown who they are."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import strawberry
from sqlalchemy import text

from app.access.permissions import ALL, Permission
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.api.errors import PermissionDenied, StepUpRequired
from app.api.node import global_id
from app.api.requires import GuardedSchema, needs_step_up, required, requires
from app.api.schema import schema
from app.core import clock
from app.core.app import App
from app.core.errors import StepUpRequired as Unproved
from app.core.ids import new_id
from app.identity.step_up import STEP_UP_LIFETIME, must_have_proved
from app.settings.writes import change_settings
from tests import given
from tests.api.conftest import Ask
from tests.api.roots import ROOTS, Root

MINUTE = timedelta(minutes=1)
DANGEROUS = [asked for asked in ROOTS if needs_step_up(asked.field)]
# Why a mutation asks for none; docs/permissions.md has the rule.
LETS_IN = "for strangers, who have nothing to show yet"
PROVES = "asks for a proof of its own, or is one"
CONTINUES = "finishes what asked for one"
TAKES_FROM_ONESELF = "takes something away from whoever does it"
TASTE = "one's own taste"
LOOKS = "looks, and forgets nothing"
WITHOUT = {
    "signIn": LETS_IN,
    "setUp": LETS_IN,
    "setPassword": LETS_IN,
    "register": LETS_IN,
    "verifyEmail": LETS_IN,
    "resendVerification": LETS_IN,
    "requestPasswordReset": LETS_IN,
    "resetPassword": LETS_IN,
    "confirmEmail": CONTINUES,
    "finishSignIn": LETS_IN,
    "beginPasskeyStep": LETS_IN,
    "finishPasskeyStep": LETS_IN,
    "beginPasskeySignIn": LETS_IN,
    "finishPasskeySignIn": LETS_IN,
    "beginDeviceSignIn": LETS_IN,
    "pollDeviceSignIn": LETS_IN,
    "beginIdentityProof": PROVES,
    "proveIdentity": PROVES,
    "changePassword": PROVES,
    "confirmTotp": CONTINUES,
    "finishPasskeyRegistration": CONTINUES,
    "signOut": TAKES_FROM_ONESELF,
    "endSession": TAKES_FROM_ONESELF,
    "revokeApiToken": TAKES_FROM_ONESELF,
    "forgetTrustedDevice": TAKES_FROM_ONESELF,
    "forgetTrustedDevices": TAKES_FROM_ONESELF,
    "denyDeviceSignIn": TAKES_FROM_ONESELF,
    "renamePasskey": TASTE,
    "updateMySettings": TASTE,
    "beginAvatarUpload": TASTE,
    "removeAvatar": TASTE,
    "scanLibrary": LOOKS,
    "cancelScan": LOOKS,
    "sendTestMail": LOOKS,
}
DELETE = """
mutation ($id: ID!) {
  deleteLibrary(input: {libraryId: $id}) { __typename ... on Error { message } }
}
"""


def somebody(proved_ago: timedelta | None, token: bool = False) -> Viewer:
    actor = Actor(new_id(), token_id=new_id() if token else None)
    proved_at = None if proved_ago is None else clock.now() - proved_ago
    return replace(marquee(), permissions=ALL, actor=actor, proved_at=proved_at)


@pytest.mark.parametrize("asked", DANGEROUS, ids=str)
async def test_what_is_dangerous_is_not_done_by_whoever_finds_an_open_browser(
    ask: Ask, asked: Root, statements: list[str]
) -> None:
    await ask(asked.document, viewer=somebody(11 * MINUTE), **asked.variables)
    statements.clear()

    response = await ask(asked.document, viewer=somebody(11 * MINUTE), **asked.variables)

    assert response["answer"]["__typename"] == "StepUpRequired"
    assert not statements


def test_every_mutation_asks_for_a_step_up_or_says_why_not() -> None:
    mutations = {asked.name: required(asked.field) for asked in ROOTS if asked.operation == "mutation"}
    # What they do to the catalog, the journal takes back.
    undone = {name for name, permission in mutations.items() if permission is Permission.CONTENT_MODERATE}
    dangerous = {asked.name for asked in DANGEROUS}

    without = mutations.keys() - dangerous
    assert without == undone | WITHOUT.keys(), "Decide by the rule in docs/permissions.md."
    assert {mutations[name] for name, why in WITHOUT.items() if why is LETS_IN} == {Permission.SIGN_IN}


def test_it_stands_in_the_schema() -> None:
    assert "deleteLibrary" in {asked.name for asked in DANGEROUS}
    assert 'requires(permission: "library:manage", stepUp: true)' in schema.as_str()


async def test_whoever_has_just_shown_who_they_are_may(app: App, ask: Ask) -> None:
    key = global_id("Library", await given.library(app))

    late = await ask(DELETE, viewer=somebody(11 * MINUTE), id=key)
    by_token = await ask(DELETE, viewer=somebody(None, token=True), id=key)
    there = await app.db.value(text("SELECT count(*) FROM library.libraries"))
    soon = await ask(DELETE, viewer=somebody(9 * MINUTE), id=key)

    assert late["deleteLibrary"]["__typename"] == by_token["deleteLibrary"]["__typename"] == "StepUpRequired"
    assert late["deleteLibrary"]["message"] == "Show once more who you are, then ask again."
    assert there == 1
    assert soon["deleteLibrary"]["__typename"] == "DeleteLibraryPayload"
    assert await app.db.value(text("SELECT count(*) FROM library.libraries")) == 0


async def test_who_lacks_the_permission_is_not_asked_to_show_who_they_are(ask: Ask) -> None:
    nobody = replace(somebody(11 * MINUTE), permissions=frozenset({Permission.LIBRARY_GET}))

    response = await ask(DELETE, viewer=nobody, id=global_id("Library", new_id()))

    assert response["deleteLibrary"]["__typename"] == "PermissionDenied"


async def test_how_long_it_holds_is_a_setting(app: App) -> None:
    await must_have_proved(app, somebody(9 * MINUTE))
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {STEP_UP_LIFETIME.name: 300})

    await must_have_proved(app, somebody(4 * MINUTE))
    with pytest.raises(Unproved):
        await must_have_proved(app, somebody(9 * MINUTE))


def test_a_field_that_can_t_answer_that_it_needs_a_step_up_builds_no_schema() -> None:
    @strawberry.type
    class Query:
        @requires(Permission.MOVIE_LIST, step_up=True)
        @strawberry.field
        def plain(self) -> int:
            return 1

    @strawberry.type
    class Plain:
        @requires(Permission.MOVIE_LIST)
        @strawberry.field
        def plain(self) -> int:
            return 1

    @strawberry.type
    class Done:
        count: int

    @strawberry.type
    class Mutation:
        @requires(Permission.MOVIE_LIST, step_up=True)
        @strawberry.mutation
        def act(self) -> Done | PermissionDenied:
            return Done(count=1)

    with pytest.raises(TypeError, match=r"Query\.plain can't ask for a step-up"):
        GuardedSchema(Query)
    with pytest.raises(TypeError, match=r"Mutation\.act can't ask for a step-up"):
        GuardedSchema(Plain, Mutation)


async def test_a_mutation_that_needs_no_waiting_is_guarded_as_well() -> None:
    @strawberry.type
    class Query:
        @requires(Permission.MOVIE_LIST)
        @strawberry.field
        def plain(self) -> int:
            return 1

    @strawberry.type
    class Done:
        count: int

    @strawberry.type
    class Mutation:
        @requires(Permission.MOVIE_LIST, step_up=True)
        @strawberry.mutation
        def act(self) -> Done | PermissionDenied | StepUpRequired:
            return Done(count=1)

    class Asked:
        app: Any = None
        viewer = marquee()

    answer = await GuardedSchema(Query, Mutation).execute(
        "mutation { act { ... on Done { count } } }", context_value=Asked()
    )

    assert answer.data == {"act": {"count": 1}}
