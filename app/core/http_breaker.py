"""A circuit breaker: a service that keeps failing is left alone for a while, then tried with one request."""

from collections.abc import Generator
from contextlib import contextmanager

from app.core.http_clock import Clock
from app.core.http_errors import ProviderResting

FAILURES = 5
FIRST_REST_S, LONGEST_REST_S = 15.0, 300.0


class Breaker:
    """Of one service, as one process sees it (docs/adr/0030).

    Closed: all may pass. Open, after FAILURES in a row: nobody. Half-open, after a rest: one, who decides for all;
    each failure of it then doubles the rest. What was under way when it opened and fails as well says nothing new.
    """

    def __init__(self, service: str, clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._failures = 0
        self._rest_s = 0.0
        self._rests_until = 0.0
        self._is_probing = False
        self._why = ""

    def check(self) -> None:
        """Raises ProviderResting while nobody may pass."""
        left_s = self._rests_until - self._clock.now()
        if self._rest_s and (left_s > 0 or self._is_probing):
            raise ProviderResting(self._service, self._why, max(left_s, 1))

    @contextmanager
    def passing(self) -> Generator[None]:
        """For one request; `failed` or `answered` says within how it went. Raises ProviderResting."""
        is_probe = self._enter()
        try:
            yield
        finally:
            # Also where it was cancelled before anybody knew: the next one tries.
            if is_probe:
                self._is_probing = False

    def answered(self) -> None:
        self._failures, self._rest_s = 0, 0.0

    def failed(self, why: str = "") -> None:
        """why: for those who are kept from asking."""
        self._failures += 1
        self._why = why
        is_news = self._is_probing if self._rest_s else self._failures >= FAILURES
        if is_news:
            self._rest_s = min(LONGEST_REST_S, self._rest_s * 2 or FIRST_REST_S)
            self._rests_until = self._clock.now() + self._rest_s

    def _enter(self) -> bool:
        """Whether it is the one that tries."""
        self.check()
        self._is_probing = bool(self._rest_s)
        return self._is_probing
