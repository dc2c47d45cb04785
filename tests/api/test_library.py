"""Libraries, their scans, problems and files through the graph."""

from typing import Any

import pytest

from app.api.node import global_id
from app.core.app import App
from app.core.ids import new_id
from tests import given
from tests.api.conftest import Ask


async def test_libraries_come_by_name_with_their_numbers(app: App, execute: Ask) -> None:
    series = await given.library(app, name="Series", kind="tv", path="/media/tv")
    films = await given.library(app, name="Films", path="/media/films")
    await given.root(app, films, "/archive", is_online=False)
    for _ in range(2):
        await given.movie(app, library_id=films)
    await given.series(app, seasons=(3,), library_id=series)
    await given.problem(app, films)
    await given.scan(app, films)
    await given.scan(
        app, films, status="running", files_total=8, files_done=2, started_at="2026-01-01T00:00:00Z"
    )

    data = (await execute("library/libraries"))["libraries"]

    assert data["totalCount"] == 2
    first, second = data["nodes"]
    assert (first["name"], first["kind"]) == ("Films", "MOVIE")
    assert [(root["path"], root["isOnline"]) for root in first["roots"]] == [
        ("/archive", False),
        ("/media/films", True),
    ]
    assert (first["fileCount"], first["sizeBytes"]) == (2, 2000)
    assert (first["movieCount"], first["seriesCount"], first["problemCount"]) == (2, 0, 1)
    assert (first["latestScan"]["status"], first["latestScan"]["filesDone"]) == ("RUNNING", 2)
    assert (second["name"], second["kind"], second["latestScan"]) == ("Series", "TV", None)
    assert (second["fileCount"], second["movieCount"], second["seriesCount"]) == (3, 0, 1)


async def test_numbers_cost_statements_only_when_they_are_asked_for(
    app: App, ask: Ask, execute: Ask, statements: list[str]
) -> None:
    await given.library(app)
    statements.clear()

    await ask("{ libraries { nodes { name } } }")
    plain = len(statements)
    await execute("library/libraries")

    assert plain == 1
    # The page and its total, five numbers, the roots and the last scans.
    assert len(statements) - plain == 9, statements


async def test_a_library_lists_its_works_and_its_scans_newest_first(app: App, execute: Ask) -> None:
    library_id, other = await given.library(app, name="Films"), await given.library(app)
    for title, added in (("First", "2026-01-01T00:00:00Z"), ("Second", "2026-01-02T00:00:00Z")):
        await given.movie(app, title, library_id=library_id, added_at=added)
    await given.movie(app, "Elsewhere", library_id=other)
    scans = [await given.scan(app, library_id, status=status) for status in ("failed", "completed")]
    await given.scan(app, other)

    library = (await execute("library/library", id=global_id("Library", library_id)))["library"]

    assert [movie["title"] for movie in library["movies"]["nodes"]] == ["Second", "First"]
    assert library["movies"]["totalCount"] == 2
    assert library["series"] == {"totalCount": 0, "nodes": []}
    assert [scan["id"] for scan in library["scans"]["nodes"]] == [
        global_id("Scan", scan_id) for scan_id in reversed(scans)
    ]
    assert library["scans"]["totalCount"] == 2


async def test_the_works_of_a_library_can_be_filtered_and_lead_back_to_it(app: App, ask: Ask) -> None:
    library_id = await given.library(app, name="Shows", kind="tv")
    await given.series(app, "Tides", library_id=library_id)
    await given.series(app, "Nordwind", library_id=library_id)

    data = await ask(
        """{ libraries { nodes { series(filter: {search: "tides"}) {
          totalCount nodes { title libraries { name } }
        } } } }"""
    )

    assert data["libraries"]["nodes"][0]["series"] == {
        "totalCount": 1,
        "nodes": [{"title": "Tides", "libraries": [{"name": "Shows"}]}],
    }


async def test_problems_tell_where_and_why(app: App, execute: Ask) -> None:
    library_id = await given.library(app, path="/media/films")
    file_id = await given.file(app, library_id, "Broken/film.mkv")
    await given.problem(
        app, library_id, "Broken/film.mkv", file_id=file_id, reason="truncated", message="Cut off."
    )
    await given.problem(app, library_id, "", reason="root_offline", message="Gone.")
    wanted = global_id("Library", library_id)

    found = (await execute("library/problems", id=wanted))["library"]["problems"]
    offline = (
        await execute("library/problems", id=wanted, filter={"reason": {"in": ["ROOT_OFFLINE", "EMPTY"]}})
    )["library"]["problems"]
    others = (
        await execute("library/problems", id=wanted, filter={"not": {"reason": {"eq": "ROOT_OFFLINE"}}})
    )["library"]["problems"]

    assert found["totalCount"] == 2
    first, second = found["nodes"]
    assert (first["path"], first["reason"], first["message"]) == (
        "/media/films/Broken/film.mkv",
        "TRUNCATED",
        "Cut off.",
    )
    assert first["file"]["id"] == global_id("File", file_id)
    assert (second["path"], second["file"], second["root"]["path"]) == ("/media/films", None, "/media/films")
    assert [each["reason"] for each in offline["nodes"]] == ["ROOT_OFFLINE"]
    assert [each["reason"] for each in others["nodes"]] == ["TRUNCATED"]


