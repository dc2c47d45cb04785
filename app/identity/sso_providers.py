"""Providers of single sign-on: which there are, and changing them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.admins import admin_kept, authority
from app.access.events import PermissionsChanged
from app.access.permissions import ALL
from app.access.role_writes import check_gives_no_more
from app.access.roles import roles
from app.access.viewer import Viewer
from app.activity.record import record
from app.core.bulk import insert
from app.core.crypto import Keyring, belongs_to
from app.core.db import Db
from app.core.errors import Conflict, Denied, Invalid, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.identity.oidc_http import checked_url
from app.identity.sso_tables import ProviderRow, RoleRuleRow

MOST_PROVIDERS, MOST_RULES = 50, 100
NAME_CHARS, TEXT_CHARS = 64, 255
KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,100}")  # RFC 6749 §3.3
OPENID = "openid"

_COLUMNS = """id, key, name, issuer, client_id, client_secret IS NOT NULL AS has_secret, scopes, may_register,
    may_link_by_email, is_second_factor, is_enabled, created_at, updated_at"""
PROVIDERS = text(f"SELECT {_COLUMNS} FROM identity.sso_providers ORDER BY name, key")  # noqa: S608
PROVIDER = text(f"SELECT {_COLUMNS} FROM identity.sso_providers WHERE id = :id")  # noqa: S608
BY_KEY = text(f"SELECT {_COLUMNS} FROM identity.sso_providers WHERE key = :key AND is_enabled")  # noqa: S608
ANY_BY_KEY = text(f"SELECT {_COLUMNS} FROM identity.sso_providers WHERE key = :key")  # noqa: S608
NAMES = text("SELECT key, name FROM identity.sso_providers WHERE is_enabled ORDER BY name, key")
SECRET = text("SELECT client_secret FROM identity.sso_providers WHERE id = :id")
RULES = text(
    """
    SELECT provider_id, claim, value, role_id FROM identity.sso_role_rules
    WHERE provider_id = ANY(CAST(:ids AS uuid[])) ORDER BY provider_id, position
    """
)
# Whoever makes, changes or deletes one does so alone.
LOCK = text("SELECT pg_advisory_xact_lock(7105050)")
UPDATE = text(
    """
    UPDATE identity.sso_providers SET name = :name, client_id = :client_id, scopes = CAST(:scopes AS text[]),
        may_register = :may_register, may_link_by_email = :may_link_by_email, is_second_factor = :is_second_factor,
        is_enabled = :is_enabled, updated_at = now()
    WHERE id = :id
    """
)
SET_SECRET = text("UPDATE identity.sso_providers SET client_secret = CAST(:secret AS bytea) WHERE id = :id")
DROP_RULES = text("DELETE FROM identity.sso_role_rules WHERE provider_id = :id")
DELETE = text("DELETE FROM identity.sso_providers WHERE id = :id")
MAPPED = text("SELECT DISTINCT user_id FROM access.mapped_roles WHERE provider_id = :id ORDER BY user_id")
USERS_AN_EVENT = 1000


@dataclass(frozen=True, slots=True)
class RoleRule:
    """The role of those in whose claim the value stands, or is listed; of all who come from there without a claim.

    claim: a path, `realm_access.roles`.
    """

    role_id: UUID
    claim: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderDraft:
    """What is to be said of a provider; see ProviderRow. issuer: as the provider writes it, to the last slash."""

    key: str
    name: str
    issuer: str
    client_id: str
    scopes: tuple[str, ...] = (OPENID, "profile", "email")
    may_register: bool = False
    may_link_by_email: bool = False
    is_second_factor: bool = False
    is_enabled: bool = True
    rules: tuple[RoleRule, ...] = ()

    def columns(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "rules"}


@dataclass(frozen=True, slots=True)
class Provider:
    """rules: roles by what it says of people."""

    id: UUID
    draft: ProviderDraft
    has_secret: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderName:
    """What the sign-in page shows."""

    key: str
    name: str


async def provider_names(db: Db) -> list[ProviderName]:
    """Of those by which one can sign in."""
    return [ProviderName(*row) for row in await db.rows(NAMES)]


async def providers(db: Db) -> list[Provider]:
    """All of them, by name; at most 50."""
    return await _with_rules(db, await db.rows(PROVIDERS))


async def provider(db: Db, provider_id: UUID) -> Provider:
    """Raises NotFound."""
    found = await _with_rules(db, await db.rows(PROVIDER, id=provider_id))
    if not found:
        raise NotFound("identity provider", provider_id)
    return found[0]


async def enabled_provider(db: Db, key: str) -> Provider:
    """Raises NotFound."""
    found = await _with_rules(db, await db.rows(BY_KEY, key=key))
    if not found:
        raise NotFound("identity provider", key)
    return found[0]


async def provider_of_key(db: Db, key: str) -> Provider:
    """Whether one can sign in by it or not. Raises NotFound."""
    found = await _with_rules(db, await db.rows(ANY_BY_KEY, key=key))
    if not found:
        raise NotFound("identity provider", key)
    return found[0]


async def client_secret(db: Db, keyring: Keyring, provider_id: UUID) -> str | None:
    """Raises Unreadable."""
    sealed = await db.value(SECRET, id=provider_id)
    return sealed and keyring.open(sealed, belongs_to(ProviderRow.client_secret, provider_id)).decode()


async def create_provider(
    tx: Tx, viewer: Viewer, keyring: Keyring, draft: ProviderDraft, secret: str | None
) -> UUID:
    """Raises Invalid; Conflict where the key is taken; Denied where it could let in who may do more than the viewer."""
    draft = _checked(draft)
    await tx.db.run(LOCK)
    known = await providers(tx.db)
    if any(each.draft.key == draft.key for each in known):
        raise Conflict(f"There is an identity provider {draft.key} already.")
    if len(known) >= MOST_PROVIDERS:
        raise Conflict(f"There are {MOST_PROVIDERS} identity providers already.")
    await _check_reach(tx, viewer, draft)
    provider_id = new_id()
    sealed = _sealed(keyring, provider_id, secret)
    await insert(tx.db, ProviderRow, [{"id": provider_id} | draft.columns()])
    await tx.db.run(SET_SECRET, id=provider_id, secret=sealed)
    await _set_rules(tx, provider_id, draft.rules)
    await record(
        tx, viewer.actor, "identity_provider.created", "IdentityProvider", provider_id, after=asdict(draft)
    )
    return provider_id


async def update_provider(
    tx: Tx,
    viewer: Viewer,
    keyring: Keyring,
    provider_id: UUID,
    changes: Mapping[str, Any],
    secret: str | None = None,
) -> None:
    """changes: fields of ProviderDraft by name. secret: a new one; empty to have none.

    Who it is stays: key and issuer can't be changed, since people are known by what it calls them. New rules count
    from everybody's next sign-in on. Raises NotFound, Invalid, Denied.
    """
    await tx.db.run(LOCK)
    old = (await provider(tx.db, provider_id)).draft
    new = _checked(replace(old, **changes))
    if (new.key, new.issuer) != (old.key, old.issuer):
        raise Invalid("issuer", "An identity provider stays who it is; make another one.")
    for each in (old, new):
        await _check_reach(tx, viewer, each)
    columns = new.columns()
    await tx.db.run(UPDATE, id=provider_id, **{k: columns[k] for k in columns if k not in {"key", "issuer"}})
    if secret is not None:
        await tx.db.run(SET_SECRET, id=provider_id, secret=_sealed(keyring, provider_id, secret))
    await _set_rules(tx, provider_id, new.rules)
    await record(
        tx,
        viewer.actor,
        "identity_provider.updated",
        "IdentityProvider",
        provider_id,
        before=asdict(old),
        after=asdict(new) | {"secret": "changed" if secret is not None else "kept"},
    )


async def delete_provider(tx: Tx, viewer: Viewer, provider_id: UUID) -> None:
    """With all ties to it, and the roles that it gave; accounts stay. Raises NotFound, Conflict, Denied."""
    await tx.db.run(LOCK)
    async with admin_kept(tx):
        old = (await provider(tx.db, provider_id)).draft
        await _check_reach(tx, viewer, old)
        holders = [row[0] for row in await tx.db.rows(MAPPED, id=provider_id)]
        await tx.db.run(DELETE, id=provider_id)
    for start in range(0, len(holders), USERS_AN_EVENT):
        tx.emit(PermissionsChanged(tuple(holders[start : start + USERS_AN_EVENT])))
    await record(
        tx, viewer.actor, "identity_provider.deleted", "IdentityProvider", provider_id, before=asdict(old)
    )


def _checked(draft: ProviderDraft) -> ProviderDraft:
    """The draft as it is kept. Raises Invalid."""
    if not KEY.fullmatch(draft.key):
        raise Invalid("key", "A key has 1 to 32 letters a to z, digits and hyphens.")
    name = " ".join(draft.name.split())
    if not 0 < len(name) <= NAME_CHARS or not name.isprintable():
        raise Invalid("name", f"A name has 1 to {NAME_CHARS} characters.")
    if not 0 < len(draft.client_id) <= TEXT_CHARS or not draft.client_id.isprintable():
        raise Invalid("clientId", f"A client id has 1 to {TEXT_CHARS} characters.")
    _check_issuer(draft.issuer)
    if len(draft.scopes) > 20 or not all(SCOPE.fullmatch(scope) for scope in draft.scopes):
        raise Invalid("scopes", "Those are no scopes.")
    if len(draft.rules) > MOST_RULES:
        raise Invalid("rules", f"At most {MOST_RULES} rules.")
    for place, rule in enumerate(draft.rules):
        _check_rule(f"rules.{place}", rule)
    scopes = tuple(dict.fromkeys((OPENID, *draft.scopes)))
    return replace(draft, name=name, scopes=scopes)


def _check_issuer(issuer: str) -> None:
    try:
        checked_url(issuer)
    except ValueError as error:
        raise Invalid("issuer", str(error)) from None
    if "?" in issuer:
        raise Invalid("issuer", "An issuer has no query.")


def _check_rule(place: str, rule: RoleRule) -> None:
    if (rule.claim is None) != (rule.value is None):
        raise Invalid(place, "A rule has a claim and its value, or neither.")
    if any(not 0 < len(each) <= TEXT_CHARS for each in (rule.claim, rule.value) if each is not None):
        raise Invalid(place, f"A claim and a value have 1 to {TEXT_CHARS} characters.")


async def _check_reach(tx: Tx, viewer: Viewer, draft: ProviderDraft) -> None:
    """Whoever says which provider is believed could make one that says anything."""
    role_ids = list({rule.role_id for rule in draft.rules})
    known = await roles(tx.db, viewer, role_ids)
    for role_id in role_ids:
        if known[role_id] is None:
            raise Invalid("rules", f"There is no role {role_id}.")
    await check_gives_no_more(tx, viewer, role_ids)
    trusts = draft.may_link_by_email or draft.is_second_factor
    if trusts and await authority(tx, viewer) != ALL:
        raise Denied("Only those who may do everything may trust a provider with the accounts of others.")


async def _set_rules(tx: Tx, provider_id: UUID, rules: Sequence[RoleRule]) -> None:
    await tx.db.run(DROP_RULES, id=provider_id)
    rows = [
        {"provider_id": provider_id, "position": place} | asdict(rule) for place, rule in enumerate(rules)
    ]
    await insert(tx.db, RoleRuleRow, rows)


def _sealed(keyring: Keyring, provider_id: UUID, secret: str | None) -> bytes | None:
    if not secret:
        return None
    if len(secret) > 2000:
        raise Invalid("clientSecret", "A client secret has at most 2,000 characters.")
    return keyring.seal(secret.encode(), belongs_to(ProviderRow.client_secret, provider_id))


async def _with_rules(db: Db, rows: Sequence[Any]) -> list[Provider]:
    rules: dict[UUID, list[RoleRule]] = {row["id"]: [] for row in rows}
    for row in await db.rows(RULES, ids=list(rules)):
        rules[row["provider_id"]].append(RoleRule(row["role_id"], row["claim"], row["value"]))
    return [_provider(row, rules[row["id"]]) for row in rows]


def _provider(row: Any, rules: Sequence[RoleRule]) -> Provider:
    values = dict[str, Any](row)
    own = [values.pop(name) for name in ("id", "has_secret", "created_at", "updated_at")]
    values |= {"scopes": tuple(values["scopes"]), "rules": tuple(rules)}
    draft = ProviderDraft(**values)
    return Provider(own[0], draft, *own[1:])
