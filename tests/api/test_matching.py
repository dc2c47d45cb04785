"""The match ledger in the graph: the queue, searching by hand, and deciding."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import marquee
from app.api.node import global_id
from app.core.app import App
from app.core.ids import new_id
from app.core.paging import Page
from app.library.match_reads import match_queue
from tests import given
from tests.api.conftest import Ask
from tests.catalog.plans import Explaining
from tests.curation.deciding import file_id
from tests.library import scanning
from tests.library.conftest import clip as clip
from tests.library.scanning import put

HEAT = "Heat (1995)/Heat (1995).mkv"
BARE = "Solaris.mkv"


@pytest.fixture
async def library_id(app: App, clip: Path, tmp_path: Path) -> UUID:
    put(clip, tmp_path, HEAT, "Solaris (1972)/Solaris (1972).mkv", "Solaris (2002)/Solaris (2002).mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    put(clip, tmp_path, BARE, "Clip.mkv")
    await scanning.scan(app, library_id)
    return library_id


@pytest.fixture
def decide(app: App, execute: Ask) -> Any:
    """Runs a mutation's document for a file, or several; answers the member of its union."""

    async def run(operation: str, /, *paths: str, **values: Any) -> dict[str, Any]:
        ids = [global_id("File", await file_id(app, path)) for path in paths]
        (found,) = (await execute(f"curation/{operation}", input={"fileIds": ids, **values})).values()
        return found

    return run


def movie_of(found: dict[str, Any]) -> str | None:
    (file,) = found["files"]
    return file["match"]["movie"] and file["match"]["movie"]["title"]


async def test_the_queue_holds_what_is_uncertain_the_most_certain_first(
    app: App, execute: Ask, library_id: UUID, decide: Any
) -> None:
    queue = (await execute("curation/match_queue", libraryId=global_id("Library", library_id)))["matchQueue"]

    assert queue["totalCount"] == 2
    scores = [each["score"] for each in queue["nodes"]]
    assert scores == sorted(scores, reverse=True)
    (bare,) = [each for each in queue["nodes"] if each["file"]["path"].endswith(BARE)]
    assert (bare["status"], bare["decidedBy"], bare["movie"]["title"]) == ("UNCERTAIN", "FILE", "Solaris")
    assert [each["year"] for each in bare["candidates"]] == [1972, 2002]
    assert all(each["movie"]["id"] and each["evidence"] for each in bare["candidates"])

    chosen = await decide("choose_match", BARE, workId=bare["candidates"][0]["movie"]["id"])

    assert chosen["__typename"] == "ChooseMatchPayload"
    queue = (await execute("curation/match_queue", libraryId=global_id("Library", library_id)))["matchQueue"]
    assert [Path(each["file"]["path"]).name for each in queue["nodes"]] == ["Clip.mkv"]


async def test_the_queue_is_paged_and_filtered(execute: Ask, library_id: UUID) -> None:
    library = global_id("Library", library_id)

    first = (await execute("curation/match_queue", libraryId=library, first=1))["matchQueue"]
    second = await execute("curation/match_queue", libraryId=library, after=first["pageInfo"]["endCursor"])
    named = await execute("curation/match_queue", libraryId=library, filter={"name": {"contains": "SOLARIS"}})
    matched = await execute(
        "curation/match_queue", libraryId=library, filter={"status": {"in": ["UNMATCHED"]}}
    )

    ids = [each["id"] for each in (*first["nodes"], *second["matchQueue"]["nodes"])]
    assert len(set(ids)) == 2
    assert named["matchQueue"]["totalCount"] == 1
    assert matched["matchQueue"]["totalCount"] == 0


async def test_a_match_is_found_by_its_id_and_by_its_file(app: App, ask: Ask, library_id: UUID) -> None:
    key = await file_id(app, HEAT)

    found = await ask(
        "query ($file: ID!, $match: ID!) { file(id: $file) { match { id } } node(id: $match) { id"
        " ... on Match { status movie { title } } } }",
        file=global_id("File", key),
        match=global_id("Match", key),
    )

    assert not found.errors
    assert found["file"]["match"]["id"] == found["node"]["id"]
    assert (found["node"]["status"], found["node"]["movie"]["title"]) == ("MATCHED", "Heat")


