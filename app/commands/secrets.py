"""`marquee secrets`: the keys that stored secrets are sealed with."""

from app.activity.actor import MARQUEE
from app.commands.library import running
from app.commands.terminal import print_json, results, say
from app.core.config import Config
from app.core.crypto import add_key, key_file, keyring, new_key
from app.core.plain import Trouble
from app.core.resealing import reseal, sealed_columns
from app.identity import factor_tables, sso_tables
from app.mail import tables as mail_tables
from app.settings import tables as settings_tables
from app.settings.keys import adopt_keys

# Whose tables have sealed columns: they have to be loaded to be known.
SEALED = (factor_tables, sso_tables, mail_tables, settings_tables)


def add(config: Config, *, as_json: bool) -> None:
    """A key for the variable where keys come from there, and otherwise in front of those of the file."""
    if config.secret_keys:
        key = new_key()
        if as_json:
            print_json({"key": key})
        else:
            say("Put this before the others in MARQUEE_SECRET_KEYS, on all machines, and start Marquee anew:")
            results.print(key, markup=False)
        return
    keyring(config)
    add_key(key_file(config))
    if as_json:
        print_json({"file": str(key_file(config))})
    else:
        say(f"{key_file(config)} has a new key in front. `marquee secrets rotate` seals all with it.")


async def adopt(config: Config, *, as_json: bool) -> None:
    """Go on with the keys that are here, where those are lost that secrets were sealed with."""
    async with running(config) as (app, _), app.transaction() as tx:
        await adopt_keys(tx, MARQUEE, app.keyring)
    if as_json:
        print_json({"adopted": True})
    else:
        say("Marquee goes on with the keys that are here. Secrets that others sealed have to be set anew.")


async def rotate(config: Config, *, as_json: bool) -> None:
    """Seal everything with the newest key. Raises Trouble where something could not be read."""
    async with running(config) as (app, _):
        done = [await reseal(app, column) for column in sealed_columns()]
    renewed = sum(each.renewed for each in done)
    unreadable = [f"{each.column} of {key}" for each in done for key in each.unreadable]
    if as_json:
        print_json({"renewed": renewed, "unreadable": unreadable})
    elif not unreadable:
        say(f"{renewed} secrets were sealed anew. No other key is needed any more.")
    if unreadable:
        few = ", ".join(unreadable[:5])
        raise Trouble(f"{len(unreadable)} secrets can't be read with the keys that are here: {few}.")
