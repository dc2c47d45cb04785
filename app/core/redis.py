"""Redis: one client per process, with timeouts."""

from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool


def open_redis(url: str, *, timeout_s: float) -> ArqRedis:
    """A client that connects when first used, and anew where a connection has died since.

    It repeats nothing by itself: redis-py's retries nest (a command's, its connection's, that one's greeting), and
    before a proxy without a server behind it three of each take minutes. Who needs Redis waits for it.
    """
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=min(timeout_s, 5.0),
        health_check_interval=30,
    )
    return ArqRedis(pool_or_conn=pool)
