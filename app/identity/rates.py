"""How often somebody may ask: sliding windows in Redis, and in this process alone while Redis is away."""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from math import ceil
from weakref import WeakKeyDictionary

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from app.core.app import App
from app.core.errors import RateLimited
from app.identity.client import Client
from app.identity.lockout import address_key
from app.identity.names import key_of
from app.settings.registry import Setting, setting
from app.settings.values import value

log = logging.getLogger(__name__)

# Redis is asked on every request: one that is slow is left alone for a while.
PATIENCE_S = 0.25
REST_S = 5.0
# Of those who ask often, so many are counted at once: a hundredth of the limit at most, good for a second.
SHARES = 100
SHARE_S = 1.0
MOST_SHARES = 10_000
_TROUBLE = (RedisError, OSError, TimeoutError)


class Rate(StrEnum):
    """What is counted together; the values stand in the headers."""

    QUERY = "query"
    MUTATION = "mutation"
    SIGN_IN = "sign-in"
    MAIL = "mail"
    REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class Policy:
    setting: Setting[int]
    window: timedelta


def _policy(name: str, default: int, doc: str, window: timedelta) -> Policy:
    return Policy(setting(name, default, f"{doc} 0: any number.", minimum=0, maximum=1_000_000), window)


MINUTE = timedelta(minutes=1)
POLICIES = {
    Rate.QUERY: _policy(
        "rate_queries",
        3000,
        "Queries and subscriptions a minute, by user, or by address of strangers.",
        MINUTE,
    ),
    Rate.MUTATION: _policy("rate_mutations", 600, "Mutations a minute, by user.", MINUTE),
    Rate.SIGN_IN: _policy(
        "rate_sign_ins", 60, "Mutations a minute of those who are not signed in, by address.", MINUTE
    ),
    Rate.MAIL: _policy(
        "rate_mails",
        10,
        "Letters an hour about accounts: asked for by an address of the network, and sent to an e-mail address.",
        timedelta(hours=1),
    ),
    Rate.REGISTRATION: _policy(
        "rate_registrations", 10, "Accounts an hour that an address may ask for.", timedelta(hours=1)
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How much is left. reset_s: until more is."""

    rate: Rate
    limit: int
    window_s: int
    remaining: int
    reset_s: int

    @property
    def headers(self) -> list[tuple[str, str]]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has them."""
        return [
            ("ratelimit-policy", f'"{self.rate}";q={self.limit};w={self.window_s}'),
            ("ratelimit", f'"{self.rate}";r={self.remaining};t={self.reset_s}'),
        ]


class Throttled(RateLimited):
    def __init__(self, standing: Standing) -> None:
        super().__init__("Too many requests. Try again later.", float(max(1, standing.reset_s)))
        self.standing = standing


@dataclass(slots=True)
class Share:
    """Requests of somebody that were counted at once and are let in without asking Redis for each.

    Where all were used within its time, the next is twice as large; else as large as what was used of it.
    """

    size: int
    left: int
    until: float
    remaining: int
    reset_at: float

    def next_size(self, most: int, now: float) -> int:
        used = self.size - self.left
        return max(1, min(most, used if now >= self.until else used * 2))


class Rates:
    """The counts of one installation, as one process sees them."""

    def __init__(self, app: App) -> None:
        storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix=f"{app.config.namespace}:rates",
            connection_pool=app.redis.connection_pool,  # pyright: ignore[reportArgumentType]
        )
        self._shared = SlidingWindowCounterRateLimiter(storage)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._rests_until = 0.0
        self._shares: dict[tuple[Rate, int, str], Share] = {}

    async def take(self, rate: Rate, limit: int, window_s: int, whose: str) -> Standing:
        """Count one. Raises Throttled where that is one too many, which is not counted."""
        now, key = asyncio.get_running_loop().time(), (rate, limit, whose)
        share = self._shares.get(key)
        if share is None or share.left == 0 or now >= share.until:
            size = share.next_size(limit // SHARES, now) if share else 1
            item = RateLimitItemPerSecond(limit, window_s, namespace=rate.value)
            share = await self._share(item, whose, size)
            self._keep(key, share)
        share.left -= 1
        reset_s = min(window_s, max(0, ceil(share.reset_at - time.time())))
        return Standing(rate, limit, window_s, share.remaining + share.left, reset_s)

    async def _share(self, item: RateLimitItemPerSecond, whose: str, size: int) -> Share:
        """As large a one, or of one request where so many are no longer left. Raises Throttled."""
        found = await self._take_shared(item, whose, size) or await _take(self._own, item, whose, size)
        is_let, remaining, reset_at = found
        if is_let:
            return Share(size, size, asyncio.get_running_loop().time() + SHARE_S, remaining, reset_at)
        if size > 1:
            return await self._share(item, whose, 1)
        window_s = item.get_expiry()
        reset_s = min(window_s, max(0, ceil(reset_at - time.time())))
        raise Throttled(Standing(Rate(item.namespace), item.amount, window_s, 0, reset_s))

    def _keep(self, key: tuple[Rate, int, str], share: Share) -> None:
        if len(self._shares) >= MOST_SHARES:
            self._shares.clear()
        self._shares[key] = share

    async def _take_shared(
        self, item: RateLimitItemPerSecond, whose: str, size: int
    ) -> tuple[bool, int, float] | None:
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await _take(self._shared, item, whose, size)
        except _TROUBLE as error:
            if self._rests_until > now:
                return None  # one of many that asked at once has said it
            self._rests_until = now + REST_S
            log.warning("Requests are counted without Redis: %s", str(error) or type(error).__name__)
            return None


async def _take(
    limiter: SlidingWindowCounterRateLimiter, item: RateLimitItemPerSecond, whose: str, size: int
) -> tuple[bool, int, float]:
    is_let = await limiter.hit(item, whose, cost=size)
    stats = await limiter.get_window_stats(item, whose)
    return is_let, stats.remaining if is_let else 0, stats.reset_time


_rates: WeakKeyDictionary[App, Rates] = WeakKeyDictionary()


async def take(app: App, rate: Rate, whose: str) -> Standing | None:
    """Count one request of somebody; None where there is no limit. Raises Throttled."""
    policy = POLICIES[rate]
    limit = await value(app, policy.setting)
    if limit == 0:
        return None
    if app not in _rates:
        _rates[app] = Rates(app)
    return await _rates[app].take(rate, limit, int(policy.window.total_seconds()), whose)


async def may_be_written_to(app: App, email: str, why: str) -> bool:
    """Count one letter to an e-mail address; whether that is not one too many. Its owner didn't ask for it, maybe.

    why: letters of one kind leave room for those of others, so that nobody is kept from theirs.
    """
    try:
        await take(app, Rate.MAIL, f"mailbox:{why}:{sha256(key_of(email).encode()).hexdigest()}")
    except Throttled:
        log.warning("An e-mail address is sent no more letters for a while.")
        return False
    return True


def forget_counts(app: App) -> None:
    """What this process counted by itself while Redis was away."""
    _rates.pop(app, None)


def whose_address(client: Client) -> str:
    """By whom strangers are counted."""
    return address_key(client.address) if client.address else "address:unknown"
