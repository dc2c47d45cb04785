"""What is documented of settings is what there is."""

import re
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import app.main as _main
import app.worker as _worker
from app.settings.registry import REGISTRY, Scope

assert _main
assert _worker

DOCUMENT = Path(__file__).parents[1] / "docs" / "settings.md"
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)


def test_every_setting_is_documented_and_no_other():
    documented = {row[0]: row[1:] for row in ROW.findall(DOCUMENT.read_text())}

    assert documented == {
        name: (each.kind.name.value, default(each.default), whose(each.scopes), each.doc)
        for name, each in REGISTRY.items()
    }


def default(value: object) -> str:
    match value:
        case timedelta():
            return f"`{value.total_seconds():g}` s"
        case bool():
            return f"`{str(value).lower()}`"
        case StrEnum() | int() | float():
            return f"`{value}`"
        case _:
            return f"`{', '.join(value) if isinstance(value, tuple) else value}`" if value else "empty"


def whose(scopes: frozenset[Scope]) -> str:
    return ", ".join(each.value for each in Scope if each in scopes)
