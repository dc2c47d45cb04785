"""Putting pictures of works, people and collections where a signed address says."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.access.permissions import Permission
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.core.app import App
from app.core.errors import NotFound
from app.identity.authority import authority_of
from app.identity.users import users
from app.images.kinds import OwnerKind, PictureKind
from app.images.links import picture_purpose
from app.metadata.picture_choice import MOST_BYTES, Place, upload_picture
from app.web.uploads import id_in, is_signed, missing, taken

_OWNERS, _KINDS = set(OwnerKind), set(PictureKind)


def routes(app: App) -> list[BaseRoute]:
    async def picture(request: Request) -> Response:
        return await answer(app, request)

    return [Route("/pictures/{owner_kind}/{owner_id}/{kind}/{user_id}", picture, methods=["PUT"])]


async def answer(app: App, request: Request) -> Response:
    owner_kind, kind = request.path_params["owner_kind"], request.path_params["kind"]
    owner_id, user_id = id_in(request, "owner_id"), id_in(request, "user_id")
    if owner_id is None or user_id is None or owner_kind not in _OWNERS or kind not in _KINDS:
        return missing()
    place = Place(OwnerKind(owner_kind), owner_id, PictureKind(kind))
    if not is_signed(app, request, owner_id, picture_purpose(place.owner_kind, place.kind, user_id)):
        return missing()

    async def take_in(actor: Actor, content: bytes) -> None:
        await _must_still(app, user_id)
        await upload_picture(app, actor, place, content)

    return await taken(app, request, user_id, MOST_BYTES, take_in)


async def _must_still(app: App, user_id: UUID) -> None:
    """Whoever was given the address may have lost the permission since. Raises NotFound, Denied."""
    user = (await users(app.db, marquee(), [user_id]))[user_id]
    if user is None or user.disabled_at is not None:
        raise NotFound("user", user_id)
    authority = await authority_of(app.db, user_id)
    viewer = Viewer(permissions=authority.permissions, access=authority.access)
    viewer.must_change(Permission.CONTENT_MODERATE)
