"""The Kubernetes manifests hold together: checked without a cluster, as written and as kustomize renders them."""

import asyncio
import importlib
import importlib.util
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields

import pytest
import yaml

from app.core.config import Config
from tests.ops.manifests import K8S, KUSTOMIZE, Manifest, containers, of_kind, pods, rendered, sources

RENDERED = ("base", "overlays/dev", "overlays/prod")
no_kustomize = pytest.mark.skipif(KUSTOMIZE is None, reason="neither kubectl nor kustomize is installed")


@pytest.fixture(
    scope="module", params=["sources", *(pytest.param(name, marks=no_kustomize) for name in RENDERED)]
)
def manifests(request: pytest.FixtureRequest) -> list[Manifest]:
    return sources() if request.param == "sources" else rendered(request.param)


def test_every_file_is_used_by_a_kustomization_and_every_named_file_is_there():
    named = set()
    for kustomization in K8S.glob("**/kustomization.yaml"):
        content = yaml.safe_load(kustomization.read_text())
        paths = content["resources"] + [
            patch["path"] for patch in content.get("patches", []) if "path" in patch
        ]
        named |= {(kustomization.parent / path).resolve() for path in paths}

    files = {path for path in K8S.glob("**/*.yaml") if path.name != "kustomization.yaml"}
    assert {path for path in named if not path.exists()} == set()
    assert {path for path in named if path.is_file()} == files


def test_images_are_pinned_to_a_version(manifests: list[Manifest]):
    images = {name: container["image"] for name, container in containers(manifests)}

    assert images
    for name, image in images.items():
        assert re.search(r":v?\d+\.\d+(\.\d+)?[\w.-]*$", image), f"{name} runs {image}"


def test_containers_can_do_nothing_but_their_work(manifests: list[Manifest]):
    for name, container in containers(manifests):
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False, name
        assert context["readOnlyRootFilesystem"] is True, name
        assert context["capabilities"] == {"drop": ["ALL"]}, name
    for name, pod in pods(manifests):
        context = pod["spec"]["securityContext"]
        assert context["runAsNonRoot"] is True, name
        assert context["runAsUser"] > 0, name
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["spec"]["automountServiceAccountToken"] is False, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod["spec"].keys(), name


def test_containers_ask_for_what_they_need_and_have_a_memory_limit(manifests: list[Manifest]):
    for name, container in containers(manifests):
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
        assert "memory" in container["resources"]["limits"], name


def test_the_server_is_probed_inside_the_container(manifests: list[Manifest]):
    server = dict(containers(manifests))["Deployment/marquee-server/server"]

    commands = {
        kind: server[f"{kind}Probe"]["exec"]["command"] for kind in ("startup", "readiness", "liveness")
    }

    paths = {kind: command[-1] for kind, command in commands.items()}
    assert paths == {"startup": "/startupz", "readiness": "/readyz", "liveness": "/healthz"}
    for command in commands.values():
        assert command[:2] == ["python", "-c"]
        compile(command[2], "probe", "exec")


def test_nothing_points_at_the_server_from_outside(manifests: list[Manifest]):
    settings = of_kind(manifests, "ConfigMap")
    services = [each["metadata"]["name"] for each in of_kind(manifests, "Service")]

    assert all(each["data"]["MARQUEE_HOST"] == "127.0.0.1" for each in settings)
    assert not of_kind(manifests, "Ingress")
    assert not [name for name in services if name not in {"marquee-postgres", "marquee-valkey"}]


def test_no_secret_is_committed(manifests: list[Manifest]):
    assert not of_kind(manifests, "Secret")
    for name, container in containers(manifests):
        for variable in container.get("env", []):
            secret = re.search("PASSWORD|SECRET|TOKEN|AUTH|_URL", variable["name"])
            assert not (secret and "value" in variable), f"{name}: {variable['name']}"
    for path in K8S.glob("**/*.yaml"):
        assert not re.search(r"\w+://[^\s/]*:[^\s/$]+@", path.read_text()), path


def test_all_that_seal_secrets_get_the_same_keys(manifests: list[Manifest]):
    """Their disks last no longer than they do."""
    processes = {
        name: container
        for name, container in containers(manifests)
        if container.get("command") in (["marquee", "serve"], ["marquee", "worker"])
    }

    assert len(processes) == 2
    for name, container in processes.items():
        (keys,) = [each for each in container["env"] if each["name"] == "MARQUEE_SECRET_KEYS"]
        source = keys["valueFrom"]["secretKeyRef"]
        assert source == {"name": "marquee", "key": "MARQUEE_SECRET_KEYS"}, name


def test_settings_are_ones_that_marquee_reads(manifests: list[Manifest]):
    known = {f"MARQUEE_{field.name.upper()}" for field in fields(Config)}

    for settings in of_kind(manifests, "ConfigMap"):
        assert settings["data"].keys() <= known
        Config.from_env(settings["data"])


