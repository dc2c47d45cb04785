"""Renewing credits where they differ from those that are there."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select
from sqlalchemy.orm import DeclarativeBase

from app.catalog.facts import CreditFacts
from app.catalog.people.writes import credit_key, ensure_people
from app.catalog.work_writes import credit_columns
from app.core.bulk import delete, insert
from app.core.outbox import Tx

Part = tuple[Any, ...]
_COMPARED = ("person_id", "department", "job", "character", "billing")


async def renew_credits(
    tx: Tx,
    credit_row: type[DeclarativeBase],
    key: str,
    credited: Mapping[UUID, Sequence[CreditFacts]],
) -> set[UUID]:
    """Give each work or episode these credits and no others; answers those that had others.

    key: the column that names the work. A constant number of statements.
    """
    if not credited:
        return set()
    people = await ensure_people(tx, [credit for parts in credited.values() for credit in parts])
    rows = {
        owner_id: [credit_columns(key, owner_id, part, people[credit_key(part)]) for part in parts]
        for owner_id, parts in credited.items()
    }
    known: dict[UUID, list[Part]] = {owner_id: [] for owner_id in credited}
    for owner_id, *part in await tx.db.rows(_known(credit_row, key), ids=list(credited)):
        known[owner_id].append(tuple(part))
    changed = {
        owner_id for owner_id, parts in rows.items() if _sorted(known[owner_id]) != _sorted(map(_part, parts))
    }
    await delete(tx.db, credit_row, key, changed)
    await insert(tx.db, credit_row, [row for owner_id in changed for row in rows[owner_id]])
    return changed


@cache
def _known(credit_row: type[DeclarativeBase], key: str) -> Any:
    columns = [getattr(credit_row, name) for name in (key, *_COMPARED)]
    return select(*columns).where(columns[0] == any_(bindparam("ids", type_=ARRAY(Uuid()))))


def _part(row: Mapping[str, Any]) -> Part:
    return tuple(row[name] for name in _COMPARED)


def _sorted(parts: Iterable[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: tuple(map(str, part)))
