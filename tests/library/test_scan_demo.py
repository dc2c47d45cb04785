"""What a scan makes of the demo library: all that was declared of it, and nothing else."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from app.core.app import App, open_app
from app.core.config import Config
from app.demo.clip import DynamicRange
from app.demo.expected import DEMO
from app.demo.works import ArtworkKind, Film, Series
from app.library.find_duplicates import find_duplicates
from tests.library import scanning

FACTS = [film for film in DEMO.films if film.facts]
SHORT = {"eng": "en", "fre": "fr", "ger": "de", "spa": "es", "jpn": "ja", "por": "pt"}
HDR = {DynamicRange.SDR: None, DynamicRange.HDR10: "hdr10", DynamicRange.HLG: "hlg"}


@pytest.fixture(scope="module")
async def scanned(demo: Path, config: Config, new_database: Callable[[], Any]) -> AsyncIterator[App]:
    """An application of its own, with the demo library scanned once for all tests here."""
    own = replace(config, database_url=await new_database(), namespace=f"{config.namespace}-demo")
    async with open_app(own) as app:
        for kind, folder in (("movie", "movies"), ("tv", "tv")):
            await scanning.scan(app, await scanning.library(app, demo / folder, kind), jobs=2)
        yield app


def below(path: str) -> tuple[str, str]:
    """Folder and name of a file, as the library that it is in has them."""
    where = PurePosixPath(path).relative_to(PurePosixPath(path).parts[0])
    return ("" if str(where.parent) == "." else str(where.parent), where.name)


def path_of(row: dict[str, Any]) -> str:
    return f"{row['folder']}/{row['name']}" if row["folder"] else row["name"]


def name_of(path: str) -> str:
    return "/".join(part for part in below(path) if part)


async def test_every_film_is_there_and_no_other(scanned: App) -> None:
    declared = {(film.title, film.year) for film in DEMO.films}
    declared |= {(problem.title, problem.year) for problem in DEMO.problems}

    assert set(await scanning.titles(scanned)) == declared
    assert len(await scanning.titles(scanned)) == len(declared)


@pytest.mark.parametrize("film", DEMO.films, ids=lambda film: f"{film.title} {film.year}")
async def test_a_films_files_are_its_editions_versions_and_parts(scanned: App, film: Film) -> None:
    found = await scanning.rows(
        scanned,
        """
        SELECT f.folder, f.name, e.name AS edition, v.id AS version, v.label, p.number FROM movies.movies m
        JOIN movies.editions e ON e.movie_id = m.id JOIN movies.versions v ON v.edition_id = e.id
        JOIN library.movie_parts p ON p.version_id = v.id JOIN library.files f ON f.id = p.file_id
        WHERE m.title = $1 AND m.year IS NOT DISTINCT FROM $2
        """,
        film.title,
        film.year,
    )

    assert {path_of(row): (row["edition"], row["number"]) for row in found} == {
        name_of(file.path): (file.edition or "", file.part or 1) for file in film.files
    }
    whole = [file for file in film.files if (file.part or 1) == 1]
    assert len({row["version"] for row in found}) == len(whole)
    pictures = {
        (video.height, video.dynamic_range)
        for file in whole
        if not file.edition and (video := file.clip.video)
    }
    assert len({row["label"] for row in found if row["edition"] == ""}) == len(pictures)


@pytest.mark.parametrize("film", FACTS, ids=lambda film: film.title)
async def test_a_films_nfo_fills_it_in(scanned: App, film: Film) -> None:
    facts = film.facts
    assert facts is not None

    (movie,) = await scanning.rows(scanned, "SELECT * FROM movies.movies WHERE title = $1", film.title)

    assert (movie["overview"], movie["tagline"]) == (facts.plot, facts.tagline or None)
    assert (movie["release_date"], movie["year"]) == (facts.premiered, film.year)
    assert movie["runtime_s"] == (facts.runtime_min * 60 if facts.runtime_min else None)
    assert movie["original_title"] == facts.original_title
    assert movie["provider_ids"] == dict(facts.ids)
    assert facts.sort_title is None or movie["sort_title"] == facts.sort_title
    assert [rating["value"] for rating in movie["ratings"].values()] == (
        [facts.rating] if facts.rating else []
    )
    assert [rating["votes"] for rating in movie["ratings"].values()] == ([facts.votes] if facts.votes else [])
    assert movie["countries"] == list(facts.countries)
    country, _, mark = (facts.certification or "").partition(":")
    assert movie["certifications"] == ({country: mark} if mark else {})


@pytest.mark.parametrize("film", FACTS, ids=lambda film: film.title)
async def test_a_films_nfo_names_people_terms_and_its_collection(scanned: App, film: Film) -> None:
    facts = film.facts
    assert facts is not None

    credits = await scanning.rows(
        scanned,
        """
        SELECT p.name, c.job, c.character FROM movies.credits c JOIN people.people p ON p.id = c.person_id
        JOIN movies.movies m ON m.id = c.movie_id WHERE m.title = $1 ORDER BY c.billing
        """,
        film.title,
    )
    terms = await scanning.rows(
        scanned,
        """
        SELECT t.kind, t.name FROM movies.movie_terms l JOIN taxonomy.terms t ON t.id = l.term_id
        JOIN movies.movies m ON m.id = l.movie_id WHERE m.title = $1 ORDER BY t.kind, l.position
        """,
        film.title,
    )
    collection = await scanning.values(
        scanned,
        """
        SELECT c.title FROM collections.collections c JOIN collections.movies l ON l.collection_id = c.id
        JOIN movies.movies m ON m.id = l.movie_id WHERE m.title = $1
        """,
        film.title,
    )

    named = [(actor.name, "Actor", actor.role) for actor in facts.actors]
    named += [(name, "Director", None) for name in facts.directors]
    named += [(name, "Writer", None) for name in facts.writers]
    assert [tuple(credit.values()) for credit in credits] == named
    by_kind = {
        kind: [row["name"] for row in group] for kind, group in groupby(terms, lambda row: row["kind"])
    }
    declared = {"genre": facts.genres, "keyword": facts.keywords, "studio": facts.studios}
    assert by_kind == {kind: list(names) for kind, names in declared.items() if names}
    assert collection == ([facts.collection] if facts.collection else [])


async def test_films_without_an_nfo_have_the_ids_that_their_names_give(scanned: App) -> None:
    found = await scanning.rows(scanned, "SELECT title, provider_ids FROM movies.movies")

    ids = {row["title"]: row["provider_ids"] for row in found}
    for film in DEMO.films:
        if not film.facts:
            assert ids[film.title] == dict(film.ids), film.title


async def test_one_person_is_one_however_often_credited(scanned: App) -> None:
    names = await scanning.values(scanned, "SELECT name FROM people.people")

    assert len(names) == len(set(names))
    assert "Ada Quill" in names


async def test_every_series_is_there_and_no_other(scanned: App) -> None:
    found = await scanning.rows(
        scanned, "SELECT title, year, overview, provider_ids FROM tv.series ORDER BY title"
    )

    declared = sorted(DEMO.series, key=lambda series: series.title)
    assert [row["title"] for row in found] == [series.title for series in declared]
    for row, series in zip(found, declared, strict=True):
        assert row["overview"] == (series.facts.plot if series.facts else None)
        assert row["provider_ids"] == dict(series.facts.ids if series.facts else series.ids)
        assert row["year"] == (
            series.year or (series.facts and series.facts.premiered and series.facts.premiered.year)
        )


@pytest.mark.parametrize("series", DEMO.series, ids=lambda series: series.title)
async def test_every_file_of_a_series_is_the_episodes_it_should_be(scanned: App, series: Series) -> None:
    found = await scanning.rows(
        scanned,
        """
        SELECT f.folder, f.name, e.season_number, e.number, e.air_date, e.absolute_number, e.title, e.overview
        FROM library.files f JOIN library.episode_parts p ON p.file_id = f.id JOIN tv.episodes e ON e.id = p.episode_id
        JOIN tv.series s ON s.id = e.series_id WHERE s.title = $1 ORDER BY f.folder, f.name, e.position
        """,
        series.title,
    )

    by_file = {path: list(group) for path, group in groupby(found, path_of)}
    assert by_file.keys() == {name_of(file.path) for file in series.files}
    for file in series.files:
        rows = by_file[name_of(file.path)]
        assert len(rows) == len(file.episodes), file.path
        for row, episode in zip(rows, file.episodes, strict=True):
            if episode.absolute is not None:
                assert (row["season_number"], row["absolute_number"]) == (1, episode.absolute)
            elif episode.number is not None:
                assert (row["season_number"], row["number"]) == (episode.season, episode.number)
            else:
                assert (row["season_number"], row["number"]) == (episode.air_date.year, None)
            assert episode.air_date is None or row["air_date"] == episode.air_date
            assert episode.title is None or row["title"] == episode.title
            assert row["overview"] == (episode.plot or None)


async def test_seasons_are_counted_once_and_specials_are_season_0(scanned: App) -> None:
    found = await scanning.rows(
        scanned,
        """
        SELECT s.title, n.number FROM tv.seasons n JOIN tv.series s ON s.id = n.series_id ORDER BY s.title, n.number
        """,
    )

    assert [tuple(row.values()) for row in found] == [
        ("Harbour Street", 0),
        ("Harbour Street", 1),
        ("Harbour Street", 2),
        ("Kitsune Express", 1),
        ("Lantern Patrol", 1),
        ("Nordwind", 1),
        ("Penny and Pike", 1),
        ("The Midnight Bulletin", 2024),
        ("The Rainy Day Quiz", 2009),
        ("The Salt Inquiry", 1),
        ("The Weather Room", 1),
        ("Tides and Timetables", 1),
    ]


async def test_every_stream_has_what_was_encoded(scanned: App) -> None:
    files = [file for work in (*DEMO.films, *DEMO.series) for file in work.files]
    found = await scanning.rows(
        scanned,
        """
        SELECT f.folder, f.name, s.* FROM library.streams s JOIN library.files f ON f.id = s.file_id
        WHERE s.external_file_id IS NULL ORDER BY f.folder, f.name, s.position
        """,
    )
    streams: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        folder_and_name = [value for key, value in row.items() if key in ("folder", "name")]
        streams.setdefault("/".join(part for part in folder_and_name if part), []).append(row)

    for file in files:
        of_kind = {
            kind: [row for row in streams[name_of(file.path)] if row["kind"] == kind]
            for kind in ("video", "audio", "subtitle", "attachment")
        }
        video = file.clip.video
        assert video is not None
        assert [(row["width"], row["height"], row["hdr"]) for row in of_kind["video"]] == [
            (video.width, video.height, HDR[video.dynamic_range])
        ], file.path
        assert [(row["language"], row["is_commentary"]) for row in of_kind["audio"]] == [
            (SHORT.get(audio.language or "", audio.language), audio.is_commentary)
            for audio in file.clip.audio
        ] or PurePosixPath(file.path).suffix == ".avi", file.path
        assert [row["language"] for row in of_kind["subtitle"]] == [
            SHORT.get(subtitle.language or "", subtitle.language) for subtitle in file.clip.subtitles
        ], file.path
        assert len(of_kind["attachment"]) == len(file.clip.attachments)


async def test_subtitle_files_are_streams_of_their_videos(scanned: App) -> None:
    found = await scanning.rows(
        scanned,
        """
        SELECT f.folder, s.file_name, f.name, s.language, s.is_forced, s.is_sdh FROM library.streams s
        JOIN library.files f ON f.id = s.file_id WHERE s.external_file_id IS NOT NULL
        """,
    )

    assert {
        (row["folder"], row["file_name"]): (row["name"], row["language"], row["is_forced"], row["is_sdh"])
        for row in found
    } == {
        below(sidecar.path): (below(file.path)[1], sidecar.language, sidecar.is_forced, sidecar.is_sdh)
        for work in (*DEMO.films, *DEMO.series)
        for file in work.files
        for sidecar in file.sidecars
    }


async def test_chapters_have_their_titles(scanned: App) -> None:
    found = await scanning.rows(
        scanned,
        """
        SELECT f.folder, f.name, c.title, c.start_ms FROM library.chapters c JOIN library.files f ON f.id = c.file_id
        ORDER BY f.folder, f.name, c.position
        """,
    )

    by_file = {
        path: [(row["title"], row["start_ms"]) for row in group] for path, group in groupby(found, path_of)
    }
    assert by_file == {
        name_of(file.path): [(chapter.title, chapter.start_ms) for chapter in file.clip.chapters]
        for work in (*DEMO.films, *DEMO.series)
        for file in work.files
        if file.clip.chapters
    }


async def test_every_picture_shows_its_own_work(scanned: App) -> None:
    found = (await scanning.catalog(scanned))["artwork"]

    declared: dict[tuple[str, str], tuple[Any, ...]] = {}
    for film in DEMO.films:
        for picture in film.artwork:
            declared[below(picture.path)] = (picture.kind.value, film.title, None, None, None)
    for series in DEMO.series:
        for picture in series.artwork:
            owner = (None, picture.season) if picture.season is not None else (series.title, None)
            declared[below(picture.path)] = (picture.kind.value, None, *owner, None)
        for file in series.files:
            if file.still:
                assert file.still.kind is ArtworkKind.STILL
                declared[below(file.still.path)] = ("still", None, None, None, file.episodes[0].number)
    assert {(row[0], row[1]): row[2:] for row in found} == declared


async def test_every_extra_belongs_to_its_work(scanned: App) -> None:
    found = (await scanning.catalog(scanned))["extras"]

    assert {(row[0], row[1]): (row[2], row[3] or row[4]) for row in found} == {
        below(extra.path): (extra.kind.value, extra.of) for extra in DEMO.extras
    }


async def test_what_is_broken_is_listed_with_its_reason(scanned: App) -> None:
    assert await scanning.problems(scanned) == {
        name_of(problem.path): problem.reason for problem in DEMO.problems
    }


async def test_hidden_and_unfinished_files_are_not_there(scanned: App) -> None:
    files = {path_of(row) for row in await scanning.rows(scanned, "SELECT folder, name FROM library.files")}

    assert len(DEMO.ignored) > 2
    assert not files & {name_of(ignored.path) for ignored in DEMO.ignored}


async def test_a_scan_counts_what_it_found(scanned: App) -> None:
    scans = await scanning.rows(scanned, "SELECT * FROM library.scans")
    files = await scanning.value(scanned, "SELECT count(*) FROM library.files")

    assert sum(scan["files_done"] for scan in scans) == sum(scan["files_total"] for scan in scans) == files
    assert sum(scan["files_added"] for scan in scans) == files
    assert sum(scan["problems"] for scan in scans) == len(DEMO.problems)
    assert await scanning.values(scanned, "SELECT id FROM library.scan_tasks") == []


async def test_copies_and_reencodes_are_listed_as_what_they_are(scanned: App) -> None:
    for library_id in await scanning.values(scanned, "SELECT id FROM library.libraries"):
        await find_duplicates.run(scanned, str(library_id))

    found = await scanning.rows(
        scanned,
        """
        SELECT d.kind, array_agg(f.name ORDER BY f.name) AS names
        FROM library.duplicates d JOIN library.files f ON f.id = ANY(d.file_ids) GROUP BY d.id, d.kind
        """,
    )

    groups = {(row["kind"], tuple(row["names"])) for row in found}
    assert ("exact", ("2041 (2011).mkv", "2041.2011.AV1-ATTIC.mkv")) in groups
    assert {names for kind, names in groups if kind == "perceptual"} == {
        ("Clockwork Orchard (2021) - 1080p.mp4", "Clockwork Orchard (2021) - 2160p.mkv"),
        ("Midnight Tram (2018) [480p].mp4", "Midnight.Tram.2018.1080p.BluRay.x264-LANTERN.mkv"),
        ("Salt & Starlight (1998) {edition-Director's Cut}.mkv", "Salt & Starlight (1998).mkv"),
    }
