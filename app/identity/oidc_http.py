"""Asking identity providers: over TLS, without following redirects, in bounded time and size."""

import asyncio
import logging
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from ssl import SSLContext
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import orjson

from app.core.addresses import is_loopback
from app.core.errors import AppError

log = logging.getLogger(__name__)

# Of one request, and of all tries together.
REQUEST_S, PATIENCE_S = 5.0, 12.0
MOST_BYTES = 256 * 1024
TRIES, PAUSE_S = 3, 0.2
MOST_URL_CHARS = 500


class Unreachable(AppError):
    """A provider that doesn't answer, or not as the protocol has it."""

    code = "PROVIDER_UNREACHABLE"


@dataclass(frozen=True, slots=True)
class Answer:
    """status: of HTTP. body: the JSON object."""

    status: int
    body: Mapping[str, Any]


def checked_url(url: str, *, near: str | None = None) -> str:
    """The address where it may be asked: https, or http at a loopback address.

    near: the issuer whose document names it; one elsewhere can't send us to our own machine. Raises ValueError.
    """
    parts = urlsplit(url)
    if len(url) > MOST_URL_CHARS or not url.isascii() or not url.isprintable() or not parts.hostname:
        raise ValueError("That is no URL.")
    if parts.username is not None or parts.fragment:
        raise ValueError("The URL can't hold a user or a fragment.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ValueError("The URL has to begin with https://.")
    if near is not None and is_local(parts.hostname) and not is_local(urlsplit(near).hostname or ""):
        raise ValueError("A provider elsewhere can't name an address of this machine.")
    return url


def is_local(host: str) -> bool:
    """Whether it means this machine or its link (where clouds tell machines their secrets), however it is written."""
    host = host.lower().rstrip(".")
    address = _address(host.partition("%")[0])
    if address is None:
        return is_loopback(host)
    plain = getattr(address, "ipv4_mapped", None) or address
    return plain.is_loopback or plain.is_link_local or plain.is_unspecified


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Also of `127.1`, `0x7f.1` and `2130706433`, which the resolvers of systems take."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


async def get(url: str, *, token: str | None = None) -> Answer:
    """Tried again where the provider stumbles. Raises Unreachable."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return await _patiently(url, httpx.Request("GET", url, headers=headers), TRIES)


async def post(url: str, form: Mapping[str, str], auth: httpx.Auth | None) -> Answer:
    """Once: what it asks for may be good once only. Raises Unreachable."""
    request = httpx.Request("POST", url, data=dict(form))
    return await _patiently(url, request, 1, auth)


async def _patiently(url: str, request: httpx.Request, tries: int, auth: httpx.Auth | None = None) -> Answer:
    trouble = ""
    try:
        async with asyncio.timeout(PATIENCE_S), _client(url) as client:
            for attempt in range(tries):
                if attempt:
                    await asyncio.sleep(PAUSE_S * attempt)
                try:
                    return await _asked(client, request, auth)
                except (httpx.HTTPError, _Stumbled) as error:
                    trouble = str(error) or type(error).__name__
    except TimeoutError:
        trouble = "it takes too long"
    log.warning("The identity provider at %s can't be asked: %s", _place(url), trouble)
    raise Unreachable(f"The identity provider can't be asked: {trouble}.")


class _Stumbled(Exception):
    pass


async def _asked(client: httpx.AsyncClient, request: httpx.Request, auth: httpx.Auth | None) -> Answer:
    request.headers["accept"] = "application/json"
    response = await client.send(request, auth=auth, stream=True)
    try:
        if response.status_code >= 500:
            raise _Stumbled(f"it answers {response.status_code}")
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise _Stumbled("its answer is too long")
    finally:
        await response.aclose()
    return Answer(response.status_code, _object(bytes(body)))


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found: Any = orjson.loads(body)
    except ValueError:
        raise _Stumbled("its answer is no JSON") from None
    if not isinstance(found, dict):
        raise _Stumbled("its answer is no JSON object")
    return cast("Mapping[str, Any]", found)


def _client(url: str) -> httpx.AsyncClient:
    # A proxy of the environment is for what is elsewhere.
    is_elsewhere = not is_loopback(urlsplit(url).hostname or "")
    return httpx.AsyncClient(verify=_tls(), timeout=REQUEST_S, follow_redirects=False, trust_env=is_elsewhere)


@cache
def _tls() -> SSLContext:
    return httpx.create_ssl_context()


def _place(url: str) -> str:
    return urlsplit(url).netloc
