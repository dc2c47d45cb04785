"""The documents that are trusted here: those of `graphql/operations`, and of the operator's own clients."""

from functools import cache
from pathlib import Path

from app.core.config import Config, ConfigError
from app.web.graphql.known import Trusted
from app.web.graphql.manifests import Listed, ManifestError, of_operations, read_manifest

OPERATIONS = Path(__file__).resolve().parents[2] / "graphql" / "operations"


@cache
def own_documents() -> tuple[Listed, ...]:
    """They are read once: whoever changes one starts the server anew, or nobody would know what is trusted."""
    return tuple(of_operations(OPERATIONS))


def trusted_by(config: Config) -> Trusted:
    """Raises ConfigError for a manifest that can't be used."""
    try:
        listed = [
            each for path in config.trusted_manifests for each in read_manifest(Path(path).expanduser())
        ]
        return Trusted([*own_documents(), *listed])
    except ManifestError as error:
        raise ConfigError(f"MARQUEE_TRUSTED_MANIFESTS can't be used: {error}") from error
