"""Secrets of outside services, and sealing them anew."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.activity.actor import Actor
from app.commands import secrets as command
from app.core.app import open_app
from app.core.crypto import add_key, key_file, new_key
from app.core.errors import Invalid, NotFound, Unreadable
from app.core.plain import Trouble
from app.core.resealing import BATCH, reseal, sealed_columns
from app.settings.secrets import remove_secret, secret, secrets, set_secret
from app.settings.tables import SecretRow
from app.tables import metadata

PREFIXES = text("SELECT DISTINCT substring(sealed FROM 1 FOR 9) FROM settings.secrets")
COLUMN = SecretRow.__table__.c.sealed


async def keep(app, name="tmdb", plain="hunter2"):
    async with app.transaction() as tx:
        await set_secret(tx, Actor(), app.keyring, name, plain)


@pytest.fixture
async def other_keys(app, tmp_path):
    """An application on the same database whose keys lie in a file of their own."""
    async with open_app(replace(app.config, data_dir=tmp_path)) as other:
        yield other


async def test_a_secret_is_kept_renewed_and_removed(app):
    await keep(app, plain="first")
    await keep(app, plain="grün")

    assert await secret(app, "tmdb") == "grün"
    assert [each.name for each in await secrets(app.db)] == ["tmdb"]

    async with app.transaction() as tx:
        await remove_secret(tx, Actor(), "tmdb")

    assert await secret(app, "tmdb") is None
    with pytest.raises(NotFound):
        async with app.transaction() as tx:
            await remove_secret(tx, Actor(), "tmdb")


async def test_neither_the_table_nor_the_log_tells_it(app):
    await keep(app)

    stored = await app.db.value(text("SELECT string_agg(CAST(s AS text), '') FROM settings.secrets s"))
    logged = await app.db.value(text("SELECT string_agg(CAST(e AS text), '') FROM activity.entries e"))

    assert "hunter2" not in stored
    assert b"hunter2".hex() not in stored
    assert "hunter2" not in logged
    assert "secret.set" in logged


@pytest.mark.parametrize(
    ("name", "plain"), [("", "x"), ("TMDB", "x"), ("a b", "x"), ("tmdb", ""), ("tmdb", "x" * 10_001)]
)
async def test_names_and_lengths_are_bounded(app, name, plain):
    with pytest.raises(Invalid):
        await keep(app, name, plain)


async def test_one_secret_can_t_take_anothers_place(app):
    await keep(app, "first")
    await keep(app, "second")
    await app.db.run(
        text(
            "UPDATE settings.secrets SET sealed = (SELECT sealed FROM settings.secrets WHERE name = 'first')"
        )
    )

    with pytest.raises(Unreadable):
        await secret(app, "second")


def test_every_sealed_column_is_one_that_can_be_sealed_anew():
    tables = {column.table.fullname for column in sealed_columns()}

    assert tables >= {
        name
        for name, table in metadata.tables.items()
        if any("sealed" in each.name for each in table.columns)
    }
    assert all(len(column.table.primary_key.columns) == 1 for column in sealed_columns())


async def test_the_command_knows_every_sealed_column():
    script = (
        "import app.commands.secrets; from app.core.resealing import sealed_columns;"
        "print(*sorted(f'{each.table.fullname}.{each.name}' for each in sealed_columns()))"
    )

    process = await create_subprocess_exec(sys.executable, "-c", script, stdout=PIPE)
    told, _ = await process.communicate()

    assert told.decode().split() == sorted(f"{each.table.fullname}.{each.name}" for each in sealed_columns())
    assert "settings.secrets.sealed" in told.decode().split()


async def test_all_is_sealed_anew_with_the_newest_key_batch_by_batch(other_keys):
    app = other_keys
    for number in range(BATCH + 3):
        await keep(app, f"secret-{number}", str(number))
    add_key(key_file(app.config))

    async with open_app(app.config) as newer:
        done = await reseal(newer, COLUMN)

        assert (done.renewed, done.unreadable) == (BATCH + 3, [])
        assert [row[0] for row in await newer.db.rows(PREFIXES)] == [newer.keyring.prefix]
        assert (await reseal(newer, COLUMN)).renewed == 0
        assert await secret(newer, "secret-7") == "7"
    assert await secret(app, "secret-7") == "7"


async def test_what_can_t_be_read_is_told_and_left_and_the_rest_goes_on(app, other_keys):
    await keep(other_keys, "theirs")
    await keep(app, "ours")

    done = await reseal(app, COLUMN)

    assert done.unreadable == ["theirs"]
    assert await secret(other_keys, "theirs") == "hunter2"
    assert await secret(app, "ours") == "hunter2"


async def test_the_command_seals_anew_and_says_what_it_could_not_read(app, other_keys, capsys):
    await keep(app, "ours")
    await asyncio.to_thread(command.add, app.config, as_json=True)
    await command.rotate(app.config, as_json=True)

    added, rotated = map(json.loads, capsys.readouterr().out.splitlines())
    assert added == {"file": str(key_file(app.config))}
    assert rotated == {"renewed": 1, "unreadable": []}

    await keep(other_keys, "theirs")
    with pytest.raises(Trouble, match=r"settings\.secrets\.sealed of theirs"):
        await command.rotate(app.config, as_json=False)


def test_a_key_for_the_variable_is_shown(app, capsys):
    command.add(replace(app.config, secret_keys=(new_key(),)), as_json=False)

    assert len(capsys.readouterr().out.strip()) == 44
