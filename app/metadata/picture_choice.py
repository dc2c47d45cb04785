"""What people say of pictures: which is shown whatever providers think, and those that they bring themselves."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.app import App
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.outbox import Tx
from app.images.kinds import OwnerKind, PictureKind, Source
from app.images.owners import SHOWN, hold_owner
from app.images.take import take
from app.metadata.fetch_pictures import ask_for_pictures
from app.metadata.picture_events import announce_pictures

MOST_BYTES = 20 << 20
# Of one owner and kind; of more, those that nobody chose go, the oldest first.
MOST_UPLOADS = 20
# Behind all that providers have, once nobody chooses it any more.
LAST = 1_000_000

OWNER = text("SELECT owner_kind, owner_id FROM images.pictures WHERE id = :id AND owner_kind <> 'user'")
# In the order of their ids, as by all who hold several.
HOLD = text(
    "SELECT id, kind, is_chosen FROM images.pictures WHERE owner_id = :owner_id ORDER BY id FOR UPDATE"
)
UNCHOOSE_OTHERS = text(
    """
    UPDATE images.pictures SET is_chosen = false
    WHERE owner_id = :owner_id AND kind = :kind AND is_chosen AND id <> :id
    """
)
# What is not there yet is fetched at once, however often it failed.
CHOOSE = text(
    """
    UPDATE images.pictures SET is_chosen = true, fetch_at = CASE WHEN image_id IS NULL THEN now() END WHERE id = :id
    """
)
UNCHOOSE = text("UPDATE images.pictures SET is_chosen = false WHERE id = :id")
UPLOADED = text(
    """
    SELECT id FROM images.pictures
    WHERE owner_id = :owner_id AND kind = :kind AND source = 'upload' AND image_id = :image_id
    """
)
ADD = text(
    """
    INSERT INTO images.pictures (id, owner_kind, owner_id, kind, image_id, source, position, is_chosen, width, height)
    SELECT :id, :owner_kind, :owner_id, :kind, id, 'upload', CAST(:position AS int), true, width, height
    FROM images.images WHERE id = :image_id
    """
)
DROP_OLD = text(
    """
    DELETE FROM images.pictures WHERE id IN (
        SELECT id FROM images.pictures
        WHERE owner_id = :owner_id AND kind = :kind AND source = 'upload' AND NOT is_chosen
        ORDER BY added_at DESC, id DESC OFFSET CAST(:most AS int))
    """
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a picture is shown as, and of whom."""

    owner_kind: OwnerKind
    owner_id: UUID
    kind: PictureKind


async def choose_picture(tx: Tx, actor: Actor, picture_id: UUID) -> None:
    """Have it shown of its owner, before all others of its kind and whatever providers say from now on.

    One that is not there yet is fetched first; until then the others are shown. Raises NotFound.
    """
    place, was_chosen = await _held(tx, picture_id)
    await tx.db.run(UNCHOOSE_OTHERS, owner_id=place.owner_id, kind=place.kind, id=picture_id)
    await tx.db.run(CHOOSE, id=picture_id)
    ask_for_pictures(tx, [place.owner_id])
    if not was_chosen:
        await _note(tx, actor, "picture.chosen", place, picture_id)


async def unchoose_picture(tx: Tx, actor: Actor, picture_id: UUID) -> None:
    """Leave it to files and providers again; nothing happens where it is not chosen. Raises NotFound."""
    place, was_chosen = await _held(tx, picture_id)
    if was_chosen:
        await tx.db.run(UNCHOOSE, id=picture_id)
        await _note(tx, actor, "picture.unchosen", place, picture_id)


def check_place(place: Place) -> None:
    """Raises Invalid for what is not shown."""
    shown = SHOWN.get(place.owner_kind, frozenset[PictureKind]())
    if place.kind not in shown:
        kinds = ", ".join(sorted(shown))
        raise Invalid("kind", f"Of a {place.owner_kind} these are shown: {kinds}.")


async def upload_picture(app: App, actor: Actor, place: Place, content: bytes) -> UUID:
    """Take a picture from a person, and show it from now on; answers the image's id.

    Raises Refused; Invalid, NotFound; StudioFailed, OSError.
    """
    check_place(place)
    image_id = await take(app, content, Source.UPLOAD)
    async with app.transaction() as tx:
        await hold_owner(tx, place.owner_kind, place.owner_id)
        await tx.db.run(HOLD, owner_id=place.owner_id)
        said = {"owner_id": place.owner_id, "kind": place.kind}
        known: UUID | None = await tx.db.value(UPLOADED, image_id=image_id, **said)
        picture_id = known or new_id()
        await tx.db.run(UNCHOOSE_OTHERS, id=picture_id, **said)
        if known:
            await tx.db.run(CHOOSE, id=picture_id)
        else:
            await tx.db.run(
                ADD, id=picture_id, owner_kind=place.owner_kind, image_id=image_id, position=LAST, **said
            )
        await tx.db.run(DROP_OLD, most=MOST_UPLOADS - 1, **said)
        await _note(tx, actor, "picture.uploaded", place, picture_id)
    return image_id


async def _held(tx: Tx, picture_id: UUID) -> tuple[Place, bool]:
    """What it is of, and whether it was chosen; held with its owner, who comes first as in all that writes both."""
    owner = await tx.db.row(OWNER, id=picture_id)
    if owner is None:
        raise NotFound("picture", picture_id)
    owner_kind, owner_id = OwnerKind(owner["owner_kind"]), owner["owner_id"]
    await hold_owner(tx, owner_kind, owner_id)
    held = {row["id"]: row for row in await tx.db.rows(HOLD, owner_id=owner_id)}
    if picture_id not in held:
        raise NotFound("picture", picture_id)
    found = held[picture_id]
    return Place(owner_kind, owner_id, PictureKind(found["kind"])), found["is_chosen"]


async def _note(tx: Tx, actor: Actor, action: str, place: Place, picture_id: UUID) -> None:
    after = {"kind": place.kind, "picture": str(picture_id)}
    await record(tx, actor, action, place.owner_kind, place.owner_id, after=after)
    await announce_pictures(tx, [place.owner_id])
