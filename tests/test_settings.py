"""What is documented of settings is what there is."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from app.declared_settings import SLICES
from app.settings.registry import REGISTRY, Scope

assert SLICES

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "settings.md"
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)


def test_every_setting_is_documented_and_no_other():
    documented = {row[0]: row[1:] for row in ROW.findall(DOCUMENT.read_text())}

    assert documented == {
        name: (each.kind.name.value, default(each.default), whose(each.scopes), each.doc)
        for name, each in REGISTRY.items()
    }


def test_all_that_declare_settings_are_named_in_one_place():
    declaring = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in ROOT.joinpath("app").rglob("*.py")
        if re.search(r"import [^#]*\bsetting\b", imports_of_registry(path.read_text()))
    }

    assert declaring == {each.__name__ for each in SLICES}


@pytest.mark.parametrize("module", ["app.main", "app.worker"])
def test_nothing_begins_with_what_can_t_be_set(module):
    env = os.environ | {"MARQUEE_SETTING_PASSWORD_PASSES": "many", "MARQUEE_SETTING_PASWORD_LANES": "1"}

    ended = subprocess.run(
        [sys.executable, "-m", module], env=env, capture_output=True, text=True, timeout=300, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "error: MARQUEE_SETTING_PASSWORD_PASSES can't be used: It must be a number."
        " It takes a whole number from 1 to 20."
        " MARQUEE_SETTING_PASWORD_LANES sets nothing: there is no such setting. MARQUEE_SETTING_PASSWORD_LANES is one."
    ]


def imports_of_registry(source: str) -> str:
    found = re.search(r"^from app\.settings\.registry (import (?:\([^)]*\)|.*))$", source, re.MULTILINE)
    return found[1] if found else ""


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
