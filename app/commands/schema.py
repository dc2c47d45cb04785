"""`marquee schema`: the schema as the API serves it, and whether `schema.graphql` still says the same."""

import sys
from difflib import unified_diff
from pathlib import Path

from app.api.schema import schema
from app.core.plain import Trouble

SCHEMA_FILE = Path(__file__).resolve().parents[2] / "schema.graphql"
_MOST_LINES = 40


def sdl() -> str:
    """The schema in its definition language, ending with a newline."""
    return schema.as_str().rstrip() + "\n"


def show() -> None:
    sys.stdout.write(sdl())


def check(path: Path = SCHEMA_FILE) -> None:
    """Raises Trouble, with the differences, where the file says something else than the code."""
    difference = differences(path.read_text() if path.exists() else "", sdl())
    if difference:
        sys.stdout.write("\n".join(difference) + "\n")
        raise Trouble(f"{path.name} is not what the code says. Run `make schema` and look at what changed.")


def differences(filed: str, printed: str) -> list[str]:
    """What changed, in few lines; empty where nothing did."""
    lines = unified_diff(
        filed.splitlines(), printed.splitlines(), "schema.graphql", "the code", "", "", 1, ""
    )
    found = list(lines)
    left_out = len(found) - _MOST_LINES
    return found if left_out <= 0 else [*found[:_MOST_LINES], f"... and {left_out} lines more"]
