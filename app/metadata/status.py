"""How it stands with each provider, and what is to be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.core.app import App
from app.core.clock import now
from app.core.http import http
from app.core.http_standing import Standing, standings
from app.metadata.provider import Local, Online
from app.metadata.stand_in import SECRET, stand_in
from app.settings.secrets import secrets

NEVER = Standing(None, None, None, None)


class State(StrEnum):
    READY = "ready"
    NO_KEY = "no_key"
    KEY_REFUSED = "key_refused"
    UNREACHABLE = "unreachable"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class Status:
    """message: what is amiss, in a sentence. since: from when on it is; until: to when. answered_at: last, if ever."""

    state: State
    message: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    answered_at: datetime | None = None


async def statuses(app: App, providers: Sequence[Online | Local]) -> list[Status]:
    """Of each, in order; what is local is ready. Two statements, and a question to Redis for each."""
    keys = {each.name: each.updated_at for each in await secrets(app.db)}
    if await stand_in(app) is not None:
        keys[SECRET] = datetime.max.replace(tzinfo=UTC)
    known = await standings(app.db, [each.about.id for each in providers])
    return [
        _status(
            each,
            keys,
            known.get(each.about.id, NEVER),
            await http(app).held_s(await each.service(app)),
        )
        if isinstance(each, Online)
        else Status(State.READY)
        for each in providers
    ]


def _status(provider: Online, keys: dict[str, datetime], found: Standing, held_s: float) -> Status:
    about, at = provider.about, found.answered_at
    if about.secret_name is not None and about.secret_name not in keys:
        return Status(
            State.NO_KEY, f"{about.name} needs a key: keep one as the secret `{about.secret_name}`."
        )
    if (
        about.secret_name is not None
        and found.refused_at is not None
        and found.refused_at > keys[about.secret_name]
    ):
        return Status(
            State.KEY_REFUSED,
            f"{about.name} doesn't take the key: keep another one as the secret `{about.secret_name}`.",
            since=found.refused_at,
            answered_at=at,
        )
    if held_s > 0:
        until = now() + timedelta(seconds=held_s)
        return Status(
            State.LIMITED, f"{about.name} wants to be asked less often.", until=until, answered_at=at
        )
    if found.failing_since is not None:
        said = f"{about.name} can't be used: {found.error}."
        return Status(State.UNREACHABLE, said, since=found.failing_since, answered_at=at)
    return Status(State.READY, answered_at=at)
