"""Reading a GraphQL request out of an HTTP request, bounded, and refusing what no client of ours sends."""

from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Receive

from app.web.graphql.arrival import Arrival
from app.web.graphql.endpoint import Endpoint
from app.web.graphql.errors import ClientGone, Malformed, Refused
from app.web.graphql.lifeline import within
from app.web.graphql.origins import is_foreign
from app.web.graphql.request import Request, decode

_ALLOW = {"allow": "GET, POST"}


async def read_request(endpoint: Endpoint, connection: Arrival, receive: Receive) -> Request:
    """Raises Malformed, Refused (403, 405, 408, 413, 415) and ClientGone."""
    method = connection.scope["method"]
    if method == "GET":
        return _from_query_string(endpoint, connection)
    if method != "POST":
        raise Refused(405, "METHOD_NOT_ALLOWED", "GraphQL is served by GET and POST.", _ALLOW)
    _must_be_json(connection)
    return Request.of(decode(await _body(endpoint, connection.headers, receive)))


def _from_query_string(endpoint: Endpoint, connection: Arrival) -> Request:
    headers = connection.headers
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        raise Malformed("A GET request takes its parameters from the URL and has no body.")
    if headers.get("sec-fetch-site") == "cross-site" and not _is_named(endpoint, headers):
        raise Refused(403, "FORBIDDEN", "Requests of other sites are not answered.")
    return Request.of(_parameters(connection.scope["query_string"]))


def _is_named(endpoint: Endpoint, headers: Headers) -> bool:
    # Images and scripts are fetched without saying for which page.
    return "origin" in headers and not is_foreign(headers, endpoint.allowed_origins)


def _parameters(query_string: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Malformed("The URL's query string is not valid UTF-8.") from error
    parameters: dict[str, Any] = {}
    for name, value in pairs:
        if name in parameters:
            raise Malformed(f"The parameter '{name}' is given twice.")
        parameters[name] = value
    for name in ("variables", "extensions"):
        if text := parameters.pop(name, ""):
            parameters[name] = decode(text, f"The parameter '{name}'")
    return parameters


def _must_be_json(connection: Arrival) -> None:
    """The types that a page can send to another site without its leave are refused with the rest."""
    if not connection.bearing.is_json:
        raise Refused(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send application/json in UTF-8.",
            {"accept-post": "application/json"},
        )
    if connection.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(
            415, "UNSUPPORTED_MEDIA_TYPE", "Send the body uncompressed.", {"accept-encoding": "identity"}
        )


async def _body(endpoint: Endpoint, headers: Headers, receive: Receive) -> bytes:
    """The rest of a body that is too large is left to the server, which discards it as it comes.

    Closing the connection instead would reset it under a client that is still sending and has read nothing.
    """
    most = endpoint.limits.body_bytes
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > most:
        raise _too_large(most)
    try:
        return await within(endpoint.limits.body_timeout_s, _whole(receive, most))
    except TimeoutError as error:
        raise Refused(408, "REQUEST_TIMEOUT", "The body took too long.", {"connection": "close"}) from error


async def _whole(receive: Receive, most: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return bytes(body)


def _too_large(most: int) -> Refused:
    return Refused(413, "PAYLOAD_TOO_LARGE", f"The body is over {most} bytes.")
