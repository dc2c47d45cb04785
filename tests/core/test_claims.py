"""Rows that are locked to be changed are picked once: a part of a join may be run for each row, and pick others."""

import ast
import re
from pathlib import Path

import app

CHANGES = re.compile(r"DELETE FROM|(?<!FOR )UPDATE \w")


def claims():
    """Statements that change some of the rows that nobody has locked, by where they are."""
    for path in sorted(Path(app.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said = " ".join(node.value.split())
                if "SKIP LOCKED" in said and "LIMIT" in said and CHANGES.search(said):
                    yield f"{path.name}:{node.lineno}", said


def test_what_is_changed_is_picked_once():
    found = dict(claims())

    assert len(found) >= 4
    assert [where for where, said in found.items() if "MATERIALIZED (" not in said] == []
