"""Resolve requirements.lock and requirements-dev.lock for every supported platform; needs only pip."""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.8"
COMMON = [
    "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes", "--python-version", "3.11",
    "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-config", "--quiet",
]  # fmt: skip


def main(*flags: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        subprocess.run([f"{folder}/bin/pip", "install", "-q", UV], check=True)
        for output, group in (("requirements.lock", []), ("requirements-dev.lock", ["--group", "dev"])):
            command = [f"{folder}/bin/uv", *COMMON, *group, *flags, "-o", output]
            subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
