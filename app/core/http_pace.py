"""How often a service is asked by all processes together: turns in Redis, or in this process while Redis is away.

GCRA as a queue: each request takes the next turn and waits for it, so that whoever asks first is served first,
whichever process they are in. What a service asks for with Retry-After holds everybody.
"""

import asyncio
import logging
from dataclasses import dataclass
from math import ceil
from typing import Any

from arq.connections import ArqRedis
from redis.exceptions import RedisError

from app.core.http_clock import Clock
from app.core.http_errors import ProviderLimited
from app.core.http_messages import Service

log = logging.getLogger(__name__)

TROUBLE = (RedisError, OSError, TimeoutError)
# Redis is asked before every request: one that is slow is left alone for a while. Not at once, since a busy process
# that doesn't get to reading its answer looks the same.
REDIS_S, REST_S = 3.0, 5.0
# Nobody knows how many processes there are while Redis is away.
ALONE = 4
US = 1_000_000
KEPT_MS = 60_000

_NOW = """
local function now_us()
  if tonumber(ARGV[1]) > 0 then return tonumber(ARGV[1]) end
  local now = redis.call('TIME')
  return now[1] * 1000000 + now[2]
end
"""
# KEYS: the turn after the last one, until when all are held. ARGV: now or 0, interval, tolerance, longest wait; all in
# microseconds. Answers whether a turn was taken, how long until it comes, and when that is.
TURN = (
    _NOW
    + """
local now, interval, tolerance, most = now_us(), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local held = tonumber(redis.call('GET', KEYS[2]) or '0')
local turn = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local at = math.max(now, held, turn - tolerance)
if at - now > most then return {0, at - now, at} end
turn = math.max(turn, at) + interval
redis.call('SET', KEYS[1], string.format('%.0f', turn), 'PX', math.ceil((turn - now) / 1000) + tonumber(ARGV[5]))
return {1, at - now, at}
"""
)
# ARGV: now or 0, for how long, tolerance. Nothing comes at once after a hold, so that it isn't broken at its end.
HOLD = (
    _NOW
    + """
local now = now_us()
local held = math.max(tonumber(redis.call('GET', KEYS[2]) or '0'), now + tonumber(ARGV[2]))
local turn = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), held + tonumber(ARGV[3]))
redis.call('SET', KEYS[2], string.format('%.0f', held), 'PX', math.ceil((held - now) / 1000) + 1)
redis.call('SET', KEYS[1], string.format('%.0f', turn), 'PX', math.ceil((turn - now) / 1000) + tonumber(ARGV[4]))
return held - now
"""
)
HELD = (
    _NOW
    + """
return math.max(0, tonumber(redis.call('GET', KEYS[2]) or '0') - now_us())
"""
)


@dataclass(frozen=True, slots=True)
class Turn:
    """at_us: when it comes, by the clock that gave it."""

    wait_s: float
    at_us: int


class Own:
    """The turns of this process alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turn = 0.0
        self.held_until = 0.0

    def take(self, service: Service, most_s: float) -> Turn:
        """Raises ProviderLimited."""
        now, interval = self._clock.now(), ALONE / service.rate_per_s
        at = max(now, self.held_until, self._turn)
        if at - now > most_s:
            raise ProviderLimited(service.name, at - now)
        self._turn = at + interval
        return Turn(at - now, ceil(at * US))

    def hold(self, seconds: float) -> None:
        self.held_until = max(self.held_until, self._clock.now() + seconds)


class Pace:
    """The turns of one service."""

    def __init__(self, redis: ArqRedis, namespace: str, service: Service, clock: Clock) -> None:
        self._redis = redis
        self.service = service
        self._clock = clock
        self._own = Own(clock)
        self._rests_until = 0.0
        # In braces, so that a cluster keeps both together.
        self._keys = [f"{namespace}:http:{{{service.name}}}:{kind}" for kind in ("turn", "held")]

    async def wait(self) -> float:
        """Until it is this request's turn; how many seconds that took. Raises ProviderLimited."""
        waited_s = 0.0
        while True:
            turn = await self.take(self.service.patience_s - waited_s)
            if turn.wait_s <= 0:
                return waited_s
            await self._clock.sleep(turn.wait_s)
            waited_s += turn.wait_s
            # Somebody may have been told meanwhile to stay away.
            if await self.held_s() <= 0:
                return waited_s

    async def take(self, most_s: float) -> Turn:
        """The next turn, which is then nobody else's. Raises ProviderLimited where it comes later than most_s."""
        interval_us = round(US / self.service.rate_per_s)
        tolerance_us = interval_us * (self.service.burst - 1)
        found = await self._ask(TURN, interval_us, tolerance_us, max(0, round(most_s * US)), KEPT_MS)
        if found is None:
            return self._own.take(self.service, most_s)
        is_taken, wait_us, at_us = found
        if not is_taken:
            raise ProviderLimited(self.service.name, wait_us / US)
        return Turn(wait_us / US, at_us)

    async def hold(self, seconds: float) -> None:
        """Keep everybody away for a while."""
        self._own.hold(seconds)
        interval_us = round(US / self.service.rate_per_s)
        tolerance_us = interval_us * (self.service.burst - 1)
        await self._ask(HOLD, round(seconds * US), tolerance_us, KEPT_MS)

    async def held_s(self) -> float:
        """For how long everybody is kept away yet; 0 where nobody is."""
        held_us = await self._ask(HELD)
        return max(0.0, self._own.held_until - self._clock.now()) if held_us is None else held_us / US

    async def _ask(self, script: str, *arguments: int) -> Any:
        if self._clock.now() < self._rests_until:
            return None
        try:
            async with asyncio.timeout(REDIS_S):
                asked: Any = self._redis.eval(
                    script, 2, *self._keys, *map(str, (self._clock.shared_us, *arguments))
                )
                return await asked
        except TROUBLE as error:
            self._rests_until = self._clock.now() + REST_S
            log.warning(
                "Requests to %s are paced without Redis: %s",
                self.service.name,
                str(error) or type(error).__name__,
            )
            return None
