"""The guard's log stays bounded, and a program that can't be run is said to be so."""

from app.embedded import guard
from app.embedded.child import Child, Command
from tests.embedded.processes import eventually

STOP = ((15, 5.0), (9, 5.0))


def test_a_log_is_set_aside_when_it_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "LOG_LIMIT_BYTES", 10)
    log = guard.Log(str(tmp_path / "server.log"))

    for line in (b"first\n", b"second\n", b"third\n"):
        log.write(line)

    assert (tmp_path / "server.log").read_bytes() == b"third\n"
    assert (tmp_path / "server.log.1").read_bytes() == b"second\n"


async def test_what_a_child_says_and_how_it_ends_is_known(tmp_path):
    child = await Child.spawn(command(tmp_path, "echo said; exit 3"))

    status = await child.wait()

    assert (status, child.log_lines()) == (3, ["said"])


async def test_a_child_that_does_not_listen_is_killed(tmp_path):
    deaf = ["/bin/sh", "-c", "trap '' TERM; echo ready; exec sleep 60"]
    child = await Child.spawn(Command(deaf, tmp_path, tmp_path / "log", ((15, 0.1), (9, 5.0))))
    await eventually(child.log_lines)

    assert await child.stop() == 128 + 9


async def test_a_program_that_can_not_be_run_is_named(tmp_path):
    child = await Child.spawn(Command([str(tmp_path / "absent")], tmp_path, tmp_path / "log", STOP))

    assert await child.wait() == guard.UNABLE_TO_EXEC
    assert "absent" in child.log_lines()[0]


async def test_the_users_environment_does_not_reach_the_servers(tmp_path, monkeypatch):
    monkeypatch.setenv("PGDATA", "/elsewhere")
    child = await Child.spawn(command(tmp_path, 'echo "[$PGDATA]"'))

    await child.wait()

    assert child.log_lines() == ["[]"]


def command(folder, script: str) -> Command:
    return Command(["/bin/sh", "-c", script], folder, folder / "log", STOP)
