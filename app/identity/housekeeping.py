"""What is forgotten in time: old entries of the activity log, unfinished sign-ins, letters, what has ended, images."""

import asyncio
import logging
from datetime import timedelta

from app.activity.purge import purge
from app.core import http_cache
from app.core.app import App
from app.core.dispatch import TROUBLE
from app.core.jobs import JobRef, Queue, job
from app.identity import (
    device_sign_in,
    invitations,
    one_time,
    passkey_writes,
    pending,
    registration,
    sessions,
    sso_flows,
    sso_logout,
    trusted_devices,
)
from app.identity.lockout import forget_attempts
from app.images.sweep import sweep
from app.mail import purge as letters
from app.settings.registry import setting
from app.settings.values import value

log = logging.getLogger(__name__)

EVERY_S = 3600.0
# After their end: for whoever looks into what happened.
SESSIONS_KEPT_DAYS = 90
ACTIVITY_RETENTION = setting(
    "activity_retention",
    timedelta(days=90),
    "How long entries of the activity log are kept.",
    minimum=86_400,
    maximum=315_360_000,
)

PURGES = (
    pending.purge,
    passkey_writes.purge,
    trusted_devices.purge,
    letters.purge,
    registration.purge,
    invitations.purge,
)


@job("identity.housekeeping", queue=Queue.BULK, timeout=timedelta(minutes=30))
async def housekeeping(app: App) -> None:
    """Forget what is old, in batches; safe to run twice, and at once."""
    await forget_attempts(app)
    await sessions.drop_old(app.db, days=SESSIONS_KEPT_DAYS)
    for drop in (
        one_time.drop_old,
        sso_flows.purge,
        sso_logout.purge,
        device_sign_in.purge,
        http_cache.purge,
    ):
        await drop(app.db)
    async with app.transaction() as tx:
        for forget in PURGES:
            await forget(tx)
        if strays := await letters.take_up_strays(tx):
            log.warning("%s letters were long due, and nobody had them in hand; they are taken up.", strays)
    if purged := await purge(app, await value(app, ACTIVITY_RETENTION)):
        log.info("%s old entries of the activity log were forgotten.", purged)


async def keep_house(app: App, *further: JobRef) -> None:
    """Ask for it at the start and every hour; once for all workers that ask while it still waits.

    further: what else is cleared away, in slices above this one.
    """
    while True:
        try:
            async with app.transaction() as tx:
                for each in (housekeeping, sweep, *further):
                    tx.enqueue(each, dedupe=each.name)
        except TROUBLE as error:
            log.warning("Housekeeping has to wait: %s", str(error) or type(error).__name__)
        await asyncio.sleep(EVERY_S)
