"""GraphiQL: what its routes answer, and how it behaves in a real browser with no one else to talk to."""

import asyncio
import re
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL

from app.web.codings import takes_gzip
from app.web.graphiql.assets import STATIC
from app.web.graphiql.examples import FIRST, BadExample, load_examples, parse_example
from app.web.graphiql.page import page, routes
from tests.web.chromium import BINARY, Page, chromium_page

OPERATIONS = {
    "catalog/films.graphql": """# The first films.
# variables: {"first": 1}
query Films($first: Int!) {
  films(first: $first)
}
""",
    "catalog/countdown.graphql": "subscription Countdown { countdown }\n",
    "library/rename.graphql": """# variables: {
#   "name": "Films"
# }
mutation Rename($name: String!) { rename(name: $name) }
""",
    "library/broken.graphql": "query Broken {",
}
needs_chromium = pytest.mark.skipif(BINARY is None, reason="Chromium is not installed")


@strawberry.type
class Query:
    @strawberry.field(description="Titles of films.")
    def films(self, first: int) -> list[str]:
        return ["Der Himmel über Örebro", "Zwei Türme"][:first]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, name: str) -> str:
        return name


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def countdown(self) -> AsyncGenerator[int, None]:
        for number in (3, 2, 1):
            yield number


@pytest.fixture
def operations(tmp_path: Path) -> Path:
    for name, text in OPERATIONS.items():
        path = tmp_path / "operations" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "operations"


@pytest.fixture
def site(operations: Path) -> Starlette:
    graphql = GraphQL(strawberry.Schema(Query, Mutation, Subscription), graphql_ide=None)
    return Starlette(
        routes=[
            Route("/", page),
            *routes(operations),
            # Where the bar above it leads.
            Route("/account", page),
            Route("/sign-out", page),
            Route("/graphql", graphql),
            WebSocketRoute("/graphql", graphql),
        ]
    )


@pytest.fixture
async def client(site: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site)
    async with httpx.AsyncClient(transport=transport, base_url="http://marquee") as client:
        yield client


