"""Real servers for every test: one PostgreSQL and one Valkey a run, one database a worker, emptied after each test."""

import asyncio
import gc
import hashlib
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import av
import pytest
from hypothesis import settings as hypothesis_settings

from app.core import migrate
from app.core.app import App, open_app
from app.core.config import Config
from app.core.process import COLLECT_AFTER
from app.demo import library
from app.embedded.servers import Urls, embedded
from app.identity import passwords
from app.identity.rates import forget_counts
from app.metadata import registry
from app.settings.values import settings_of
from tests import covering

# For properties that are looked at by thousands of examples in CI.
hypothesis_settings.register_profile("many", max_examples=3000, deadline=None)
TEMPLATE = "marquee_template"
# Beside tests that keep every core busy, hashing that steps back would wait for seconds.
passwords.NICENESS = 0
# What hashing costs unless it is set is looked at in its own tests; others do it by the hundred.
passwords.MEMORY_MIB = replace(passwords.MEMORY_MIB, default=19)
passwords.PASSES = replace(passwords.PASSES, default=1)
passwords.LANES = replace(passwords.LANES, default=1)
# Who could be asked without a key isn't, unless a test sets it: nothing outside of this machine is.
registry.FALLBACKS = replace(registry.FALLBACKS, default=())
EMPTY = """
DELETE FROM library.libraries; DELETE FROM collections.collections; DELETE FROM movies.movies; DELETE FROM tv.series;
DELETE FROM catalog.redirects; DELETE FROM catalog.departed; DELETE FROM catalog.aliases; DELETE FROM curation.changes;
DELETE FROM library.decisions; DELETE FROM identity.users; SELECT activity.purge('-1 day', 1000000);
DELETE FROM settings.values; DELETE FROM settings.history; DELETE FROM settings.secrets; DELETE FROM mail.letters;
DELETE FROM settings.key_probe; DELETE FROM identity.attempts; DELETE FROM identity.challenges;
DELETE FROM access.roles WHERE NOT is_builtin; DELETE FROM access.bounds;
UPDATE access.roles SET streams = NULL, transcodes = NULL, downloads = NULL, requests = NULL, request_days = NULL,
    requires_second_factor = false
    WHERE requires_second_factor OR num_nonnulls(streams, transcodes, downloads, requests) > 0;
DELETE FROM identity.registrations; DELETE FROM identity.invitations;
DELETE FROM identity.one_time_tokens; DELETE FROM identity.sso_providers; DELETE FROM identity.device_sign_ins;
DELETE FROM http.responses; DELETE FROM http.standings;
DELETE FROM metadata.looks; DELETE FROM metadata.refreshes; DELETE FROM metadata.feeds; DELETE FROM metadata.links;
DELETE FROM images.pictures; DELETE FROM images.images;
DELETE FROM metadata.details; DELETE FROM metadata.episode_orders;
DELETE FROM metadata.exports; DELETE FROM metadata.guesses;
DELETE FROM people.people; DELETE FROM taxonomy.terms; DELETE FROM outbox.events; DELETE FROM outbox.jobs;
"""


class Servers:
    """Runs the embedded servers on a loop of their own, for as long as the whole test run lasts."""

    def __init__(self) -> None:
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="servers", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            await self._serve()
        except BaseException as error:  # noqa: BLE001
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mq-")))
            database_url = os.environ.get("MARQUEE_TEST_DATABASE_URL", "")
            redis_url = os.environ.get("MARQUEE_TEST_REDIS_URL", "")
            async with embedded(
                folder, postgres=not database_url, valkey=not redis_url, durable=False
            ) as urls:
                os.environ["MARQUEE_SUITE_DATABASE_URL"] = database_url or urls.database_url or ""
                os.environ["MARQUEE_SUITE_REDIS_URL"] = redis_url or urls.redis_url or ""
                await make_template(os.environ["MARQUEE_SUITE_DATABASE_URL"])
                self._ready.set()
                await self._stop.wait()


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    start, _, rest = url.partition("://")
    address, _, tail = rest.partition("/")
    query = tail.partition("?")[2]
    return f"{start}://{address}/{name}" + (f"?{query}" if query else "")


