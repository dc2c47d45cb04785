"""A GraphQL request as clients send it, and the JSON it travels in."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from app.web.graphql.errors import Malformed

SHA256_HEX = re.compile(r"[0-9a-f]{64}")
# The characters that the appendix on persisted documents allows, and no more of them than any known hash has.
DOCUMENT_ID = re.compile(r"[\w.~-]{1,128}", re.ASCII)
_ANY_ID = re.compile(r"([\w.~-]{1,64}:)?[\w.~-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a request calls its document by.

    id: that of a manifest, or the SHA-256 of the document's text in hexadecimal.
    is_apollo: whether it came in `extensions.persistedQuery`, whose senders look for certain errors.
    """

    id: str
    is_apollo: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """The parameters of a GraphQL request, each of the right type; nothing more is known of them.

    query: empty where a reference stands for it. reference: beside a document it asks to remember that one.
    """

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    extensions: dict[str, Any] = field(default_factory=dict[str, Any])
    reference: Reference | None = None

    @classmethod
    def of(cls, parameters: object) -> "Request":
        """From decoded JSON. Raises Malformed; null stands for a parameter that is left out."""
        if isinstance(parameters, list):
            raise Malformed("Batching is not supported: send one operation per request.")
        if not isinstance(parameters, dict):
            raise Malformed("A GraphQL request must be a JSON object.")
        given = cast("dict[str, object]", parameters)
        query, name = given.get("query"), given.get("operationName")
        variables, extensions = _map(given, "variables"), _map(given, "extensions")
        reference = _reference(given.get("documentId"), extensions.get("persistedQuery"))
        if query is None and reference is None:
            raise Malformed("The parameter 'query' is missing.")
        if query is not None and not isinstance(query, str):
            raise Malformed("The parameter 'query' must be a string.")
        if name is not None and not isinstance(name, str):
            raise Malformed("The parameter 'operationName' must be a string.")
        return cls(query or "", name or None, variables, extensions, reference)


def _reference(document_id: object, persisted: object) -> Reference | None:
    """From the two places where clients put it. Raises Malformed."""
    if document_id is None and persisted is None:
        return None
    own = None if document_id is None else Reference(_id(document_id))
    apollos = None if persisted is None else Reference(_hash_of(persisted), is_apollo=True)
    if own is not None and apollos is not None and own.id != apollos.id:
        raise Malformed("The parameter 'documentId' and extensions.persistedQuery name two documents.")
    return apollos or own


def _id(value: object) -> str:
    """https://github.com/graphql/graphql-over-http/blob/main/spec/Appendix%20A%20--%20Persisted%20Documents.md"""
    if not isinstance(value, str):
        raise Malformed("The parameter 'documentId' must be a string.")
    prefix, _, payload = value.partition(":")
    if prefix == "sha256" and SHA256_HEX.fullmatch(payload):
        return payload
    if value.startswith("sha256:") or not _ANY_ID.fullmatch(value):
        raise Malformed("The parameter 'documentId' is no document's id.")
    return value


def _hash_of(persisted: object) -> str:
    """https://github.com/apollographql/apollo-link-persisted-queries#protocol; some put a manifest's id there."""
    given = cast("dict[str, object]", persisted) if isinstance(persisted, dict) else {}
    hash_ = given.get("sha256Hash")
    if given.get("version") != 1 or not isinstance(hash_, str) or not DOCUMENT_ID.fullmatch(hash_):
        raise Malformed("extensions.persistedQuery must have the version 1 and a sha256Hash.")
    return hash_


def _map(given: dict[str, object], name: str) -> dict[str, Any]:
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(f"The parameter '{name}' must be an object.")
    return cast("dict[str, Any]", value)


def decode(text: bytes | str, what: str = "The body") -> object:
    """Decode JSON. Raises Malformed, also for invalid UTF-8, deep nesting and numbers without end."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"{what} is not valid JSON: {error.msg}.") from error


def encode(value: object) -> bytes:
    """Encode as JSON in UTF-8.

    What orjson does not take (integers beyond 64 bits, the lone surrogates of undecodable file names) takes
    the slow way; a surrogate becomes a question mark. Raises TypeError or ValueError for what JSON can't hold.
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", errors="replace")
