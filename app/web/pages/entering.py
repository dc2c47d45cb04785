"""What every way in comes to: the browser keeps the session, or goes on to the second factor."""

from urllib.parse import quote

from app.identity import pending
from app.identity.lifetimes import lifetimes
from app.identity.second_step import LetIn, SecondStep
from app.web.cookies import Cookie
from app.web.pages.calls import ACCOUNT, Call
from app.web.pages.frame import own_path

SECOND_FACTOR = "/sign-in/second-factor"
ENROL = f"{ACCOUNT}/second-factor"
HOME = "/graphiql"


def next_path(text: str | None) -> str:
    """Where to go on to; GraphiQL where nothing of ours is named, and never where one signs in again or out."""
    path = own_path(text, HOME)
    return HOME if path.startswith(("/sign-in", "/sign-out", "/set-up")) else path


async def enter(call: Call, outcome: LetIn | SecondStep, wanted: str | None) -> str:
    """Has the browser keep what it was given; answers where it goes on to."""
    if isinstance(outcome, SecondStep):
        call.jar.keep(outcome.token, pending.LIFETIME_S, Cookie.PENDING)
        return f"{SECOND_FACTOR}?next={quote(next_path(wanted))}"
    call.jar.keep(outcome.begun.token, (await lifetimes(call.app)).absolute.total_seconds())
    call.jar.drop(Cookie.PENDING)
    if outcome.device_token:
        call.jar.keep(outcome.device_token, outcome.trusted_for.total_seconds(), Cookie.DEVICE)
    place = next_path(wanted)
    return f"{ENROL}?next={quote(place)}" if outcome.must_enrol else place


def onward(call: Call, default: str) -> str:
    """Where the page or its link says that one wanted to, if that is ours."""
    return own_path(call.told("next") or None, default)
