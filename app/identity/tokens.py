"""Tokens: secrets of 256 bits that their holders know and we keep the hash of."""

import secrets
from enum import StrEnum
from hashlib import sha256

BYTES = 32


class TokenKind(StrEnum):
    """What a token is good for, as it begins."""

    SESSION = "mqs_"
    API = "mqt_"
    ONE_TIME = "mqo_"


def new_token(kind: TokenKind) -> str:
    return kind + secrets.token_urlsafe(BYTES)


def digest(token: str) -> bytes:
    """What is stored of a token and looked up: SHA-256, which is enough for what nobody can guess."""
    return sha256(token.encode(errors="surrogatepass")).digest()
