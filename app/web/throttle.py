"""Which count an operation belongs to, and what its response says of it."""

from typing import Protocol

from app.access.viewer import Viewer
from app.core.app import App
from app.identity.client import Client
from app.identity.rates import Rate, Standing, Throttled, take, whose_address
from app.web.graphql.documents import OperationKind
from app.web.graphql.errors import Refused


class Asked(Protocol):
    """What an operation's context has of whoever asks, and what its response says of it."""

    viewer: Viewer
    client: Client
    headers: list[tuple[str, str]]


async def count(app: App, viewer: Viewer, client: Client, *, is_mutation: bool) -> Standing | None:
    """Count what somebody asks; None where there is no limit. Raises Throttled."""
    if viewer.user_id is None:
        return await take(app, Rate.SIGN_IN if is_mutation else Rate.QUERY, whose_address(client))
    return await take(app, Rate.MUTATION if is_mutation else Rate.QUERY, f"user:{viewer.user_id}")


async def admit(app: App, kind: OperationKind, context: Asked) -> None:
    """Count an operation of whoever asks. Raises Refused with status 429."""
    is_mutation = kind is OperationKind.MUTATION
    try:
        standing = await count(app, context.viewer, context.client, is_mutation=is_mutation)
    except Throttled as error:
        headers = dict(error.standing.headers) | {"retry-after": f"{error.retry_after_s:.0f}"}
        raise Refused(429, error.code, str(error), headers) from error
    if standing is not None:
        context.headers.extend(standing.headers)
