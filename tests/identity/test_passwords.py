import asyncio
import threading

import bcrypt
import pytest
from argon2 import PasswordHasher

from app.core.errors import Invalid, RateLimited
from app.identity import password_rules, passwords
from app.identity.passwords import Passwords, Verdict
from app.settings.registry import REGISTRY

PHRASE = "correct horse battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=19 * 1024, parallelism=1)
RIGHT, OUTDATED, WRONG = (
    Verdict(is_right=True),
    Verdict(is_right=True, is_outdated=True),
    Verdict(is_right=False),
)


@pytest.fixture(autouse=True)
def as_declared(monkeypatch):
    """The costs that a server has."""
    for name in ("MEMORY_MIB", "PASSES", "LANES"):
        monkeypatch.setattr(passwords, name, REGISTRY[getattr(passwords, name).name])


@pytest.fixture
async def hashing(app):
    made = Passwords(app)
    yield made
    made.close()


async def test_a_hash_is_argon2id_with_what_was_set(hashing):
    stored = await hashing.hash(PHRASE)

    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=2$")
    assert await hashing.verify(stored, PHRASE) == RIGHT
    assert await hashing.verify(stored, PHRASE + "!") == WRONG


async def test_two_hashes_of_one_password_differ(hashing):
    assert await hashing.hash(PHRASE) != await hashing.hash(PHRASE)


async def test_accents_may_be_composed_either_way(hashing):
    stored = await hashing.hash("caf\u00e9 noir")

    assert await hashing.verify(stored, "cafe\u0301 noir") == RIGHT


async def test_an_old_hash_is_right_and_to_be_made_anew(hashing):
    assert await hashing.verify(CHEAP.hash(PHRASE), PHRASE) == OUTDATED


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
async def test_hashes_of_other_servers_are_taken_and_to_be_made_anew(hashing, prefix):
    stored = bcrypt.hashpw(PHRASE.encode(), bcrypt.gensalt(4, prefix)).decode()

    assert await hashing.verify(stored, PHRASE) == OUTDATED
    assert (await hashing.verify(stored, "wrong")).is_right is False
    assert (await hashing.verify(stored.replace("$2", "$2y$", 1)[:30], PHRASE)).is_right is False


async def test_a_long_password_of_an_import_is_known_by_what_bcrypt_looks_at(hashing):
    stored = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()

    assert (await hashing.verify(stored, "x" * 100)).is_right


@pytest.mark.parametrize("stored", [None, "", "!", "$argon2id$broken"])
async def test_where_there_is_no_hash_nothing_is_right(hashing, stored):
    assert await hashing.verify(stored, PHRASE) == WRONG


async def test_the_same_is_done_where_there_is_no_account(hashing, monkeypatch):
    compared: list[str] = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, hash, word: compared.append(hash) or verify(self, hash, word)
    )
    stored = await hashing.hash(PHRASE)

    await hashing.verify(stored, "wrong")
    await hashing.verify(None, "wrong")

    parameters = [compared_hash.split("$")[3] for compared_hash in compared]
    assert parameters == ["m=65536,t=3,p=2"] * 2


async def test_only_a_few_are_hashed_at_once_and_those_without_a_place_are_told(app, monkeypatch):
    monkeypatch.setattr(passwords, "MOST_WAITING", 3)
    monkeypatch.setattr(passwords.os, "cpu_count", lambda: 4)
    hashing, go, running = Passwords(app), threading.Event(), []
    monkeypatch.setattr(
        passwords, "_verdict", lambda *_: running.append(threading.get_ident()) or (go.wait(20) and RIGHT)
    )
    asked = [asyncio.create_task(hashing.verify(None, PHRASE)) for _ in range(5)]
    while len(running) < 2 or hashing._turns.waiting < 3:  # noqa: ASYNC110
        await asyncio.sleep(0)

    with pytest.raises(RateLimited):
        await hashing.verify(None, PHRASE)
    at_once = len(running)
    go.set()
    await asyncio.gather(*asked)
    hashing.close()

    assert at_once == 2
    assert len(running) == 5


async def test_whoever_waits_too_long_is_told_to_come_again(app, monkeypatch):
    monkeypatch.setattr(passwords, "PATIENCE_S", 0.01)
    monkeypatch.setattr(passwords.os, "cpu_count", lambda: 1)
    hashing, begun, go = Passwords(app), threading.Event(), threading.Event()
    monkeypatch.setattr(passwords, "_verdict", lambda *_: begun.set() or (go.wait(20) and RIGHT))
    first = asyncio.create_task(hashing.verify(None, PHRASE))
    await asyncio.to_thread(begun.wait, 20)

    with pytest.raises(RateLimited) as told:
        await hashing.verify(None, PHRASE)
    go.set()

    assert told.value.retry_after_s > 0
    assert await first == RIGHT
    hashing.close()


async def test_whoever_hangs_up_frees_their_turn(app, monkeypatch):
    monkeypatch.setattr(passwords.os, "cpu_count", lambda: 1)
    hashing, begun, go = Passwords(app), threading.Event(), threading.Event()
    monkeypatch.setattr(passwords, "_verdict", lambda *_: begun.set() or (go.wait(20) and RIGHT))
    first = asyncio.create_task(hashing.verify(None, PHRASE))
    await asyncio.to_thread(begun.wait, 20)

    first.cancel()
    go.set()

    assert await hashing.verify(None, PHRASE) == RIGHT
    hashing.close()


@pytest.mark.parametrize(
    "password", ["aus lauter Wörtern", "x" * 1020 + "y1z", "        ab", "密码密码是一个"]
)
def test_any_characters_make_a_password(password):
    password_rules.check(password + "!", "Ripley", None)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short12", "at least 8 characters"),
        ("x1y" * 400, "at most 1024 bytes"),
        ("Password1", "tried first"),
        ("qwertyuiop", "tried first"),
        ("aaaaaaaaaaaa", "tried first"),
        ("abababababab", "tried first"),
        ("ellen ripley", "everybody knows"),
    ],
)
def test_what_is_guessed_first_is_refused(password, said):
    with pytest.raises(Invalid, match=said) as refused:
        password_rules.check(password, "Ellen Ripley", field="input.password")

    assert refused.value.field == "input.password"