async def test_each_decision_answers_with_a_change_that_undoes_it(
    app: App, execute: Ask, decide: Any, library_id: UUID
) -> None:
    solaris = await scanning.value(app, "SELECT id FROM movies.movies WHERE year = 1972")
    before = await scanning.catalog(app)
    for operation, values in (
        ("accept_matches", {}),
        ("choose_match", {"workId": global_id("Movie", solaris)}),
        ("choose_match", {"title": "Thief", "year": 1981}),
        ("unmatch_files", {}),
        ("move_files_to_edition", {"edition": "Director's Cut"}),
        ("mark_as_extra", {"kind": "SCENE", "workId": global_id("Movie", solaris)}),
    ):
        done = await decide(operation, HEAT, **values)
        undone = (await execute("curation/undo", input={"changeId": done["change"]["id"]}))["undo"]

        assert done["files"][0]["path"].endswith(HEAT)
        assert undone["__typename"] == "UndoPayload", undone
        assert await scanning.catalog(app) == before


async def test_decisions_show_in_their_answers(decide: Any, library_id: UUID) -> None:
    thief = await decide("choose_match", HEAT, title=" Thief ", year=1981)
    nothing = await decide("unmatch_files", HEAT)
    extra = await decide("mark_as_extra", HEAT, kind="INTERVIEW")
    film = await decide("unmark_extra", HEAT)

    assert (movie_of(thief), thief["files"][0]["match"]["decidedBy"]) == ("Thief", "HUMAN")
    assert (movie_of(nothing), nothing["files"][0]["match"]["status"]) == (None, "UNMATCHED")
    assert (extra["files"][0]["role"], extra["files"][0]["match"]) == ("EXTRA", None)
    assert movie_of(film) == "Heat"
    assert film["change"]["summary"] == "Said that Heat (1995).mkv is no extra"


