"""Whatever is killed: nothing stays behind, and nothing is lost."""

import asyncio
import os
import signal
import sys

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from app.embedded.errors import AlreadyRunning
from app.embedded.leftover import is_alive
from app.embedded.servers import Urls, embedded
from tests.embedded.processes import (
    PROGRAM,
    children_of,
    eventually,
    gone,
    marquee,
    parent_of,
    postmaster_pid,
    valkey_pid,
)
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")


async def test_all_end_when_the_parent_is_killed(data_dir):
    async with marquee(data_dir) as running:
        backends = children_of(running.servers[0])

        running.process.kill()

        assert len(backends) >= 3
        assert await gone([*running.servers, *backends, *running.guards])


async def test_all_end_when_the_parent_is_killed_though_a_fork_of_it_lives_on(data_dir):
    async with marquee(data_dir, fork=True) as running:
        running.process.kill()

        assert await gone([*running.servers, *running.guards])
        assert is_alive(running.fork_pid)
        async with embedded(data_dir, postgres=False):
            assert is_alive(valkey_pid(data_dir))


async def test_all_end_when_the_parent_and_the_guards_are_killed_at_once(data_dir):
    async with marquee(data_dir) as running:
        backends = children_of(running.servers[0])

        for pid in (running.process.pid, *running.guards):
            os.kill(pid, signal.SIGKILL)

        assert await gone([*running.servers, *backends])


async def test_ctrl_c_stops_the_servers_in_order(data_dir):
    async with marquee(data_dir) as running:
        os.killpg(running.process.pid, signal.SIGINT)
        said, _ = await running.process.communicate()

        assert said == b"stopped in order\n"
        assert not any(is_alive(pid) for pid in [*running.servers, *running.guards])
    log = (data_dir / "log" / "postgres.log").read_text()
    assert "database system is shut down" in log
    assert sorted(path.name for path in (data_dir).iterdir()) == [
        "lock",
        "log",
        "postgres",
        "valkey",
    ]


async def test_a_second_marquee_is_told_who_has_the_data(data_dir):
    async with marquee(data_dir) as running:
        with pytest.raises(AlreadyRunning, match=f"process {running.process.pid}") as refusal:
            async with embedded(data_dir):
                pass

        assert refusal.value.pid == running.process.pid
        assert all(is_alive(pid) for pid in running.servers)


async def test_the_same_process_can_not_start_twice_on_the_same_data(valkey_data_dir):
    async with embedded(valkey_data_dir, postgres=False):
        with pytest.raises(AlreadyRunning) as refusal:
            async with embedded(valkey_data_dir, postgres=False):
                pass

    assert refusal.value.pid == os.getpid()


@pytest.mark.parametrize("victim", ["server", "guard"])
async def test_valkey_comes_back_at_the_same_url_with_its_data(valkey_data_dir, victim):
    async with embedded(valkey_data_dir, postgres=False) as urls:
        redis = Redis.from_url(urls.redis_url)
        await redis.set("film", "Alien")
        first = valkey_pid(valkey_data_dir)

        os.kill(first if victim == "server" else parent_of(first), signal.SIGKILL)

        await gone([first])
        assert await until_it_answers(lambda: redis.get("film"), RedisConnectionError) == b"Alien"
        assert valkey_pid(valkey_data_dir) != first
        await redis.aclose()


@pytest.mark.parametrize("victim", ["server", "guard"])
async def test_postgres_comes_back_at_the_same_url_with_its_data(data_dir, victim):
    async with embedded(data_dir, valkey=False) as urls:
        await fetch(urls, "CREATE TABLE film AS SELECT 'Alien' AS title")
        first = postmaster_pid(data_dir)

        os.kill(first if victim == "server" else parent_of(first), signal.SIGKILL)

        await gone([first])
        assert await until_it_answers(lambda: fetch(urls, "SELECT title FROM film"), *DOWN) == "Alien"
        assert postmaster_pid(data_dir) != first


async def test_postgres_comes_back_though_a_query_of_the_killed_one_computes_on(data_dir):
    async with embedded(data_dir, valkey=False, durable=False) as urls:
        busy = await asyncpg.connect(urls.database_url)
        backend = busy.get_server_pid()
        query = asyncio.create_task(
            busy.fetchval("SELECT count(*) FROM generate_series(1, 99999) a, generate_series(1, 99999) b")
        )
        await until(
            lambda: fetch(urls, f"SELECT state = 'active' FROM pg_stat_activity WHERE pid = {backend}")
        )

        os.kill(postmaster_pid(data_dir), signal.SIGKILL)

        with pytest.raises((asyncpg.PostgresError, ConnectionError)):
            await query
        assert await until_it_answers(lambda: fetch(urls, "SELECT 1"), *DOWN) == 1
        assert not is_alive(backend)


async def test_an_interrupted_first_start_is_made_up_for(tmp_path):
    data_dir = tmp_path / "data"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(data_dir), "plain", stdout=asyncio.subprocess.PIPE
    )
    await eventually(lambda: list(data_dir.glob("postgres-init-*/data/PG_VERSION")))
    process.kill()
    await process.communicate()
    assert not (data_dir / "postgres").exists()

    async with embedded(data_dir, valkey=False, durable=False) as urls:
        assert await fetch(urls, "SELECT 1") == 1
        assert list(data_dir.glob("postgres-init-*")) == []


async def test_whatever_an_interrupted_first_start_runs_is_ended(tmp_path):
    room = tmp_path / "data" / "postgres-init-0"
    room.joinpath("data").mkdir(parents=True)
    writing = "while :; do mkdir -p data/base; : > data/base/1; done 2>/dev/null"
    shell = await asyncio.create_subprocess_exec("sh", "-c", writing, cwd=room)

    async with embedded(tmp_path / "data", valkey=False, durable=False) as urls:
        assert await fetch(urls, "SELECT 1") == 1
        assert not room.exists()
    assert await asyncio.wait_for(shell.wait(), PATIENCE_S) < 0


@pytest.mark.parametrize("step", ["postgres-init-*", "postgres-init-*/data/PG_VERSION"])
async def test_a_first_start_that_is_called_off_leaves_nothing(tmp_path, step):
    async def start():
        async with embedded(tmp_path / "data", durable=False):
            pass

    starting = asyncio.create_task(start())
    await eventually(lambda: list(tmp_path.glob(f"data/{step}")))
    starting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await starting
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["lock", "log", "valkey"]
    assert not (tmp_path / "data" / "valkey" / "valkey.pid").exists()


DOWN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def until(ask, within_s=PATIENCE_S):
    async with asyncio.timeout(within_s):
        while not await ask():  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.02)


async def until_it_answers(ask, *errors, within_s=PATIENCE_S):
    async with asyncio.timeout(within_s):
        while True:
            try:
                return await ask()
            except errors:
                await asyncio.sleep(0.02)


async def fetch(urls: Urls, sql: str):
    connection = await asyncpg.connect(urls.database_url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
