"""Names and e-mail addresses of people, as they are kept and as they are compared."""

import re
import unicodedata

import idna

from app.core.errors import Invalid
from app.mail.addresses import address

LONGEST_NAME = 64
# RFC 5321 §4.5.3.1: 64 octets of local part, 255 of domain; a path of 256 with its angle brackets.
LONGEST_EMAIL = 254
# What follows the rules of mail further than this is for the mail server to say.
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")


def checked_name(name: str, field: str = "name") -> str:
    """Raises Invalid. A name holds no `@`, so that it is never taken for an address."""
    name = unicodedata.normalize("NFKC", name).strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(field, f"A name has 1 to {LONGEST_NAME} characters.")
    if not name.isprintable() or "@" in name:
        raise Invalid(field, "A name can't hold @ or control characters.")
    return name


def checked_email(email: str, field: str = "email") -> str:
    """Raises Invalid, for what mail can't be sent to as well."""
    email = unicodedata.normalize("NFKC", email).strip()
    if len(email) > LONGEST_EMAIL or not email.isprintable() or not EMAIL.fullmatch(email):
        raise Invalid(field, "That is no e-mail address.")
    address(email, field)
    return email


def key_of(text: str) -> str:
    """What no two accounts have in common: of a name or an address, whatever its case, its domain as the DNS has it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    local, at, domain = plain.rpartition("@")
    if not at:
        return _folded(plain)
    return f"{_folded(local)}@{_ascii(domain)}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold())


def _ascii(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return _folded(domain)
