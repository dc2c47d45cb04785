"""Whom each library's works may be looked at with just now."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a library asks. order: whose word counts most first. fallbacks: ids of those at its end who are asked only
    where none before them knows a work."""

    order: tuple[Online, ...]
    fallbacks: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Online]:
        return iter(self.order)

    @property
    def steady(self) -> list[Online]:
        """Who is asked about every work."""
        return [each for each in self.order if each.about.id not in self.fallbacks]

    def without(self, names: Collection[str]) -> "Asked":
        return replace(self, order=tuple(each for each in self.order if each.about.id not in names))


NOBODY = Asked(())
Whom = Mapping[UUID, Asked]


async def whom_to_ask(app: App, shut: Collection[str] = ()) -> Whom:
    """The providers of each library that may be asked, whose word counts most first.

    A provider without a key is as if it weren't there. While the first who tells of works can't be asked, nothing is: a
    library is not to be described by whoever happens to be there. shut: ids of providers that can't be asked either.

    Five statements.
    """
    providers = registry.ALL
    found = dict(zip((each.about.id for each in providers), await statuses(app, providers), strict=True))
    away = {name for name, status in found.items() if _is_away(status)} | set(shut)
    keyed = await _keyed(app, _keyless(found))
    return {key: order for key, order in keyed.items() if teller_of(order) not in away}


async def orders(app: App) -> Whom:
    """Whom each library asks, as `whom_to_ask`, whether they can be asked just now or not. Five statements."""
    providers = registry.ALL
    found = dict(zip((each.about.id for each in providers), await statuses(app, providers), strict=True))
    return await _keyed(app, _keyless(found))


async def askable(app: App) -> list[UUID]:
    """Libraries that ask somebody, though that may lack a key yet. Two statements."""
    return sorted(await _chosen(app))


def teller_of(order: Iterable[Online]) -> str | None:
    """The first who tells of works."""
    return next((each.about.id for each in order if isinstance(each, Provider)), None)


async def _keyed(app: App, keyless: Collection[str]) -> Whom:
    other = await stand_in(app)
    found: dict[UUID, Asked] = {}
    for key, order in (await _chosen(app)).items():
        spared = {*keyless}
        if other is not None:
            # Nobody but who stands in for TMDb knows the demo's titles.
            spared |= order.fallbacks if key in other.libraries else {PROVIDER}
        asked = order.without(spared)
        if teller_of(asked) is not None:
            found[key] = asked
    return found


async def _chosen(app: App) -> Whom:
    """As libraries or the server are set; without those that have nobody who tells of works."""
    default, fallbacks = await registry.default_order(app), await registry.fallbacks(app)
    names = frozenset(each.about.id for each in fallbacks)
    found: dict[UUID, Asked] = {}
    for row in await app.db.rows(LIBRARIES):
        is_default = row["providers"] is None
        order = (*default, *fallbacks) if is_default else registry.named(row["providers"])
        fitting = tuple(each for each in order if row["kind"] in each.about.kinds)
        if teller_of(fitting) is not None:
            found[row["id"]] = Asked(fitting, names if is_default else frozenset())
    return found


def _keyless(found: Mapping[str, Status]) -> set[str]:
    return {name for name, status in found.items() if status.state is State.NO_KEY}


def _is_away(status: Status) -> bool:
    """A key that was refused is shown again after a while, and who did not answer may by now."""
    if status.state is State.KEY_REFUSED and status.since is not None:
        return now() - status.since < SPARED
    return status.state is State.LIMITED and _left(status) > timedelta(0)


def _left(status: Status) -> timedelta:
    return timedelta(0) if status.until is None else status.until - now()
