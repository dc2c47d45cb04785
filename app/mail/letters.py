"""Letters to people, written down in the transaction of what they tell of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

import orjson

from app.core import clock
from app.core.bulk import insert
from app.core.crypto import belongs_to
from app.core.ids import new_id
from app.core.jobs import JobRef, Queue
from app.core.outbox import Tx
from app.mail.addresses import address
from app.mail.tables import LetterRow

# Apart from other work: a mail server that hangs must not hold that up, nor be waited for behind it.
DELIVER = JobRef("mail.deliver", Queue.CRITICAL)


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


class Factor(StrEnum):
    """What came to an account, or went from it. BACKUP_CODE: one that was used. ALL: taken away by an admin."""

    TOTP = "totp"
    PASSKEY = "passkey"
    BACKUP_CODES = "backup_codes"
    BACKUP_CODE = "backup_code"
    ALL = "all"


# Longest that sending a letter is tried.
PATIENCE = timedelta(days=1)
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
    days, hours: how long the link is good, in whole ones; once it is not, the letter is not sent any more. factor: see
    Factor. left: how many backup codes are left.
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
        if not self.facts.get("link", "https://").startswith(("http://", "https://")):
            raise ValueError("A link begins with http:// or https://.")
        _ = Factor(self.facts.get("factor", Factor.ALL)), self.patience

    @property
    def patience(self) -> timedelta:
        """How long sending it is tried."""
        days, hours = (int(self.facts.get(unit, 0)) for unit in ("days", "hours"))
        return min(PATIENCE, timedelta(days=days, hours=hours) or PATIENCE)


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
        "give_up_after": clock.now() + letter.patience,
        "language": letter.language,
        # As PostgreSQL writes bytes in JSON.
        "facts": f"\\x{sealed.hex()}",
    }
    await insert(tx.db, LetterRow, [row])
    tx.enqueue(DELIVER, letter_id)
    return letter_id
