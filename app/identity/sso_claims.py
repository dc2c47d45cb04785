"""What a provider says of somebody, read for what we need of it."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from app.core.errors import Invalid
from app.identity.names import LONGEST_NAME, checked_email, checked_name
from app.identity.sso_providers import RoleRule

NAMES = ("preferred_username", "nickname", "name", "given_name")
MOST_VALUES = 1000


def roles_of_claims(rules: Iterable[RoleRule], claims: Mapping[str, Any]) -> frozenset[UUID]:
    """The roles that the rules give for these claims."""
    return frozenset(
        rule.role_id for rule in rules if rule.claim is None or rule.value in _values(_at(claims, rule.claim))
    )


def verified_email(claims: Mapping[str, Any]) -> str | None:
    """The address, if the provider vouches for it."""
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        return None
    try:
        return checked_email(email)
    except Invalid:
        return None


def display_name(claims: Mapping[str, Any]) -> str | None:
    """What they are called there: a name, else the address."""
    for each in (*NAMES, "email"):
        value = claims.get(each)
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value.strip()[:255]
    return None


def account_names(claims: Mapping[str, Any]) -> Iterable[str]:
    """Names that a new account could have, best first; the last resort is made of the subject."""
    email = verified_email(claims) or ""
    wanted = [claims.get(name) for name in NAMES] + [email.partition("@")[0], f"user-{claims['sub']}"]
    for name in wanted:
        if not isinstance(name, str):
            continue
        try:
            found = checked_name(name.partition("@")[0][: LONGEST_NAME - 4])
        except Invalid:
            continue
        yield found
        yield from (f"{found} {number}" for number in range(2, 10))


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """What lies at a path; a claim whose name has dots itself (a URL, say) is found by its whole name."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = cast("Mapping[str, Any]", found).get(part) if isinstance(found, Mapping) else None
    return found


def _values(found: Any) -> frozenset[str]:
    """A text, or those of a list; numbers and truth values as JSON has them."""
    if isinstance(found, bool):
        return frozenset({"true" if found else "false"})
    if isinstance(found, (str, int)):
        return frozenset({str(found)})
    if isinstance(found, list):
        listed = cast("list[Any]", found)[:MOST_VALUES]
        return frozenset(str(each) for each in listed if isinstance(each, (str, int)))
    return frozenset()
