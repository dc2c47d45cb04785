"""Which pictures there are, and choosing among them."""

from datetime import datetime
from enum import Enum
from typing import Annotated, cast
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.collections import Collection
from app.api.context import Info
from app.api.edge import edge, extend
from app.api.errors import Conflict, InvalidInput, NotFound, PermissionDenied, result
from app.api.filters import argument
from app.api.images import Image, Width
from app.api.movies import Movie
from app.api.node import Node, global_id, parse_id, parse_key, refetched_by
from app.api.pagination import Connection, connect
from app.api.people import Person
from app.api.requires import requires
from app.api.scalars import Locale
from app.api.tv import Episode, Season, Series
from app.catalog.identity.redirects import became
from app.core.errors import Conflict as NoAccount
from app.core.errors import Invalid
from app.core.errors import NotFound as Missing
from app.core.paging import Slice
from app.images import kinds, owners, pictures, reads
from app.images.links import picture_link
from app.metadata import picture_choice

OWNERS = ("Movie", "Series", "Season", "Episode", "Person", "Collection")


@strawberry.enum(description="What a picture is for.")
class PictureKind(Enum):
    POSTER = strawberry.enum_value("poster", description="Poster, upright.")
    BACKDROP = strawberry.enum_value("backdrop", description="Background, wide and without text.")
    LOGO = strawberry.enum_value("logo", description="The title as a picture with a clear ground.")
    BANNER = strawberry.enum_value("banner", description="Banner, very wide.")
    THUMB = strawberry.enum_value("thumb", description="Wide picture with the title.")
    STILL = strawberry.enum_value("still", description="A frame of an episode.")
    CLEARART = strawberry.enum_value("clearart", description="Figures with a clear ground.")
    DISC = strawberry.enum_value("disc", description="Picture of the disc.")
    PROFILE = strawberry.enum_value("profile", description="Portrait of a person.")


@strawberry.enum(description="Where a picture comes from.")
class PictureSource(Enum):
    PROVIDER = strawberry.enum_value("provider", description="A provider of metadata.")
    UPLOAD = strawberry.enum_value("upload", description="Somebody who put it here.")
    FILE = strawberry.enum_value("file", description="A file of a library.")


@refetched_by(pictures.pictures, Permission.CONTENT_MODERATE)
@strawberry.type(
    description="A picture that may be chosen. Those that lie beside files are not among them: see `artwork`."
)
class Picture(Node):
    image_key: strawberry.Private[UUID | None]
    kind: PictureKind = strawberry.field(description="What it is for.")
    source: PictureSource = strawberry.field(description="Where it comes from.")
    provider: str | None = strawberry.field(description="Id of the provider that has it; null for uploads.")
    language: Locale | None = strawberry.field(
        description="Language of the writing on it; null where there is none."
    )
    votes: int = strawberry.field(description="How many people judged it at its provider.")
    score: float = strawberry.field(description="What they made of it, out of ten.")
    width: int | None = strawberry.field(description="Width in pixels of the largest that its source has.")
    height: int | None = strawberry.field(description="Height in pixels of the largest that its source has.")
    is_chosen: bool = strawberry.field(description="Whether a person chose it, so that it is shown.")
    is_fetched: bool = strawberry.field(
        description="Whether it is here; what nobody would be shown stays where it is until it is chosen."
    )
    problem: str | None = strawberry.field(
        description="Why it could not be fetched, in a sentence for people; null where nothing is wrong."
    )
    next_try_at: datetime | None = strawberry.field(
        description="When it is fetched, or tried again; null where it is here, or not wanted."
    )

    @classmethod
    def of(cls, row: pictures.Picture) -> "Picture":
        return cls(
            id=global_id("Picture", row.id),
            key=row.id,
            image_key=row.image_id,
            kind=PictureKind(row.kind),
            source=PictureSource(row.source),
            provider=row.provider,
            language=None if row.language is None else Locale(row.language),
            votes=row.votes,
            score=row.score,
            width=row.width,
            height=row.height,
            is_chosen=row.is_chosen,
            is_fetched=row.image_id is not None,
            problem=row.failure,
            next_try_at=row.fetch_at,
        )

    @edge(pictures.images, key="image_key", description="The picture itself; null until it is fetched.")
    def image(self, row: reads.Image | None, width: Width = 342) -> Image | None:
        return Image.of(row, width)


WhichKind = Annotated[PictureKind | None, argument("Only pictures of this kind; of all unless told.")]


def _choosable(target: type) -> None:
    @extend(target)
    class Choosable:  # pyright: ignore[reportUnusedClass]
        @edge(
            pictures.pictures_of_owners,
            description="The pictures to choose from, the chosen first, then in the order of their providers; none for"
            " those who may not edit (`content:moderate`).",
        )
        def pictures(self, found: Slice[pictures.Picture], kind: WhichKind = None) -> Connection[Picture]:
            return connect(found, Picture.of)


for each in (Movie, Series, Season, Episode, Person, Collection):
    _choosable(each)


@extend(Person)
class PersonInImages:
    @edge(reads.pictures_of_people, description="The person's portrait; null where there is none yet.")
    def profile(self, found: reads.Pictures, width: Width = 342) -> Image | None:
        return Image.of(found.get("profile"), width)


@extend(Collection)
class CollectionInImages:
    @edge(reads.pictures_of_collections, description="Its poster; null where there is none yet.")
    def poster(self, found: reads.Pictures, width: Width = 342) -> Image | None:
        return Image.of(found.get("poster"), width)

    @edge(reads.pictures_of_collections, description="Its background; null where there is none yet.")
    def backdrop(self, found: reads.Pictures, width: Width = 1280) -> Image | None:
        return Image.of(found.get("backdrop"), width)


