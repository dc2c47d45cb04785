"""Texts of works in the languages that a viewer reads."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, bindparam, case, func, literal_column, select

from app.catalog.columns import WorkColumns
from app.core.paging import Column


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of one language; None where the language lacks one."""

    title: str | None
    tagline: str | None
    overview: str | None


@dataclass(frozen=True, slots=True)
class Translation:
    """A language (BCP 47, lower case) and its texts."""

    language: str
    title: str | None
    tagline: str | None
    overview: str | None


def translations(document: dict[str, dict[str, str]]) -> list[Translation]:
    """The column `translations` by language."""
    return [
        Translation(language, texts.get("title"), texts.get("tagline"), texts.get("overview"))
        for language, texts in sorted(document.items())
    ]


NONE = Texts(None, None, None)


def texts_in(
    language: str,
    document: dict[str, dict[str, str]],
    original_language: str | None = None,
    original: Texts = NONE,
) -> Texts:
    """Of the column `translations`, the language's texts; each may be of the more general one that it implies.

    The original language is seldom translated into itself: what it lacks there is taken from the original texts.
    """
    if original_language not in (language, language.partition("-")[0]):
        original = NONE
    return Texts(
        text_in(language, document, "title") or original.title,
        text_in(language, document, "tagline") or original.tagline,
        text_in(language, document, "overview") or original.overview,
    )


def text_in(language: str, document: dict[str, dict[str, str]], name: str) -> str | None:
    """One text of the column `translations` in the language, or in the more general one that it implies."""
    chain = (document.get(tag, {}).get(name) for tag in (language, language.partition("-")[0]))
    return next((text for text in chain if text), None)


def localized(translated: Column, name: str, fallback: Column) -> ColumnElement[Any]:
    """A text in the first of the statement's `languages` that has it, or else the fallback.

    translated: the column of translations, `{"de": {"title": ...}}`.
    """
    return _first(translated, name, None, None, fallback)


def work_text(row: type[WorkColumns], name: str) -> ColumnElement[Any]:
    """A work's text in the first of the statement's `languages` that has it; the original language's is its own."""
    fallback = getattr(row, name)
    original = func.coalesce(row.original_title, row.title) if name == "title" else fallback
    return _first(row.translations, name, row.original_language, original, fallback)


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
