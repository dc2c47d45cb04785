"""A letter that is sent at once, to see whether mail can be sent."""

from app.activity.actor import Actor
from app.activity.record import record
from app.core import clock
from app.core.app import App
from app.core.errors import Unreadable
from app.core.ids import new_id
from app.mail.addresses import address
from app.mail.compose import Draft, compose
from app.mail.errors import MailRefused
from app.mail.letters import Template
from app.mail.settings import server
from app.mail.transport import NotSent, hand_over


async def send_trial(app: App, actor: Actor, to: str, language: str | None) -> str:
    """What the mail server said at the end. Waits for it, up to three minutes.

    Raises Invalid, MailNotConfigured; MailRefused with what the server said, or why it could not.
    """
    reader = str(address(to, "to"))
    try:
        found = await server(app)
    except Unreadable as error:
        raise MailRefused(str(error)) from error
    draft = Draft(new_id(), Template.TEST, reader, None, language, {}, clock.now())
    try:
        said = await hand_over(found, compose(found, draft))
    except NotSent as error:
        await _note(app, actor, {"to": reader, "is_sent": False})
        raise MailRefused(str(error)) from error
    await _note(app, actor, {"to": reader, "is_sent": True})
    return said


async def _note(app: App, actor: Actor, told: dict[str, object]) -> None:
    async with app.transaction() as tx:
        await record(tx, actor, "mail.tested", "Server", after=told)
