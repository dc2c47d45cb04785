"""The stand-in for TMDb as a process of its own."""

import asyncio
import socket
import sys

import httpx
import pytest

from app.core.lifeline import LIFELINE, READY, settings_line
from app.demo.tmdb.server import KEY
from tests.patience import PATIENCE_S


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield sock


async def test_it_answers_on_its_parent_s_socket_and_ends_with_its_parent(listening):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.demo.tmdb", f"--fd={listening.fileno()}", LIFELINE,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, pass_fds=[listening.fileno()],
    )  # fmt: skip
    try:
        process.stdin.write(settings_line({}))
        async with asyncio.timeout(PATIENCE_S):
            assert (await process.stdout.readline()).decode().strip() == READY
            url = f"http://127.0.0.1:{listening.getsockname()[1]}/3/configuration"
            async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
                stranger = await client.get(url)
                answer = await client.get(url, params={"api_key": KEY})

            process.stdin.close()
            status = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert stranger.status_code == 401
    assert answer.json()["images"]["poster_sizes"]
    assert status == 0
