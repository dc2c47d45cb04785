"""Documents that were known beforehand, as the tools of clients list them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import orjson

from app.web.graphql.request import DOCUMENT_ID, SHA256_HEX
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse

FORMAT = "apollo-persisted-query-manifest"
MOST_BYTES = 32 * 1024 * 1024
MOST_DOCUMENTS = 10_000
MOST_BYTES_OF_ONE = 262_144


class ManifestError(ValueError):
    """A manifest can't be used; the message says why, on one line."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A document and what it may be called by, beside the hash of its text."""

    id: str
    text: str


def read_manifest(path: Path) -> list[Listed]:
    """A manifest of Apollo's `generate-persisted-query-manifest`, or a JSON object of texts by id, as Relay writes it.

    https://www.apollographql.com/docs/react/data/persisted-queries, https://relay.dev/docs/guides/persisted-queries.
    Raises ManifestError.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ManifestError(f"{path} is over {MOST_BYTES} bytes.")
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ManifestError(f"{path} can't be read: {error.strerror}.") from error
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"{path} is not valid JSON: {error.msg}.") from error
    pairs = list(_pairs(content, path))
    if len(pairs) > MOST_DOCUMENTS:
        raise ManifestError(f"{path} lists more than {MOST_DOCUMENTS} documents.")
    return [_listed(id_, text, path) for id_, text in pairs]


def of_operations(folder: Path) -> list[Listed]:
    """The documents below `graphql/operations`, each by its hash: the text of a file, to the last character."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*/*.graphql")))
    return [Listed(hash_of(text), text) for text in texts]


def manifest(texts: Sequence[str]) -> bytes:
    """The documents in Apollo's format, by name. Raises ManifestError for one that is not of one named operation."""
    operations = [_operation(text) for text in texts]
    operations.sort(key=lambda each: each["name"])
    content = {"format": FORMAT, "version": 1, "operations": operations}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def hash_of(text: str) -> str:
    """What a document is known by everywhere: the SHA-256 of its text in UTF-8, in lower-case hexadecimal."""
    return sha256(text.encode()).hexdigest()


def _operation(text: str) -> dict[str, str]:
    try:
        document: DocumentNode = parse(text, no_location=True)
    except GraphQLError as error:
        raise ManifestError(f"A document can't be parsed: {error.message}") from error
    found = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if len(found) != 1 or found[0].name is None:
        raise ManifestError(f"The document {hash_of(text)} is not of one operation with a name.")
    kind = found[0].operation.value
    return {"id": hash_of(text), "name": found[0].name.value, "type": kind, "body": text}


def _pairs(content: Any, path: Path) -> Iterator[tuple[object, object]]:
    if not isinstance(content, dict):
        raise ManifestError(f"{path} is no manifest: neither {FORMAT} nor an object of documents by id.")
    given = cast("dict[str, object]", content)
    if "format" not in given:
        yield from given.items()
        return
    if given["format"] != FORMAT or given.get("version") != 1:
        raise ManifestError(f"{path} has a format that is not {FORMAT} in version 1.")
    operations = given.get("operations")
    if not isinstance(operations, list):
        raise ManifestError(f"{path} has no list of operations.")
    for each in cast("list[object]", operations):
        operation = cast("dict[str, object]", each) if isinstance(each, dict) else {}
        yield operation.get("id"), operation.get("body")


def _listed(id_: object, text: object, path: Path) -> Listed:
    if not isinstance(id_, str) or not isinstance(text, str):
        raise ManifestError(f"{path} lists a document without a text or an id.")
    name = id_.removeprefix("sha256:")
    if not DOCUMENT_ID.fullmatch(name):
        raise ManifestError(f"{path} has an id that can't be one: {id_[:150]!r}.")
    if len(text.encode()) > MOST_BYTES_OF_ONE:
        raise ManifestError(f"{path} lists a document of over {MOST_BYTES_OF_ONE} bytes: {name}.")
    if SHA256_HEX.fullmatch(name) and name != hash_of(text):
        raise ManifestError(f"{path} has a document whose text is not that of its hash: {name}.")
    return Listed(name, text)
