"""Texts of works in the languages that a viewer reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    select,
)

from app.catalog.columns import WorkColumns
from app.core.languages import with_general
from app.core.paging import Column

# The column `translations`.
Document = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """A text that is shown, and its language (BCP 47, lower case), None where nobody knows it."""

    text: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Texts:
    """What is shown to somebody."""

    title: Said
    tagline: Said
    overview: Said


@dataclass(frozen=True, slots=True)
class Own:
    """Texts that a work has beside its translations; language: the one it was made in."""

    title: str | None = None
    tagline: str | None = None
    overview: str | None = None
    language: str | None = None
    original_title: str | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """A language (BCP 47, lower case) and its texts."""

    language: str
    title: str | None
    tagline: str | None
    overview: str | None


def translations(document: Document) -> list[Translation]:
    """The column `translations` by language."""
    return [
        Translation(language, texts.get("title"), texts.get("tagline"), texts.get("overview"))
        for language, texts in sorted(document.items())
    ]


def asked_for(language: str | None, languages: Sequence[str]) -> tuple[str, ...]:
    """What a text is looked for in: the language that is asked for, and what it implies, before the viewer's."""
    return (*with_general((language,) if language else ()), *languages)


def texts_in(languages: Sequence[str], document: Document, own: Own) -> Texts:
    """Each text in the first of the languages that has it, or else the work's own, as `work_text` chooses."""
    return Texts(
        said_in(languages, document, "title", own.title, own.language, own.original_title),
        said_in(languages, document, "tagline", own.tagline, own.language),
        said_in(languages, document, "overview", own.overview, own.language),
    )


def said_in(
    languages: Sequence[str],
    document: Document,
    name: str,
    own: str | None,
    original_language: str | None = None,
    original: str | None = None,
) -> Said:
    """One text. The original language is seldom translated into itself: there the original text counts.

    That is the work's own, where it has no other, unless that is known to be a translation.
    """
    language = _language_of(own, document, name)
    for tag in languages:
        if text := document.get(tag, {}).get(name):
            return Said(text, tag)
        if tag == original_language and original:
            return Said(original, tag)
        if tag == original_language and own and language is None:
            return Said(own, None)
    return Said(own, original_language if own and own == original else language)


def _language_of(own: str | None, document: Document, name: str) -> str | None:
    """The language whose translation a work's own text is."""
    return next((tag for tag, texts in sorted(document.items()) if own and texts.get(name) == own), None)


def localized(translated: Column, name: str, fallback: Column) -> ColumnElement[Any]:
    """A text in the first of the statement's `languages` that has it, or else the fallback.

    translated: the column of translations, `{"de": {"title": ...}}`.
    """
    return _first(translated, name, None, None, fallback)


def work_text(row: type[WorkColumns], name: str) -> ColumnElement[Any]:
    """A work's text in the first of the statement's `languages` that has it; the original language's is its own."""
    own = getattr(row, name)
    original = _unless_translated(row.translations, name, own)
    original = func.coalesce(row.original_title, original) if name == "title" else original
    return _first(row.translations, name, row.original_language, original, own)


def _unless_translated(translated: Column, name: str, own: Column) -> ColumnElement[Any]:
    each = func.jsonb_each(translated).table_valued("key", "value", name="each").render_derived()
    text = each.c.value.op("->>")(literal_column(f"'{name}'"))
    said = exists(literal_column("1")).select_from(each).where(text == own).correlate_except(each)
    return case((not_(said), own))


def _first(
    translated: Column, name: str, original_language: Column, original: Column, fallback: Column
) -> ColumnElement[Any]:
    wanted = (
        func.unnest(bindparam("languages", type_=ARRAY(Text)))
        .table_valued("tag", with_ordinality="place", name="wanted")
        .render_derived()
    )
    text = translated.op("->")(wanted.c.tag).op("->>")(literal_column(f"'{name}'"))
    if original_language is not None:
        text = case((wanted.c.tag == original_language, func.coalesce(text, original)), else_=text)
    first = (
        select(text)
        .select_from(wanted)
        .where(text.is_not(None))
        .order_by(wanted.c.place)
        .limit(literal_column("1", Integer()))
        .scalar_subquery()
    )
    return func.coalesce(first, fallback, type_=Text())
