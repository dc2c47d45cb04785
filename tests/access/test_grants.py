"""What users may do by the roles they have."""

from app.access.builtin import ADMIN, GUEST, MODERATOR, USER
from app.access.grants import grants_of, grants_of_roles, permissions_of
from app.access.limits import UNLIMITED, Limits, Quota
from app.access.permissions import ALL, STRANGERS, Permission
from app.access.roles import roles_of
from app.access.viewer import marquee
from app.core.app import App
from app.core.ids import new_id
from tests import given

VIEWER = marquee()


async def test_a_user_without_roles_may_do_what_strangers_may(app: App) -> None:
    user = await given.user(app)

    assert await permissions_of(app.db, user) == STRANGERS
    assert await permissions_of(app.db, new_id()) == STRANGERS


async def test_the_built_in_roles_build_on_each_other(app: App) -> None:
    grants = await grants_of_roles(app.db, VIEWER, [ADMIN, MODERATOR, USER, GUEST])

    guest, user, moderator, admin = (grants[key].permissions for key in (GUEST, USER, MODERATOR, ADMIN))
    assert STRANGERS < guest < user < moderator < admin
    assert admin == ALL
    assert user - guest == {Permission.SELF_UPDATE, Permission.HISTORY_SELF, Permission.REQUEST_CREATE}
    assert moderator - user == {
        Permission.USER_READ,
        Permission.USER_UPDATE,
        Permission.REQUEST_READ,
        Permission.REQUEST_DECIDE,
        Permission.CONTENT_MODERATE,
        Permission.AUDIT_READ,
    }


async def test_a_role_gives_what_all_roles_give_on_which_it_builds(app: App) -> None:
    scanner = await given.role(app, patterns=["library:*"])
    looker = await given.role(app, patterns=["movie:get"], parents=[scanner])
    user = await given.user(app, roles=[await given.role(app, patterns=["audit:read"], parents=[looker])])

    may = await permissions_of(app.db, user)

    assert may == STRANGERS | {
        Permission.AUDIT_READ,
        Permission.MOVIE_GET,
        Permission.LIBRARY_GET,
        Permission.LIBRARY_LIST,
        Permission.LIBRARY_MANAGE,
        Permission.LIBRARY_SCAN,
    }


async def test_several_roles_add_up_and_the_most_generous_limit_counts(app: App) -> None:
    narrow = await given.role(app, patterns=["movie:get"], streams=1, requests=3, request_days=1)
    wide = await given.role(app, patterns=["movie:list"], streams=4, downloads=2, requests=14, request_days=7)
    user = await given.user(app, roles=[narrow, wide])

    grants = await grants_of(app.db, user)

    assert grants.permissions == STRANGERS | {Permission.MOVIE_GET, Permission.MOVIE_LIST}
    assert grants.limits == Limits(streams=4, requests=Quota(3, 1))


async def test_a_role_s_own_limit_holds_instead_of_what_it_builds_on(app: App) -> None:
    base = await given.role(app, streams=1, transcodes=1)
    other = await given.role(app, streams=2, transcodes=5)
    user = await given.user(app, roles=[await given.role(app, streams=3, parents=[base, other])])

    limits = (await grants_of(app.db, user)).limits

    assert limits == Limits(streams=3, transcodes=5)


async def test_a_second_factor_that_one_role_asks_for_is_asked_for(app: App) -> None:
    strict = await given.role(app, requires_second_factor=True)
    user = await given.user(app, roles=[GUEST, await given.role(app, parents=[strict])])

    grants = await grants_of(app.db, user)

    assert grants.requires_second_factor
    assert grants.limits == UNLIMITED


async def test_unknown_permissions_of_another_version_give_nothing(app: App) -> None:
    user = await given.user(app, roles=[await given.role(app, patterns=["music:list", "movie:get"])])

    assert await permissions_of(app.db, user) == STRANGERS | {Permission.MOVIE_GET}


async def test_a_user_s_roles_and_permissions_are_one_statement_each(app: App, statements: list[str]) -> None:
    user = await given.user(app, roles=[GUEST, MODERATOR])
    statements.clear()

    roles = await roles_of(app.db, user)
    await permissions_of(app.db, user)

    assert [role.name for role in roles] == ["moderator", "guest"]
    assert len(statements) == 2
