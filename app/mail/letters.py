"""Letters to people, written down in the transaction of what they tell of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

import orjson

from app.core.bulk import insert
from app.core.crypto import belongs_to
from app.core.ids import new_id
from app.core.jobs import JobRef, Queue
from app.core.outbox import Tx
from app.mail.addresses import address
from app.mail.tables import LetterRow

DELIVER = JobRef("mail.deliver", Queue.HIGH)


class Template(StrEnum):
    """What a letter is about."""

    VERIFY_ADDRESS = "verify_address"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    INVITATION = "invitation"
    ADDRESS_CHANGED = "address_changed"
    CONFIRM_NEW_ADDRESS = "confirm_new_address"
    NEW_DEVICE = "new_device"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    ACCOUNT_LOCKED = "account_locked"
    REGISTERED_ALREADY = "registered_already"
    TEST = "test"


# What each has to be told, and what it may be told as well.
NEEDED: Mapping[Template, frozenset[str]] = {
    Template.VERIFY_ADDRESS: frozenset({"link"}),
    Template.RESET_PASSWORD: frozenset({"link"}),
    Template.INVITATION: frozenset({"link"}),
    Template.CONFIRM_NEW_ADDRESS: frozenset({"link"}),
    Template.REGISTERED_ALREADY: frozenset({"link"}),
    Template.FACTOR_ADDED: frozenset({"factor"}),
    Template.FACTOR_REMOVED: frozenset({"factor"}),
}
OPTIONAL = frozenset(
    {"at", "browser", "os", "device", "address", "inviter", "new_address", "days", "hours", "left"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """to: an e-mail address. name: of whom it is for. language: theirs, a BCP 47 tag; the server's where unknown.

    facts: what the letter tells; `link` comes from `app.mail.settings.link`. at: an instant in ISO 8601. address,
    browser, os, device: where the one was who did it. inviter: who invites. new_address: what the address is now.
    days, hours: how long the link is good. factor: see Factor. left: how many backup codes are left.
    """

    template: Template
    to: str
    name: str | None = None
    language: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def check(self) -> None:
        """Raises ValueError where facts are missing, or nobody knows them."""
        needed = NEEDED.get(self.template, frozenset())
        if not needed <= self.facts.keys() or not self.facts.keys() <= needed | OPTIONAL:
            raise ValueError(f"A letter {self.template} tells {', '.join(sorted(needed)) or 'nothing'}.")


async def send(tx: Tx, letter: Letter) -> UUID:
    """Have a letter sent after the commit, once Marquee can. One statement.

    Its facts are stored sealed. Raises Invalid for an address that SMTP can't carry, ValueError for missing facts.
    """
    letter.check()
    to, letter_id = address(letter.to), new_id()
    sealed = tx.keyring.seal(orjson.dumps(dict(letter.facts)), belongs_to(LetterRow.facts, letter_id))
    row = {
        "id": letter_id,
        "template": letter.template,
        "address": str(to),
        "name": letter.name,
        "language": letter.language,
        # As PostgreSQL writes bytes in JSON.
        "facts": f"\\x{sealed.hex()}",
    }
    await insert(tx.db, LetterRow, [row])
    tx.enqueue(DELIVER, letter_id)
    return letter_id