@pytest.mark.parametrize(
    ("operation", "values", "field"),
    [
        ("choose_match", {}, "work"),
        ("choose_match", {"title": " "}, "title"),
        ("choose_match", {"title": "Thief", "year": 5}, "year"),
        ("choose_match", {"title": "x" * 501}, "title"),
        ("choose_match", {"title": "Thief", "season": 1, "episodes": [1]}, "episodes"),
        ("choose_match", {"workId": "x"}, "workId"),
        ("choose_match", {"workId": global_id("Series", new_id())}, "work"),
        ("move_files_to_edition", {"edition": "x" * 101}, "edition"),
        ("unmark_extra", {}, "fileIds.0"),
        ("mark_as_extra", {"kind": "SCENE", "workId": global_id("File", new_id())}, "workId"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    decide: Any, library_id: UUID, operation: str, values: dict[str, Any], field: str
) -> None:
    refused = await decide(operation, HEAT, **values)

    assert (refused["__typename"], refused.get("field")) == ("InvalidInput", field)


async def test_what_is_not_there_is_not_found(decide: Any, execute: Ask, library_id: UUID) -> None:
    film = await decide("choose_match", HEAT, workId=global_id("Movie", new_id()))
    file = await execute("curation/accept_matches", input={"fileIds": [global_id("File", new_id())]})
    none = await execute("curation/accept_matches", input={"fileIds": []})

    assert film["__typename"] == "NotFound"
    assert file["acceptMatches"]["__typename"] == "NotFound"
    assert none["acceptMatches"] == {
        "__typename": "InvalidInput",
        "field": "fileIds",
        "message": "Give at least one file.",
    }


async def test_a_file_without_a_work_can_t_be_accepted(decide: Any, library_id: UUID) -> None:
    await decide("unmatch_files", HEAT)

    refused = await decide("accept_matches", HEAT)

    assert (refused["__typename"], refused["field"]) == ("InvalidInput", "fileIds.0")


async def test_identifying_anew_forgets_decisions_and_says_what_changes(
    app: App, execute: Ask, decide: Any, library_id: UUID
) -> None:
    heat = await scanning.movie_id(app, "Heat")
    await decide("choose_match", HEAT, title="Thief", year=1981)
    which = {"filter": {"libraryId": global_id("Library", library_id)}}

    async def anew(**values: Any) -> dict[str, Any]:
        return (await execute("curation/reidentify_files", input=which | values))["reidentifyFiles"]

    kept = await anew(keepDecisions=True)
    dry = await anew(keepDecisions=False, dryRun=True)
    thief = await scanning.titles(app)
    done = await anew(keepDecisions=False)

    assert (kept["changedCount"], kept["changed"]) == (0, [])
    assert (dry["change"], dry["fileCount"], dry["changedCount"]) == (None, 5, 1)
    assert {each["after"] for each in dry["changed"]} == {"Heat (1995)"}
    assert {each["before"] for each in done["changed"]} == {"Thief (1981)"}
    assert ("Thief", 1981) in thief
    assert ("Thief", 1981) not in await scanning.titles(app)
    assert await scanning.movie_id(app, "Heat") == heat
    await execute("curation/undo", input={"changeId": done["change"]["id"]})
    assert ("Thief", 1981) in await scanning.titles(app)


async def test_files_are_named_or_meant_by_a_filter(decide: Any, execute: Ask, library_id: UUID) -> None:
    both = await decide(
        "reidentify_files", HEAT, keepDecisions=False, filter={"libraryId": global_id("Library", library_id)}
    )
    narrow = await execute(
        "curation/reidentify_files",
        input={
            "keepDecisions": False,
            "filter": {
                "libraryId": global_id("Library", library_id),
                "folder": "Heat (1995)",
                "statuses": ["MATCHED"],
                "decidedBy": ["FILE"],
            },
        },
    )
    none = await decide("reidentify_files", keepDecisions=False)
    trailer = await decide("mark_as_extra", HEAT, kind="TRAILER")
    back = await decide("reidentify_files", HEAT, keepDecisions=False)

    assert (both["__typename"], both["field"]) == ("InvalidInput", "fileIds")
    assert (none["__typename"], none["field"]) == ("InvalidInput", "fileIds")
    assert narrow["reidentifyFiles"]["fileCount"] == 1
    assert trailer["files"][0]["role"] == "TRAILER"
    assert [(each["before"], each["after"]) for each in back["changed"]] == [(None, "Heat (1995)")]


async def search(execute: Ask, **values: Any) -> list[dict[str, Any]]:
    return (await execute("curation/search_matches", **values))["searchMatches"]


async def test_searching_by_hand_knows_every_language_and_near_years(app: App, execute: Ask) -> None:
    translations = {"de": {"title": "Die Verurteilten"}}
    await given.movie(app, "The Shawshank Redemption", year=1994, translations=translations)
    await given.movie(app, "Solaris", year=1972)
    await given.movie(app, "Solaris", year=2002)
    await given.series(app, "Solaris", year=1972)

    german = await search(execute, kind="MOVIE", text="die verurteilten", year=1995)
    typo = await search(execute, kind="MOVIE", text="Shawshenk Redemption")
    years = await search(execute, kind="MOVIE", text="SOLARIS", year=2003)
    series = await search(execute, kind="TV", text="solaris", first=1)

    assert [each["title"] for each in german] == ["The Shawshank Redemption"]
    assert german[0]["evidence"] == [
        "Its other title, “die verurteilten”, is the same.",
        "Its year, 1994, is next to 1995.",
    ]
    assert [each["title"] for each in typo] == ["The Shawshank Redemption"]
    assert [(each["year"], each["score"]) for each in years] == [(2002, 0.9), (1972, 0.6)]
    assert series[0]["series"] is not None
    assert series[0]["movie"] is None


async def test_searching_for_a_file_begins_with_what_its_name_says(
    app: App, execute: Ask, library_id: UUID
) -> None:
    key = global_id("File", await file_id(app, HEAT))

    own = await search(execute, fileId=key)
    told = await search(execute, fileId=key, text="solaris", year=2002)

    assert [(each["title"], each["year"], each["score"]) for each in own] == [("Heat", 1995, 1)]
    assert told[0]["year"] == 2002


async def test_works_of_like_titles_are_found_for_many_files_at_once(
    app: App, ask: Ask, clip: Path, tmp_path: Path, statements: list[str]
) -> None:
    await given.movie(app, "Solaris", year=1972)
    await given.movie(app, "Stalker", year=1979, translations={"de": {"title": "Der Stalker"}})
    put(clip, tmp_path, "Solariss.mkv", "Stalkr.mkv")
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    statements.clear()

    found = await ask(
        "query ($id: ID!) { matchQueue(libraryId: $id) {"
        " nodes { file { name } similar(first: 2) { title evidence } } } }",
        id=global_id("Library", library_id),
    )

    similar = {
        each["file"]["name"]: [work["title"] for work in each["similar"]]
        for each in found["matchQueue"]["nodes"]
    }
    assert similar == {"Solariss.mkv": ["Solariss", "Solaris"], "Stalkr.mkv": ["Stalkr", "Stalker"]}
    assert len(statements) == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [({}, "kind"), ({"kind": "MOVIE"}, "text"), ({"kind": "MOVIE", "text": "x", "first": 0}, "first")],
)
async def test_a_search_for_nothing_is_refused(ask: Ask, values: dict[str, Any], field: str) -> None:
    text = "query ($kind: LibraryKind, $text: String, $first: Int! = 10) {\
        searchMatches(kind: $kind, text: $text, first: $first) { title } }"

    refused = await ask(text, **values)

    assert refused.errors[0]["extensions"]["field"] == field


async def test_a_long_queue_costs_as_many_statements_as_a_short_one(
    app: App, execute: Ask, clip: Path, tmp_path: Path, statements: list[str]
) -> None:
    put(clip, tmp_path, *(f"Film {letter}.mkv" for letter in "abcdefgh"))
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    counts: list[int] = []

    for first in (2, 8):
        statements.clear()
        queue = await execute("curation/match_queue", libraryId=global_id("Library", library_id), first=first)
        assert len(queue["matchQueue"]["nodes"]) == first
        counts.append(len(statements))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("operation", ["unmatch_files", "accept_matches"])
async def test_many_files_cost_as_many_statements_as_few(
    app: App, decide: Any, clip: Path, tmp_path: Path, statements: list[str], operation: str
) -> None:
    paths = [f"Film {number} (2001)/Film {number} (2001).mkv" for number in range(9)]
    put(clip, tmp_path, *paths)
    library_id = await scanning.library(app, tmp_path)
    await scanning.scan(app, library_id)
    counts: list[int] = []

    for some in (paths[:2], paths[2:]):
        statements.clear()
        assert "change" in await decide(operation, *some)
        counts.append(len([each for each in statements if "searchMatches" not in each]))

    assert counts[0] == counts[1]


async def test_the_queue_is_read_from_its_index(app: App, clip: Path, tmp_path: Path) -> None:
    library_id = await given.library(app)
    async with app.database.pool.acquire() as connection:
        await connection.execute(
            """
            INSERT INTO library.files (id, library_id, root_id, folder, name, role, size_bytes, mtime_ns, inode)
            SELECT gen_random_uuid(), $1, $2, 'f', n || '.mkv', 'video', 1, 1, n FROM generate_series(1, 3000) n
            """,
            library_id,
            await given.root_of(app, library_id),
        )
        await connection.execute(
            """
            INSERT INTO library.matches (file_id, library_id, status, score, decided_by)
            SELECT id, library_id, CASE WHEN inode % 3 = 0 THEN 'uncertain' ELSE 'matched' END, random(), 'file'
            FROM library.files
            """
        )
        await connection.execute("ANALYZE library.files, library.matches")
    explaining = Explaining(app)

    page = await match_queue(explaining.db, marquee(), library_id=library_id, page=Page(first=20))

    assert len(page.items) == 20
    assert "Sort" not in explaining.kinds
    assert "ix_matches_queue" in explaining.indexes
