"""Texts of works by language."""

from typing import Annotated, Any

import strawberry

from app.api.context import Read
from app.api.edge import edge
from app.api.scalars import Locale
from app.catalog import texts
from app.catalog.texts import Texts

Language = Annotated[
    Locale | None,
    strawberry.argument(
        description="The language to have it in, where there is a text in it; the viewer's languages unless told."
    ),
]
LANGUAGE_OF = (
    "The language that `{0}` is in, for the same `language`; null where nobody knows it, or there is no text."
)


@strawberry.type(description="A work's texts in one language.")
class Translation:
    language: Locale = strawberry.field(description="The language.")
    title: str | None = strawberry.field(description="Title.")
    tagline: str | None = strawberry.field(description="Tagline.")
    overview: str | None = strawberry.field(description="What it is about.")

    @classmethod
    def of(cls, row: texts.Translation) -> "Translation":
        return cls(language=Locale(row.language), title=row.title, tagline=row.tagline, overview=row.overview)


def locale_of(said: texts.Said | None) -> Locale | None:
    return Locale(said.language) if said and said.text and said.language else None


def language_of(name: str, read: Read) -> Any:
    """The field `{name}Language`. read: the texts of such works, `dict[UUID, Texts | None]`."""

    def convert(self: Any, found: Texts | None, language: Language = None) -> Locale | None:
        return locale_of(getattr(found, name)) if found else None

    convert.__name__ = f"{name}_language"
    return edge(read, description=LANGUAGE_OF.format(name))(convert)
