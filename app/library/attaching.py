"""The job that finds what belongs to works whose files a person changed hands of."""

from datetime import timedelta
from uuid import UUID

from app.core.app import App
from app.core.jobs import job
from app.library.attach import ATTACH, attach_some
from app.library.scans import share
from app.library.take_images import ask_for_images


@job(ATTACH.name, queue=ATTACH.queue, timeout=timedelta(hours=1), tries=5)
async def attach(app: App, library_id: str) -> None:
    """Do at once what the end of the next scan would do; nothing is left to it by then."""
    while await _attach(app, UUID(library_id)):
        pass
    async with app.transaction() as tx:
        await ask_for_images(tx, UUID(library_id))


async def _attach(app: App, library_id: UUID) -> bool:
    async with app.transaction() as tx:
        await share(tx, library_id)
        return await attach_some(tx, library_id)
