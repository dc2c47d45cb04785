import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from app.commands import doctor, doctor_machine, doctor_servers
from app.commands.finding import Verdict
from app.core import migrate
from app.core.config import Config
from tests import given


@pytest.fixture
def well(app, tmp_path):
    """A configuration that nothing is wrong with."""
    return replace(app.config, port=0, data_dir=tmp_path / "data", media_movies="", media_tv="")


def of(findings, name):
    return next(finding for finding in findings if finding.name == name)


async def test_all_is_well_on_good_servers(well, capsys):
    status = await doctor.run(well, as_json=True)

    said = json.loads(capsys.readouterr().out)
    assert (status, said["ok"]) == (0, True), said
    names = [check["name"] for check in said["checks"]]
    assert {"Python", "PyAV", "Data directory", "Disk", "Port", "Open files", "PostgreSQL", "Redis"} <= set(
        names
    )
    assert {"Extension pg_trgm", "Extension unaccent", "Migrations"} <= set(names)


async def test_servers_that_are_away_are_named_with_advice(well, capsys):
    config = replace(well, database_url="postgresql://127.0.0.1:1/x", redis_url="redis://127.0.0.1:1")

    status = await doctor.run(config, as_json=False)

    said = capsys.readouterr().out
    assert status == 1
    assert "PostgreSQL can't be reached (connection refused)" in said
    assert "→ Start it, or mend MARQUEE_REDIS_URL." in said
    assert said.endswith("Something is broken; see above.\n")


async def test_a_database_behind_its_migrations_is_broken_and_our_own_only_worth_a_word(well, new_database):
    url = await new_database()
    await migrate.downgrade(url, "base")
    config = replace(well, database_url=url)

    theirs = of(await doctor_servers.database_checks(config, migrates_itself=False), "Migrations")
    ours = of(await doctor_servers.database_checks(config, migrates_itself=True), "Migrations")

    assert (theirs.verdict, theirs.advice) == (Verdict.BROKEN, "Run `marquee migrate`.")
    assert ours.verdict is Verdict.WARNING


async def test_the_folders_of_libraries_are_looked_at(app, well, tmp_path):
    await given.library(app, name="Films", path=str(tmp_path / "gone"))

    findings = await doctor_servers.database_checks(well, migrates_itself=False)

    assert of(findings, "Library Films").verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("info", "verdict"),
    [
        ({"redis_version": "6.2.14"}, Verdict.OK),
        ({"redis_version": "7.2.4", "valkey_version": "9.1.2"}, Verdict.OK),
        ({"redis_version": "6.0.16"}, Verdict.BROKEN),
        ({"redis_version": "7.0.1", "maxmemory": 1, "maxmemory_policy": "allkeys-lru"}, Verdict.WARNING),
    ],
)
def test_redis_has_to_be_new_enough_and_to_keep_its_keys(info, verdict):
    assert doctor_servers._redis_version(info).verdict is verdict


def test_a_port_that_another_program_has_is_broken(well):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        finding = doctor_machine.port(replace(well, port=taken.getsockname()[1]))

    assert finding.verdict is Verdict.BROKEN
    assert "is taken by another program" in finding.message


def test_a_data_directory_that_can_not_be_made_is_broken():
    assert doctor_machine.data_dir(Path("/proc/nowhere")).verdict is Verdict.BROKEN


def test_media_folders_are_read_and_an_empty_one_is_suspicious(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "Alien (1979).mkv").touch()
    (tmp_path / "empty").mkdir()

    verdicts = [
        doctor_machine.folder_readable("x", tmp_path / name).verdict for name in ("full", "empty", "gone")
    ]

    assert verdicts == [Verdict.OK, Verdict.WARNING, Verdict.BROKEN]


def test_manifests_are_read(tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text('{"films": "{ movies { totalCount } }"}')

    (found,) = doctor_machine.trusted_documents(Config(trusted_manifests=(str(good),)))
    (missed,) = doctor_machine.trusted_documents(Config(trusted_manifests=(str(good), str(bad))))

    assert (found.verdict, missed.verdict) == (Verdict.OK, Verdict.BROKEN)
    assert f"{bad} can't be read" in missed.message
    assert not list(doctor_machine.trusted_documents(Config()))


def test_little_room_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor_machine, "LEAST_FREE_BYTES", 1 << 60)

    assert doctor_machine.disk(tmp_path / "not" / "there").verdict is Verdict.BROKEN


def test_embedded_programs_are_run(well):
    config = replace(well, database_url="", redis_url="")

    findings = list(doctor_machine.programs(config))

    assert [(finding.name, finding.verdict) for finding in findings] == [
        ("Embedded PostgreSQL", Verdict.OK),
        ("Embedded Valkey", Verdict.OK),
    ]
