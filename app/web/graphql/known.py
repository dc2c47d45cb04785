"""The documents that requests may name instead of sending them, and whether others are answered."""

import logging
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from app.core.metrics import Metrics
from app.web.graphql.errors import RequestError
from app.web.graphql.manifests import Listed, ManifestError, hash_of
from app.web.graphql.request import SHA256_HEX, Reference, Request
from graphql import GraphQLError

log = logging.getLogger(__name__)

DOCUMENT_NOT_FOUND = "DOCUMENT_NOT_FOUND"
DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
HASH_MISMATCH = "PERSISTED_QUERY_HASH_MISMATCH"
# Apollo's clients look for these, and for the messages that go with them.
NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
# Of untrusted documents so many are named in the log, each by so much of its operation's name.
_MOST_NAMED = 1000
_NAME_CHARS = 100


class Trust(StrEnum):
    """Which documents are answered: any, any while those that ONLY would refuse are counted, trusted ones only."""

    ANY = "any"
    PREFER = "prefer"
    ONLY = "only"


class Registry(Protocol):
    """Documents that clients sent once and call by their hash from then on. Neither fails; both may forget."""

    async def get(self, hash_: str) -> str | None:
        """The text of this hash, or None."""
        ...

    async def put(self, hash_: str, text: str, whose: str | None) -> None:
        """Keep a valid document for a while. whose: on whose account; None for strangers."""
        ...


class Trusted:
    """Documents by their ids and their hashes. Raises ManifestError where one id stands for two of them."""

    def __init__(self, documents: Iterable[Listed] = ()) -> None:
        self._texts: dict[str, str] = {}
        for each in documents:
            for id_ in (each.id, hash_of(each.text)):
                if self._texts.setdefault(id_, each.text) != each.text:
                    raise ManifestError(f"Two trusted documents have the id {id_}.")
        self.texts = frozenset(self._texts.values())

    def get(self, id_: str) -> str | None:
        return self._texts.get(id_)


class KnownDocuments:
    """Finds what requests refer to. registry: None where no client's own documents are remembered."""

    def __init__(
        self,
        trusted: Trusted | None = None,
        trust: Trust = Trust.ANY,
        registry: Registry | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._trusted = trusted or Trusted()
        self._trust = trust
        self._registry = registry if trust is not Trust.ONLY else None
        self._named: set[int] = set()
        metrics = metrics or Metrics()
        self._asked = metrics.counter(
            "marquee_graphql_named_documents_total",
            "Requests that named their document, by what was found.",
            ("found",),
        )
        self._untrusted = metrics.counter(
            "marquee_graphql_untrusted_total",
            "Operations of documents that are not trusted, where that matters.",
        )

    async def found(self, request: Request) -> Request:
        """A request that has a reference, with its document's text. It keeps the reference by which that is registered.

        Raises RequestError.
        """
        reference = request.reference
        if reference is None:
            return request
        text = self._trusted.get(reference.id)
        if request.query:
            if request.query not in (text, None) and hash_of(request.query) != reference.id:
                raise _refused("The document's hash is not the one that came with it.", HASH_MISMATCH)
            return request if text is None else _without_reference(request, text)
        if text is None and self._registry is not None and SHA256_HEX.fullmatch(reference.id):
            text = await self._registry.get(reference.id)
            self._asked.add("nothing" if text is None else "registered")
        else:
            self._asked.add("nothing" if text is None else "trusted")
        if text is None:
            raise self._missing(reference)
        return _without_reference(request, text)

    async def keep(self, request: Request, whose: str | None) -> None:
        """Register a valid document that came with its hash. whose: as Registry.put has it."""
        if request.reference is not None and self._registry is not None:
            await self._registry.put(request.reference.id, request.query, whose)

    def doubts(self, text: str) -> bool:
        """Whether a document is none of the trusted, where that matters."""
        return self._trust is not Trust.ANY and text not in self._trusted.texts

    def refuse_untrusted(self) -> None:
        """Raises RequestError where trusted documents alone are answered."""
        if self._trust is Trust.ONLY:
            self._untrusted.add()
            raise _refused("Only trusted documents are answered here.", DOCUMENT_NOT_TRUSTED)

    def count_untrusted(self, text: str, name: str | None) -> None:
        """For documents that were answered all the same; each is named once."""
        self._untrusted.add()
        if len(self._named) < _MOST_NAMED and hash(text) not in self._named:
            self._named.add(hash(text))
            log.warning(
                "A document is not trusted: %s, %s", (name or "without a name")[:_NAME_CHARS], hash_of(text)
            )

    def _missing(self, reference: Reference) -> RequestError:
        if self._registry is not None and reference.is_apollo:
            return _refused("PersistedQueryNotFound", NOT_FOUND)
        if self._trust is not Trust.ONLY and reference.is_apollo:
            return _refused("PersistedQueryNotSupported", NOT_SUPPORTED)
        return _refused("No document is known by this id.", DOCUMENT_NOT_FOUND)


def _without_reference(request: Request, text: str) -> Request:
    return Request(text, request.operation_name, request.variables, request.extensions)


def _refused(message: str, code: str) -> RequestError:
    return RequestError([GraphQLError(message, extensions={"code": code})])
