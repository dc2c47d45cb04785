"""Nothing of works in the graph is read past the viewer: only the context knows the database without a lens."""

from pathlib import Path

import app.api

# What tells nothing of works, needs to see what the viewer doesn't, or is for those alone who see everything.
ALLOWED = {
    "context.py": {"seen_by(app.db, viewer.access)"},
    "live.py": {"seen_before(context.app.db, context.db, access, event.kind, gone)"},
    "matching.py": {"reidentify.meant(app.db,"},
    "metadata_refresh.py": {"reads.askable(app.db, works,"},
    "pictures.py": {
        "became(info.context.app.db, owner_kind,",
        "owners.must_be_there(info.context.app.db, owner_kind,",
    },
}


def test_only_what_is_named_here_reads_the_database_past_the_viewer() -> None:
    folder = Path(app.api.__path__[0])
    modules = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    found = {
        (name, line.strip())
        for name, source in modules.items()
        if name in ALLOWED or any(f"from app.{each}" in source for each in ("catalog", "library", "curation"))
        for line in source.splitlines()
        if "app.db" in line or ".database" in line
    }

    assert found
    for name, line in found:
        assert any(each in line for each in ALLOWED.get(name, ())), (name, line)
