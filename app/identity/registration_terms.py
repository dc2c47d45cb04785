"""On what terms people make accounts of their own."""

import logging
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from app.access.builtin import USER
from app.access.grants import grants_of_roles
from app.access.viewer import Viewer
from app.core.app import App
from app.core.outbox import Tx
from app.identity.accounts import is_empty
from app.identity.errors import RegistrationClosed
from app.identity.names import key_of
from app.mail.settings import is_configured
from app.settings.registry import setting
from app.settings.values import value

log = logging.getLogger(__name__)


class Mode(StrEnum):
    """Who may make an account of their own."""

    CLOSED = "closed"
    INVITATION = "invitation"
    OPEN = "open"


class Verification(StrEnum):
    """Whether an account is made only once its address was shown to be its owner's."""

    WHEN_POSSIBLE = "when_possible"
    ALWAYS = "always"
    NEVER = "never"


MODE = setting(
    "registration_mode",
    Mode.CLOSED,
    "Who may make an account of their own: nobody (`closed`), who was invited (`invitation`), or everybody (`open`).",
)
VERIFICATION = setting(
    "registration_verification",
    Verification.WHEN_POSSIBLE,
    "Whether a new account needs an e-mail address that was shown to be its owner's: `always`, `never`, or"
    " `when_possible`, which is where mail is set up.",
)
ROLES = setting(
    "registration_roles",
    ("user",),
    "Names of the roles of people who register without an invitation; what gives more than `user` is left out.",
)

BY_NAME = text("SELECT id, name FROM access.roles WHERE name_key = ANY(CAST(:keys AS text[])) ORDER BY id")


@dataclass(frozen=True, slots=True)
class Terms:
    """verifies: whether an account is made only once its address was verified. sends_mail: whether that can be done."""

    mode: Mode
    verifies: bool
    sends_mail: bool

    def check_open(self, *, is_invited: bool) -> None:
        """Raises RegistrationClosed."""
        if self.mode is Mode.CLOSED or not (is_invited or self.mode is Mode.OPEN):
            raise RegistrationClosed


async def terms_of(app: App) -> Terms:
    """The first account is made by the link that Marquee prints; before that, nobody registers."""
    sends_mail, verification = await is_configured(app), await value(app, VERIFICATION)
    verifies = verification is Verification.ALWAYS or (
        verification is Verification.WHEN_POSSIBLE and sends_mail
    )
    mode = Mode.CLOSED if await is_empty(app.db) else await value(app, MODE)
    return Terms(mode, verifies, sends_mail)


async def roles_of_strangers(app: App, tx: Tx) -> list[UUID]:
    """What those get who were not invited: what the settings say, and never more than the role `user` gives.

    Raises RegistrationClosed where that is nothing.
    """
    names = await value(app, ROLES, tx.db)
    rows = await tx.db.rows(BY_NAME, keys=[key_of(name) for name in names])
    grants = await grants_of_roles(tx.db, Viewer(), [USER, *(row["id"] for row in rows)])
    most = grants[USER].permissions
    kept = [row["id"] for row in rows if grants[row["id"]].permissions <= most]
    if len(kept) < len(set(map(key_of, names))):
        log.warning(
            "Of the roles in registration_roles, those are left out that are unknown or give too much."
        )
    if not kept:
        raise RegistrationClosed
    return kept