async def test_files_are_filtered_by_role_name_and_absence_and_paged_both_ways(
    app: App, execute: Ask
) -> None:
    library_id = await given.library(app, path="/media")
    for number in range(3):
        await given.file(app, library_id, f"Films/film {number}.mkv")
    await given.file(app, library_id, "Films/film 0.srt", role="subtitle", container=None, duration_ms=None)
    await given.file(app, library_id, "Lost/gone.mkv", missing_since="2026-01-01T00:00:00Z")

    async def names(**variables: Any) -> list[str]:
        found = await execute("library/files", id=global_id("Library", library_id), **variables)
        return [file["name"] for file in found["library"]["files"]["nodes"]]

    assert await names(filter={"role": {"eq": "SUBTITLE"}}) == ["film 0.srt"]
    assert await names(filter={"isMissing": True}) == ["gone.mkv"]
    assert await names(filter={"isMissing": False, "role": {"in": ["VIDEO"]}}) == [
        "film 0.mkv",
        "film 1.mkv",
        "film 2.mkv",
    ]
    assert await names(filter={"name": {"contains": "FILM 1"}}) == ["film 1.mkv"]
    assert await names(filter={"folder": {"eq": "Lost"}}) == ["gone.mkv"]
    assert await names(last=2) == ["film 0.srt", "gone.mkv"]
    page = (await execute("library/files", id=global_id("Library", library_id), first=1))["library"]["files"]
    assert page["totalCount"] == 5
    assert page["nodes"][0]["path"] == "/media/Films/film 0.mkv"
    assert await names(after=page["pageInfo"]["endCursor"], first=1) == ["film 1.mkv"]


async def test_a_file_tells_what_is_in_it(app: App, execute: Ask) -> None:
    library_id = await given.library(app, name="Films", path="/media")
    file_id = await given.file(
        app, library_id, "Film/film.mkv", size_bytes=5_000_000_000, duration_ms=90_500, bit_rate=4_000_000_000,
        content_hash=-0x71DBA262962CE1EE,
    )  # fmt: skip
    beside = await given.file(app, library_id, "Film/film.de.srt", role="subtitle")
    await given.stream(
        app, file_id, "video", 0, codec="hevc", width=3840, hdr="dolby_vision", hdr_fallback="hdr10",
        dolby_vision_profile=8, frame_rate=23.976, is_default=True,
    )  # fmt: skip
    await given.stream(
        app, file_id, "audio", 1, codec="eac3", language="pt-BR", channels=6, layout="5.1(side)"
    )
    await given.stream(app, file_id, "attachment", 3, codec="ttf", file_name="font.ttf", mime_type="font/ttf")
    await given.stream(
        app, file_id, "subtitle", 1000, codec="subrip", language="de", is_sdh=True, external_file_id=beside
    )
    for place in (1, 0):
        await given.chapter(app, file_id, place, start_ms=place * 1500, end_ms=None, title=f"Chapter {place}")

    file = (await execute("library/file", id=global_id("File", file_id)))["file"]
    sidecar = (await execute("library/file", id=global_id("File", beside)))["file"]

    assert (file["path"], file["folder"], file["role"]) == ("/media/Film/film.mkv", "Film", "VIDEO")
    assert (file["sizeBytes"], file["durationSeconds"], file["bitRate"]) == (
        5_000_000_000,
        90.5,
        4_000_000_000,
    )
    assert (file["contentHash"], sidecar["contentHash"]) == ("8e245d9d69d31e12", None)
    assert file["tags"] == [{"name": "encoder", "value": "x"}]
    video, audio, attachment, subtitle = file["streams"]
    assert (video["__typename"], video["hdrFormat"], video["hdrFallback"]) == (
        "VideoStream",
        "DOLBY_VISION",
        "HDR10",
    )
    assert (video["width"], video["frameRate"], video["isDefault"]) == (3840, 23.976, True)
    assert (audio["language"], audio["channels"], audio["channelLayout"]) == ("pt-BR", 6, "5.1(side)")
    assert (attachment["__typename"], attachment["fileName"]) == ("Attachment", "font.ttf")
    assert (subtitle["isExternal"], subtitle["isHearingImpaired"]) == (True, True)
    assert subtitle["externalFile"]["path"] == "/media/Film/film.de.srt"
    assert [(each["index"], each["startSeconds"], each["endSeconds"]) for each in file["chapters"]] == [
        (0, 0.0, None),
        (1, 1.5, None),
    ]
    assert sidecar["subtitlesOf"] == [
        {
            "language": "de",
            "isForced": False,
            "file": {"id": global_id("File", file_id), "path": file["path"]},
        }
    ]


