import json

import pytest

from app.core.metrics import Metrics
from app.web.graphql import manifests
from app.web.graphql.errors import RequestError
from app.web.graphql.known import KnownDocuments, Trust, Trusted
from app.web.graphql.manifests import Listed, ManifestError, hash_of, manifest, read_manifest
from app.web.graphql.request import Reference, Request

TEXT = "query Hello { hello }"


def apollos(*operations: object, **rest: object) -> dict[str, object]:
    return {"format": manifests.FORMAT, "version": 1, "operations": list(operations), **rest}


def operation(id_: object = "one", body: object = TEXT) -> dict[str, object]:
    return {"id": id_, "name": "Hello", "type": "query", "body": body}


@pytest.mark.parametrize(
    ("content", "listed"),
    [
        (apollos(operation(hash_of(TEXT))), [Listed(hash_of(TEXT), TEXT)]),
        (
            apollos(operation(), operation("two", "{ other }")),
            [Listed("one", TEXT), Listed("two", "{ other }")],
        ),
        ({"0cc175b9c0f1b6a831c399e269772661": TEXT}, [Listed("0cc175b9c0f1b6a831c399e269772661", TEXT)]),
        ({f"sha256:{hash_of(TEXT)}": TEXT}, [Listed(hash_of(TEXT), TEXT)]),
        ({}, []),
    ],
    ids=["apollo", "several", "relay", "prefixed", "empty"],
)
def test_manifests_of_clients_tools_are_read(tmp_path, content, listed):
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(content))

    assert read_manifest(path) == listed


UNUSABLE = {
    "not JSON": ("{", "is not valid JSON"),
    "list": ("[]", "is no manifest"),
    "other format": (
        json.dumps({"format": "other", "version": 1, "operations": []}),
        "has a format that is not",
    ),
    "other version": (json.dumps(apollos(version=2)), "has a format that is not"),
    "no operations": (json.dumps(apollos(operations={})), "has no list of operations"),
    "no text": (json.dumps(apollos(operation(body=None))), "without a text or an id"),
    "no id": (json.dumps(apollos("query")), "without a text or an id"),
    "path": (json.dumps({"../secret": TEXT}), "an id that can't be one: '../secret'"),
    "large": (json.dumps({"one": "#" * 300_000}), "of over 262144 bytes: one"),
    "wrong hash": (json.dumps({"0" * 64: TEXT}), "is not that of its hash"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_is_no_manifest_is_refused_on_one_line(tmp_path, case):
    content, why = UNUSABLE[case]
    path = tmp_path / "manifest.json"
    path.write_text(content)

    with pytest.raises(ManifestError) as refused:
        read_manifest(path)

    assert why in str(refused.value)
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)


def test_manifests_are_bounded(tmp_path, monkeypatch):
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"a": "{ a }", "b": "{ b }"}))
    monkeypatch.setattr(manifests, "MOST_DOCUMENTS", 1)
    with pytest.raises(ManifestError, match="more than 1 documents"):
        read_manifest(path)
    monkeypatch.setattr(manifests, "MOST_BYTES", 10)
    with pytest.raises(ManifestError, match="over 10 bytes"):
        read_manifest(path)


def test_what_is_printed_is_read_again(tmp_path):
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest([TEXT, "mutation Again { rename }"]))

    assert [each.text for each in read_manifest(path)] == ["mutation Again { rename }", TEXT]


@pytest.mark.parametrize("text", ["{ hello }", "query A { a } query B { b }", "fragment F on Q { a }", "{"])
def test_a_manifest_has_documents_of_one_named_operation(text):
    with pytest.raises(ManifestError):
        manifest([text])


def test_one_id_is_of_one_document():
    Trusted([Listed("a", TEXT), Listed("a", TEXT), Listed("b", TEXT)])

    with pytest.raises(ManifestError, match="id a"):
        Trusted([Listed("a", TEXT), Listed("a", "{ other }")])


def test_untrusted_documents_are_counted_and_few_are_named(monkeypatch, caplog):
    monkeypatch.setattr("app.web.graphql.known._MOST_NAMED", 2)
    metrics = Metrics()
    known = KnownDocuments(Trusted([Listed("a", TEXT)]), Trust.PREFER, metrics=metrics)

    for text in ("{ a }", "{ a }", "{ b }", "{ c }"):
        known.count_untrusted(text, None)

    assert "marquee_graphql_untrusted_total 4\n" in metrics.text()
    assert [hash_of(text) in caplog.text for text in ("{ a }", "{ b }", "{ c }")] == [True, True, False]
    assert caplog.text.count(hash_of("{ a }")) == 1
    assert [known.doubts(text) for text in (TEXT, "{ a }")] == [False, True]


def test_a_name_is_logged_at_no_length(caplog):
    KnownDocuments(trust=Trust.PREFER).count_untrusted("{ a }", "N" * 250_000)

    [record] = caplog.records
    assert f": {'N' * 100}, {hash_of('{ a }')}" in record.getMessage()


def test_others_are_refused_where_trusted_documents_alone_are_answered():
    metrics = Metrics()

    with pytest.raises(RequestError):
        KnownDocuments(trust=Trust.ONLY, metrics=metrics).refuse_untrusted()
    KnownDocuments(trust=Trust.PREFER).refuse_untrusted()

    assert "marquee_graphql_untrusted_total 1\n" in metrics.text()


async def test_what_is_found_is_counted():
    class Shelf:
        async def get(self, hash_: str) -> str | None:
            return "{ shelved }" if hash_ == hash_of("{ shelved }") else None

        async def put(self, hash_: str, text: str, whose: str | None) -> None:
            raise AssertionError

    metrics = Metrics()
    known = KnownDocuments(Trusted([Listed("a", TEXT)]), Trust.ANY, Shelf(), metrics)

    for id_ in ("a", hash_of(TEXT), hash_of("{ shelved }")):
        await known.found(Request("", reference=Reference(id_)))
    for id_ in ("b", "0" * 64):
        with pytest.raises(RequestError):
            await known.found(Request("", reference=Reference(id_)))

    told = [line for line in metrics.text().splitlines() if line.startswith("marquee_graphql_named")]
    assert told == [
        f'marquee_graphql_named_documents_total{{found="{found}"}} {count}'
        for found, count in (("nothing", 2), ("registered", 1), ("trusted", 2))
    ]
