"""The clients that frontends use, run by node against a real server."""

import asyncio
import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

CLIENTS = Path(__file__).parent.parent / "clients"
INSTALL_S = 90
RUN_S = 30


@pytest.fixture(scope="session")
def node() -> str:
    """The path of node, with the pinned clients installed; skips where that can't be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are needed to run the real clients")
    with (CLIENTS / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other workers of this run want the same folder
        if not _installed():
            _install(npm)
    return node


def _installed() -> bool:
    marker = CLIENTS / "node_modules" / ".package-lock.json"
    return marker.exists() and marker.stat().st_mtime >= (CLIENTS / "package-lock.json").stat().st_mtime


def _install(npm: str) -> None:
    try:
        done = subprocess.run(
            [npm, "ci"], cwd=CLIENTS, capture_output=True, text=True, timeout=INSTALL_S, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm ci did not end within {INSTALL_S} s")
    if done.returncode:
        pytest.skip(f"npm ci failed: {done.stderr.strip()[-300:]}")


@pytest.fixture
def run(node, served):
    async def run(script: str) -> Any:
        """What the script prints, decoded."""
        process = await asyncio.create_subprocess_exec(
            node,
            CLIENTS / script,
            served.url,
            served.ws_url,
            stdout=-1,
            stderr=-1,
            env={"PATH": os.environ["PATH"]},
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(), RUN_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        assert process.returncode == 0, err.decode()
        return json.loads(out)

    return run


async def test_the_audits_of_the_specification_find_nothing(run):
    findings = await run("audit.mjs")

    wanting = [f"{finding['name']}: {finding['reason']}" for finding in findings if finding["status"] != "ok"]
    assert len(findings) >= 60
    assert not wanting


async def test_graphql_ws(run, happenings):
    outcome = await run("graphql-ws.mjs")

    assert outcome == {
        "first": {"data": {"endless": "graphql-ws"}},
        "query": [{"data": {"whoami": "graphql-ws"}}],
        "mutation": [{"data": {"rename": "graphql-ws"}}],
        "subscription": [{"data": {"count": number}} for number in (1, 2, 3)],
        "invalid": [{"thrown": ["GRAPHQL_VALIDATION_FAILED"]}],
        "partial": {"hello": "Hello, world!", "fails": None},
        "left": True,
        "after": [{"data": {"hello": "Hello, world!"}}],
        "sockets": 1,
    }
    await happenings.until("graphql-ws closed")


async def test_graphql_sse(run, happenings):
    outcome = await run("graphql-sse.mjs")

    assert outcome == {
        "first": {"data": {"endless": "graphql-sse"}},
        "query": [{"data": {"whoami": "graphql-sse"}}],
        "mutation": [{"data": {"rename": "graphql-sse"}}],
        "subscription": [{"data": {"count": number}} for number in (1, 2, 3)],
        "invalid": ["GRAPHQL_VALIDATION_FAILED"],
        "left": True,
    }
    await happenings.until("graphql-sse closed")


def told(data: object, *codes: str, more: bool = False) -> dict[str, object]:
    return {"data": data, "codes": list(codes), "network": None, "hasNext": more}


async def test_urql(run, happenings):
    outcome = await run("urql.mjs")

    assert outcome["query"] == told({"hello": "Hello, urql!"})
    assert outcome["byGet"] == told({"hello": "Hello, world!"})
    assert outcome["mutation"] == told({"rename": "urql"})
    assert outcome["invalid"] == told(None, "GRAPHQL_VALIDATION_FAILED")
    assert outcome["subscription"][:3] == [told({"count": number}, more=True) for number in (1, 2, 3)]
    assert outcome["invalidSubscription"][0]["codes"] == ["GRAPHQL_VALIDATION_FAILED"]
    assert outcome["leftEarly"] == told({"endless": "urql"}, more=True)
    await happenings.until("urql closed")


async def test_apollo_client(run):
    outcome = await run("apollo.mjs")

    assert outcome == {
        "query": {"hello": "Hello, Apollo!"},
        "mutation": {"rename": "Apollo"},
        "invalid": ["GRAPHQL_VALIDATION_FAILED"],
        "failed": ["INTERNAL_SERVER_ERROR"],
        "counted": [{"count": number} for number in (1, 2, 3)],
        "hashed": ["Hello, world!"] * 2,
        "sent": ["GET hash", "POST document", "GET hash"],
    }
