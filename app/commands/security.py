"""`marquee security`: the way back in."""

from app.activity.actor import MARQUEE
from app.commands.library import running
from app.commands.terminal import print_json, say
from app.core.config import Config
from app.core.plain import Trouble
from app.identity.networks import ALL
from app.settings.values import settings_of
from app.settings.writes import change_settings


async def allow_all(config: Config, *, as_json: bool) -> None:
    """Take away what is set of networks. Raises Trouble where the environment fixes any of it."""
    async with running(config) as (app, _):
        async with app.transaction() as tx:
            await change_settings(tx, MARQUEE, dict.fromkeys(each.name for each in ALL))
        fixed = [each.variable for each in ALL if each.name in settings_of(app).fixed]
    if fixed:
        raise Trouble(f"The environment still says from where Marquee can be reached: {', '.join(fixed)}.")
    if as_json:
        print_json({"reset": [each.name for each in ALL]})
    else:
        say("Marquee can be reached from all networks again, and people may do there what their roles give.")
