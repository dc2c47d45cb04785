"""Passwords: hashed by Argon2id (RFC 9106), a few at a time and away from the event loop."""

import asyncio
import os
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_urlsafe
from typing import TypeVar
from weakref import WeakKeyDictionary

import bcrypt
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.app import App
from app.identity.turns import Turns
from app.settings.registry import setting
from app.settings.values import value

MEMORY_MIB = setting(
    "password_memory_mib", 64, "Memory that hashing one password takes, in MiB.", minimum=19, maximum=1024
)
PASSES = setting("password_passes", 3, "How often hashing a password goes through it.", minimum=1, maximum=20)
LANES = setting("password_lanes", 2, "Threads that hash one password.", minimum=1, maximum=16)

T = TypeVar("T")

MOST_WAITING = 1000
PATIENCE_S = 20.0
# However many cores there are: a container may have fewer than its machine, and not the memory for all.
MOST_AT_ONCE = 4
# Below the event loop's: who has signed in doesn't wait for those who do.
NICENESS = 10
# Of imports from other servers; bcrypt itself looks at no more of a password.
BCRYPT = ("$2a$", "$2b$", "$2y$")
BCRYPT_BYTES = 72


@dataclass(frozen=True, slots=True)
class Verdict:
    """is_outdated: right, but hashed otherwise than passwords are by now."""

    is_right: bool
    is_outdated: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What hashing one password takes."""

    memory_mib: int
    passes: int
    lanes: int


class Passwords:
    """Hashes and compares, one for two cores and four at most; each takes its memory only while it has its turn."""

    def __init__(self, app: App) -> None:
        self._app = app
        at_once = min(MOST_AT_ONCE, max(1, (os.cpu_count() or 2) // 2))
        self._turns = Turns(at_once)
        self._threads = ThreadPoolExecutor(at_once, "passwords", initializer=_step_back)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        """Raises RateLimited where too many wait."""
        cost = await self._cost()
        return await self._in_turn(lambda: hash_by(cost, password))

    async def verify(self, stored: str | None, password: str) -> Verdict:
        """Whether it is the password of this hash; the same work where there is none. Raises RateLimited."""
        cost = await self._cost()
        return await self._in_turn(lambda: _verdict(cost, stored, password))

    async def _cost(self) -> Cost:
        app = self._app
        return Cost(await value(app, MEMORY_MIB), await value(app, PASSES), await value(app, LANES))

    async def _in_turn(self, work: Callable[[], T]) -> T:
        await self._turns.take(most_waiting=MOST_WAITING, patience_s=PATIENCE_S)
        # A thread works on when nobody waits for it any more, and has its turn until then.
        done = asyncio.get_running_loop().run_in_executor(self._threads, work)
        done.add_done_callback(lambda _: self._turns.give_back())
        return await asyncio.shield(done)


def plain(password: str) -> bytes:
    """The bytes that are hashed: however a keyboard composes accents (NIST SP 800-63B §5.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")


def hash_by(cost: Cost, password: str) -> str:
    """In the caller's thread."""
    return _hasher(cost).hash(plain(password))


def _verdict(cost: Cost, stored: str | None, password: str) -> Verdict:
    if stored is not None and stored.startswith(BCRYPT):
        return Verdict(_is_bcrypt_of(stored, password), is_outdated=True)
    hasher = _hasher(cost)
    try:
        hasher.verify(stored or _nobodys(cost), plain(password))
    except (VerificationError, InvalidHashError):
        return Verdict(is_right=False)
    return Verdict(stored is not None, stored is not None and hasher.check_needs_rehash(stored))


def _is_bcrypt_of(stored: str, password: str) -> bool:
    typed = password.encode(errors="surrogatepass")[:BCRYPT_BYTES]
    try:
        return bcrypt.checkpw(typed, stored.encode())
    except ValueError:
        return False


@lru_cache(maxsize=8)
def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory_mib * 1024, parallelism=cost.lanes, type=Type.ID
    )


@lru_cache(maxsize=8)
def _nobodys(cost: Cost) -> str:
    """A hash that nobody's password has, to be compared where there is no account."""
    return _hasher(cost).hash(token_urlsafe(32))


def _step_back() -> None:
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


_passwords: WeakKeyDictionary[App, Passwords] = WeakKeyDictionary()


def passwords(app: App) -> Passwords:
    """The application's one, closed with it."""
    if app not in _passwords:
        _passwords[app] = Passwords(app)
        app.on_close(_passwords[app].close)
    return _passwords[app]
