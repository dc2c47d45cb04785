"""Changing settings, each change with its history."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.bulk import insert
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.settings.events import SettingsChanged
from app.settings.registry import SERVER, Owner, Scope, Setting, named
from app.settings.tables import HistoryRow, ValueRow

# One change of settings after the other, so that each knows what was before it.
LOCK = text("SELECT pg_advisory_xact_lock(7105040)")
# Whoever has them stays until the commit; of somebody who is gone there is nothing to set.
HOLD = {
    Scope.ROLE: text("SELECT id FROM access.roles WHERE id = :id FOR KEY SHARE"),
    Scope.USER: text("SELECT id FROM identity.users WHERE id = :id FOR KEY SHARE"),
}
BEFORE = text(
    """
    SELECT name, value FROM settings.values WHERE name = ANY(CAST(:names AS text[]))
      AND role_id IS NOT DISTINCT FROM CAST(:role_id AS uuid) AND user_id IS NOT DISTINCT FROM CAST(:user_id AS uuid)
    """
)
RESET = text(
    """
    DELETE FROM settings.values WHERE name = ANY(CAST(:names AS text[]))
      AND role_id IS NOT DISTINCT FROM CAST(:role_id AS uuid) AND user_id IS NOT DISTINCT FROM CAST(:user_id AS uuid)
    """
)


async def change_settings(
    tx: Tx,
    actor: Actor,
    changes: Mapping[str, Any],
    owner: Owner = SERVER,
    *,
    fixed: Sequence[str] = (),
) -> None:
    """Set what is named to values as JSON has them; None puts the default back. What stays the same is no change.

    fixed: names of settings that the environment holds. Raises NotFound, Invalid, and Conflict for these. Seven
    statements at most, whatever the number of changes. Emits SettingsChanged.
    """
    wanted = {name: _wanted(named(name), value, owner, fixed) for name, value in changes.items()}
    await tx.db.run(LOCK)
    await _hold(tx, owner)
    rows = await tx.db.rows(BEFORE, names=list(wanted), **owner.as_columns())
    before = {row["name"]: row["value"] for row in rows}
    changed = {name: value for name, value in wanted.items() if value != before.get(name)}
    if changed:
        await _store(tx, changed, owner)
        await _note(tx, actor, {name: before.get(name) for name in changed}, changed, owner)
        tx.emit(SettingsChanged(tuple(changed), **owner.as_columns()))


def _wanted(setting: Setting[Any], plain: Any, owner: Owner, fixed: Sequence[str]) -> Any:
    """The value as it is stored."""
    if owner.scope not in setting.scopes:
        raise Invalid(setting.name, f"{setting.name} is no setting of a {owner.scope}.")
    if owner.scope is Scope.SERVER and setting.name in fixed:
        raise Conflict(f"{setting.name} is fixed by {setting.variable} in the server's environment.")
    if plain is None:
        return None
    try:
        return setting.plain(setting.value(plain))
    except ValueError as error:
        raise Invalid(setting.name, str(error)) from error


async def _hold(tx: Tx, owner: Owner) -> None:
    if owner.scope is Scope.SERVER:
        return
    key = owner.user_id or owner.role_id
    if await tx.db.value(HOLD[owner.scope], id=key) is None:
        raise NotFound(owner.scope.value, key)


async def _store(tx: Tx, changed: Mapping[str, Any], owner: Owner) -> None:
    await tx.db.run(RESET, names=list(changed), **owner.as_columns())
    rows = [
        {"id": new_id(), "name": name, "value": value, **owner.as_columns()}
        for name, value in changed.items()
        if value is not None
    ]
    await insert(tx.db, ValueRow, rows)


async def _note(
    tx: Tx, actor: Actor, before: Mapping[str, Any], after: Mapping[str, Any], owner: Owner
) -> None:
    rows = [
        {
            "id": new_id(),
            "name": name,
            "before": before[name],
            "after": after[name],
            "changed_by": actor.user_id,
            **owner.as_columns(),
        }
        for name in after
    ]
    await insert(tx.db, HistoryRow, rows)
    kinds = {Scope.SERVER: "Server", Scope.ROLE: "Role", Scope.USER: "User"}
    key = owner.user_id or owner.role_id
    await record(tx, actor, "settings.changed", kinds[owner.scope], key, before=before, after=after)
