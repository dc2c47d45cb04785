"""Whom each library's works may be looked at with just now."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.core.clock import now
from app.metadata import registry
from app.metadata.keys import SPARED
from app.metadata.provider import Online, Provider
from app.metadata.stand_in import PROVIDER, stand_in
from app.metadata.status import State, Status, statuses

LIBRARIES = text(
    """
    SELECT l.id, l.kind, c.providers FROM library.libraries l
    LEFT JOIN metadata.choices c ON c.library_id = l.id ORDER BY l.id
    """
)
Whom = Mapping[UUID, tuple[Online, ...]]


async def whom_to_ask(app: App, shut: Collection[str] = ()) -> Whom:
    """The providers of each library that may be asked, whose word counts most first.

    A provider without a key is as if it weren't there. While the first who tells of works can't be asked, nothing is: a
    library is not to be described by whoever happens to be there. shut: ids of providers that can't be asked either.

    Five statements.
    """
    providers = registry.ALL
    found = dict(zip((each.about.id for each in providers), await statuses(app, providers), strict=True))
    keyless = {name for name, status in found.items() if status.state is State.NO_KEY}
    away = {name for name, status in found.items() if _is_away(status)} | set(shut)
    default = await registry.default_order(app)
    other = await stand_in(app)
    open_now: dict[UUID, tuple[Online, ...]] = {}
    for row in await app.db.rows(LIBRARIES):
        order = default if row["providers"] is None else registry.named(row["providers"])
        is_own = other is not None and row["id"] not in other.libraries
        asked = [
            each
            for each in order
            if row["kind"] in each.about.kinds
            and each.about.id not in keyless
            and not (is_own and each.about.id == PROVIDER)
        ]
        teller = next((each.about.id for each in asked if isinstance(each, Provider)), None)
        if teller is not None and teller not in away:
            open_now[row["id"]] = tuple(asked)
    return open_now


def _is_away(status: Status) -> bool:
    """A key that was refused is shown again after a while, and who did not answer may by now."""
    if status.state is State.KEY_REFUSED and status.since is not None:
        return now() - status.since < SPARED
    return status.state is State.LIMITED and _left(status) > timedelta(0)


def _left(status: Status) -> timedelta:
    return timedelta(0) if status.until is None else status.until - now()
