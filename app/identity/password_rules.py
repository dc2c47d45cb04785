"""Which passwords can be taken: long enough, and not what everybody tries first (NIST SP 800-63B §5.1.1.2)."""

from pathlib import Path

from app.core.errors import Invalid
from app.identity.passwords import plain

LEAST_CHARS = 8
MOST_BYTES = 1024
# The commonest of those that are long enough, as lists of leaked ones agree.
COMMONEST = frozenset(Path(__file__).with_name("common_passwords.txt").read_text(encoding="ascii").split())


def check(password: str, *known: str | None, field: str = "password") -> None:
    """Raises Invalid. known: what others know of whom it is for, like their name."""
    if len(password) < LEAST_CHARS:
        raise Invalid(field, f"A password has at least {LEAST_CHARS} characters.")
    if len(plain(password)) > MOST_BYTES:
        raise Invalid(field, f"A password has at most {MOST_BYTES} bytes.")
    folded = password.casefold()
    if folded in COMMONEST or len(set(folded)) < 3:
        raise Invalid(field, "This password is one of those that are tried first.")
    if folded in {each.casefold() for each in known if each}:
        raise Invalid(field, "The password is what everybody knows of you.")
