"""Avatars in the graph: seeing them, and where to put one's own."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api.context import Info
from app.api.edge import edge, extend
from app.api.errors import Conflict, InvalidInput, PermissionDenied, result
from app.api.filters import argument
from app.api.images import Image, Width
from app.api.requires import requires
from app.api.users import User
from app.core.errors import Conflict as NoAccount
from app.core.errors import Invalid
from app.identity import users
from app.images import avatars, reads
from app.images.links import upload_link


@extend(User)
class UserInImages:
    @edge(reads.avatars_of_users, description="Their picture; null where they have put none.")
    def avatar(self, row: reads.Image | None, width: Width = 185) -> Image | None:
        return Image.of(row, width)


@strawberry.input(description="An avatar to be uploaded.")
class BeginAvatarUploadInput:
    size_bytes: int = strawberry.field(description="How large its file is, in bytes; at most 10 MiB.")


@strawberry.type(description="Where to put the avatar.")
class BeginAvatarUploadPayload:
    url: str = strawberry.field(
        description="Path on this server to which the file is sent by PUT, as it is: JPEG, PNG, WebP, AVIF, GIF or BMP."
        " It needs neither cookie nor token. Status 204 says that it is the avatar now; anything else comes with a"
        " `code` and a `message`."
    )
    expires_at: datetime = strawberry.field(description="Until when the address is good.")


@strawberry.type(description="One has no avatar any more.")
class RemoveAvatarPayload:
    user: User = strawberry.field(description="Oneself.")


BeginAvatarUploadResult = Annotated[
    BeginAvatarUploadPayload | Conflict | InvalidInput | PermissionDenied,
    strawberry.union("BeginAvatarUploadResult", description="Where to put it, or why nowhere."),
]
RemoveAvatarResult = Annotated[
    RemoveAvatarPayload | Conflict | PermissionDenied,
    strawberry.union("RemoveAvatarResult", description="That it is gone, or why not."),
]


@strawberry.type
class AvatarMutation:
    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(description="Begin to upload one's avatar. It is shown once the file was sent.")
    async def begin_avatar_upload(
        self, info: Info, wanted: Annotated[BeginAvatarUploadInput, argument("The file.", "input")]
    ) -> BeginAvatarUploadResult:
        return await result(_begin(info, wanted))

    @requires(Permission.SELF_UPDATE)
    @strawberry.mutation(description="Take one's avatar away.")
    async def remove_avatar(self, info: Info) -> RemoveAvatarResult:
        return await result(_remove(info))


async def _begin(info: Info, wanted: BeginAvatarUploadInput) -> BeginAvatarUploadPayload:
    if not 0 < wanted.size_bytes <= avatars.MOST_BYTES:
        raise Invalid("sizeBytes", f"An avatar has from 1 to {avatars.MOST_BYTES} bytes.")
    url, expires_at = upload_link(info.context.app.keyring, _user(info))
    return BeginAvatarUploadPayload(url=url, expires_at=expires_at)


async def _remove(info: Info) -> RemoveAvatarPayload:
    user_id = _user(info)
    async with info.context.app.transaction() as tx:
        await avatars.remove_avatar(tx, info.context.viewer.actor, user_id)
    info.context.forget()
    row = await info.context.load(users.users, user_id)
    return RemoveAvatarPayload(user=User.of(row))


def _user(info: Info) -> UUID:
    user_id = info.context.viewer.user_id
    if user_id is None:
        raise NoAccount("Only somebody with an account has an avatar.")
    return user_id
