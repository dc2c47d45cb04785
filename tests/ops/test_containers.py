"""The Dockerfile and compose.yaml hold together: checked without an engine."""

import re
import shutil
import subprocess
import sysconfig
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from app.core.config import Config
from tests.ops.manifests import ROOT

HADOLINT = shutil.which("hadolint") or shutil.which("hadolint", path=sysconfig.get_path("scripts"))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with continued lines joined, comments left out."""
    lines = [
        line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")
    ]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [
        (word, rest)
        for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())
    ]


def last_stage() -> dict[str, str]:
    """The final stage's instructions by name; of several alike the last, which is the one that counts."""
    found = instructions()
    start = max(index for index, (word, _) in enumerate(found) if word == "FROM")
    return dict(found[start:])


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_the_image_is_built_on_a_pinned_python_that_the_lock_is_for():
    arguments = dict(rest.split("=", 1) for word, rest in instructions() if word == "ARG")

    assert re.fullmatch(r"3\.11\.\d+-slim-\w+", arguments["PYTHON"])
    assert all(rest.startswith("python:${PYTHON}") for word, rest in instructions() if word == "FROM")
    assert "--require-hashes" in " ".join(rest for word, rest in instructions() if word == "RUN")


def test_the_image_runs_the_server_as_nobody_special_with_its_writes_in_one_place():
    stage = last_stage()

    assert stage["USER"] == "10001:10001"
    assert stage["CMD"] == '["marquee", "serve"]'
    assert stage["VOLUME"] == "/data"
    assert stage["STOPSIGNAL"] == "SIGTERM"
    assert "/healthz" in stage["HEALTHCHECK"]
    assert "EXPOSE" not in stage


def test_everything_copied_is_let_through_by_dockerignore():
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {
        source
        for word, rest in instructions()
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }

    assert rules[0] == "*"
    assert copied == allowed
    assert not [name for name in allowed if fnmatch(name, "*.env*") or name.startswith(".")]


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
def test_hadolint_has_nothing_to_say():
    assert HADOLINT is not None

    said = subprocess.run([HADOLINT, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stdout) == (0, "")


def test_compose_pins_its_images_and_keeps_its_passwords_outside(services: dict[str, Any]):
    for name, service in services.items():
        assert re.search(r":\d+\.\d+(\.\d+)?$", service["image"]), name
        for variable, value in service["environment"].items():
            if re.search("PASSWORD|AUTH", variable):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), f"{name}: {variable}"
    for url in re.findall(r"\w+://\S+@", (ROOT / "compose.yaml").read_text()):
        assert re.search(r":\$\{MARQUEE_\w+_PASSWORD", url), url


def test_compose_opens_ports_on_loopback_only(services: dict[str, Any]):
    ports = [port for service in services.values() for port in service.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert services["server"]["network_mode"] == "host"
    assert services["server"]["environment"]["MARQUEE_HOST"] == "127.0.0.1"
    assert "network_mode" not in services["worker"]


def test_compose_runs_marquee_with_few_rights_and_media_read_only(services: dict[str, Any]):
    commands = {
        name: service["command"][1]
        for name, service in services.items()
        if service["image"].startswith("marquee")
    }

    assert commands == {"migrate": "migrate", "server": "serve", "worker": "worker"}
    for name in commands:
        service = services[name]
        assert (service["user"], service["read_only"], service["cap_drop"]) == (
            "10001:10001",
            True,
            ["ALL"],
        ), name
        assert any(volume.endswith(":/media:ro") for volume in service["volumes"]), name


def test_compose_starts_things_in_their_order(services: dict[str, Any]):
    for name in ("server", "worker"):
        waits = services[name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["valkey"]["condition"] == "service_healthy"
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert services["migrate"]["restart"] == "no"


def test_compose_gives_each_process_settings_that_it_can_read(services: dict[str, Any]):
    given = {"MARQUEE_MEDIA": "/media", "MARQUEE_POSTGRES_PASSWORD": "a", "MARQUEE_VALKEY_PASSWORD": "b"}

    for name in ("migrate", "server", "worker"):
        environment = {key: filled(str(value), given) for key, value in services[name]["environment"].items()}
        config = Config.from_env(environment)
        assert config.database_url.startswith("postgresql://marquee:a@"), name
        assert config.redis_url.startswith("redis://:b@"), name


def filled(text: str, variables: dict[str, str]) -> str:
    """Text with `${NAME}`, `${NAME:?message}` and `${NAME:-default}` replaced, as Compose does."""

    def value(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        return variables[name] if default is None else variables.get(name, default)

    return re.sub(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*)|:\?[^}]*)?\}", value, text)
