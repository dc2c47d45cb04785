"""What a person changes in works, and what comes of it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from app.catalog.provenance import (
    LOCKED,
    PROVIDED,
    TERM_FIELDS,
    TRANSLATIONS,
    Field,
    Source,
    field_of,
    kept_fields,
)
from app.catalog.titles import sort_title

# What a work is described by, as PostgreSQL writes it in JSON; columns by name, `terms` by kind.
State = Mapping[str, Any]
Texts = Mapping[str, str | None]
_NO_VALUES: Mapping[str, Any] = {}
_NO_TEXTS: Mapping[str, Texts] = {}
_NO_TERMS: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Edit:
    """values: by column (`date` for a work's day), None and empty for nothing. translations: texts by language.

    terms: by kind, in the place of those that are there. added, removed: terms by kind, the others stay.
    lock, unlock: fields, texts of a language of their own as `title:de`. What is edited is locked unless told.
    """

    values: Mapping[str, Any] = field(default_factory=lambda: _NO_VALUES)
    translations: Mapping[str, Texts] = field(default_factory=lambda: _NO_TEXTS)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_TERMS)
    added: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_TERMS)
    removed: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_TERMS)
    lock: frozenset[str] = frozenset()
    unlock: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """before, after: the value as texts; none for nothing, several for a list."""

    field: str
    language: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    was_locked: bool
    is_locked: bool


def edited(state: State, edit: Edit, at: int) -> dict[str, Any]:
    """The work after the edit. at: seconds since 1970."""
    edit = _in_all_languages(state, edit)
    after = {**state, **edit.values}
    locked = set(state["sources"].get(LOCKED, ()))
    is_sorted_by_it = "sort_title" in state and Field.SORT_TITLE not in {*edit.values, *locked}
    if Field.TITLE in edit.values and is_sorted_by_it:
        after["sort_title"] = sort_title(after["title"], after["original_language"])
    after[TRANSLATIONS] = _translated(state[TRANSLATIONS], edit.translations)
    if "terms" in state:
        after["terms"] = dict(_terms(state["terms"], edit))
    touched = {field_of(column) for column in edit.values}
    touched |= {TERM_FIELDS[kind].value for terms in (edit.terms, edit.added, edit.removed) for kind in terms}
    touched |= {f"{name}:{language}" for language, texts in edit.translations.items() for name in texts}
    after["sources"] = _sources(state, after, touched, edit, at)
    return after


def field_changes(before: State, after: State) -> list[FieldChange]:
    """What differs between two states of a work: values, and whether they are locked."""
    were, are = _fields(before), _fields(after)
    locks = [set(state["sources"].get(LOCKED, ())) for state in (before, after)]
    found: list[FieldChange] = []
    for key in sorted(were.keys() | are.keys() | locks[0] | locks[1]):
        old, new = were.get(key, ()), are.get(key, ())
        was_locked, is_locked = key in locks[0], key in locks[1]
        if (old, was_locked) != (new, is_locked):
            name, _, language = key.partition(":")
            found.append(FieldChange(name, language or None, old, new, was_locked, is_locked))
    return found


def filled(state: State, other: State) -> dict[str, Any]:
    """A work with what it lacks taken from another one, unless that is locked; with who said it."""
    locked = kept_fields(set(state["sources"].get(LOCKED, ())))
    after, sources = dict(state), dict[str, Any](state["sources"])
    for name, value in other.items():
        field_name = field_of(name)
        # Another work's ids would have its NFO files speak of this one.
        is_anothers = name == "provider_ids" and "match_key" in state
        if (
            field_name in set(Field)
            and not is_anothers
            and field_name not in locked
            and value
            and not state[name]
        ):
            after[name] = value
            sources |= _entry(other, field_name)
            if keys := other["sources"].get(PROVIDED, {}).get(field_name):
                _keep_provided(sources, {**sources.get(PROVIDED, {}), field_name: keys})
    texts, more = state[TRANSLATIONS], other[TRANSLATIONS]
    lacking = {
        f"{name}:{language}": (language, name, text)
        for language, said in more.items()
        for name, text in said.items()
        if not texts.get(language, {}).get(name)
    }
    after[TRANSLATIONS] = {language: dict(said) for language, said in texts.items()}
    for key, (language, name, text) in lacking.items():
        if key not in locked:
            after[TRANSLATIONS].setdefault(language, {})[name] = text
            sources |= _entry(other, key)
    if "terms" in state:
        kinds = [
            kind for kind in other["terms"] if TERM_FIELDS[kind] not in locked and kind not in state["terms"]
        ]
        after["terms"] = {**state["terms"], **{kind: other["terms"][kind] for kind in kinds}}
        for kind in kinds:
            sources |= _entry(other, TERM_FIELDS[kind].value)
    return after | {"sources": sources}


def _entry(state: State, key: str) -> dict[str, Any]:
    """Who said it, by field; nothing where that was a file's name."""
    sources: Mapping[str, Any] = state["sources"]
    return {str(key): sources[key]} if key in sources else {}


def _in_all_languages(state: State, edit: Edit) -> Edit:
    """With the provider's texts that say in their language what an edited text said: else their readers wouldn't see
    the edit."""
    translations = {language: dict(texts) for language, texts in edit.translations.items()}
    unlock = set(edit.unlock)
    for name in ("title", "tagline", "overview"):
        for language, texts in state[TRANSLATIONS].items() if name in edit.values else ():
            key = f"{name}:{language}"
            is_given = state["sources"].get(key, ("",))[0] == Source.PROVIDER
            is_said = name in translations.get(language, {}) or key in state["sources"].get(LOCKED, ())
            if texts.get(name) and texts[name] == state[name] and is_given and not is_said:
                translations.setdefault(language, {})[name] = edit.values[name]
                unlock |= {key} if name in edit.unlock else set()
    return replace(edit, translations=translations, unlock=frozenset(unlock))


def _keep_provided(sources: dict[str, Any], provided: Mapping[str, Any]) -> None:
    """Which keys of documents are whose provider's from now on."""
    sources.pop(PROVIDED, None)
    if provided:
        sources[PROVIDED] = {str(name): keys for name, keys in provided.items()}


def _translated(known: Mapping[str, Texts], said: Mapping[str, Texts]) -> dict[str, dict[str, str]]:
    merged = {
        language: {**known.get(language, {}), **said.get(language, {})} for language in {**known, **said}
    }
    kept = {
        language: {name: text for name, text in texts.items() if text} for language, texts in merged.items()
    }
    return {language: texts for language, texts in kept.items() if texts}


def _terms(known: Mapping[str, list[str]], edit: Edit) -> Iterator[tuple[str, list[str]]]:
    for kind in sorted({*known, *edit.terms, *edit.added}):
        removed = {name.casefold() for name in edit.removed.get(kind, ())}
        wanted = (
            *(edit.terms[kind] if kind in edit.terms else known.get(kind, ())),
            *edit.added.get(kind, ()),
        )
        names = {name.casefold(): name for name in reversed(wanted) if name.casefold() not in removed}
        if names:
            yield kind, list(reversed(names.values()))


def _sources(state: State, after: State, touched: set[str], edit: Edit, at: int) -> dict[str, Any]:
    """Says who said it, unless it was said and locked by a person before."""
    known: Mapping[str, Any] = state["sources"]
    locked = set(known.get(LOCKED, ()))
    were, are = _fields(state), _fields(after)
    fresh = {
        key for key in touched if were.get(key) != are.get(key) or known.get(key, ("",))[0] != Source.HUMAN
    }
    sources = {**known, **{str(key): [Source.HUMAN.value, at] for key in fresh}}
    _keep_provided(
        sources, {name: keys for name, keys in known.get(PROVIDED, {}).items() if name not in fresh}
    )
    if left := sorted(str(key) for key in (locked | touched | edit.lock) - edit.unlock):
        return sources | {LOCKED: left}
    sources.pop(LOCKED, None)
    return sources


def _fields(state: State) -> dict[str, tuple[str, ...]]:
    """Values by field, as texts; empty ones left out."""
    found = {
        str(field_of(name)): _shown(value) for name, value in state.items() if field_of(name) in set(Field)
    }
    translations: Mapping[str, Texts] = state[TRANSLATIONS]
    for language, texts in translations.items():
        found |= {f"{name}:{language}": _shown(text) for name, text in texts.items()}
    terms: Mapping[str, list[str]] = state.get("terms", {})
    found |= {TERM_FIELDS[kind].value: tuple(names) for kind, names in terms.items()}
    return {name: value for name, value in found.items() if value}


def _shown(value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, dict):
        return tuple(f"{name}: {each}" for name, each in sorted(cast("dict[str, Any]", value).items()))
    if isinstance(value, list):
        return tuple(str(each) for each in cast("list[Any]", value))
    return (str(value),)
