"""The command as a shell runs it: what it prints where, and how it exits."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import cli
from app.commands import migrate, parse, schema
from app.core.config import Config
from app.core.plain import Trouble


def marquee(*arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MARQUEE_")}
    run = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env=clean | variables,
    )
    return subprocess.CompletedProcess(run.args, run.returncode, run.stdout.decode(), run.stderr.decode())


def test_parse_answers_line_by_line_and_goes_on_after_a_bad_one():
    lines = b"movie\tAlien (1979).mkv\nfilm\tAlien\nepisode\t\n\xff\t\nepisode\tS\xc3\xa9r\xc3\xa9nade/S01E02.mkv\n"

    run = marquee("parse", stdin=lines, LC_ALL="C")

    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert (run.returncode, run.stderr) == (0, "")
    assert (answers[0]["kind"], answers[0]["title"], answers[0]["year"]) == ("movie", "Alien", 1979)
    assert [answer.get("error") for answer in answers[1:4]] == [
        "Line 2 must begin with movie or episode and a tab.",
        "Line 3 names no file.",
        "Line 4 is not UTF-8.",
    ]
    assert (answers[4]["title"], answers[4]["season"], answers[4]["episodes"]) == ("Sérénade", 1, [2])


async def test_parse_answers_each_line_before_it_reads_the_next():
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.cli", "parse", stdin=pipe, stdout=pipe
    )

    process.stdin.write(b"movie\tAlien (1979).mkv\n")
    answer = json.loads(await process.stdout.readline())
    process.stdin.close()

    assert answer["title"] == "Alien"
    assert await process.wait() == 0


@pytest.fixture
def here(monkeypatch, capsys):
    """Runs the command in this process, which has imported everything: status, standard output and error."""

    def run(*arguments: str, **variables: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["marquee", *arguments])
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        return exit_.value.code, *capsys.readouterr()

    return run


def test_wrong_usage_is_one_line_and_status_2(here):
    status, out, err = here("library", "add", "Films", "music", "/tmp")

    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "'music' is not one of 'movie', 'tv'" in err


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (
            ["up"],
            {"MARQUEE_HOST": "192.0.2.1"},
            "MARQUEE_HOST is 192.0.2.1, which is no address of this machine.",
        ),
        (["up"], {"MARQUEE_PORT": "many"}, "MARQUEE_PORT is 'many', which is no whole number."),
        (["up", "--media", "/nowhere"], {}, "There is no folder /nowhere."),
        (
            ["up", "--media", "/proc/self/fd"],
            {},
            "/proc/self/fd has no folder movies/ and no folder tv/ in it.",
        ),
        (
            ["library", "list"],
            {
                "MARQUEE_DATABASE_URL": "postgresql://127.0.0.1:1/x",
                "MARQUEE_REDIS_URL": "redis://127.0.0.1:1",
            },
            "PostgreSQL can't be reached (connection refused).",
        ),
        (
            ["library", "list"],
            {"MARQUEE_DATA_DIR": "/proc/nowhere"},
            "The data directory /proc/nowhere can't be used",
        ),
    ],
)
def test_an_error_is_one_line_and_no_traceback(here, arguments, variables, said):
    status, out, err = here(*arguments, **variables)

    assert (status, out) == (1, "")
    assert err.startswith(f"error: {said}")
    assert err.count("\n") == 1


def test_debugging_shows_where_an_error_comes_from(here):
    status, _, err = here("up", "--media", "/nowhere", MARQUEE_LOG_LEVEL="debug")

    assert status == 1
    assert "Traceback" in err
    assert err.endswith("error: There is no folder /nowhere.\n")


def test_help_is_no_error(here):
    status, out, _ = here("--help")

    assert status == 0
    assert "doctor" in out


def test_ctrl_c_is_quiet(here, monkeypatch):
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(parse, "run", interrupt)

    assert here("parse") == (130, "", "")


def test_the_demo_library_is_not_made_among_other_files(here, tmp_path):
    (tmp_path / "taxes.ods").touch()

    status, _, err = here("demo", str(tmp_path))

    assert status == 1
    assert err.startswith(f"error: {tmp_path} holds other files")


def test_scripts_get_json(here, config, tmp_path):
    variables = {"MARQUEE_DATABASE_URL": config.database_url, "MARQUEE_REDIS_URL": config.redis_url}

    added = json.loads(here("library", "add", "Films", "movie", str(tmp_path), "--json", **variables)[1])
    listed = json.loads(here("library", "list", "--json", **variables)[1])
    asked = json.loads(here("library", "scan", "Films", "--json", **variables)[1])
    here("library", "rm", "Films", "--json", **variables)

    assert listed == [added | {"files": 0}]
    assert asked["library"] == "Films"
    assert json.loads(here("library", "list", "--json", **variables)[1]) == []


def test_a_reader_that_leaves_is_no_error():
    program = f"{sys.executable} -m app.cli schema | head -1"

    run = subprocess.run(["bash", "-c", program], capture_output=True, check=False, text=True)

    assert run.stderr == ""
    assert run.stdout.count("\n") == 1


def test_the_schema_is_printed_and_found_the_same_in_the_file(tmp_path, capsys):
    schema.show()
    (tmp_path / "schema.graphql").write_text(capsys.readouterr().out)

    schema.check(tmp_path / "schema.graphql")

    assert capsys.readouterr().out == ""


def test_a_schema_that_drifted_is_shown_in_few_lines(tmp_path, capsys):
    drifted = schema.sdl().replace("type Query", "type Quest", 1)
    (tmp_path / "schema.graphql").write_text(drifted)

    with pytest.raises(Trouble, match="Run `make schema`"):
        schema.check(tmp_path / "schema.graphql")

    shown = capsys.readouterr().out
    assert "-type Quest {" in shown
    assert "+type Query {" in shown
    assert shown.count("\n") < 20


def test_a_long_difference_is_cut():
    difference = schema.differences("", "\n".join(map(str, range(1000))))

    assert len(difference) == 41
    assert difference[-1].endswith("lines more")


async def test_migrate_goes_to_the_newest_revision_and_down(new_database, config, capsys):
    ours = Config(database_url=await new_database(), redis_url=config.redis_url)

    await migrate.down(ours, "base", as_json=True)
    await migrate.up(ours, as_json=True)

    down, up = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (down["after"], up["before"]) == (None, None)
    assert down["before"] == up["after"] is not None


async def test_migrating_down_to_nowhere_is_explained(config):
    with pytest.raises(Trouble, match="can't go down to nowhere"):
        await migrate.down(config, "nowhere", as_json=False)


def test_migrations_that_make_other_tables_are_told():
    program = (
        "from sqlalchemy import Column, Integer, Table\n"
        "from app.tables import metadata\n"
        "Table('stray', metadata, Column('id', Integer, primary_key=True), schema='library')\n"
        "import sys; sys.argv = ['marquee', 'migrate', '--check']\n"
        "from app.cli import main; main()\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        text=True,
        cwd=Path(__file__).parents[1],
    )

    assert run.returncode == 1
    assert run.stderr.startswith("error: The tables are not what the migrations make; write a migration for:")
    assert "stray" in run.stderr
