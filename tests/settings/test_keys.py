"""A process whose keys are not this installation's doesn't begin."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.commands import secrets as command
from app.core.app import App, open_app
from app.core.crypto import add_key, key_file, keyring, new_key
from app.core.plain import Trouble
from app.core.resealing import reseal, sealed_columns
from app.settings.keys import adopt_keys, check_keys
from tests.processes import process_of

ACTIONS = text("SELECT action FROM activity.entries")


@pytest.fixture
async def other_keys(app, tmp_path):
    """An application on the same database that makes keys of its own, as a container with an empty disk does."""
    async with open_app(replace(app.config, data_dir=tmp_path)) as other:
        yield other


async def test_the_first_to_come_says_which_keys_are_right(app: App, other_keys: App) -> None:
    await check_keys(app)
    await check_keys(app)

    with pytest.raises(Trouble, match="MARQUEE_SECRET_KEYS"):
        await check_keys(other_keys)


async def test_of_several_that_begin_at_once_with_keys_of_their_own_one_does(
    app: App, other_keys: App
) -> None:
    ends = await asyncio.gather(check_keys(app), check_keys(other_keys), return_exceptions=True)

    assert sorted(type(each) for each in ends if each is not None) == [Trouble]


async def test_keys_may_be_renewed(app: App, tmp_path) -> None:
    former, latter = new_key(), new_key()
    async with open_app(replace(app.config, secret_keys=(former,))) as before:
        await check_keys(before)
    async with open_app(replace(app.config, secret_keys=(latter, former))) as meanwhile:
        await check_keys(meanwhile)
        for column in sealed_columns():
            await reseal(meanwhile, column)
    async with open_app(replace(app.config, secret_keys=(latter,))) as after:
        await check_keys(after)


async def test_lost_keys_are_given_up_by_hand_alone(app: App, other_keys: App) -> None:
    await check_keys(app)

    async with other_keys.transaction() as tx:
        await adopt_keys(tx, Actor(), other_keys.keyring)

    await check_keys(other_keys)
    with pytest.raises(Trouble):
        await check_keys(app)
    assert [row[0] for row in await app.db.rows(ACTIONS)] == ["secret.keys_adopted"]


async def test_a_command_gives_them_up(app: App, tmp_path, capsys) -> None:
    await check_keys(app)
    config = replace(app.config, data_dir=tmp_path)
    keyring(config)
    add_key(key_file(config))

    await command.adopt(config, as_json=True)

    assert capsys.readouterr().out == '{"adopted": true}\n'
    async with open_app(config) as other:
        await check_keys(other)


@pytest.mark.parametrize("module", ["app.main", "app.worker"])
async def test_a_replica_with_keys_of_its_own_says_so_and_ends(app: App, tmp_path, module: str) -> None:
    await check_keys(app)

    async with process_of(module, replace(app.config, data_dir=tmp_path, port=0)) as process:
        said = (await process.stderr.read()).decode()
        status = await process.wait()

    assert status == 1
    assert said.startswith("error: The keys that are here don't open this installation's secrets.")
    assert said.count("\n") == 1
