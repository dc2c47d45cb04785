"""What providers tell of works, laid over what is known of them. Pure.

Of a field the strongest source counts: what a person locked or said, an NFO, a provider, a name. So a provider renews
what a name or a provider said, and takes back what it doesn't say any more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.catalog.edits import State
from app.catalog.facts import CollectionFacts, CreditFacts
from app.catalog.provenance import (
    DOCUMENTS,
    LOCKED,
    PROVIDED,
    TERM_FIELDS,
    TRANSLATIONS,
    Field,
    Source,
    field_of,
    kept_fields,
)
from app.catalog.titles import slug

Texts = Mapping[str, Mapping[str, str]]
_NO_VALUES: Mapping[str, Any] = {}
_NO_TEXTS: Texts = {}
_NO_TERMS: Mapping[str, tuple[str, ...]] = {}
# Works are found and sorted by these, so that they are renewed but never taken back.
_LASTING = frozenset({Field.SORT_TITLE, Field.YEAR})
# Figures without a source, which change from day to day.
FIGURES = frozenset({"popularity", "ratings"})


@dataclass(frozen=True, slots=True)
class Told:
    """values, documents: by column, as PostgreSQL writes them in JSON; None and empty where nobody says.

    terms: by kind. credits: None where such works have none. said_by: the provider of each field, `title:de` and
    `ratings.imdb` among them. providers: all that were asked, so that what one of them no longer says goes. fills:
    whether they count less than all others, and say only what nobody else does. named: by column what names say, where
    all that these providers ever said is taken back; None otherwise.
    """

    providers: frozenset[str]
    said_by: Mapping[str, str]
    values: Mapping[str, Any] = field(default_factory=lambda: _NO_VALUES)
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NO_VALUES)
    translations: Texts = field(default_factory=lambda: _NO_TEXTS)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_TERMS)
    credits: tuple[CreditFacts, ...] | None = None
    collection: CollectionFacts | None = None
    fills: bool = False
    named: Mapping[str, Any] | None = None

    def who(self, key: str) -> str:
        """Who said a field: a text or key that has no provider of its own is of its field's."""
        name = key.partition(":")[0].partition(".")[0]
        return self.said_by.get(key) or self.said_by.get(name) or min(self.providers)


@dataclass(frozen=True, slots=True)
class Retold:
    """A work as it is after that. credits, collection: None to leave them as they are.

    leaves_collection: whether it is in no collection any more.
    """

    state: dict[str, Any]
    credits: tuple[CreditFacts, ...] | None
    collection: CollectionFacts | None
    leaves_collection: bool


class _Sources:
    """The column `sources` while a work is told of."""

    def __init__(self, document: Mapping[str, Any], told: Told, at: int) -> None:
        self._told = told
        self._at = at
        self.kept = kept_fields(set(document.get(LOCKED, ())))
        self.document: dict[str, Any] = dict(document)

    def source(self, key: str) -> str:
        return self.document.get(key, (Source.FILE,))[0]

    def is_open(self, key: str) -> bool:
        """Whether a provider may say it."""
        if key in self.kept:
            return False
        source = self.source(key)
        return source == Source.FILE or (
            source == Source.PROVIDER and (self.was_ours(key) or not self._told.fills)
        )

    def is_filled(self, key: str, known: Any) -> bool:
        """Whether a name says it, and counts more."""
        return self._told.fills and bool(known) and self.source(key) == Source.FILE

    def was_ours(self, key: str) -> bool:
        """Whether one of the providers that were asked said it before."""
        entry = self.document.get(key, ())
        return len(entry) > 2 and entry[0] == Source.PROVIDER and entry[2] in self._told.providers

    def say(self, key: str, *, is_same: bool) -> None:
        """Note who says it now; since when, where that is what they said before."""
        who = self._told.who(key)
        entry = self.document.get(key)
        if not (is_same and entry is not None and [entry[0], *entry[2:]] == [Source.PROVIDER.value, who]):
            self.document[str(key)] = [Source.PROVIDER.value, self._at, who]

    @property
    def is_left(self) -> bool:
        """Whether what nobody says stays, where nobody notes who said it."""
        return self._told.named is None

    def take_back(self, key: str) -> None:
        self.document.pop(key, None)

    def left(self, key: str, column: str, known: Any) -> Any:
        """What a field is that its providers don't say any more."""
        named = self._told.named
        if named is None and key in _LASTING:
            return known
        self.take_back(key)
        return (named or {}).get(column, [] if isinstance(known, list) else None)


