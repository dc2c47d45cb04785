"""The Kubernetes manifests as their sources hold them, and as kustomize renders them."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
K8S = ROOT / "k8s"
KUBECTL = shutil.which("kubectl")
KUSTOMIZE = (
    [KUBECTL, "kustomize"] if KUBECTL else [path, "build"] if (path := shutil.which("kustomize")) else None
)
WORKLOADS = ("Deployment", "StatefulSet", "Job")

Manifest = dict[str, Any]


def sources() -> list[Manifest]:
    """Every manifest of the base and every resource that an overlay adds, without labels from kustomize or patches."""
    return [
        manifest for folder in sorted(K8S.glob("**/kustomization.yaml")) for manifest in _own(folder.parent)
    ]


def _own(folder: Path) -> Iterator[Manifest]:
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    for resource in kustomization["resources"]:
        if (folder / resource).is_file():
            yield from yaml.safe_load_all((folder / resource).read_text())


def rendered(folder: str) -> list[Manifest]:
    """What `kubectl apply --kustomize k8s/<folder>` would apply."""
    assert KUSTOMIZE is not None
    made = subprocess.run([*KUSTOMIZE, str(K8S / folder)], check=True, capture_output=True, text=True)
    return list(yaml.safe_load_all(made.stdout))


def pods(manifests: list[Manifest]) -> list[tuple[str, Manifest]]:
    """The pod template of each workload, by `Kind/name`."""
    return [
        (f"{each['kind']}/{each['metadata']['name']}", each["spec"]["template"])
        for each in manifests
        if each["kind"] in WORKLOADS
    ]


def containers(manifests: list[Manifest]) -> list[tuple[str, Manifest]]:
    return [
        (f"{name}/{container['name']}", container)
        for name, pod in pods(manifests)
        for container in pod["spec"].get("initContainers", []) + pod["spec"]["containers"]
    ]


def of_kind(manifests: list[Manifest], kind: str) -> list[Manifest]:
    return [each for each in manifests if each["kind"] == kind]
