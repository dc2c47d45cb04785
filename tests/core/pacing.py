"""A process that takes turns at a service, without asking it, and tells when they come.

Arguments: the URL of Redis, the namespace, requests a second, how many turns. It begins with the line that it reads.
"""

import asyncio
import json
import sys

from app.core.http_clock import Clock
from app.core.http_messages import Service
from app.core.http_pace import Pace
from app.core.redis import open_redis


async def main(redis_url: str, namespace: str, rate: str, turns: str) -> None:
    redis = open_redis(redis_url, timeout_s=60)
    pace = Pace(redis, namespace, Service("films", rate_per_s=float(rate)), Clock())
    sys.stdin.readline()
    taken = [(await pace.take(3600)).at_us for _ in range(int(turns))]
    sys.stdout.write(json.dumps(taken))
    await redis.aclose(close_connection_pool=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
