"""Backup codes: for those who lost their second factor."""

import secrets
from hashlib import sha256

COUNT = 10
# Without what is mistaken for something else when it is written down: 0 and O, 1, I and L.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
GROUPS, GROUP = 4, 4


def new_codes() -> list[str]:
    """Ten codes of 79 bits each, `ABCD-2345-EFGH-6789`."""
    return ["-".join(_group() for _ in range(GROUPS)) for _ in range(COUNT)]


def _group() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(GROUP))


def hash_of(code: str) -> bytes | None:
    """What is stored of a code, however it was typed; None for what can be no code."""
    letters = "".join(letter for letter in code.upper() if not letter.isspace() and letter != "-")
    if len(letters) != GROUPS * GROUP or any(letter not in LETTERS for letter in letters):
        return None
    return sha256(letters.encode()).digest()
