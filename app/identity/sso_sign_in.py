"""Coming back from a provider: signed in, or linked to it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.access.permissions import Permission
from app.access.viewer import Viewer
from app.activity.record import record
from app.core.app import App
from app.identity.client import Client
from app.identity.second_step import LetIn, SecondStep, let_in, second_step
from app.identity.sessions import Method, SessionKind
from app.identity.sso_accounts import account_of, link
from app.identity.sso_flows import Told, come_back
from app.identity.sso_problems import Problem, Refused
from app.identity.sso_sessions import remember, remember_pending
from app.identity.step_up import must_have_proved

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who is who they say, by a provider's word; there is no session yet.

    is_second_factor: whether that word stands for a second factor too. is_linked: whether they were signed in before,
    and are known to the provider from now on. next: the path to go on to.
    """

    user_id: UUID
    told: Told
    next: str
    is_linked: bool = False

    @property
    def is_second_factor(self) -> bool:
        return self.told.provider.draft.is_second_factor


async def must_be_let_link(app: App, viewer: Viewer) -> None:
    """Whom a provider's word lets in is changed by people themselves, who have just shown who they are.

    Raises Refused where nobody is signed in, or a program is; Denied; StepUpRequired.
    """
    _must_be_there(viewer)
    await must_have_proved(app, viewer)


async def arrive(
    app: App, viewer: Viewer, client: Client, key: str, answer: Mapping[str, str], secret: str
) -> Arrival:
    """Whose account it is that a provider's `answer` speaks of; see sso_flows.come_back.

    viewer: whoever the browser is signed in as already. Raises NotFound for an unknown provider, Refused.
    """
    try:
        flow, told = await come_back(app, key, answer, secret)
        if flow.user_id is not None and flow.user_id != viewer.user_id:
            raise Refused(Problem.SIGNED_OUT, "Whoever wanted to be linked is signed in no more.")
        if flow.user_id is not None:
            _must_be_there(viewer)
        async with app.transaction() as tx:
            if flow.user_id is not None:
                await link(tx, viewer.actor, flow.user_id, told)
                return Arrival(flow.user_id, told, flow.next, is_linked=True)
            return Arrival(await account_of(tx, client.actor(), told), told, flow.next)
    except Refused as refused:
        await _note(app, client, key, refused)
        raise


async def enter(
    app: App, client: Client, arrival: Arrival, *, device_token: str | None = None
) -> LetIn | SecondStep:
    """Begin the session in the browser that came back, or ask for the second factor where one is needed beside.

    device_token: what the browser kept when it was trusted.
    """
    kind, method = SessionKind.BROWSER, Method.SINGLE_SIGN_ON
    async with app.transaction() as tx:
        if not arrival.is_second_factor:
            step = await second_step(
                tx, client, arrival.user_id, kind=kind, method=method, device_token=device_token
            )
            if step is not None:
                await remember_pending(tx, app.keyring, step.token, arrival.told)
                return step
        entered = await let_in(app, tx, client, arrival.user_id, kind=kind, method=method)
        await remember(tx, app.keyring, entered.begun.session.id, arrival.told)
        return entered


def _must_be_there(viewer: Viewer) -> None:
    if viewer.user_id is None or viewer.session_id is None:
        raise Refused(Problem.SIGNED_OUT, "Only who is signed in can link something.")
    viewer.must(Permission.SELF_UPDATE)


async def _note(app: App, client: Client, key: str, refused: Refused) -> None:
    log.warning("Single sign-on by %s was refused: %s: %s", key, refused.why, refused)
    async with app.transaction() as tx:
        after = {"why": refused.why, "detail": str(refused)}
        await record(tx, client.actor(), "single_sign_on.refused", "IdentityProvider", key, after=after)
