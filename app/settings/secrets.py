"""Secrets of outside services: written, used by Marquee itself, and never told again."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.app import App
from app.core.bulk import insert
from app.core.crypto import Keyring, belongs_to
from app.core.db import Db
from app.core.errors import Invalid, NotFound
from app.core.outbox import Tx
from app.settings.tables import SecretRow

MOST_CHARS = 10_000
NAME = re.compile(r"[a-z][a-z0-9_.-]{0,99}", re.ASCII)
SECRETS = text("SELECT name, updated_at FROM settings.secrets ORDER BY name")
SEALED = text("SELECT sealed FROM settings.secrets WHERE name = :name")
REMOVE = text("DELETE FROM settings.secrets WHERE name = :name")
TOUCH = text("UPDATE settings.secrets SET updated_at = now() WHERE name = :name")


@dataclass(frozen=True, slots=True)
class Secret:
    """That there is one, and since when it is this one."""

    name: str
    updated_at: datetime


async def secrets(db: Db) -> list[Secret]:
    return [Secret(row["name"], row["updated_at"]) for row in await db.rows(SECRETS)]


async def secret(app: App, name: str) -> str | None:
    """What the outside service is shown; None where nobody has set it. Raises Unreadable."""
    sealed = await app.db.value(SEALED, name=name)
    return None if sealed is None else app.keyring.open(sealed, belongs_to(SecretRow.sealed, name)).decode()


async def set_secret(tx: Tx, actor: Actor, keyring: Keyring, name: str, plain: str) -> None:
    """Raises Invalid. Three statements."""
    if not NAME.fullmatch(name):
        raise Invalid("name", "A secret's name is of small letters, digits, `_`, `.` and `-`, at most 100.")
    if not 0 < len(plain) <= MOST_CHARS:
        raise Invalid("value", f"A secret has 1 to {MOST_CHARS} characters.")
    sealed = keyring.seal(plain.encode(), belongs_to(SecretRow.sealed, name))
    # As PostgreSQL writes bytes in JSON.
    row = {"name": name, "sealed": f"\\x{sealed.hex()}"}
    await insert(tx.db, SecretRow, [row], key=("name",), update=("sealed",))
    await tx.db.run(TOUCH, name=name)
    await record(tx, actor, "secret.set", "Secret", name)


async def remove_secret(tx: Tx, actor: Actor, name: str) -> None:
    """Raises NotFound."""
    if not await tx.db.run(REMOVE, name=name):
        raise NotFound("secret", name)
    await record(tx, actor, "secret.removed", "Secret", name)
