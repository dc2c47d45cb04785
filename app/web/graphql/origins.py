"""Which pages may talk to us: our own, and those that the owner named."""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def is_foreign(headers: Headers, allowed: Collection[str]) -> bool:
    """Whether a page of another origin sent this; programs other than browsers name no origin."""
    origins = headers.getlist("origin")
    if not origins:
        return False
    if len(origins) > 1:
        return True
    origin = origins[0].lower()
    return origin not in allowed and not _is_own(origin, headers.get("host", ""))


def _is_own(origin: str, host: str) -> bool:
    # The scheme is left out: behind a proxy that ends TLS we see http where the page was https.
    try:
        page = urlsplit(origin)
        served = urlsplit(f"{page.scheme}://{host.lower()}")
        return page.hostname is not None and _address(page) == _address(served)
    except ValueError:
        return False


def _address(url: SplitResult) -> tuple[str | None, int | None]:
    return url.hostname, url.port or _PORTS.get(url.scheme)
