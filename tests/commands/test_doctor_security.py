"""What `marquee doctor` says of settings, keys, proxies, passwords, accounts and mail."""

import asyncio
from dataclasses import replace
from math import inf
from socket import socket

import pytest

from app.activity.actor import Actor
from app.commands import doctor_security, doctor_servers
from app.commands.finding import Verdict
from app.core.config import Config
from app.core.crypto import add_key, key_file, keyring, new_key
from app.settings.keys import check_keys
from app.settings.writes import change_settings
from app.web.listen import listen
from tests import given


def of(findings, name):
    return next(finding for finding in findings if finding.name == name)


async def found(config, name, **told):
    return of(await doctor_servers.database_checks(config, migrates_itself=False, **told), name)


async def set_up(app, **changes):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), changes)


def test_what_the_environment_sets_wrongly_is_broken(monkeypatch):
    well = doctor_security.settings()
    monkeypatch.setenv("MARQUEE_SETTING_PASSWORD_PASSES", "many")
    monkeypatch.setenv("MARQUEE_SETTING_NOTHING_AT_ALL", "1")

    ill = doctor_security.settings()

    assert (well.verdict, ill.verdict) == (Verdict.OK, Verdict.BROKEN)
    assert "MARQUEE_SETTING_PASSWORD_PASSES" in ill.message
    assert "MARQUEE_SETTING_NOTHING_AT_ALL" in ill.message


def test_keys_have_to_be_there_and_readable(tmp_path):
    config = Config(data_dir=tmp_path)

    none = doctor_security.keys(config)
    left_alone = not key_file(config).exists()
    keyring(config)
    made = doctor_security.keys(config)
    key_file(config).write_text("no key\n")
    spoilt = doctor_security.keys(config)
    given_by_variable = doctor_security.keys(replace(config, secret_keys=(new_key(),)))

    assert left_alone
    verdicts = [each.verdict for each in (none, made, spoilt, given_by_variable)]
    assert verdicts == [Verdict.WARNING, Verdict.OK, Verdict.BROKEN, Verdict.OK]


@pytest.mark.parametrize(
    ("host", "trusted", "verdict"),
    [
        ("127.0.0.1", (), Verdict.OK),
        ("0.0.0.0", (), Verdict.WARNING),
        ("0.0.0.0", ("10.0.0.0/8",), Verdict.OK),
        ("0.0.0.0", ("0.0.0.0/0",), Verdict.BROKEN),
        ("127.0.0.1", ("10.0.0.1", "::/0"), Verdict.BROKEN),
    ],
)
def test_proxies_are_needed_for_others_and_not_everybody_is_one(host, trusted, verdict):
    assert doctor_security.proxies(Config(host=host, trusted_proxies=trusted)).verdict is verdict


async def test_keys_that_open_nothing_are_found(app, tmp_path):
    await check_keys(app)
    elsewhere = replace(app.config, data_dir=tmp_path)

    fitting = await found(app.config, "Stored secrets")
    lost = await found(elsewhere, "Stored secrets")
    keyring(elsewhere)
    add_key(key_file(elsewhere))
    others = await found(elsewhere, "Stored secrets")

    assert [each.verdict for each in (fitting, lost, others)] == [Verdict.OK, Verdict.BROKEN, Verdict.BROKEN]


async def test_a_password_is_hashed_as_it_is_set(app, monkeypatch):
    await set_up(app, password_memory_mib=19, password_passes=1, password_lanes=1)
    costs = []
    monkeypatch.setattr(doctor_security, "hash_by", lambda cost, _: costs.append(cost))

    findings = []
    for slow_s, quick_s in ((inf, inf), (inf, 0.0), (0.0, 0.0)):
        monkeypatch.setattr(doctor_security, "SLOW_HASH_S", slow_s)
        monkeypatch.setattr(doctor_security, "QUICK_HASH_S", quick_s)
        findings.append(await found(app.config, "Passwords"))
    quick, well, slow = findings

    assert {(cost.memory_mib, cost.passes, cost.lanes) for cost in costs} == {(19, 1, 1)}
    assert [each.verdict for each in findings] == [Verdict.WARNING, Verdict.OK, Verdict.WARNING]
    assert "password_memory_mib" in quick.advice
    assert "password_passes" in slow.advice
    assert well.message.endswith("19 MiB")


async def test_whether_anybody_can_sign_in_is_told(app):
    nobody = await found(app.config, "Accounts")
    await given.user(app)
    somebody = await found(app.config, "Accounts")

    assert (nobody.verdict, somebody.verdict) == (Verdict.WARNING, Verdict.OK)


async def test_the_mail_server_is_reached_for_when_that_is_asked(app):
    (sock,) = listen("127.0.0.1", 0)
    without = await found(app.config, "Mail", with_mail=True)
    await set_up(app, mail_host="127.0.0.1", mail_port=sock.getsockname()[1])
    partly = await found(app.config, "Mail", with_mail=True)
    await set_up(app, mail_from_address="marquee@example.org", public_url="https://films.example.org")

    unasked = await found(app.config, "Mail")
    async with await asyncio.start_server(lambda _, writer: writer.close(), sock=sock):
        there = await found(app.config, "Mail", with_mail=True)
    with socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        await set_up(app, mail_port=deaf.getsockname()[1])
        away = await found(app.config, "Mail", with_mail=True)

    assert (without.verdict, partly.verdict) == (Verdict.OK, Verdict.WARNING)
    assert "public_url" in partly.message
    assert [each.verdict for each in (unasked, there, away)] == [Verdict.OK, Verdict.OK, Verdict.BROKEN]
