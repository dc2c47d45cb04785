"""Workers that die with a letter in their hands."""

import asyncio
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text

from app.mail.letters import Letter, Template, send
from tests.patience import PATIENCE_S

SENT = text("SELECT sent_at FROM mail.letters")


@asynccontextmanager
async def worker(config, mode: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await create_subprocess_exec(
        sys.executable, "-m", "tests.mail.worker", config.database_url, config.redis_url, config.namespace,
        str(config.data_dir), mode, stdout=PIPE, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_worker_killed_between_sending_and_noting_it_sends_nothing_but_the_same_letter_again(
    app, post, set_up
):
    await set_up(post.port)
    async with app.transaction() as tx:
        await send(tx, Letter(template=Template.PASSWORD_CHANGED, to="ann@example.org"))

    async with asyncio.timeout(PATIENCE_S):
        async with worker(app.config, "stop") as doomed:
            assert await doomed.stdout.readline() == b"handed over\n"
            doomed.kill()
            await doomed.wait()
        assert await app.db.value(SENT) is None
        async with worker(app.config, "go"):
            while await app.db.value(SENT) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    assert len(post.letters) > 1
    assert len({letter["Message-ID"] for letter in post.letters}) == 1
    assert len({letter.get_body(("plain",)).get_content() for letter in post.letters}) == 1
    assert await app.db.value(text("SELECT facts IS NULL AND claimed_until IS NULL FROM mail.letters"))
