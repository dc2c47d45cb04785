"""Whether the keys that are here are those that this installation's secrets are sealed with.

Each process has its keys from its environment or from a file on its disk, and all of them share a database. One with
keys of its own, such as a container whose disk is new, would seal what no other can open; it doesn't begin.
"""

from sqlalchemy import text

from app.activity.actor import Actor
from app.activity.record import record
from app.core.app import App
from app.core.crypto import Keyring, belongs_to
from app.core.errors import Unreadable
from app.core.outbox import Tx
from app.core.plain import Trouble
from app.settings.tables import KeyProbeRow

PLAIN = b"marquee"
PLACE = 1
PROBE = text("SELECT sealed FROM settings.key_probe")
FIRST = text(
    "INSERT INTO settings.key_probe (place, sealed) VALUES (1, :sealed) ON CONFLICT (place) DO NOTHING"
)
REPLACE = text("UPDATE settings.key_probe SET sealed = :sealed")


async def check_keys(app: App) -> None:
    """The first to come leaves a value sealed with its keys; all others have to be able to open it. Raises Trouble."""
    sealed = await app.db.value(PROBE)
    if sealed is None:
        await app.db.run(FIRST, sealed=_sealed(app.keyring))
        sealed = await app.db.value(PROBE)
    if not opens(app.keyring, sealed):
        raise Trouble(
            "The keys that are here don't open this installation's secrets. Set MARQUEE_SECRET_KEYS to the same keys"
            " for all servers and workers, or give them one data directory. Where the keys are lost, `marquee secrets"
            " adopt` goes on without what they sealed."
        )


def opens(keyring: Keyring, sealed: bytes) -> bool:
    try:
        return keyring.open(sealed, belongs_to(KeyProbeRow.sealed, PLACE)) == PLAIN
    except Unreadable:
        return False


async def adopt_keys(tx: Tx, actor: Actor, keyring: Keyring) -> None:
    """Have the keys that are here be this installation's; what was sealed with others stays unreadable."""
    sealed = _sealed(keyring)
    if not await tx.db.run(REPLACE, sealed=sealed):
        await tx.db.run(FIRST, sealed=sealed)
    await record(tx, actor, "secret.keys_adopted", "Server", None)


def _sealed(keyring: Keyring) -> bytes:
    return keyring.seal(PLAIN, belongs_to(KeyProbeRow.sealed, PLACE))