@pytest.fixture
async def origin(site: Starlette) -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(site, log_level="error"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.mark.parametrize("path", ["/graphiql", "/"])
async def test_the_page_allows_only_its_own_origin(client: httpx.AsyncClient, path: str):
    answer = await client.get(path, headers={"accept": "text/html"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_page_links_only_to_assets_that_are_there(client: httpx.AsyncClient):
    html = (await client.get("/graphiql")).text

    links = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(links) >= 3
    assert "://" not in html
    assert "<title>Marquee</title>" in html
    for link in links:
        assert (await client.get(f"/{link}")).status_code == 200, link


async def test_an_asset_is_kept_for_ever_and_sent_compressed(client: httpx.AsyncClient):
    name = next(each for each in STATIC.names if re.fullmatch(r"main-\w+\.js", each))

    packed = await client.get(f"/graphiql/static/{name}", headers={"accept-encoding": "br, gzip"})
    plain = await client.get(f"/graphiql/static/{name}", headers={"accept-encoding": "identity"})
    again = await client.get(f"/graphiql/static/{name}", headers={"if-none-match": packed.headers["etag"]})

    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.content == plain.content
    assert (again.status_code, again.content) == (304, b"")


async def test_every_asset_has_its_content_type(client: httpx.AsyncClient):
    types = {
        Path(name).suffix: (await client.get(f"/graphiql/static/{name}")).headers["content-type"]
        for name in STATIC.names
    }

    assert types == {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".woff2": "font/woff2",
    }


@pytest.mark.parametrize("name", ["page.py", "..%2fpage.html", "%2e%2e%2fassets.py", "main.js", "static"])
async def test_nothing_but_an_asset_can_be_named(client: httpx.AsyncClient, name: str):
    answer = await client.get(f"/graphiql/static/{name}")

    assert answer.status_code == 404


def test_the_assets_are_small_and_bring_no_source_maps():
    folder = Path(__file__).parents[2] / "app/web/graphiql/static"
    files = list(folder.iterdir())

    assert max(file.stat().st_size for file in files) < 1_000_000
    assert sum(file.stat().st_size for file in files) < 2_000_000
    assert not [file.name for file in files if b"sourceMappingURL" in file.read_bytes()]
    assert not [
        file.name for file in files if re.search(rb"(@import|url\()\s*[\"']?(https?:)?//", file.read_bytes())
    ]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("*;q=0", False),
        ("gzip;q=oops", False),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(accepted: str, expected: bool):
    assert takes_gzip(accepted) is expected


async def test_examples_are_listed_by_slice(client: httpx.AsyncClient):
    answer = await client.get("/graphiql/examples.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["operations"] == [
        {
            "slice": "catalog",
            "name": "films",
            "kind": "query",
            "operation": "Films",
            "query": "# The first films.\nquery Films($first: Int!) {\n  films(first: $first)\n}\n",
            "description": "The first films.",
            "variables": {"first": 1},
        },
        {
            "slice": "catalog",
            "name": "countdown",
            "kind": "subscription",
            "operation": "Countdown",
            "query": "subscription Countdown { countdown }\n",
        },
        {
            "slice": "library",
            "name": "rename",
            "kind": "mutation",
            "operation": "Rename",
            "query": "mutation Rename($name: String!) { rename(name: $name) }\n",
            "variables": {"name": "Films"},
        },
    ]


def test_a_document_that_cannot_be_read_is_logged_and_left_out(
    operations: Path, caplog: pytest.LogCaptureFixture
):
    found = load_examples(operations)

    assert "broken" not in [example.name for example in found]
    assert "broken.graphql" in caplog.text


def test_a_newcomer_begins_with_the_films():
    found = load_examples(Path(__file__).parents[2] / "graphql" / "operations")

    assert (found[0].slice, found[0].name) == ("catalog", "movies")
    slices = list(dict.fromkeys(example.slice for example in found))
    assert slices == [*FIRST, *sorted(set(slices) - set(FIRST))]


def test_a_folder_that_is_not_there_has_no_examples(tmp_path: Path):
    assert load_examples(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("query {", "Syntax Error"),
        ("fragment F on Query { films(first: 1) }", "no operation"),
        ("# variables: {first: 1}\nquery A { films(first: 1) }", "no JSON"),
        ("# variables: [1]\nquery A { films(first: 1) }", "no JSON object"),
    ],
)
def test_a_bad_example_says_what_is_wrong(text: str, message: str):
    with pytest.raises(BadExample, match=message):
        parse_example("catalog", "films", text)


def test_words_around_the_variables_describe_the_example():
    text = '# One line.\n#\n# variables: {"a": {"b": 1}}\n# Another.\nquery A { films(first: 1) }\n'

    example = parse_example("catalog", "a", text)

    assert example.description == "One line. Another."
    assert example.variables == {"a": {"b": 1}}
    assert "variables" not in example.query


async def opened(browser: Page, url: str) -> None:
    await browser.open(url)
    await browser.until("document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.getValue()")
    await browser.until("document.querySelector('.marquee-example')")


async def run(browser: Page, result: str) -> None:
    await browser.evaluate("document.querySelector('.graphiql-execute-button').click()")
    await browser.until(
        f"document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue().includes({result!r})"
    )


async def open_example(browser: Page, name: str) -> None:
    await browser.evaluate(
        f"[...document.querySelectorAll('.marquee-example')].find(e => e.innerText.includes({name!r})).click()"
    )
    await browser.until(
        f"document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.operationName === {name!r}"
    )


@needs_chromium
async def test_in_a_browser_it_runs_examples_and_talks_to_its_own_origin_only(origin: str, tmp_path: Path):
    async with chromium_page(tmp_path / "profile") as browser:
        await opened(browser, f"{origin}/graphiql")

        await run(browser, "Der Himmel über Örebro")
        await open_example(browser, "Rename")
        await run(browser, '"rename": "Films"')
        await open_example(browser, "Countdown")
        await run(browser, '"countdown": 1')

        assert await browser.evaluate("document.title") == "Marquee"
        assert await browser.evaluate("document.querySelectorAll('.graphiql-tab').length") == 3
        assert browser.problems == []
        assert {urlsplit(url).netloc for url in browser.requests} == {urlsplit(origin).netloc}
        assert f"ws{origin.removeprefix('http')}/graphql" in browser.requests


@needs_chromium
async def test_in_a_browser_it_documents_completes_and_opens_its_dialogs(origin: str, tmp_path: Path):
    async with chromium_page(tmp_path / "profile") as browser:
        await opened(browser, f"{origin}/")

        await browser.evaluate(
            "document.querySelector('[aria-label=\"Show Documentation Explorer\"]').click()"
        )
        await browser.until(
            "document.querySelector('.graphiql-doc-explorer')?.innerText.includes('Root Types')"
        )
        await browser.evaluate("document.querySelector('[aria-label=\"Open settings dialog\"]').click()")
        await browser.until("document.querySelector('.graphiql-dialog')?.innerText.includes('Theme')")
        await browser.evaluate(
            """(() => {
                const editor = document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror;
                editor.setValue('{ f');
                editor.setCursor(0, 3);
                editor.execCommand('autocomplete');
            })()"""
        )
        await browser.until("document.querySelector('.CodeMirror-hints')?.innerText.includes('films')")

        assert browser.problems == []


@needs_chromium
async def test_in_a_browser_a_second_visit_finds_the_tabs_and_the_panel_of_the_first(
    origin: str, tmp_path: Path
):
    async with chromium_page(tmp_path / "profile") as browser:
        await opened(browser, f"{origin}/graphiql")
        await open_example(browser, "Rename")
        await browser.evaluate("document.querySelector('[aria-label=\"Show History\"]').click()")
        await browser.until("JSON.parse(localStorage['graphiql:tabState']).tabs.length === 2")
        await browser.until("localStorage['graphiql:variables']?.includes('name')")

        await browser.reload()
        await browser.until("document.querySelectorAll('.graphiql-tab').length === 2")
        await browser.until("document.querySelector('.graphiql-history')")

        variables = "document.querySelector('[aria-label=Variables] .CodeMirror')?.CodeMirror.getValue()"
        await browser.until(f"{variables}?.includes('name')")
        assert "first" not in await browser.evaluate(variables)
