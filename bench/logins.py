"""How long a simple query waits while 500 people sign in at once, against the same server when nobody does.

One server process, its PostgreSQL and Valkey, the people, and whoever asks the query, all on this machine. Each person
comes from an address of their own, and again where they are told to come later.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psutil
from sqlalchemy import text

from app.access.builtin import ADMIN, USER
from app.core import migrate
from app.core.app import App, open_app
from app.core.config import Config
from app.embedded.servers import embedded
from app.identity.client import Client
from app.identity.lifetimes import lifetimes
from app.identity.passwords import passwords
from app.identity.sessions import Method, SessionKind, begin
from bench.served import served

PEOPLE, FILMS = 500, 20
WARM_S, IDLE_S, PAUSE_S = 3.0, 15.0, 0.02
MB = 1 << 20
PHRASE = "in space no one can hear"
SIGN_IN = """
mutation ($input: SignInInput!) {
  signIn(input: $input) { __typename ... on RateLimited { retryAfterSeconds } ... on Error { message } }
}
"""
USERS = text(
    """
    INSERT INTO identity.users (id, name, name_key, password_hash)
    SELECT gen_random_uuid(), 'person-' || n, 'person-' || n, :hash FROM generate_series(1, :people) n RETURNING id
    """
)
ROLES = text("INSERT INTO access.user_roles (user_id, role_id) SELECT id, :role FROM identity.users")
MAKE_ADMIN = text("INSERT INTO access.user_roles (user_id, role_id) VALUES (:user, :role)")
WORKS = text(
    """
    INSERT INTO movies.movies (id, title, sort_title, slug, match_key)
    SELECT gen_random_uuid(), 'Film ' || n, 'film ' || n, 'film-' || n, 'film ' || n FROM generate_series(1, :films) n
    """
)
# Nobody is to be counted here: it is one who asks all the time.
UNCOUNTED = {"MARQUEE_SETTING_RATE_QUERIES": "0"}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What became of all who wanted in. refused: how often somebody was told to come later."""

    seconds: float
    slowest_s: float
    refused: int


def main() -> None:
    os.environ |= UNCOUNTED
    asyncio.run(_run())


async def _run() -> None:
    with tempfile.TemporaryDirectory(prefix="mqb-") as folder:
        async with embedded(Path(folder) / "data") as urls:
            assert urls.database_url
            assert urls.redis_url
            await migrate.upgrade(urls.database_url)
            config = replace(
                Config(),
                data_dir=Path(folder),
                database_url=urls.database_url,
                redis_url=urls.redis_url,
                trusted_proxies=("127.0.0.1",),
            )
            async with open_app(config) as app:
                token = await _fill(app)
            async with served(config) as (address, process):
                await _measure(address, process, token)


async def _fill(app: App) -> str:
    """The token of whoever asks."""
    async with app.transaction() as tx:
        hashed = await passwords(app).hash(PHRASE)
        asker = (await tx.db.rows(USERS, people=PEOPLE, hash=hashed))[0]["id"]
        await tx.db.run(ROLES, role=USER)
        await tx.db.run(MAKE_ADMIN, user=asker, role=ADMIN)
        await tx.db.run(WORKS, films=FILMS)
        terms = {"kind": SessionKind.APP, "method": Method.PASSWORD, "lifetimes": await lifetimes(app)}
        return (await begin(tx, asker, Client("127.0.0.1"), **terms)).token


async def _measure(address: str, process: psutil.Process, token: str) -> None:
    asker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.asker", address, token, str(PAUSE_S)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    await asyncio.sleep(WARM_S)
    idle = time.time()
    await asyncio.sleep(IDLE_S)
    resting = process.memory_info().rss
    done, cpu, busy = asyncio.Event(), _cpu_s(process), time.time()
    peak = asyncio.create_task(_peak(process, done))
    entered = await _enter(address)
    ended = time.time()
    done.set()
    said, _ = await asker.communicate(b"")
    asked = [(moment, 1000 * taken) for moment, taken in json.loads(said)]
    before, during = [
        sorted(taken for moment, taken in asked if start <= moment < end)
        for start, end in ((idle, busy), (busy, ended))
    ]
    _tell(entered, _cpu_s(process) - cpu, resting, await peak)
    _compare(before, during)


async def _enter(address: str) -> SignedIn:
    """All at once, until all are in."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=None) as client:
        start = time.perf_counter()
        ends = await asyncio.gather(*(_person(client, number) for number in range(1, PEOPLE + 1)))
    waits, refusals = zip(*ends, strict=True)
    return SignedIn(time.perf_counter() - start, max(waits), sum(refusals))


async def _person(client: httpx.AsyncClient, number: int) -> tuple[float, int]:
    """Seconds until they are in, and how often they were told to come later."""
    start, refused = time.perf_counter(), 0
    sent = {"input": {"name": f"person-{number}", "password": PHRASE, "keep": "TOKEN"}}
    headers = {"x-forwarded-for": f"10.0.{number // 250}.{number % 250 + 1}"}
    while True:
        answer = await client.post("/graphql", json={"query": SIGN_IN, "variables": sent}, headers=headers)
        told = answer.json()["data"]["signIn"]
        if told["__typename"] == "Authenticated":
            return time.perf_counter() - start, refused
        assert told["__typename"] == "RateLimited", told
        refused += 1
        await asyncio.sleep(told["retryAfterSeconds"])


async def _peak(process: psutil.Process, done: asyncio.Event) -> int:
    """The most memory that it was seen to use."""
    most = 0
    while not done.is_set():
        most = max(most, process.memory_info().rss)
        await asyncio.sleep(0.02)
    return most


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _tell(entered: SignedIn, cpu_s: float, resting: int, peak: int) -> None:
    print(
        f"  {PEOPLE} people were in after {entered.seconds:.0f} s: {PEOPLE / entered.seconds:.1f} a second,"
        f" the last of them after {entered.slowest_s:.0f} s; {entered.refused} times one was told to come later"
    )
    print(f"  the server used {cpu_s:.0f} s of CPU time, {1000 * cpu_s / PEOPLE:.0f} ms each")
    print(f"  its memory: {resting / MB:.0f} MB before, at most {peak / MB:.0f} MB")


def _compare(idle: list[float], busy: list[float]) -> None:
    """Both in order."""
    for name, taken in (("idle", idle), ("while they sign in", busy)):
        print(
            f"  a query, {name}: p50 {_at(taken, 0.5):.1f} ms, p99 {_at(taken, 0.99):.1f} ms ({len(taken)} asked)"
        )
    print(f"  p99 is {_at(busy, 0.99) / _at(idle, 0.99):.1f} times its idle value; aim: less than 5")


def _at(taken: list[float], share: float) -> float:
    return taken[min(len(taken) - 1, int(len(taken) * share))]
