"""Whether what keeps people apart is in order: settings, keys, proxies, passwords, mail, the first account."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_network
from typing import Any

from app.commands.finding import Finding, broken, ok, warning
from app.core.config import Config, ConfigError
from app.core.crypto import Keyring, key_file, keyring
from app.declared_settings import complaints
from app.identity.passwords import LANES, MEMORY_MIB, PASSES, Cost, hash_by
from app.mail.settings import HOST, NEEDED, PORT
from app.settings.keys import opens
from app.settings.registry import Setting, fixed
from app.settings.values import loaded
from app.web.listen import ListenError, is_loopback

SLOW_HASH_S, QUICK_HASH_S = 1.0, 0.02
PATIENCE_S = 10.0
PHRASE = "a phrase of the usual length"


def security_checks(config: Config) -> Iterator[Finding]:
    """What needs no server of ours."""
    yield settings()
    yield keys(config)
    yield proxies(config)


def settings() -> Finding:
    if wrong := complaints():
        return broken(
            "Settings", " ".join(wrong), "Mend or remove these variables: nothing starts with them."
        )
    return ok("Settings", f"{len(fixed())} fixed by the environment")


def keys(config: Config) -> Finding:
    if not config.secret_keys and not key_file(config).exists():
        advice = "Where several servers and workers don't share it, set MARQUEE_SECRET_KEYS for all of them."
        return warning("Keys", f"none yet: the first process makes {key_file(config)}", advice)
    try:
        keyring(config)
    except (ConfigError, OSError) as error:
        return broken("Keys", str(error), "Bring the file back from a copy, or set MARQUEE_SECRET_KEYS.")
    return ok("Keys", "from MARQUEE_SECRET_KEYS" if config.secret_keys else f"in {key_file(config)}")


def proxies(config: Config) -> Finding:
    wide = [each for each in config.trusted_proxies if ip_network(each).prefixlen == 0]
    if wide:
        advice = "Name your proxy's own addresses: anybody else could pretend to come from anywhere."
        return broken("Proxies", f"everybody is believed ({', '.join(wide)})", advice)
    if config.trusted_proxies:
        return ok("Proxies", f"believed are {', '.join(config.trusted_proxies)}")
    try:
        is_local = is_loopback(config.host)
    except ListenError as error:
        return broken("Proxies", str(error), "Set MARQUEE_HOST to an address of this machine.")
    if is_local:
        return ok("Proxies", "none, and none needed: only this machine is served")
    advice = "Put a proxy with TLS before it, and name that in MARQUEE_TRUSTED_PROXIES."
    return warning("Proxies", "Others are served without encryption", advice)


async def account_checks(connection: Any, config: Config, *, with_mail: bool) -> list[Finding]:
    """What is in a database that is migrated. with_mail: reach out for the mail server, too."""
    if await connection.fetchval("SELECT to_regclass('settings.key_probe') IS NULL"):
        return []
    values = await _values(connection)
    found = [*await _fitting(connection, config), await passwords(values), await _first_account(connection)]
    return [*found, await mail(values, reaches_out=with_mail)]


async def _fitting(connection: Any, config: Config) -> list[Finding]:
    """Whether the keys are those that this installation's secrets are sealed with."""
    sealed = await connection.fetchval("SELECT sealed FROM settings.key_probe")
    try:
        ring = _known_keys(config)
    except (ConfigError, OSError):
        return []  # told among what needs no server
    if sealed is None:
        return []
    if ring is not None and opens(ring, sealed):
        return [ok("Stored secrets", "are opened by the keys that are here")]
    advice = "Set MARQUEE_SECRET_KEYS as everywhere else, or bring back the data directory's `secret-keys`."
    return [broken("Stored secrets", "They can't be opened by the keys that are here", advice)]


def _known_keys(config: Config) -> Keyring | None:
    """Without making any."""
    return keyring(config) if config.secret_keys or key_file(config).exists() else None


async def _values(connection: Any) -> dict[str, Any]:
    """What is set in the database for the server, but where the environment says otherwise."""
    query = (
        "SELECT name, value #>> '{}' AS value FROM settings.values WHERE role_id IS NULL AND user_id IS NULL"
    )
    return {row["name"]: row["value"] for row in await connection.fetch(query)}


def _value(setting: Setting[Any], values: dict[str, Any]) -> Any:
    try:
        environment = fixed()
    except ConfigError:
        environment = {}  # told among what needs no server
    if setting.name in environment:
        return environment[setting.name]
    stored = values.get(setting.name)
    plain = int(stored) if stored is not None and isinstance(setting.default, int) else stored
    return loaded(setting, plain)


async def passwords(values: dict[str, Any]) -> Finding:
    cost = Cost(*(_value(each, values) for each in (MEMORY_MIB, PASSES, LANES)))
    start = time.perf_counter()
    await asyncio.to_thread(hash_by, cost, PHRASE)
    taken_s = time.perf_counter() - start
    text = f"one takes {1000 * taken_s:.0f} ms to hash, and {cost.memory_mib} MiB"
    if taken_s > SLOW_HASH_S:
        return warning("Passwords", text, "Signing in is slow: lower `password_passes`.")
    if taken_s < QUICK_HASH_S:
        return warning("Passwords", text, "They are guessed as quickly: raise `password_memory_mib`.")
    return ok("Passwords", text)


async def _first_account(connection: Any) -> Finding:
    people = await connection.fetchval("SELECT count(*) FROM identity.users WHERE disabled_at IS NULL")
    if people:
        return ok("Accounts", f"{people}")
    advice = "Open the link that the server prints at its start, or `marquee user add NAME --role admin`."
    return warning("Accounts", "There is none yet, so that nobody can sign in", advice)


async def mail(values: dict[str, Any], *, reaches_out: bool) -> Finding:
    if not _value(HOST, values):
        return ok("Mail", "not set up: no letters are sent")
    if missing := [each.name for each in NEEDED if not _value(each, values)]:
        return warning("Mail", f"Not set: {', '.join(missing)}", "No letters are sent without them.")
    host, port = _value(HOST, values), _value(PORT, values)
    if not reaches_out:
        return ok("Mail", f"by {host}, port {port}; `marquee doctor --mail` tries to reach it")
    try:
        async with asyncio.timeout(PATIENCE_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        advice = "Mend `mail_host` and `mail_port`, or let this machine out to it."
        return broken("Mail", f"{host}, port {port}, can't be reached: {error or 'no answer'}", advice)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return ok("Mail", f"{host}, port {port}, answers")
