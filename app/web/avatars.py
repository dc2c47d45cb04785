"""Putting one's avatar where a signed address says."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.activity.actor import Actor
from app.core.app import App
from app.images.avatars import MOST_BYTES, take_avatar
from app.images.links import AVATAR
from app.web.uploads import id_in, is_signed, missing, taken


def routes(app: App) -> list[BaseRoute]:
    async def avatar(request: Request) -> Response:
        return await answer(app, request)

    return [Route("/avatars/{user_id}", avatar, methods=["PUT"])]


async def answer(app: App, request: Request) -> Response:
    user_id = id_in(request, "user_id")
    if user_id is None or not is_signed(app, request, user_id, AVATAR):
        return missing()

    async def take_in(actor: Actor, content: bytes) -> None:
        await take_avatar(app, actor, user_id, content)

    return await taken(app, request, user_id, MOST_BYTES, take_in)
