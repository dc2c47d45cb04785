"""What is asked of outside services, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO
from urllib.parse import urlencode, urlsplit

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
# As a secret reads in messages.
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Service:
    """An outside service, and how it may be asked.

    rate_per_s: requests of all processes together. burst: how many of them may follow at once after a rest.
    patience_s: longest that a request waits for its turn, and for all pauses between its tries.
    request_s: of one try, to the last byte of its answer. most_bytes: of an answer, unpacked.
    at_once: requests under way in a process; others wait for a place, however long that takes.
    limit_says: what is in the body of a refusal that is none of the key, but of too many requests. limit_s: for how
    long everybody stays away after too many requests, where the service doesn't say.
    """

    name: str
    rate_per_s: float
    burst: int = 1
    patience_s: float = 60.0
    connect_s: float = 5.0
    read_s: float = 15.0
    request_s: float = 60.0
    most_bytes: int = 16 * 1024 * 1024
    tries: int = 4
    at_once: int = 32
    limit_says: bytes | None = None
    limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A request. secret_headers, secret_query: what is never shown, logged, or part of a cache's key.

    query: a parameter that is given several times has all its values. body: sent as JSON.
    max_age_s: how old an answer may be that was kept, before the service is asked whether it still holds.
    is_lent: the secret is a token that ends by itself, so that refusing it says nothing of the key.
    accept: which media types are asked for. follows: redirects to the same scheme, host and port.
    into: a file that gets what is there, as it comes over the wire, instead of the memory; tries begin it anew.
    """

    url: str
    query: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict[str, str | tuple[str, ...]])
    secret_headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    secret_query: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    max_age_s: float = 0.0
    method: str = "GET"
    body: Any = field(default=None, repr=False)
    is_lent: bool = False
    accept: str = "application/json"
    follows: bool = True
    into: BinaryIO | None = field(default=None, repr=False)

    @property
    def plain_url(self) -> str:
        """The address without its secrets, the same whatever the order of the query."""
        if not self.query:
            return self.url
        return f"{self.url}?{urlencode(sorted(self.query.items()), doseq=True)}"

    @property
    def is_kept(self) -> bool:
        return self.method == "GET"

    @property
    def may_be_repeated(self) -> bool:
        return self.method in IDEMPOTENT

    def key(self, service: Service) -> bytes:
        """Under which its answer is kept, and by which equal requests know each other."""
        return sha256(f"{service.name}\n{self.method}\n{self.plain_url}".encode()).digest()

    @property
    def shows_a_key(self) -> bool:
        """Also where it may: what is sent as a body is asked to be let in."""
        return bool(self.secret_headers or self.secret_query or self.body is not None)

    def redacted(self, text: str) -> str:
        """A text of others, which may repeat what it was given."""
        for secret in (*self.secret_headers.values(), *self.secret_query.values()):
            for part in {secret, secret.rpartition(" ")[2]} - {""}:
                text = text.replace(part, HIDDEN)
        return text


@dataclass(frozen=True, slots=True)
class Answer:
    """body: the JSON, which several askers may share: nobody changes it. url: where it came from in the end.

    is_kept: whether the service was not asked at all, or said that the answer of before still holds.
    """

    status: int
    body: Any
    url: str
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lies at an address, as it is. body: empty where it was put into a file. media_type: in lower case, without
    parameters."""

    body: bytes = field(repr=False)
    media_type: str


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: secrets are shown to no other."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port
