"""Keeping what providers tell of works beside the catalog's columns."""

from dataclasses import replace
from datetime import date

from sqlalchemy import text

from app.access.viewer import marquee
from app.core.ids import new_id
from app.core.paging import Page
from app.metadata import detail_reads as reads
from app.metadata.details import save_details, sweep
from app.metadata.facts import Kind, RelatedFacts, Release, VideoFacts
from app.metadata.tmdb_parts import View
from app.metadata.tmdb_work import movie, series
from tests import given
from tests.metadata.wire import MOVIE, SERIES

VIEW = View(("en", "de", "fr", "es", "ja", "pt"), "http://pictures")
FILM, SHOW = movie(VIEW, MOVIE), series(VIEW, SERIES)
ROW = "SELECT * FROM metadata.details WHERE work_id = :id"


async def save(app, work_id, work=FILM):
    async with app.transaction() as tx:
        await save_details(tx, work.kind, {work_id: work})


async def videos_of(app, work_id, **asked):
    found = await reads.videos(app.db, marquee(), [work_id], page=Page(), **asked)
    return found[work_id].items


async def test_what_is_told_of_a_film_comes_back(app):
    movie_id = await given.movie(app)

    await save(app, movie_id)

    summary = (await reads.summaries(app.db, marquee(), [movie_id]))[movie_id]
    assert summary.homepage == "https://tram.example"
    assert list(summary.titles) == ["Die letzte Tram", "Die letzte Bim", "O Último Bonde", "Tram 28"]
    assert await videos_of(app, movie_id) == [
        VideoFacts(
            *("youtube", "abc_DEF-123", "trailer", "Official Trailer", "en", 1080, True, date(2014, 5, 1))
        )
    ]
    assert (await reads.releases(app.db, marquee(), [movie_id]))[movie_id] == list(FILM.certifications)
    assert Release.PHYSICAL in {each.release for each in FILM.certifications}


async def test_what_is_told_of_a_series_comes_back(app):
    series_id = await given.series(app)

    await save(app, series_id, SHOW)

    row = await app.db.row(text(ROW), id=series_id)
    assert (row["kind"], row["provider"], row["provider_id"]) == ("tv", "tmdb", "815")
    assert row["seasons"][1] == {
        "id": "81501",
        "number": 1,
        "title": "Season 1",
        "air_date": "2015-04-02",
        "episode_count": 8,
    }
    assert row["episode_orders"] == [
        {"id": "5f00aa", "name": "DVD order", "kind": "dvd", "group_count": 2, "episode_count": 9}
    ]


async def test_what_another_provider_told_is_replaced_as_a_whole(app):
    movie_id = await given.movie(app)
    await save(app, movie_id)

    await save(app, movie_id, replace(FILM, provider="other", id="9", homepage=None, videos=(), titles=()))

    row = await app.db.row(text(ROW), id=movie_id)
    assert (row["provider"], row["provider_id"], row["homepage"]) == ("other", "9", None)
    assert (row["videos"], row["titles"]) == ([], [])


async def test_many_works_cost_one_statement(app, statements):
    ids = [await given.movie(app) for _ in range(5)]
    statements.clear()

    async with app.transaction() as tx:
        await save_details(tx, Kind.MOVIE, dict.fromkeys(ids, FILM))

    assert len(statements) == 1
    found = await reads.summaries(app.db, marquee(), ids)
    assert {each.homepage for each in found.values()} == {"https://tram.example"}


async def test_nothing_is_kept_twice_or_without_end_or_of_sites_that_nobody_knows(app):
    movie_id = await given.movie(app)
    many = [VideoFacts("youtube", f"k{place}", "odd kind") for place in range(1000)]
    works = [RelatedFacts(str(place % 500), "Title") for place in range(1000)]
    told = replace(
        FILM,
        id="7",
        videos=(VideoFacts("elsewhere", "x", "clip"), *many),
        similar=tuple(works),
        titles=tuple(f"Title {place}" for place in range(1000)),
    )

    await save(app, movie_id, told)

    row = await app.db.row(text(ROW), id=movie_id)
    assert (len(row["videos"]), len(row["titles"])) == (300, 200)
    assert {(each["site"], each["kind"]) for each in row["videos"]} == {("youtube", "other")}
    ids = [each["id"] for each in row["similar_works"]]
    assert (len(ids), len(set(ids)), "7" in ids, ids[:3]) == (60, 60, False, ["0", "1", "2"])


async def test_details_outlive_their_work_by_thirty_days(app):
    gone, back, there = new_id(), await given.movie(app), await given.movie(app)
    for work_id in (gone, back, there):
        await save(app, work_id)
    await app.db.run(text("UPDATE metadata.details SET ownerless_since = now() WHERE work_id = :id"), id=back)

    await sweep.run(app)
    marked = {row[0] for row in await app.db.rows(text(OWNERLESS))}
    await app.db.run(
        text("UPDATE metadata.details SET ownerless_since = ownerless_since - interval '31 days'")
    )
    await sweep.run(app)

    assert marked == {gone}
    left = {row[0] for row in await app.db.rows(text("SELECT work_id FROM metadata.details"))}
    assert left == {back, there}


OWNERLESS = "SELECT work_id FROM metadata.details WHERE ownerless_since IS NOT NULL"
