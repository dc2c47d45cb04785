"""Texts of works by language."""

from typing import Annotated

import strawberry

from app.api.scalars import Locale
from app.catalog import texts

Language = Annotated[
    Locale | None,
    strawberry.argument(
        description="The language to have it in, where there is a text in it; the viewer's languages unless told."
    ),
]


@strawberry.type(description="A work's texts in one language.")
class Translation:
    language: Locale = strawberry.field(description="The language.")
    title: str | None = strawberry.field(description="Title.")
    tagline: str | None = strawberry.field(description="Tagline.")
    overview: str | None = strawberry.field(description="What it is about.")

    @classmethod
    def of(cls, row: texts.Translation) -> "Translation":
        return cls(language=Locale(row.language), title=row.title, tagline=row.tagline, overview=row.overview)
