"""Single sign-on without a browser: there and back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.access.permissions import Permission
from app.access.viewer import Viewer, marquee
from app.activity.actor import Actor
from app.core.app import App
from app.identity.client import Client
from app.identity.sso_flows import Begun, begin
from app.identity.sso_providers import ProviderDraft, create_provider
from app.identity.sso_sign_in import Arrival, arrive
from tests.identity.provider import CLIENT_ID, SECRET, Provider

CLIENT = Client("192.0.2.7", "Mozilla/5.0")
BACK = "http://localhost:8000/sso/home/callback"


async def known(app: App, issuer: str, *, secret: str | None = SECRET, **said: Any) -> UUID:
    """A provider `home` that may make accounts, unless said otherwise."""
    values = {"key": "home", "name": "Home", "client_id": CLIENT_ID, "may_register": True} | said
    async with app.transaction() as tx:
        draft = ProviderDraft(issuer=issuer, **values)
        return await create_provider(tx, marquee(), app.keyring, draft, secret)


async def set_out(app: App, key: str = "home", user_id: UUID | None = None) -> Begun:
    return await begin(app, key, redirect_uri=BACK, next_path="/", user_id=user_id)


async def come(
    app: App, begun: Begun, answer: Mapping[str, str], *, key: str = "home", viewer: Viewer | None = None
) -> Arrival:
    return await arrive(app, viewer or Viewer(actor=CLIENT.actor()), CLIENT, key, answer, begun.secret)


async def sign_on(app: App, provider: Provider) -> Arrival:
    begun = await set_out(app)
    return await come(app, begun, provider.consent(begun.url))


async def linked(app: App, provider: Provider, user_id: UUID) -> Arrival:
    begun = await set_out(app, user_id=user_id)
    return await come(app, begun, provider.consent(begun.url), viewer=signed_in(user_id))


def signed_in(user_id: UUID) -> Viewer:
    return Viewer(permissions=frozenset({Permission.SELF_UPDATE}), actor=Actor(user_id), session_id=user_id)