def retold(state: State, told: Told, at: int) -> Retold:
    """at: seconds since 1970. A work of which all is as it was has an equal state."""
    sources = _Sources(state["sources"], told, at)
    after = dict(state)
    for column, value in told.values.items():
        after[column] = _value(sources, column, state[column], value)
    provided: dict[str, dict[str, str]] = {
        name: dict(keys) for name, keys in state["sources"].get(PROVIDED, {}).items()
    }
    for name in told.documents:
        after[name] = _document(sources, told, name, state[name], provided)
    after[TRANSLATIONS] = _translated(sources, state[TRANSLATIONS], _wanted(sources, told))
    if "terms" in state:
        after["terms"] = dict(_terms(sources, state["terms"], told.terms))
    parts = _credits(sources, told)
    collection, leaves = _collection(sources, told) if "terms" in state else (None, False)
    document = sources.document
    document.pop(PROVIDED, None)
    if left := {name: keys for name, keys in sorted(provided.items()) if keys}:
        document[PROVIDED] = left
    after["sources"] = document
    return Retold(after, parts, collection, leaves)


def is_changed(before: State, after: State) -> bool:
    """Whether anything that people read differs, other than figures."""
    unseen = FIGURES | {"sources"}
    return any(after[name] != before[name] for name in after if name not in unseen)


def _value(sources: _Sources, column: str, known: Any, said: Any) -> Any:
    key = field_of(column)
    if key not in set(Field):
        return known if said is None and sources.is_left else said
    if not sources.is_open(key) or (key == Field.SORT_TITLE and not sources.is_open(Field.TITLE)):
        return known
    if sources.is_filled(key, known):
        return known
    if said:
        sources.say(key, is_same=said == known)
        return said
    return sources.left(key, column, known) if sources.was_ours(key) else known


def _document(
    sources: _Sources,
    told: Told,
    name: str,
    known: Mapping[str, Any],
    provided: dict[str, dict[str, str]],
) -> dict[str, Any]:
    """Key by key: what an NFO or a name said of one stays. All of it stays where a person said it."""
    assert name in DOCUMENTS, name
    if name in sources.kept or sources.source(name) == Source.HUMAN:
        return dict(known)
    said, after = told.documents[name], dict(known)
    ours = provided.setdefault(name, {})
    for key, who in list(ours.items()):
        if key not in known or (key not in said and who in told.providers):
            after.pop(key, None)
            del ours[key]
    for key, value in said.items():
        if key not in after or key in ours:
            after[key], ours[key] = value, told.who(f"{name}.{key}")
    if ours and sources.source(name) in (Source.FILE, Source.PROVIDER):
        sources.say(name, is_same=after == known or name in FIGURES)
    elif not ours and sources.source(name) == Source.PROVIDER:
        sources.take_back(name)
    return after


def _wanted(sources: _Sources, told: Told) -> Texts:
    """Without what says in its language what the work's own text would say, where another source said that: else
    readers of the language wouldn't see it."""
    return {
        language: {
            name: value
            for name, value in texts.items()
            if value != told.values.get(name) or sources.is_open(name)
        }
        for language, texts in told.translations.items()
    }


def _translated(sources: _Sources, known: Texts, said: Texts) -> dict[str, dict[str, str]]:
    """Text by text."""
    after = {language: dict(texts) for language, texts in known.items()}
    for language, name, _ in _texts(known):
        key = f"{name}:{language}"
        if not said.get(language, {}).get(name) and sources.was_ours(key) and sources.is_open(key):
            sources.take_back(key)
            del after[language][name]
    for language, name, value in _texts(said):
        key = f"{name}:{language}"
        if value and sources.is_open(key):
            sources.say(key, is_same=known.get(language, {}).get(name) == value)
            after.setdefault(language, {})[name] = value
    return {language: texts for language, texts in after.items() if texts}


def _texts(document: Texts) -> Iterator[tuple[str, str, str]]:
    for language, texts in document.items():
        for name, value in texts.items():
            yield language, name, value


def _terms(
    sources: _Sources, known: Mapping[str, list[str]], said: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, Sequence[str]]]:
    for kind, key in TERM_FIELDS.items():
        before, now = known.get(kind, []), said.get(kind, ())
        if not sources.is_open(key) or not (now or sources.was_ours(key)):
            now = before
        elif not now:
            sources.take_back(key)
        else:
            # Terms have one spelling for all works, which may be another than the provider's.
            is_same = _slugs(now) == _slugs(before)
            sources.say(key, is_same=is_same)
            now = before if is_same else list(now)
        if now:
            yield kind, now


def _slugs(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(slug(name) for name in names))


def _credits(sources: _Sources, told: Told) -> tuple[CreditFacts, ...] | None:
    if told.credits is None or not sources.is_open(Field.CREDITS):
        return None
    if told.credits:
        sources.say(Field.CREDITS, is_same=True)
        return told.credits
    if not sources.was_ours(Field.CREDITS):
        return None
    sources.take_back(Field.CREDITS)
    return ()


def _collection(sources: _Sources, told: Told) -> tuple[CollectionFacts | None, bool]:
    """Which it is in, and whether it is in none any more."""
    if not sources.is_open(Field.COLLECTION):
        return None, False
    if told.collection is not None:
        sources.say(Field.COLLECTION, is_same=True)
        return told.collection, False
    if not sources.was_ours(Field.COLLECTION):
        return None, False
    sources.take_back(Field.COLLECTION)
    return None, True
