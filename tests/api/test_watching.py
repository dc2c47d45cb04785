"""How libraries are watched: what is set, and what is so."""

from pathlib import Path
from typing import Any

import pytest

from app.api.node import global_id
from app.core.app import App
from app.core.ids import new_id
from tests import given
from tests.api.conftest import Ask
from tests.library.scanning import rows

STATUS = "query ($id: ID!) { library(id: $id) { watchStatus { wanted mode state message } } }"


async def status(ask: Ask, library_id: Any) -> dict[str, Any]:
    response = await ask(STATUS, id=global_id("Library", library_id))
    assert not response.errors
    return response["library"]["watchStatus"]


async def hold(app: App, library_id: Any, state: str, *, seconds: int = 60, **values: Any) -> None:
    columns = {"mode": None, "message": None} | values
    await rows(
        app,
        "INSERT INTO library.watches VALUES ($1, $2, now() + make_interval(secs => $3), $4, $5, $6)",
        *(library_id, new_id(), seconds, columns["mode"], state, columns["message"]),
    )


async def test_a_library_is_watched_as_is_best_unless_told(execute: Ask, tmp_path: Path) -> None:
    made = await execute(
        "library/create_library", input={"name": "Films", "kind": "MOVIE", "roots": [str(tmp_path)]}
    )

    assert made["createLibrary"]["library"]["watchStatus"] == {"wanted": "AUTO"}


@pytest.mark.parametrize("mode", ["AUTO", "EVENTS", "POLLING", "OFF"])
async def test_how_a_library_is_watched_is_set(execute: Ask, tmp_path: Path, mode: str) -> None:
    films = {"name": "Films", "kind": "MOVIE", "roots": [str(tmp_path)], "watch": "EVENTS"}
    made = (await execute("library/create_library", input=films))["createLibrary"]["library"]

    wanted = {"libraryId": made["id"], "watch": mode}
    changed = (await execute("library/update_library", input=wanted))["updateLibrary"]["library"]
    renamed = await execute("library/update_library", input={"libraryId": made["id"], "name": "Movies"})

    assert made["watchStatus"] == {"wanted": "EVENTS"}
    assert changed["watchStatus"] == {"wanted": mode}
    assert renamed["updateLibrary"]["library"]["watchStatus"] == {"wanted": mode}


async def test_what_nobody_watches_is_unattended(app: App, ask: Ask) -> None:
    library_id = await given.library(app, watch="auto")
    nobody = await status(ask, library_id)
    await hold(app, library_id, "watching", seconds=-1, mode="events")

    assert nobody == {"wanted": "AUTO", "mode": None, "state": "UNATTENDED", "message": None}
    assert await status(ask, library_id) == nobody


async def test_what_is_watched_otherwise_than_meant_says_why(app: App, ask: Ask) -> None:
    library_id = await given.library(app, watch="events")
    await hold(app, library_id, "watching", mode="polling", message="Too many folders.")

    assert await status(ask, library_id) == {
        "wanted": "EVENTS",
        "mode": "POLLING",
        "state": "WATCHING",
        "message": "Too many folders.",
    }


async def test_what_is_not_to_be_watched_is_off(app: App, ask: Ask) -> None:
    library_id = await given.library(app, watch="off")
    await hold(app, library_id, "watching", mode="events")

    assert await status(ask, library_id) == {"wanted": "OFF", "mode": None, "state": "OFF", "message": None}