async def test_a_file_leads_to_its_film_and_the_film_back(app: App, execute: Ask) -> None:
    library_id = await given.library(app, name="Films")
    movie_id = await given.movie(app, "Lantern")
    file_id = await given.movie_in(app, movie_id, library_id, edition="Director's Cut")
    await given.extra(app, library_id, "sample", file_id=file_id, movie_id=movie_id)
    await given.problem(app, library_id, file_id=file_id, reason="truncated")

    file = (await execute("library/file", id=global_id("File", file_id)))["file"]

    (part,) = file["movieParts"]
    assert part["number"] == 1
    assert part["version"]["label"] == "1080p"
    assert part["version"]["parts"] == [{"number": 1}]
    assert part["version"]["edition"]["name"] == "Director's Cut"
    movie = part["version"]["edition"]["movie"]
    assert (movie["title"], movie["files"]["totalCount"]) == ("Lantern", 1)
    assert [library["name"] for library in movie["libraries"]] == ["Films"]
    assert (file["extra"]["kind"], file["extra"]["movie"]["title"]) == ("SAMPLE", "Lantern")
    assert [problem["reason"] for problem in file["problems"]] == ["TRUNCATED"]
    assert file["episodeParts"] == []


async def test_a_file_in_two_versions_is_one_file_of_its_film(app: App, ask: Ask) -> None:
    library_id = await given.library(app)
    movie_id = await given.movie(app)
    file_id = await given.movie_in(app, movie_id, library_id)
    async with app.database.pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO library.movie_parts (id, version_id, file_id, number) "
            "SELECT gen_random_uuid(), version_id, file_id, 2 FROM library.movie_parts"
        )

    data = await ask("{ movies { nodes { files { totalCount nodes { id } } } } }")

    assert data["movies"]["nodes"][0]["files"] == {
        "totalCount": 1,
        "nodes": [{"id": global_id("File", file_id)}],
    }


async def test_a_picture_leads_to_the_one_thing_it_shows(app: App, execute: Ask) -> None:
    library_id = await given.library(app, kind="tv")
    series_id = await given.series(app, "Tides")
    season_id = await given.season(app, series_id, 3)
    file_id = await given.artwork(app, library_id, "poster", season_id=season_id)

    shown = (await execute("library/file", id=global_id("File", file_id)))["file"]["artwork"]

    assert shown["season"]["number"] == 3
    assert (shown["movie"], shown["series"], shown["episode"]) == (None, None, None)


async def test_a_running_scan_tells_its_pace_and_how_long_it_will_take(
    app: App, execute: Ask, ask: Ask
) -> None:
    library_id = await given.library(app)
    scan_id = await given.scan(app, library_id, status="running", files_total=40, files_done=10)
    async with app.database.pool.acquire() as connection:
        await connection.execute("UPDATE library.scans SET started_at = now() - interval '5 seconds'")

    scan = (await execute("library/scan", id=global_id("Scan", scan_id)))["scan"]

    assert scan["status"] == "RUNNING"
    assert 0 < scan["filesPerSecond"] <= 2
    assert scan["etaSeconds"] == pytest.approx(30 / scan["filesPerSecond"])
    assert scan["library"]["id"] == global_id("Library", library_id)


async def test_a_scan_that_is_over_or_has_not_begun_has_no_time_left(app: App, execute: Ask) -> None:
    library_id = await given.library(app)
    over = await given.scan(
        app,
        library_id,
        files_total=10,
        files_done=10,
        started_at="2026-01-01T00:00:00Z",
        finished_at="2026-01-01T00:00:05Z",
    )
    queued = await given.scan(app, library_id, status="queued")

    ended = (await execute("library/scan", id=global_id("Scan", over)))["scan"]
    waiting = (await execute("library/scan", id=global_id("Scan", queued)))["scan"]

    assert (ended["filesPerSecond"], ended["etaSeconds"]) == (2.0, None)
    assert (waiting["filesPerSecond"], waiting["etaSeconds"]) == (None, None)


@pytest.mark.parametrize(
    ("path", "field", "kind"),
    [
        ("library/library", "library", "Library"),
        ("library/file", "file", "File"),
        ("library/scan", "scan", "Scan"),
    ],
)
async def test_what_is_unknown_is_null(execute: Ask, path: str, field: str, kind: str) -> None:
    assert (await execute(path, id=global_id(kind, new_id())))[field] is None


async def test_each_is_found_again_by_its_id(app: App, ask: Ask) -> None:
    library_id = await given.library(app)
    wanted = [
        global_id("Library", library_id),
        global_id("LibraryRoot", await given.root_of(app, library_id)),
        global_id("Scan", await given.scan(app, library_id)),
        global_id("Problem", await given.problem(app, library_id)),
        global_id("File", await given.file(app, library_id)),
        global_id("File", new_id()),
    ]

    data = await ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=wanted)

    assert [node and node["__typename"] for node in data["nodes"]] == [
        "Library",
        "LibraryRoot",
        "Scan",
        "Problem",
        "File",
        None,
    ]
    assert [node["id"] for node in data["nodes"][:-1]] == wanted[:-1]
