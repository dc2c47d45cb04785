"""From which networks Marquee is there at all, and from which one may do more than users do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from app.access.permissions import expand
from app.access.viewer import Viewer
from app.core.app import App
from app.core.errors import Conflict
from app.settings.registry import setting
from app.settings.values import value

Network = IPv4Network | IPv6Network
MAPPED_BITS = 96


def _check(text: str) -> None:
    try:
        ip_network(text)
    except ValueError as error:
        raise ValueError(f"It must be networks like 192.168.0.0/16 or 2001:db8::/32: {error}.") from None


def network_of(text: str) -> Network:
    """One of IPv4 that is written as IPv6 (`::ffff:192.0.2.0/120`) is IPv4, as addresses are. Raises ValueError."""
    network = ip_network(text)
    first = getattr(network.network_address, "ipv4_mapped", None)
    if first is None or network.prefixlen < MAPPED_BITS:
        return network
    return ip_network((first, network.prefixlen - MAPPED_BITS))


NOBODY: tuple[str, ...] = ()
ALLOWED = setting(
    "allowed_networks",
    NOBODY,
    "Networks from which Marquee can be reached; from all, where empty.",
    check=_check,
)
BLOCKED = setting(
    "blocked_networks", NOBODY, "Networks from which it can't, though they be allowed.", check=_check
)
ADMIN = setting(
    "admin_networks",
    NOBODY,
    "Networks from which people may do more than the role `user` gives; from all, where empty.",
    check=_check,
)
ALL = (ALLOWED, BLOCKED, ADMIN)
# What the built-in role `user` gives.
OF_USERS = expand(
    (
        *("session:begin", "self:*", "history:self", "requests:create", "node:get", "catalog:*", "movie:*"),
        *("series:*", "collection:*", "person:*", "term:*", "library:list", "library:get", "file:get"),
    )
)


def is_within(address: str | None, networks: Sequence[str]) -> bool:
    """An address that is not known is in no network; an IPv4 one that is written as IPv6 is IPv4."""
    if address is None or not networks:
        return False
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    plain = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(plain in network for network in _parsed(tuple(networks)))


def is_let_in(address: str | None, allowed: Sequence[str], blocked: Sequence[str]) -> bool:
    return (not allowed or is_within(address, allowed)) and not is_within(address, blocked)


async def may_reach(app: App, address: str | None) -> bool:
    """Whether Marquee is there for an address. No statement, as settings have it."""
    return is_let_in(address, await value(app, ALLOWED), await value(app, BLOCKED))


async def restricted(app: App, viewer: Viewer) -> Viewer:
    """The viewer with what they may do from where they are."""
    networks = await value(app, ADMIN)
    if not networks or is_within(viewer.actor.address, networks):
        return viewer
    return replace(viewer, permissions=viewer.permissions & OF_USERS)


async def check_keeps_way_in(app: App, address: str | None, changes: Mapping[str, Any]) -> None:
    """changes: to settings, by name. Raises Conflict where they would lock out whoever makes them from there."""
    if address is None or not changes.keys() & {each.name for each in ALL}:
        return
    try:
        wanted = {each.name: each.value(changes[each.name] or []) for each in ALL if each.name in changes}
    except ValueError:
        return  # what can't be taken is refused with its name when it is set
    allowed, blocked, admin = [
        wanted[each.name] if each.name in wanted else await value(app, each) for each in ALL
    ]
    if not is_let_in(address, allowed, blocked) or (admin and not is_within(address, admin)):
        raise Conflict(f"That would lock out {address}, from where you come. Have the networks include it.")


@lru_cache(maxsize=32)
def _parsed(networks: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(network_of(each) for each in networks)
