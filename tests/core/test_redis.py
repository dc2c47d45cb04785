"""The Redis client gives up soon, so that who waits for Redis knows what it waits for."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from app.core.redis import open_redis


async def test_a_server_that_hangs_up_is_called_once_a_command():
    calls = []

    async def hang_up(_reader, writer):
        calls.append(writer)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        redis = open_redis(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/1", timeout_s=5)
        with pytest.raises(RedisConnectionError):
            await redis.ping()
        await redis.aclose(close_connection_pool=True)

    assert len(calls) == 1


async def test_a_server_that_says_nothing_is_waited_for_no_longer_than_told(proxy):
    redis = open_redis(proxy.url, timeout_s=2)
    await redis.ping()

    proxy.stall()
    with pytest.raises(RedisTimeoutError):
        await redis.ping()

    proxy.mend()
    assert await redis.ping()
    await redis.aclose(close_connection_pool=True)


async def test_a_connection_that_died_between_two_commands_is_replaced(proxy):
    redis = open_redis(proxy.url, timeout_s=5)
    await redis.ping()

    await proxy.cut()
    proxy.mend()
    other = open_redis(proxy.url, timeout_s=5)
    await other.ping()

    assert await redis.ping()
    for each in (redis, other):
        await each.aclose(close_connection_pool=True)
