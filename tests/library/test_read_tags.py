"""Films and episodes of which nobody tells but the tags in their files."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import marquee
from app.catalog.edits import Edit
from app.catalog.movies import reads
from app.core.app import App
from app.curation.edit import edit_work
from app.demo.clip import Clip
from app.demo.encode import encode
from app.library import scan as scan_job
from app.metadata.read_tags import read_episode_tags, read_tags
from tests.library import scanning
from tests.library.scanning import announced, movie_nfo, value, write
from tests.metadata.telling import found, tell

TEXT = "A tram runs once more through the old town, and nobody knows who drives it."
TAGS = {
    "title": "The Last Tram",
    "description": TEXT,
    "date": "2014-06-12",
    "genre": "Drama",
    "director": "Beatriz Salgueiro",
}
FILE = "The Last Tram (2014)/The Last Tram (2014).mkv"
WAITING = "DELETE FROM outbox.jobs WHERE name = 'metadata.read_tags' RETURNING args"
STATE = """
SELECT title, year, overview, release_date,
    (SELECT array_agg(t.name) FROM movies.movie_terms l JOIN taxonomy.terms t ON t.id = l.term_id
        WHERE l.movie_id = m.id) AS genres,
    (SELECT array_agg(p.name) FROM movies.credits c JOIN people.people p ON p.id = c.person_id
        WHERE c.movie_id = m.id) AS credits
