"""The worker as a process of its own."""

import signal

from app.commands.scan import follow
from app.library.scans import request_scan
from tests import given
from tests.processes import ready


async def test_a_worker_process_runs_what_is_asked_for(app, tmp_path):
    library_id = await given.library(app, name="Films", path=str(tmp_path))

    async with ready("app.worker", app.config) as worker:
        async with app.transaction() as tx:
            scan_id = await request_scan(tx, library_id)
        await app.dispatcher.dispatch()

        assert (await follow(app, "Films", scan_id, None)).status == "completed"

        worker.send_signal(signal.SIGTERM)
        assert await worker.wait() == 0
        assert await worker.stderr.read() == b""


async def test_a_worker_ends_with_its_parent(app):
    async with ready("app.worker", app.config) as worker:
        worker.stdin.close()

        assert await worker.wait() == 0
