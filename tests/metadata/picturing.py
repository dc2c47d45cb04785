"""Pictures as providers tell of them, and what became of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.app import App
from app.demo.answering import Asked, said
from app.images.kinds import OwnerKind
from app.metadata.facts import ImageFacts, ImageKind
from app.metadata.pictures import save_pictures
from tests.images.pictures import file, picture
from tests.outside import Says

ROWS = text("SELECT * FROM images.pictures WHERE owner_id = :owner_id ORDER BY kind, position, id")
JOBS = text("SELECT name, args FROM outbox.jobs ORDER BY id")


def facts(
    key: str, kind: ImageKind = ImageKind.POSTER, language: str | None = None, **rest: Any
) -> ImageFacts:
    return ImageFacts(kind, f"https://pictures.example/original{key}", key, language=language, **rest)


async def save(
    app: App,
    owner_id: UUID,
    *images: ImageFacts,
    kind: OwnerKind = OwnerKind.MOVIE,
    provider: str = "tmdb",
) -> None:
    async with app.transaction() as tx:
        await save_pictures(tx, kind, owner_id, images, provider)


async def rows(app: App, owner_id: UUID) -> Sequence[Any]:
    return await app.db.rows(ROWS, owner_id=owner_id)


async def row(app: App, owner_id: UUID, key: str) -> Any:
    [found] = [each for each in await rows(app, owner_id) if each["provider_key"] == key]
    return found


def showing(
    color: tuple[int, int, int], size: tuple[int, int] = (60, 90), media_type: str = "image/png"
) -> Says:
    content = file(picture(*size, color), "PNG")

    async def say(_: Asked) -> bytes:
        return said(200, content, {"content-type": media_type})

    return say
