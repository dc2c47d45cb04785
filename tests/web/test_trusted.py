"""Trusted documents and registered ones, as the product serves them."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.access.builtin import USER
from app.commands import documents as command
from app.core.app import open_app
from app.core.config import Config, ConfigError, TrustedDocuments
from app.core.plain import Trouble
from app.main import build, graph
from app.web.graphql.manifests import hash_of
from app.web.trusted import OPERATIONS, trusted_by
from tests import given

ALL_FILMS = "{ movies { totalCount } }"
OPTIONS = "query Options { signInOptions { needsSetUp } }"
Serve = Callable[..., object]


@pytest.fixture
def manifest(tmp_path) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"films": ALL_FILMS, "options": OPTIONS}))
    return path


@asynccontextmanager
async def served(app, **changes) -> AsyncIterator[httpx.AsyncClient]:
    """A client without credentials of a server with these settings."""
    async with open_app(replace(app.config, **changes)) as other:
        site = httpx.ASGITransport(build(other, graph(other)))
        async with httpx.AsyncClient(transport=site, base_url="http://localhost:8000") as client:
            yield client


def code_of(response: httpx.Response) -> str:
    (error,) = response.json()["errors"]
    return error["extensions"]["code"]


async def test_our_own_operations_are_known_by_their_hashes(app):
    text = (OPERATIONS / "catalog" / "genres.graphql").read_text(encoding="utf-8")
    headers = await given.credentials(app)

    async with served(app, trusted_documents=TrustedDocuments.ONLY) as client:
        answer = await client.post(
            "/graphql", json={"documentId": f"sha256:{hash_of(text)}"}, headers=headers
        )

    assert answer.json()["data"]["genres"]["nodes"] == []


async def test_only_who_may_change_settings_asks_what_is_not_trusted(app, manifest):
    admin, user = (
        await given.credentials(app),
        await given.credentials(app, await given.user(app, roles=[USER])),
    )
    settings = {"trusted_documents": TrustedDocuments.ONLY, "trusted_manifests": (str(manifest),)}
    introspection = {"query": "{ __schema { queryType { name } } }"}

    async with served(app, **settings) as client:
        named = await client.post("/graphql", json={"documentId": "films"}, headers=user)
        refused = await client.post("/graphql", json=introspection, headers=user)
        answered = await client.post("/graphql", json=introspection, headers=admin)

    assert named.json() == {"data": {"movies": {"totalCount": 0}}}
    assert code_of(refused) == "DOCUMENT_NOT_TRUSTED"
    assert answered.json()["data"]["__schema"]["queryType"] == {"name": "Query"}


async def test_strangers_get_of_what_is_trusted_what_lets_them_in(app, manifest):
    settings = {"trusted_documents": TrustedDocuments.ONLY, "trusted_manifests": (str(manifest),)}

    async with served(app, **settings) as client:
        options = await client.post("/graphql", json={"documentId": "options"})
        films = await client.post("/graphql", json={"documentId": "films"})
        other = await client.post("/graphql", json={"query": "{ signInOptions { needsSetUp } }"})

    assert options.json() == {"data": {"signInOptions": {"needsSetUp": True}}}
    assert (films.status_code, code_of(films)) == (401, "UNAUTHENTICATED")
    assert code_of(other) == "DOCUMENT_NOT_TRUSTED"


async def test_what_would_be_refused_is_counted_and_named_once(app, manifest, caplog):
    headers = await given.credentials(app, await given.user(app, roles=[USER]))
    settings = {"trusted_documents": TrustedDocuments.PREFER, "trusted_manifests": (str(manifest),)}
    text = "query Other { movies { totalCount } }"

    async with served(app, **settings) as client:
        answers = [await client.post("/graphql", json={"query": text}, headers=headers) for _ in range(2)]
        await client.post("/graphql", json={"query": ALL_FILMS}, headers=headers)
        await client.post("/graphql", json={"query": text}, headers=await given.credentials(app))

    assert [each.json() for each in answers] == [{"data": {"movies": {"totalCount": 0}}}] * 2
    told = [record.getMessage() for record in caplog.records if "not trusted" in record.getMessage()]
    assert told == [f"A document is not trusted: Other, {hash_of(text)}"]


async def test_documents_are_registered_over_processes_and_with_bounds(app):
    headers, user_id = await given.credentials(app), await given.user(app, roles=[USER])
    others = await given.credentials(app, user_id)
    apollos = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(ALL_FILMS)}}}

    async with served(app) as here, served(app) as there:
        unknown = await there.post("/graphql", json=apollos, headers=headers)
        await here.post("/graphql", json={"query": ALL_FILMS, **apollos}, headers=others)
        answer = await there.post("/graphql", json=apollos, headers=headers)
        stranger = await there.post("/graphql", json=apollos)

    assert code_of(unknown) == "PERSISTED_QUERY_NOT_FOUND"
    assert answer.json() == {"data": {"movies": {"totalCount": 0}}}
    assert stranger.status_code == 401
    assert await app.redis.exists(f"{app.config.namespace}:documents:of:{user_id}")


async def test_what_strangers_may_not_ask_they_do_not_register(app):
    text = "query Films { movies { totalCount } }"
    sent = [
        {"query": each, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(each)}}}
        for each in (text, OPTIONS)
    ]

    async with served(app) as client:
        answers = [await client.post("/graphql", json=each) for each in sent]

    assert [each.status_code for each in answers] == [401, 200]
    kept = await app.redis.zrange(f"{app.config.namespace}:documents:of:strangers", 0, -1)
    assert kept == [hash_of(OPTIONS).encode()]


async def test_what_a_client_has_is_asked_of_the_catalog_each_time(app, manifest):
    text = "query Titles { movies { nodes { title } } }"
    manifest.write_text(json.dumps({"titles": text}))
    await given.movie(app, title="Alien", translations={"fr": {"title": "Le huitième passager"}})
    headers = await given.credentials(app)

    async def titles(client, **more):
        return await client.get("/graphql", params={"documentId": "titles"}, headers=headers | more)

    async with served(app, trusted_manifests=(str(manifest),)) as client:
        tag = {"if-none-match": (await titles(client)).headers["etag"]}
        same = await titles(client, **tag)
        french = await titles(client, **tag, **{"accept-language": "fr"})
        await given.movie(app, title="Aliens")
        more = await titles(client, **tag)
        left = await client.get("/graphql", params={"documentId": "titles"}, headers=tag)

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ratelimit"]
    assert french.json()["data"]["movies"]["nodes"] == [{"title": "Le huitième passager"}]
    assert more.json()["data"]["movies"]["nodes"] == [{"title": "Alien"}, {"title": "Aliens"}]
    assert (left.status_code, left.headers["cache-control"]) == (401, "no-store")


async def test_clients_are_told_where_nothing_is_registered(app):
    apollos = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(OPTIONS)}}}

    async with served(app, persisted_queries=0) as client:
        sent = await client.post("/graphql", json={"query": OPTIONS, **apollos})
        named = await client.post("/graphql", json=apollos)

    assert sent.json() == {"data": {"signInOptions": {"needsSetUp": True}}}
    assert code_of(named) == "PERSISTED_QUERY_NOT_SUPPORTED"
    assert named.json()["errors"][0]["message"] == "PersistedQueryNotSupported"


async def test_a_manifest_that_cannot_be_used_ends_the_start(tmp_path):
    with pytest.raises(ConfigError, match=r"MARQUEE_TRUSTED_MANIFESTS .*nowhere\.json can't be read"):
        trusted_by(Config(trusted_manifests=(str(tmp_path / "nowhere.json"),)))


def test_the_command_prints_our_documents_as_a_manifest(capsys):
    command.show()

    printed = json.loads(capsys.readouterr().out)
    texts = [path.read_text(encoding="utf-8") for path in OPERATIONS.glob("*/*.graphql")]
    assert (printed["format"], printed["version"]) == ("apollo-persisted-query-manifest", 1)
    assert {each["id"]: each["body"] for each in printed["operations"]} == {
        hash_of(text): text for text in texts
    }
    assert {each["type"] for each in printed["operations"]} == {"query", "mutation", "subscription"}


def test_the_command_names_what_the_schema_does_not_answer(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("app.web.trusted.own_documents", tuple)
    wrong, path = "{ nothingLikeIt }", tmp_path / "manifest.json"
    path.write_text(json.dumps({"wrong": wrong, "right": ALL_FILMS}))

    with pytest.raises(Trouble, match=r"^1 of 2 "):
        command.check(Config(trusted_manifests=(str(path),)))

    assert capsys.readouterr().out.startswith(f"{hash_of(wrong)}: Cannot query field 'nothingLikeIt'")
