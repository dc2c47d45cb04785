"""What becomes of an e-mail address that is an account's no more."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from app.core.errors import Invalid
from app.core.outbox import Tx
from app.identity import one_time
from app.identity.names import key_of
from app.identity.one_time import Purpose
from app.mail.letters import Letter, Template, send


async def address_changed(tx: Tx, user_id: UUID, who: Any, email: str | None) -> None:
    """Links that were sent to the old address are good no more, and it is told, where it is another.

    who: name, email and language, as they were.
    """
    old: str | None = who["email"]
    if old is not None and email is not None and key_of(old) == key_of(email):
        return
    await one_time.revoke(tx, Purpose.RESET_PASSWORD, user_id)
    await one_time.revoke(tx, Purpose.CONFIRM_ADDRESS, user_id)
    if old is None:
        return
    facts = {"new_address": email} if email else {}
    letter = Letter(
        template=Template.ADDRESS_CHANGED, to=old, name=who["name"], language=who["language"], facts=facts
    )
    # One that no mail can be sent to has nobody to be told.
    with suppress(Invalid):
        await send(tx, letter)
