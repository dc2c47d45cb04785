"""oidc-provider, which is certified, run by node as a server of its own."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.patience import PATIENCE_S

SOURCE = Path(__file__).parents[1] / "identity" / "oidc_provider"
INSTALL_S = 100


def installed() -> Path:
    """The folder where it is installed, which is done once for every state of its lock file, outside of the repository.

    Skips the test where there is no node or npm, or nothing can be had.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program}")
    files = sorted(each for each in SOURCE.iterdir() if each.is_file())
    state = sha256(b"".join(each.read_bytes() for each in files)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "marquee-tests"
    folder = cache / f"oidc-provider-{state}"
    if not folder.exists():
        draft = cache / f"{folder.name}.{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(SOURCE, draft, ignore=shutil.ignore_patterns("node_modules"))
        _install(draft)
        try:
            draft.rename(folder)
        except OSError:
            # Another process was faster.
            shutil.rmtree(draft)
    return folder


def _install(folder: Path) -> None:
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_S, check=False
        )
    except subprocess.TimeoutExpired:
        shutil.rmtree(folder)
        pytest.skip("npm takes too long to install oidc-provider")
    if done.returncode:
        shutil.rmtree(folder)
        pytest.skip(f"npm can't install oidc-provider: {done.stderr[-300:]}")


@contextmanager
def certified(callback: str, logout: str) -> Iterator[str]:
    """Runs it for one client with this redirect URI and this address for its word of logouts; its issuer."""
    folder = installed()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    process = subprocess.Popen(
        ["node", "provider.mjs", callback, logout, port],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


class Person:
    """Somebody with a browser at the provider."""

    def __init__(self, login: str) -> None:
        self.login = login
        self._http = httpx.AsyncClient(timeout=PATIENCE_S)

    async def agree(self, url: str, until: str) -> str:
        """Sign in there and consent; where the browser is sent back to, which begins with `until`."""
        response = await self._http.get(url)
        for _ in range(12):
            if response.is_redirect:
                place = urljoin(str(response.url), response.headers["location"])
                if place.startswith(until):
                    return place
                response = await self._http.get(place)
            else:
                response = await self._submit(response, {"login": self.login, "password": "any"})
        raise AssertionError(f"It never came back: {response.status_code} {response.text}")

    async def sign_out(self, url: str) -> httpx.Response:
        """Confirm there that one wants to."""
        return await self._submit(await self._http.get(url), {"logout": "yes"})

    async def close(self) -> None:
        await self._http.aclose()

    async def _submit(self, page: httpx.Response, more: dict[str, str]) -> httpx.Response:
        action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        assert action, page.text
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        place = urljoin(str(page.url), unescape(action[1]))
        return await self._http.post(place, data=dict(hidden) | more)
