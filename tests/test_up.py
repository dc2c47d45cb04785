"""`marquee up` as somebody runs it: started, killed, started again, ended by Ctrl-C."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.commands.servers import with_running
from app.core.app import open_app
from app.core.config import Config
from app.demo.clip import Clip, Video
from app.demo.encode import encode
from app.embedded.leftover import is_alive
from tests import given
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")


@dataclass(frozen=True)
class Up:
    process: asyncio.subprocess.Process
    url: str
    data_dir: Path

    async def credentials(self) -> dict[str, str]:
        """Those of a new admin."""
        config = with_running(Config(data_dir=self.data_dir))
        async with open_app(config) as app:
            return await given.credentials(app)

    def tree(self) -> dict[int, str]:
        """Every process below this one with its command line, by pid."""
        found = {self.process.pid: "marquee"}
        parents = {pid: parent for pid in all_pids() if (parent := parent_of(pid)) is not None}
        grown = True
        while grown:
            new = {pid for pid, parent in parents.items() if parent in found and pid not in found}
            found |= {pid: command_of(pid) for pid in new}
            grown = bool(new)
        return found

    async def titles(self, credentials: dict[str, str]) -> list[str]:
        async with httpx.AsyncClient(timeout=PATIENCE_S, headers=credentials) as client:
            query = {"query": "{ movies { nodes { title } } }"}
            answer = (await client.post(f"{self.url}/graphql", json=query)).json()
        return [movie["title"] for movie in answer["data"]["movies"]["nodes"]]

    async def ended(self) -> tuple[int, str]:
        """Its status, and what it had to say."""
        said = await self.process.stderr.read()
        return await self.process.wait(), said.decode()


def all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def parent_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def variables(data_dir: Path, port: int) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MARQUEE_")}
    ours = {"MARQUEE_DATA_DIR": str(data_dir), "MARQUEE_PORT": str(port), "MARQUEE_PROBE_PROCESSES": "1"}
    return clean | ours


async def a_second_time(data_dir: Path, port: int) -> str:
    """What another one on the same data is told."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.cli", "up", stderr=asyncio.subprocess.PIPE, env=variables(data_dir, port)
    )
    _, said = await process.communicate()
    return said.decode()


@asynccontextmanager
async def up(data_dir: Path, media: Path, port: int) -> AsyncIterator[Up]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.cli", "up", "--media", str(media),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=variables(data_dir, port),
        start_new_session=True,
    )  # fmt: skip
    try:
        banner = ""
        while "Ctrl-C stops everything." not in banner:
            line = await process.stdout.readline()
            assert line, (await process.stderr.read()).decode()
            banner += line.decode()
        assert f"http://127.0.0.1:{port}" in banner
        assert str(data_dir) in banner
        yield Up(process, f"http://127.0.0.1:{port}", data_dir)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def eventually(check, within_s: float = PATIENCE_S) -> None:
    async with asyncio.timeout(within_s):
        while not await check():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@pytest.fixture
def media(tmp_path) -> Path:
    film = tmp_path / "media" / "Movies" / "Paper Lanterns (1987)"
    film.mkdir(parents=True)
    encode(Clip(Video(width=64, height=36), audio=(), duration_s=0.5), film / "Paper Lanterns (1987).mkv")
    return tmp_path / "media"


async def test_it_survives_every_end_and_leaves_nothing_behind(tmp_path, media, port):
    data_dir = tmp_path / "data"

    async with up(data_dir, media, port) as first:
        credentials = await first.credentials()
        await eventually(lambda: has_titles(first, credentials, ["Paper Lanterns"]))
        tree = first.tree()
        first.process.kill()
        await eventually(lambda: all_gone(tree))

    assert {"app.main", "app.worker"} <= {word for command in tree.values() for word in command.split()}
    assert any("postgres" in command for command in tree.values())
    assert any("valkey-server" in command for command in tree.values())

    async with up(data_dir, media, port) as second:
        remembered = await second.titles(credentials)
        refused = await a_second_time(data_dir, port)
        [server] = [pid for pid, command in second.tree().items() if "app.main" in command]
        os.kill(server, signal.SIGKILL)
        after_the_crash = await second.titles(credentials)
        tree = second.tree()
        second.process.send_signal(signal.SIGINT)
        status, said = await second.ended()

    assert remembered == after_the_crash == ["Paper Lanterns"]
    assert server not in tree
    assert refused == f"error: Marquee is already running on {data_dir}. Stop that one first.\n"
    assert status == 130
    assert "The server ended unexpectedly (SIGKILL); it is started again." in said
    assert "Traceback" not in said
    assert await all_gone(tree)


async def has_titles(running: Up, credentials: dict[str, str], titles: list[str]) -> bool:
    return await running.titles(credentials) == titles


async def all_gone(tree: dict[int, str]) -> bool:
    return not any(is_alive(pid) for pid in tree)