async def run_sql(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def make_template(url: str) -> None:
    await run_sql(url, f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {TEMPLATE}")
    await migrate.upgrade(with_database(url, TEMPLATE))


SERVERS = Servers()
NOTES = covering.Notes()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--on-servers",
        action="store_true",
        help="run only what uses the PostgreSQL and the Redis of this run",
    )
    parser.addoption("--noting", metavar="FOLDER", help="note there what each test has the servers do")
    parser.addoption(
        "--covering",
        metavar="FOLDER",
        help="run only so many of those on servers as have them do all that is noted there",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--on-servers"):
        return
    chosen = [item for item in items if _is_of_servers(item)]
    if (folder := config.getoption("--covering")) is not None:
        noted = covering.read(Path(folder))
        enough = covering.cover({item.nodeid: noted[item.nodeid] for item in chosen if item.nodeid in noted})
        chosen = [item for item in chosen if item.nodeid in enough or item.nodeid not in noted]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


ASKING_NOTHING_NEW = ("tests/web/", "tests/test_main.py", "tests/test_cli.py", "tests/test_networks.py")


def _is_of_servers(item: pytest.Item) -> bool:
    """Transports, pages and whole processes ask servers nothing that other tests don't, and take their time."""
    return "servers" in getattr(item, "fixturenames", ()) and not item.nodeid.startswith(ASKING_NOTHING_NEW)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting makes stays to the end: nobody has to look through it for garbage, now or between tests.

    What tests make is looked through as seldom as in the server.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    if (folder := config.getoption("--noting")) is not None:
        covering.note(NOTES)
    if not hasattr(config, "workerinput"):
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        SERVERS.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    NOTES.begin(item.nodeid)
    try:
        return (yield)
    finally:
        NOTES.end()


def pytest_unconfigure(config: pytest.Config) -> None:
    if (folder := config.getoption("--noting")) is not None:
        NOTES.write(Path(folder) / f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}.json")
    if not hasattr(config, "workerinput"):
        SERVERS.stop()


@pytest.fixture(scope="session")
def worker(worker_id: str) -> int:
    """The number of this test process; 0 where there is only one."""
    return int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0


@pytest.fixture(scope="session")
def servers() -> Urls:
    """The PostgreSQL and the Redis that this run uses; all that need them ask for them here."""
    return Urls(os.environ["MARQUEE_SUITE_DATABASE_URL"], os.environ["MARQUEE_SUITE_REDIS_URL"])


@pytest.fixture(scope="session")
def suite_url(servers: Urls) -> str:
    """The PostgreSQL server that this run uses."""
    assert servers.database_url
    return servers.database_url


@pytest.fixture(scope="session")
async def new_database(suite_url: str, worker: int) -> AsyncIterator[Callable[[], Any]]:
    """Makes migrated databases, for tests that need more than the shared one; gone after the run."""
    names: list[str] = []

    async def make() -> str:
        names.append(f"marquee_{worker}_{len(names)}")
        await run_sql(
            suite_url,
            f"DROP DATABASE IF EXISTS {names[-1]} WITH (FORCE)",
            f"CREATE DATABASE {names[-1]} TEMPLATE {TEMPLATE}",
        )
        return with_database(suite_url, names[-1])

    yield make
    await run_sql(suite_url, *(f"DROP DATABASE {name} WITH (FORCE)" for name in names))


@pytest.fixture(scope="session")
async def config(
    servers: Urls, new_database: Callable[[], Any], worker: int, tmp_path_factory: pytest.TempPathFactory
) -> Config:
    assert servers.redis_url
    redis_url = servers.redis_url.partition("?")[0]
    return Config(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=await new_database(),
        redis_url=f"{redis_url}?db={worker + 1}",
        namespace=f"test{worker}",
        database_pool_size=8,
        probe_processes=1,
        images_processes=1,
        images_timeout_s=120,
    )


@pytest.fixture(scope="session")
async def running_app(config: Config) -> AsyncIterator[App]:
    async with open_app(config) as app:
        await app.redis.flushdb()
        yield app


@pytest.fixture
async def app(running_app: App) -> AsyncIterator[App]:
    """The application on an empty database; what a test wrote is gone after it."""
    yield running_app
    running_app.database.db.on_statement = None
    async with running_app.database.pool.acquire() as connection:
        await connection.execute(EMPTY)
    settings_of(running_app).forget()
    forget_counts(running_app)
    await running_app.redis.flushdb()


@pytest.fixture
async def second_app(app: App) -> AsyncIterator[App]:
    """Another process's worth of application, on the same servers."""
    async with open_app(replace(app.config)) as other:
        yield other


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """What a command run in this process says of logging ends with its test."""
    root = logging.getLogger()
    known: list[logging.Logger] = [root, *_loggers()]
    levels = [each.level for each in known]
    handlers = list(root.handlers)
    yield
    before = dict(zip(known, levels, strict=True))
    for each in (root, *_loggers()):
        # Setting a level, be it the one that was, makes logging forget what it knows of all loggers.
        if each.level != (level := before.get(each, logging.NOTSET)):
            each.setLevel(level)
    root.handlers[:] = handlers


def _loggers() -> list[logging.Logger]:
    # The snapshot is taken at once: other threads may be naming loggers of their own.
    return [
        each for each in list(logging.root.manager.loggerDict.values()) if isinstance(each, logging.Logger)
    ]


@pytest.fixture
def statements(app: App) -> Iterator[list[str]]:
    """The SQL that the application ran, in order."""
    seen: list[str] = []
    app.database.db.on_statement = seen.append
    yield seen
    app.database.db.on_statement = None


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo library's root; test processes running side by side share one, and none may change it.

    It takes a while to make, so that later runs find it in pytest's cache, for as long as what makes it is the same.
    """
    if not request.config.pluginmanager.hasplugin("cacheprovider"):
        base = tmp_path_factory.getbasetemp()
        kept = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    else:
        kept = request.config.cache.mkdir("demo-library")
    root = kept / f"demo-library-{maker()}"
    for former in kept.glob("demo-library-*"):
        if former != root:
            shutil.rmtree(former, ignore_errors=True)
    library.generate(root)
    return root


def maker() -> str:
    """Changes with all that the demo library is made by."""
    folder = Path(library.__file__).parent
    found = hashlib.sha256(av.__version__.encode())
    for path in sorted(folder.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
