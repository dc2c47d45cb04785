"""Install packages of the distribution that tests need, where that can be done: Debian and Ubuntu, as root.

As a program, `packages.py PROGRAM PACKAGE`: what is missing then is said, and the tests of it are skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable


def install(packages: Iterable[str]) -> bool:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    commands = (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages],
    )
    for command in commands:
        try:
            done = subprocess.run(command, env=environment, capture_output=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return False
        if done.returncode != 0:
            return False
    return True


def main(program: str, package: str) -> None:
    if shutil.which(program) is None and not (install([package]) and shutil.which(program)):
        print(f"The tests of {program} are skipped, since it can't be had here.")


if __name__ == "__main__":
    main(*sys.argv[1:])
