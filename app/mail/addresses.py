"""E-mail addresses as SMTP carries them."""

import re
from dataclasses import dataclass

import idna

from app.core.errors import Invalid

# RFC 5321 §4.5.3.1: octets.
MOST_LOCAL_BYTES = 64
MOST_DOMAIN_BYTES = 255
MOST_BYTES = 254
# RFC 5321 §4.1.2: a dot-string; RFC 6531 adds all that is not ASCII. Quoted local parts are not taken.
_ATOM = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")


@dataclass(frozen=True, slots=True)
class Address:
    """domain: in its ASCII form, as the DNS has it."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def address(text: str, field: str = "email") -> Address:
    """Raises Invalid for what SMTP can't carry: quotes, comments, spaces, control characters, bad domains."""
    local, _, domain = text.rpartition("@")
    if not LOCAL.fullmatch(local) or not local.isprintable() or len(local.encode()) > MOST_LOCAL_BYTES:
        raise Invalid(field, "That is no e-mail address that mail can be sent to.")
    found = Address(local, _ascii(domain, field))
    if len(str(found).encode()) > MOST_BYTES:
        raise Invalid(field, "That e-mail address is too long.")
    return found


def _ascii(domain: str, field: str) -> str:
    try:
        plain = idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise Invalid(field, "The domain of that e-mail address can't be used.") from None
    if len(plain) > MOST_DOMAIN_BYTES or plain.endswith("."):
        raise Invalid(field, "The domain of that e-mail address can't be used.")
    return plain
