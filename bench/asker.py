"""Asks a simple query again and again until its standard input ends; then says when, and how long each took."""

import asyncio
import json
import sys
import time

import httpx

QUERY = {"query": "{ movies(first: 20) { nodes { title } } }"}


async def _ask(address: str, token: str, pause_s: float) -> list[tuple[float, float]]:
    """The moment of each request, and the seconds until its answer was read."""
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    taken: list[tuple[float, float]] = []
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=None) as client:
        while not ended.done():
            moment, start = time.time(), time.perf_counter()
            answer = await client.post("/graphql", json=QUERY)
            taken.append((moment, time.perf_counter() - start))
            assert answer.json()["data"]["movies"]["nodes"], answer.text
            await asyncio.sleep(pause_s)
    return taken


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_ask(sys.argv[1], sys.argv[2], float(sys.argv[3])))))
