"""A GraphQL request as clients send it, and the JSON it travels in."""

import json
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from app.web.graphql.errors import Malformed


@dataclass(frozen=True, slots=True)
class Request:
    """The parameters of a GraphQL request, each of the right type; nothing more is known of them."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    extensions: dict[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def of(cls, parameters: object) -> "Request":
        """From decoded JSON. Raises Malformed; null stands for a parameter that is left out."""
        if isinstance(parameters, list):
            raise Malformed("Batching is not supported: send one operation per request.")
        if not isinstance(parameters, dict):
            raise Malformed("A GraphQL request must be a JSON object.")
        given = cast("dict[str, object]", parameters)
        query, name = given.get("query"), given.get("operationName")
        if query is None:
            raise Malformed("The parameter 'query' is missing.")
        if not isinstance(query, str):
            raise Malformed("The parameter 'query' must be a string.")
        if name is not None and not isinstance(name, str):
            raise Malformed("The parameter 'operationName' must be a string.")
        return cls(query, name or None, _map(given, "variables"), _map(given, "extensions"))


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
