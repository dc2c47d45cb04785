"""What is documented is what there is."""

import re
from dataclasses import fields
from pathlib import Path

from app.core.config import Config

DOCUMENT = Path(__file__).parents[1] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `(MARQUEE_\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def test_every_variable_is_documented_with_its_default_and_meaning_and_no_other():
    documented = {name: (default, meaning) for name, default, meaning in ROW.findall(DOCUMENT.read_text())}

    assert documented == {
        f"MARQUEE_{each.name.upper()}": (_default(each.default), each.metadata["doc"])
        for each in fields(Config)
    }


def _default(value: object) -> str:
    return f"`{value}`" if value not in ("", ()) else "empty"
