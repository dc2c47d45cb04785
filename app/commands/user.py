"""`marquee user`: accounts, for whoever has the machine."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.user_roles import set_roles
from app.access.viewer import marquee
from app.activity.actor import MARQUEE
from app.commands.library import running
from app.commands.terminal import print_json, results, say
from app.core.app import App
from app.core.config import Config
from app.core.errors import Invalid, NotFound
from app.identity import accounts, lockout
from app.identity.names import key_of
from app.identity.session_writes import end_of_user
from app.identity.sessions import sessions_of
from app.identity.user_writes import Profile, create_user

USERS = text(
    """
    SELECT u.id, u.name, u.email, u.disabled_at IS NOT NULL AS is_disabled, u.last_seen_at,
        ARRAY(SELECT r.name FROM access.user_roles g JOIN access.roles r ON r.id = g.role_id
              WHERE g.user_id = u.id ORDER BY r.rank DESC, r.name) AS roles
    FROM identity.users u ORDER BY u.name_key
    """
)
USER = text("SELECT id, name, email FROM identity.users WHERE name_key = :key OR email_key = :key")
ROLES = text("SELECT id, name_key FROM access.roles WHERE name_key = ANY(CAST(:keys AS text[]))")


async def add(
    config: Config, name: str, password: str, *, email: str | None, roles: Sequence[str], as_json: bool
) -> None:
    """Raises Invalid, Conflict, Trouble."""
    async with running(config) as (app, _):
        profile = Profile(name, email).checked()
        role_ids = await _roles(app, roles)
        hashed = await accounts.hashed(app, password, profile.name, profile.email)
        async with app.transaction() as tx:
            user_id = await create_user(tx, marquee(), profile, role_ids)
            await accounts.put_password(tx, MARQUEE, user_id, hashed)
    if as_json:
        print_json({"id": user_id, "name": profile.name, "email": profile.email, "roles": list(roles)})
    else:
        say(f"{profile.name} can sign in now.")


async def show(config: Config, *, as_json: bool) -> None:
    """Every account, by name."""
    async with running(config) as (app, _):
        found = [dict[str, Any](row) for row in await app.db.rows(USERS)]
    if as_json:
        print_json(found)
        return
    lines = [("NAME", "ROLES", "E-MAIL", "LAST SEEN", "")]
    for user in found:
        seen = user["last_seen_at"].strftime("%Y-%m-%d %H:%M") if user["last_seen_at"] else "never"
        state = "disabled" if user["is_disabled"] else ""
        lines.append((user["name"], ", ".join(user["roles"]) or "-", user["email"] or "-", seen, state))
    _table(lines)


async def password(config: Config, name: str, word: str, *, as_json: bool) -> None:
    """Set somebody's password; all their sessions end. Raises NotFound, Invalid, Trouble."""
    async with running(config) as (app, _):
        user = await _user(app, name)
        ended = await accounts.set_password(app, MARQUEE, user["id"], word)
        await _unlock(app, user)
    if as_json:
        print_json({"id": user["id"], "name": user["name"], "sessions_ended": ended})
    else:
        say(f"{user['name']} has a new password; sessions that ended: {ended}.")


async def unlock(config: Config, name: str, *, as_json: bool) -> None:
    """Forget somebody's failed attempts to sign in. Raises NotFound, Trouble."""
    async with running(config) as (app, _):
        user = await _user(app, name)
        freed = await _unlock(app, user)
    if as_json:
        print_json({"id": user["id"], "name": user["name"], "was_locked_or_failing": freed > 0})
    else:
        say(f"{user['name']} may try again." if freed else f"{user['name']} was not locked.")


async def give_roles(config: Config, name: str, roles: Sequence[str], *, as_json: bool) -> None:
    """Give somebody these roles, and no others. Raises NotFound, Invalid, Conflict, Trouble."""
    async with running(config) as (app, _):
        user, role_ids = await _user(app, name), await _roles(app, roles)
        async with app.transaction() as tx:
            await set_roles(tx, marquee(), user["id"], role_ids)
    if as_json:
        print_json({"id": user["id"], "name": user["name"], "roles": list(roles)})
    else:
        say(f"{user['name']} has the roles {', '.join(roles) or 'none'} now.")


async def sessions(config: Config, name: str, *, end: bool, as_json: bool) -> None:
    """Where somebody is signed in; with `end`, they are no more. Raises NotFound, Trouble."""
    async with running(config) as (app, _):
        user = await _user(app, name)
        found = [seen.session for seen in await sessions_of(app.db, marquee(), user["id"])]
        if end:
            async with app.transaction() as tx:
                await end_of_user(tx, marquee(), user["id"], None)
    if as_json:
        print_json([asdict(session) for session in found])
    elif end:
        say(f"{user['name']} is signed out; sessions that ended: {len(found)}.")
    else:
        where = [
            (each.browser or "-", each.os or "-", each.device or "-", each.address or "-") for each in found
        ]
        seen = [each.last_seen_at.strftime("%Y-%m-%d %H:%M") for each in found]
        lines = [(*place, when) for place, when in zip(where, seen, strict=True)]
        _table([("BROWSER", "SYSTEM", "DEVICE", "ADDRESS", "LAST SEEN"), *lines])


async def _user(app: App, name: str) -> Any:
    row = await app.db.row(USER, key=key_of(name))
    if row is None:
        raise NotFound("user", name)
    return row


async def _roles(app: App, names: Sequence[str]) -> list[UUID]:
    found = {
        row["name_key"]: row["id"] for row in await app.db.rows(ROLES, keys=[key_of(name) for name in names])
    }
    for name in names:
        if key_of(name) not in found:
            raise Invalid("role", f"There is no role {name}.")
    return [found[key_of(name)] for name in names]


async def _unlock(app: App, user: Any) -> int:
    keys = lockout.keys_of_user(user["id"], user["name"], user["email"])
    async with app.transaction() as tx:
        return await lockout.unlock(tx, MARQUEE, keys)


def _table(lines: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        results.print("  ".join(padded).rstrip(), markup=False)