FROM movies.movies m
"""
NOTHING = {"overview": None, "release_date": None, "genres": None, "credits": None}
NAMED = {"title": "The Last Tram", "year": 2014}
TOLD = NAMED | {
    "overview": TEXT,
    "release_date": date(2014, 6, 12),
    "genres": ["Drama"],
    "credits": ["Beatriz Salgueiro"],
}


def put(root: Path, **tags: str) -> None:
    (root / FILE).parent.mkdir(exist_ok=True)
    encode(Clip(tags=tags, duration_s=0.5), root / FILE)


async def scan(app: App, library_id: UUID) -> None:
    """With what the scan asks for about tags."""
    await scanning.scan(app, library_id)
    for args in await scanning.values(app, WAITING):
        await read_tags.run(app, *args)


async def scanned(app: App, root: Path, **tags: str) -> UUID:
    put(root, **tags)
    library_id = await scanning.library(app, root)
    await scan(app, library_id)
    return library_id


async def state(app: App) -> dict[str, Any]:
    (row,) = await scanning.rows(app, STATE)
    return row


async def film(app: App) -> UUID:
    return await value(app, "SELECT id FROM movies.movies")


async def sources(app: App) -> dict[str, tuple[str, str | None]]:
    key = await film(app)
    told = (await reads.sources_of_movies(app.db, marquee(), [key]))[key]
    return {each.field: (each.source, each.provider) for each in told}


async def test_what_tags_say_is_told_where_nobody_else_tells_of_it(app, tmp_path):
    await scanned(app, tmp_path, **TAGS)

    assert await state(app) == TOLD
    assert await sources(app) == {
        "title": ("file", None),
        "year": ("file", None),
        **dict.fromkeys(("overview", "date", "genres", "credits"), ("provider", "tags")),
    }


async def test_people_hear_of_it_once(app, tmp_path):
    await scanned(app, tmp_path, **TAGS)
    heard = await announced(app)

    await read_tags.run(app, [str(await film(app))])

    assert [event.updated for event in heard if event.kind == "movie"] == [(), (await film(app),)]
    assert await announced(app) == []


@pytest.mark.parametrize(
    "tags", [{}, {"title": "The Last Tram", "encoder": "x"}, {"description": "www.films.example"}]
)
async def test_files_without_a_word_to_believe_cost_nothing(app, tmp_path, tags):
    put(tmp_path, **tags)
    await scanning.scan(app, await scanning.library(app, tmp_path))

    assert await scanning.values(app, WAITING) == []
    assert await state(app) == NAMED | NOTHING


async def test_tags_of_another_film_are_not_believed(app, tmp_path):
    await scanned(app, tmp_path, **TAGS | {"title": "Visit Our Site Today"})

    assert await state(app) == NAMED | NOTHING


async def test_what_tags_do_not_say_any_more_goes(app, tmp_path):
    library_id = await scanned(app, tmp_path, **TAGS)

    put(tmp_path, title="The Last Tram", genre="Mystery")
    await scan(app, library_id)

    assert await state(app) == NAMED | NOTHING | {"genres": ["Mystery"]}
    assert "overview" not in await sources(app)


async def test_an_nfo_counts_more(app, tmp_path):
    library_id = await scanned(app, tmp_path, **TAGS)

    write(tmp_path, FILE.replace(".mkv", ".nfo"), movie_nfo("The Last Tram", 2014, "<plot>It runs.</plot>"))
    await scan(app, library_id)
    await read_tags.run(app, [str(await film(app))])

    assert await state(app) == TOLD | {"overview": "It runs."}
    assert (await sources(app))["overview"] == ("nfo", None)


async def test_another_provider_counts_more_whoever_spoke_first(app, tmp_path):
    await scanned(app, tmp_path, **TAGS)
    said = found("The Last Tram", overview="It runs.", terms={"genre": ("Mystery",)})

    await tell(app, await film(app), said)
    await read_tags.run(app, [str(await film(app))])

    assert await state(app) == TOLD | {"overview": "It runs.", "genres": ["Mystery"]}
    assert {name: who for name, (_, who) in (await sources(app)).items() if who} == {
        "title": "tmdb",
        "sort_title": "tmdb",
        "overview": "tmdb",
        "genres": "tmdb",
        "date": "tags",
        "credits": "tags",
    }


async def test_what_another_provider_takes_back_tags_say_again(app, tmp_path):
    await scanned(app, tmp_path, **TAGS)
    await tell(app, await film(app), found("The Last Tram", overview="It runs."))
    await tell(app, await film(app), found("The Last Tram"))

    await read_tags.run(app, [str(await film(app))])

    assert (await state(app))["overview"] == TEXT


async def test_what_a_person_said_stays(app, tmp_path):
    await scanned(app, tmp_path)
    async with app.transaction() as tx:
        await edit_work(tx, "movie", await film(app), Edit({"overview": "Mine."}))

    put(tmp_path, **TAGS)
    await scan(app, await value(app, "SELECT id FROM library.libraries"))

    assert (await state(app))["overview"] == "Mine."


async def test_films_of_a_large_folder_that_is_opened_bit_by_bit(app, tmp_path, monkeypatch):
    monkeypatch.setattr(scan_job, "FILES_TO_READ", 1)
    for name in ("The Last Tram", "The Return Tram", "The Next Tram"):
        encode(Clip(tags=TAGS | {"title": name}, duration_s=0.5), tmp_path / f"{name} (2014).mkv")

    await scan(app, await scanning.library(app, tmp_path))

    assert await scanning.values(app, "SELECT overview FROM movies.movies") == [TEXT] * 3


async def test_a_film_that_gets_the_name_that_tags_say(app, tmp_path):
    await scanned(app, tmp_path, **TAGS | {"title": "The Return Tram"})
    before = await state(app)

    (tmp_path / FILE).parent.rename(tmp_path / "The Return Tram (2014)")
    (tmp_path / FILE.replace("Last", "Return", 1)).rename(tmp_path / FILE.replace("Last", "Return"))
    await scan(app, await value(app, "SELECT id FROM library.libraries"))

    assert before["overview"] is None
    assert [
        row["overview"] for row in await scanning.rows(app, STATE) if row["title"] == "The Return Tram"
    ] == [TEXT]


async def test_a_film_that_is_gone_is_left_alone(app, tmp_path):
    await scanned(app, tmp_path, **TAGS)
    gone = await film(app)
    await scanning.rows(app, "DELETE FROM movies.movies RETURNING id")

    await read_tags.run(app, [str(gone)])
    await read_episode_tags.run(app, str(gone))

    assert await scanning.rows(app, STATE) == []


SHOW = "Low Tide/Season 1/Low Tide S01E0{}.mkv"
EPISODES = "SELECT number, title, overview, air_date FROM tv.episodes ORDER BY number"
ASKED = "DELETE FROM outbox.jobs WHERE name = 'metadata.read_episode_tags' RETURNING args"


async def scan_series(app: App, library_id: UUID) -> None:
    await scanning.scan(app, library_id)
    for args in await scanning.values(app, ASKED):
        await read_episode_tags.run(app, *args)


def put_episodes(root: Path, *said: dict[str, str]) -> None:
    (root / SHOW).parent.mkdir(parents=True, exist_ok=True)
    for number, tags in enumerate(said, start=1):
        encode(Clip(tags=tags, duration_s=0.5), root / SHOW.format(number))


async def episodes(app: App) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await scanning.rows(app, EPISODES)]


async def test_episodes_of_which_nobody_else_tells_are_called_as_tags_say(app, tmp_path):
    put_episodes(
        tmp_path,
        {"show": "Low Tide", "title": "The Wrong Boat", "description": TEXT, "date": "2015-04-02"},
        {"show": "Low Tide", "title": "Episode 2", "date": "2015-04-09"},
        {"title": "Low.Tide.S01E03.1080p.WEB-DL"},
    )
    library_id = await scanning.library(app, tmp_path, "tv")
    await scan_series(app, library_id)
    heard = [event.kind for event in await announced(app)]

    assert await episodes(app) == [
        (1, "The Wrong Boat", TEXT, date(2015, 4, 2)),
        (2, None, None, date(2015, 4, 9)),
        (3, None, None, None),
    ]
    assert heard.count("episode") == 2
    assert await value(app, "SELECT title FROM tv.series") == "Low Tide"

    put_episodes(tmp_path, {"title": "The Right Boat"})
    await scan_series(app, library_id)

    assert (await episodes(app))[0] == (1, "The Right Boat", None, None)


async def test_the_name_of_a_file_counts_more_for_what_an_episode_is_called(app, tmp_path):
    put_episodes(tmp_path, {"title": "The Wrong Boat", "description": TEXT})
    named = SHOW.format(1).replace(".mkv", " - Nine Kettles.mkv")
    (tmp_path / SHOW.format(1)).rename(tmp_path / named)

    await scan_series(app, await scanning.library(app, tmp_path, "tv"))

    assert await episodes(app) == [(1, "Nine Kettles", TEXT, None)]


async def test_a_day_in_tags_gives_no_episode_another_number(app, tmp_path):
    put_episodes(tmp_path, {"show": "Low Tide", "title": "The Wrong Boat", "date": "2015-04-02"})
    dated = tmp_path / "Low Tide/Season 1/Low Tide 2015-04-02.mkv"
    encode(Clip(duration_s=0.5), dated)

    await scan_series(app, await scanning.library(app, tmp_path, "tv"))

    assert [(number, title) for number, title, *_ in await episodes(app)] == [
        (1, "The Wrong Boat"),
        (None, None),
    ]


async def test_episodes_without_a_word_to_believe_cost_nothing(app, tmp_path):
    put_episodes(tmp_path, {"title": "Low.Tide.S01E01.1080p.WEB-DL", "encoder": "x"}, {})
    await scanning.scan(app, await scanning.library(app, tmp_path, "tv"))

    assert await scanning.values(app, ASKED) == []