def test_selectors_find_their_pods(manifests: list[Manifest]):
    for each in manifests:
        if each["kind"] in {"Deployment", "StatefulSet"}:
            wanted = each["spec"]["selector"]["matchLabels"]
            labels = each["spec"]["template"]["metadata"]["labels"]
            assert wanted.items() <= labels.items(), each["metadata"]["name"]
    labels = [pod["metadata"]["labels"] for _, pod in pods(manifests)]
    for service in of_kind(manifests, "Service"):
        assert any(service["spec"]["selector"].items() <= each.items() for each in labels)
    for budget in of_kind(manifests, "PodDisruptionBudget"):
        found = [each for each in labels if budget["spec"]["selector"]["matchLabels"].items() <= each.items()]
        assert [each["app.kubernetes.io/component"] for each in found] == ["server"]


def test_names_lead_somewhere(manifests: list[Manifest]):
    there = {(each["kind"], each["metadata"]["name"]) for each in manifests}

    for scaler in of_kind(manifests, "HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        assert (target["kind"], target["name"]) in there
    for name, pod in pods(manifests):
        if account := pod["spec"].get("serviceAccountName"):
            assert ("ServiceAccount", account) in there, name
        for volume in pod["spec"].get("volumes", []):
            if "persistentVolumeClaim" in volume:
                assert ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]) in there, name
    for name, container in containers(manifests):
        for source in container.get("envFrom", []):
            if "configMapRef" in source:
                assert ("ConfigMap", source["configMapRef"]["name"]) in there, name


def test_mounts_have_volumes_and_media_is_only_read(manifests: list[Manifest]):
    for workload in manifests:
        if workload["kind"] not in {"Deployment", "StatefulSet", "Job"}:
            continue
        pod = workload["spec"]["template"]["spec"]
        claims = [claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", [])]
        volumes = {volume["name"] for volume in pod.get("volumes", [])} | set(claims)
        for container in pod["containers"]:
            mounts = container["volumeMounts"]
            assert {mount["name"] for mount in mounts} == volumes, workload["metadata"]["name"]
            assert all(mount.get("readOnly") for mount in mounts if mount["mountPath"].startswith("/media"))


@no_kustomize
@pytest.mark.parametrize("overlay", RENDERED)
def test_the_network_policy_closes_marquee_and_nothing_else(overlay: str):
    manifests = rendered(overlay)
    (policy,) = of_kind(manifests, "NetworkPolicy")
    wanted = policy["spec"]["podSelector"]["matchLabels"]

    chosen = {name for name, pod in pods(manifests) if wanted.items() <= pod["metadata"]["labels"].items()}

    assert chosen == {"Deployment/marquee-server", "Deployment/marquee-worker", "Job/marquee-migrate"}
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert policy["spec"]["ingress"] == []


@no_kustomize
def test_the_base_runs_two_servers_or_more_and_dev_runs_one():
    scalers = {
        each["spec"]["scaleTargetRef"]["name"]: each["spec"]
        for each in of_kind(rendered("base"), "HorizontalPodAutoscaler")
    }
    dev = rendered("overlays/dev")

    assert scalers["marquee-server"]["minReplicas"] >= 2
    assert not of_kind(dev, "HorizontalPodAutoscaler") + of_kind(dev, "PodDisruptionBudget")
    assert {each["spec"]["replicas"] for each in of_kind(dev, "Deployment")} == {1}


@no_kustomize
@pytest.mark.parametrize("overlay", RENDERED[1:])
def test_an_overlay_puts_everything_into_its_restricted_namespace(overlay: str):
    manifests = rendered(overlay)
    (namespace,) = of_kind(manifests, "Namespace")

    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for each in manifests:
        if each["kind"] != "Namespace":
            assert each["metadata"]["namespace"] == namespace["metadata"]["name"], each["metadata"]["name"]


@pytest.mark.skipif(
    importlib.util.find_spec("kubernetes_validate") is None, reason="kubernetes-validate is not installed"
)
@pytest.mark.parametrize("version", ["1.31", "1.35"])
def test_manifests_fit_the_schemas_of_kubernetes(manifests: list[Manifest], version: str):
    kubernetes_validate = importlib.import_module("kubernetes_validate")

    for each in manifests:
        kubernetes_validate.validate(each, version, strict=True)


async def test_the_probe_tells_a_ready_server_from_one_that_is_not():
    server = dict(containers(sources()))["Deployment/marquee-server/server"]
    command = server["readinessProbe"]["exec"]["command"]
    code = {}

    for status in (200, 503):
        async with answering(status) as port:
            probe = await asyncio.create_subprocess_exec(
                sys.executable, *command[1:], env={"MARQUEE_PORT": str(port)}
            )
            code[status] = await probe.wait()

    assert code == {200: 0, 503: 1}


@asynccontextmanager
async def answering(status: int) -> AsyncIterator[int]:
    """A server on loopback that answers /readyz with a status, and anything else with 404; its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        found = status if line == b"GET /readyz HTTP/1.1\r\n" else 404
        writer.write(f"HTTP/1.1 {found} Status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
