"""How it stands with providers, as all processes have found it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.activity.actor import Actor
from app.core import clock
from app.core.http import http
from app.core.http_errors import ProviderError
from app.metadata.facts import Kind
from app.metadata.local import NFO
from app.metadata.status import State, Status, statuses
from app.metadata.tmdb import TMDB
from app.settings.secrets import remove_secret
from tests.metadata.conftest import keep_key
from tests.metadata.fakes import Fake
from tests.outside import saying


async def ask(app):
    try:
        await TMDB.work(app, Kind.MOVIE, "999000001", ("en",))
    except ProviderError as error:
        return error
    return None


async def status(app):
    return (await statuses(app, [TMDB]))[0]


async def test_nobody_was_asked_yet(tmdb):
    found = await status(tmdb.app)

    assert (found.state, found.message, found.answered_at) == (State.READY, None, None)


async def test_a_provider_that_answers(tmdb, app):
    await ask(tmdb.app)

    found = await status(app)

    assert (found.state, found.message) == (State.READY, None)
    assert clock.now() - found.answered_at < timedelta(hours=1)


async def test_a_provider_without_its_key(tmdb):
    async with tmdb.app.transaction() as tx:
        await remove_secret(tx, Actor(), "tmdb")

    found = await status(tmdb.app)

    assert found.state is State.NO_KEY
    assert found.message == "TMDb needs a key: keep one as the secret `tmdb`."


async def test_a_key_that_is_refused_until_there_is_another(tmdb, app):
    await keep_key(app, "0" * 32)
    await ask(tmdb.app)
    refused = await status(app)

    await keep_key(app)
    renewed = await status(app)

    assert refused.state is State.KEY_REFUSED
    assert "another one" in refused.message
    assert refused.since is not None
    assert renewed.state is State.READY


async def test_a_provider_that_fails_and_comes_back(tmdb, app, monkeypatch):
    service = await TMDB.service(app)

    async def impatient(_):
        return replace(service, tries=1)

    monkeypatch.setattr(TMDB, "service", impatient, raising=False)
    tmdb.troubles["*"] = saying("oops", 502)
    await ask(tmdb.app)
    failing = await status(app)
    del tmdb.troubles["*"]
    await ask(tmdb.app)
    well = await status(app)

    assert failing.state is State.UNREACHABLE
    assert failing.message == "TMDb can't be used: it answers 502."
    assert failing.since is not None
    assert (well.state, well.since) == (State.READY, None)


async def test_a_provider_that_has_everybody_wait(tmdb, app):
    tmdb.troubles["*"] = saying({}, 429, headers={"retry-after": "3600"})
    error = await ask(tmdb.app)

    found = await status(app)

    assert error.code == "PROVIDER_LIMITED"
    assert found.state is State.LIMITED
    assert timedelta(minutes=30) < found.until - datetime.now(UTC) <= timedelta(hours=1)


async def test_a_provider_that_needs_no_key(app):
    [found] = await statuses(app, [Fake("keyless")])

    assert found.state is State.READY


async def test_what_lies_in_the_library_is_always_ready(app):
    [found] = await statuses(app, [NFO])

    assert found == Status(State.READY)


async def test_two_statements_whatever_the_number_of_providers(app, statements):
    http(app)
    statements.clear()

    await statuses(app, [Fake(f"fake{number}") for number in range(5)])

    assert len(statements) == 2
