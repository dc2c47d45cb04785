"""The threat model names tests that there are."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
GUIDE = TESTS.parent / "docs" / "security.md"
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_each_test_that_the_threat_model_names_is_there():
    named = NAMED.findall(GUIDE.read_text(encoding="utf-8"))

    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (TESTS / file).exists()
        or not re.search(
            rf"^(?:async )?def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE
        )
    ]

    assert len(named) > 30
    assert missing == []


def test_each_attack_names_a_test():
    rows = [line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]

    assert all(NAMED.search(row) for row in rows[1:])
