"""Bounds of the transports, and the count of each viewer's subscriptions."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from app.web.graphql.errors import TooMany


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """What one request, socket or viewer may ask of a server process."""

    body_bytes: int = 262_144
    message_bytes: int = 262_144
    body_timeout_s: float = 30.0
    """From a request's first byte to its last."""
    init_timeout_s: float = 5.0
    """From a socket's opening to its connection_init."""
    send_timeout_s: float = 30.0
    """How long a reader may leave its buffers full before it is dropped."""
    keep_alive_s: float = 12.0
    """Between the comments that keep proxies from closing a silent event stream."""
    operations_per_socket: int = 20
    subscriptions_per_viewer: int = 100


class Subscriptions:
    """How many subscriptions each viewer holds in this process, over all transports."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[str] = Counter()

    @contextmanager
    def hold(self, viewer: str) -> Generator[None]:
        """Raises TooMany when the viewer holds as many as allowed."""
        if self._held[viewer] >= self._most:
            raise TooMany(f"No more than {self._most} subscriptions at a time.")
        self._held[viewer] += 1
        try:
            yield
        finally:
            self._held[viewer] -= 1
            if not self._held[viewer]:
                del self._held[viewer]