@strawberry.input(description="A picture to be shown from now on.")
class ChoosePictureInput:
    id: strawberry.ID = strawberry.field(description="The picture's id.")


@strawberry.input(description="A picture that is to be chosen no longer.")
class UnchoosePictureInput:
    id: strawberry.ID = strawberry.field(description="The picture's id.")


@strawberry.input(description="A picture to be uploaded.")
class BeginPictureUploadInput:
    owner_id: strawberry.ID = strawberry.field(
        description="Id of the film, series, season, episode, person or collection that it is of."
    )
    kind: PictureKind = strawberry.field(
        description="What it is for: poster, backdrop or logo of a film or series, poster of a season, still of an"
        " episode, profile of a person, poster or backdrop of a collection."
    )
    size_bytes: int = strawberry.field(description="How large its file is, in bytes; at most 20 MiB.")


@strawberry.type(description="The picture is chosen.")
class ChoosePicturePayload:
    picture: Picture = strawberry.field(
        description="The picture; it is shown at once where `isFetched` says that it is here, else once it is."
    )


@strawberry.type(description="The picture is not chosen.")
class UnchoosePicturePayload:
    picture: Picture = strawberry.field(description="The picture.")


@strawberry.type(description="Where to put the picture.")
class BeginPictureUploadPayload:
    url: str = strawberry.field(
        description="Path on this server to which the file is sent by PUT, as it is: JPEG, PNG, WebP, AVIF, GIF or BMP."
        " It needs neither cookie nor token. Status 204 says that the picture is shown now; anything else comes with a"
        " `code` and a `message`."
    )
    expires_at: datetime = strawberry.field(description="Until when the address is good.")


ChoosePictureResult = Annotated[
    ChoosePicturePayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("ChoosePictureResult", description="The picture, or why it was not chosen."),
]
UnchoosePictureResult = Annotated[
    UnchoosePicturePayload | NotFound | InvalidInput | PermissionDenied,
    strawberry.union("UnchoosePictureResult", description="The picture, or why nothing was done."),
]
BeginPictureUploadResult = Annotated[
    BeginPictureUploadPayload | NotFound | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("BeginPictureUploadResult", description="Where to put it, or why nowhere."),
]


@strawberry.type
class PictureMutation:
    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Have a picture shown before all others of its kind, whatever providers say from now on. One that"
        " is not here yet is fetched first."
    )
    async def choose_picture(
        self, info: Info, wanted: Annotated[ChoosePictureInput, argument("The picture.", "input")]
    ) -> ChoosePictureResult:
        return await result(_choose(info, wanted.id))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(description="Leave it to files and providers again which picture is shown.")
    async def unchoose_picture(
        self, info: Info, wanted: Annotated[UnchoosePictureInput, argument("The picture.", "input")]
    ) -> UnchoosePictureResult:
        return await result(_unchoose(info, wanted.id))

    @requires(Permission.CONTENT_MODERATE)
    @strawberry.mutation(
        description="Begin to upload a picture of something. It is chosen, and shown, once the file was sent."
    )
    async def begin_picture_upload(
        self, info: Info, wanted: Annotated[BeginPictureUploadInput, argument("The file.", "input")]
    ) -> BeginPictureUploadResult:
        return await result(_begin(info, wanted))


async def _choose(info: Info, picture: str) -> ChoosePicturePayload:
    key = parse_key(picture, "Picture", "id")
    async with info.context.app.transaction() as tx:
        await picture_choice.choose_picture(tx, info.context.viewer.actor, key)
    return ChoosePicturePayload(picture=await _picture(info, key))


async def _unchoose(info: Info, picture: str) -> UnchoosePicturePayload:
    key = parse_key(picture, "Picture", "id")
    async with info.context.app.transaction() as tx:
        await picture_choice.unchoose_picture(tx, info.context.viewer.actor, key)
    return UnchoosePicturePayload(picture=await _picture(info, key))


async def _picture(info: Info, key: UUID) -> Picture:
    info.context.forget()
    row = await info.context.load(pictures.pictures, key)
    if row is None:
        raise Missing("picture", key)
    return Picture.of(row)


async def _begin(info: Info, wanted: BeginPictureUploadInput) -> BeginPictureUploadPayload:
    user_id = info.context.viewer.user_id
    if user_id is None:
        raise NoAccount("Only somebody with an account uploads pictures.")
    if not 0 < wanted.size_bytes <= picture_choice.MOST_BYTES:
        raise Invalid("sizeBytes", f"A picture has from 1 to {picture_choice.MOST_BYTES} bytes.")
    place = await _place(info, wanted)
    url, expires_at = picture_link(
        info.context.app.keyring, place.owner_kind, place.owner_id, place.kind, user_id
    )
    return BeginPictureUploadPayload(url=url, expires_at=expires_at)


async def _place(info: Info, wanted: BeginPictureUploadInput) -> picture_choice.Place:
    """Of the work that an id leads to by now. Raises Invalid, NotFound."""
    name, key = parse_id(wanted.owner_id, *OWNERS, field="ownerId")
    owner_kind, kind = kinds.OwnerKind(name.lower()), kinds.PictureKind(cast("str", wanted.kind.value))
    key = (await became(info.context.app.db, owner_kind, [key])).get(key, key)
    place = picture_choice.Place(owner_kind, key, kind)
    picture_choice.check_place(place)
    await owners.must_be_there(info.context.app.db, owner_kind, key)
    return place
