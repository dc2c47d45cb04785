"""Stepping up: what is dangerous is only for those who have just shown who they are."""

from datetime import timedelta

from app.access.viewer import Viewer
from app.core import clock
from app.core.app import App
from app.core.errors import StepUpRequired
from app.settings.registry import setting
from app.settings.values import value

STEP_UP_LIFETIME = setting(
    "step_up_lifetime",
    timedelta(minutes=10),
    "How long after somebody showed who they are they may do what is dangerous.",
    minimum=60,
    maximum=86_400,
)


async def must_have_proved(app: App, viewer: Viewer) -> None:
    """Raises StepUpRequired, for API tokens always. Marquee itself has nobody to show."""
    if viewer.user_id is None:
        return
    lifetime = await value(app, STEP_UP_LIFETIME)
    if viewer.proved_at is None or viewer.proved_at < clock.now() - lifetime:
        raise StepUpRequired("Show once more who you are, then ask again.")
