"""Stored secrets are read by their keys, for what they belong to, and by nothing else."""

import os
import stat
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest

from app.core.config import Config, ConfigError
from app.core.crypto import Keyring, add_key, belongs_to, key_file, keyring, new_key, read_keys
from app.core.errors import Unreadable
from app.core.tables import JobRow

OLD, NEW = new_key(), new_key()
WHOSE = "identity.factors.secret:1"


def test_what_is_sealed_can_be_opened_and_tells_nothing():
    ring = Keyring([OLD])

    sealed = ring.seal(b"hunter2", WHOSE)

    assert ring.open(sealed, WHOSE) == b"hunter2"
    assert b"hunter2" not in sealed
    assert sealed.startswith(ring.prefix)
    assert sealed != ring.seal(b"hunter2", WHOSE)


def test_a_secret_opens_only_for_what_it_belongs_to():
    ring = Keyring([OLD])
    sealed = ring.seal(b"hunter2", WHOSE)

    with pytest.raises(Unreadable, match="moved"):
        ring.open(sealed, "identity.factors.secret:2")


@pytest.mark.parametrize("place", [0, 1, 9, 21, -1])
def test_a_changed_byte_anywhere_is_noticed(place):
    ring = Keyring([OLD])
    sealed = bytearray(ring.seal(b"hunter2", WHOSE))
    sealed[place] ^= 1

    with pytest.raises(Unreadable):
        ring.open(bytes(sealed), WHOSE)


@pytest.mark.parametrize("length", [0, 1, 8, 9, 20, 30])
def test_a_cut_secret_is_noticed(length):
    ring = Keyring([OLD])
    sealed = ring.seal(b"hunter2", WHOSE)

    with pytest.raises(Unreadable):
        ring.open(sealed[:length], WHOSE)


def test_the_newest_key_seals_and_older_ones_still_open():
    sealed = Keyring([OLD]).seal(b"hunter2", WHOSE)
    ring = Keyring([NEW, OLD])

    assert ring.open(sealed, WHOSE) == b"hunter2"
    assert not sealed.startswith(ring.prefix)
    assert Keyring([NEW]).open(ring.seal(b"hunter2", WHOSE), WHOSE) == b"hunter2"


def test_a_lost_key_is_named_and_not_told():
    sealed = Keyring([OLD]).seal(b"hunter2", WHOSE)

    with pytest.raises(Unreadable) as lost:
        Keyring([NEW]).open(sealed, WHOSE)

    assert sealed[1:9].hex() in str(lost.value)
    assert OLD not in str(lost.value)


def test_a_secret_belongs_to_its_column_and_row():
    assert belongs_to(JobRow.error, 7) == "outbox.jobs.error:7"
    assert belongs_to(JobRow.__table__.c.error, 7) == "outbox.jobs.error:7"


def test_configured_keys_are_taken_in_either_alphabet_and_make_no_file(tmp_path):
    raw = os.urandom(32)
    config = Config(data_dir=tmp_path, secret_keys=(urlsafe_b64encode(raw).decode(), OLD))

    ring = keyring(config)

    assert ring.open(Keyring([OLD]).seal(b"hunter2", WHOSE), WHOSE) == b"hunter2"
    assert not key_file(config).exists()


@pytest.mark.parametrize(
    "key", ["hunter2", "c2VjcmV0", OLD[:-4], OLD + "AAAA"], ids=["word", "short", "cut", "long"]
)
def test_what_is_no_key_is_refused_without_being_told(key):
    with pytest.raises(ConfigError, match=r"^MARQUEE_SECRET_KEYS ") as refused:
        Config.from_env({"MARQUEE_SECRET_KEYS": key})

    assert key not in str(refused.value)


def test_a_configuration_doesnt_show_its_keys():
    assert OLD not in repr(Config(secret_keys=(OLD,)))


def test_without_keys_a_file_is_made_that_only_its_owner_reads(tmp_path):
    config = Config(data_dir=tmp_path / "not" / "there")

    sealed = keyring(config).seal(b"hunter2", WHOSE)

    path = key_file(config)
    assert keyring(config).open(sealed, WHOSE) == b"hunter2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


async def test_processes_that_begin_together_agree_on_one_key(tmp_path):
    script = (
        "import sys, pathlib; from app.core.config import Config; from app.core.crypto import keyring;"
        "sys.stdin.readline(); print(keyring(Config(data_dir=pathlib.Path(sys.argv[1]))).prefix.hex())"
    )
    processes = [
        await create_subprocess_exec(sys.executable, "-c", script, str(tmp_path), stdin=PIPE, stdout=PIPE)
        for _ in range(6)
    ]

    for process in processes:
        process.stdin.write(b"\n")
    prefixes = {(await process.communicate())[0] for process in processes}

    assert len(prefixes) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret-keys"]


def test_a_key_added_to_the_file_is_found_by_those_that_run(tmp_path):
    config = Config(data_dir=tmp_path)
    running = keyring(config)
    old = running.seal(b"old", WHOSE)

    add_key(key_file(config))

    ring = keyring(config)
    assert ring.prefix != running.prefix
    assert running.open(ring.seal(b"new", WHOSE), WHOSE) == b"new"
    assert running.prefix == ring.prefix
    assert ring.open(old, WHOSE) == b"old"
    assert stat.S_IMODE(key_file(config).stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "secret\n", f"{OLD}\nsecret\n"], ids=["empty", "bad", "half bad"])
def test_a_spoilt_file_is_refused_by_its_name_and_left_alone(tmp_path, text):
    config = Config(data_dir=tmp_path)
    key_file(config).write_text(text)

    with pytest.raises(ConfigError, match="secret-keys"):
        keyring(config)

    assert key_file(config).read_text() == text


async def test_an_application_has_one_keyring(app):
    assert app.keyring is app.keyring
    assert read_keys(key_file(app.config))


def test_keys_come_newest_first(tmp_path):
    config = replace(Config(data_dir=tmp_path), secret_keys=(NEW, OLD))

    assert keyring(config).prefix == Keyring([NEW]).prefix
