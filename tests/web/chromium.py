"""Headless Chromium over the DevTools protocol, with everything that a page asked for and complained of."""

import asyncio
import itertools
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.patience import PATIENCE_S

BINARY = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,900",
    "--remote-debugging-port=0",
)


class Page:
    """One tab. `requests` are the URLs it asked for, `problems` its console errors and exceptions, in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.requests: list[str] = []
        self.problems: list[str] = []
        self._socket = socket
        self._session: str | None = None
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader

    async def open(self, url: str, *, color_scheme: str = "light") -> None:
        target = await self.send("Target.createTarget", url="about:blank")
        attached = await self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.send(f"{domain}.enable")
        scheme = {"name": "prefers-color-scheme", "value": color_scheme}
        await self.send("Emulation.setEmulatedMedia", features=[scheme])
        await self._load("Page.navigate", url=url)

    async def go(self, url: str) -> None:
        """To another page, in the tab that is open."""
        await self._load("Page.navigate", url=url)

    async def reload(self) -> None:
        await self._load("Page.reload")

    async def _load(self, method: str, **params: Any) -> None:
        self._loaded.clear()
        await self.send(method, **params)
        await self._loaded.wait()

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        self._answers[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params}
        await self._socket.send(json.dumps(message | ({"sessionId": self._session} if self._session else {})))
        return await self._answers[number]

    async def evaluate(self, expression: str) -> Any:
        answer = await self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, expression: str, within_s: float = PATIENCE_S) -> Any:
        """The first true value of the expression (true for any object), looked at 50 times a second."""
        look = f"""new Promise((done, failed) => {{
            const end = performance.now() + {within_s * 1000};
            const look = () => {{
                const value = {expression};
                if (value) done(typeof value === "object" ? true : value);
                else if (performance.now() > end) failed(new Error(document.body.innerText));
                else setTimeout(look, 20);
            }};
            look();
        }})"""
        return await self.evaluate(look)

    async def _read(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            if "id" in message:
                self._answer(message)
            else:
                self._note(message["method"], message["params"])

    def _answer(self, message: dict[str, Any]) -> None:
        waiting = self._answers.pop(message["id"])
        if "error" in message:
            waiting.set_exception(RuntimeError(message["error"]["message"]))
        else:
            waiting.set_result(message["result"])

    def _note(self, event: str, params: dict[str, Any]) -> None:
        if event == "Page.loadEventFired":
            self._loaded.set()
        elif event == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event == "Network.webSocketCreated":
            self.requests.append(params["url"])
        elif event == "Runtime.exceptionThrown":
            self.problems.append(json.dumps(params["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning", "assert"}:
            self.problems.append(" ".join(str(each.get("value", each)) for each in params["args"]))
        elif event == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
            self.problems.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")


@asynccontextmanager
async def chromium_page(profile: Path) -> AsyncIterator[Page]:
    """A page of a Chromium of its own, with an empty profile; it ends with the block."""
    assert BINARY is not None
    process = await asyncio.create_subprocess_exec(
        BINARY, *FLAGS, f"--user-data-dir={profile}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with connect(await _devtools_url(process), max_size=None) as socket:
            page = Page(socket)
            try:
                yield page
                await page.close()
            finally:
                await page.close()
    finally:
        process.terminate()
        await process.communicate()


async def _devtools_url(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    said: list[str] = []
    async for line in process.stderr:
        said.append(line.decode(errors="replace"))
        if said[-1].startswith("DevTools listening on "):
            return said[-1].split()[-1]
    raise RuntimeError(f"Chromium ended at once: {''.join(said)}")
