"""Which works of providers films and series are, by the API: what is asked, searched for and decided."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.access.permissions import Permission
from app.access.rule import Access
from app.access.viewer import Viewer, marquee
from app.api.node import global_id
from app.core.ids import new_id
from app.metadata.facts import Kind
from app.metadata.links import Found, link_of, save_link
from app.metadata.score import Status
from tests import given
from tests.metadata.conftest import demo_shelf, tmdb

__all__ = ["demo_shelf", "tmdb"]
LIGHTHOUSE, HARBOUR = "999000001", "999000101"
ACTIVITY = text("SELECT action, kind, key, before, after FROM activity.entries ORDER BY id")
WANTED = text("SELECT kind, work_id FROM metadata.looks")
ANNOUNCED = text("SELECT payload FROM outbox.events WHERE name = 'catalog.works_changed'")
Decide = Callable[..., Awaitable[Any]]


@pytest.fixture
def decide(execute) -> Decide:
    async def run(how: str, kind: str, work_id: Any, **more: Any) -> Any:
        data = await execute(f"curation/{how}_metadata", input={"workId": global_id(kind, work_id)} | more)
        return data[f"{how}Metadata"]

    return run


@pytest.fixture
async def film(app) -> Any:
    return await given.movie(app, "The Lighthouse at Noon", match_key="thelighthouseatnoon", year=2019)


async def link(app, work_id, kind=Kind.MOVIE):
    return (await link_of(app.db, kind, [work_id]))[work_id]


async def queue(execute, library_id, **page):
    data = await execute("curation/metadata_queue", libraryId=global_id("Library", library_id), **page)
    return data["library"]["metadataQueue"]


async def test_what_a_person_should_decide_is_in_the_queue_of_its_library_the_most_certain_first(
    app, execute
):
    library, other = await given.library(app), await given.library(app)
    films = [await given.movie(app, library_id=library) for _ in range(3)]
    elsewhere = await given.movie(app, library_id=other)
    for film, score in zip((*films[:2], elsewhere), (0.5, 0.7, 0.9), strict=True):
        await given.link(app, Kind.MOVIE, film, score=score)
    await given.link(app, Kind.MOVIE, films[2], status=Status.MATCHED, provider="tmdb", provider_id="7")

    found = await queue(execute, library)

    assert [each["movie"]["id"] for each in found["nodes"]] == [
        global_id("Movie", films[1]),
        global_id("Movie", films[0]),
    ]
    assert found["totalCount"] == 2
    assert found["nodes"][0]["evidence"] == ["It may be either."]
    assert found["nodes"][0]["candidates"] == [
        {
            "provider": "tmdb",
            "providerId": "0",
            "title": "Another",
            "originalTitle": None,
            "year": 2001,
            "score": 0.5,
            "evidence": ["It is alike."],
            "overview": None,
            "posterUrl": None,
        }
    ]


async def test_the_queue_has_pages_and_series(app, execute):
    library = await given.library(app, kind="tv")
    shows = [await given.series(app, library_id=library) for _ in range(3)]
    for number, show in enumerate(shows):
        await given.link(app, Kind.TV, show, score=0.5 + number / 10)

    first = await queue(execute, library, first=2)
    rest = await queue(execute, library, first=2, after=first["pageInfo"]["endCursor"])

    assert [each["series"]["id"] for each in (*first["nodes"], *rest["nodes"])] == [
        global_id("Series", show) for show in reversed(shows)
    ]
    assert not rest["pageInfo"]["hasNextPage"]


async def test_who_does_not_see_a_work_is_told_nothing_of_what_it_is(app, execute):
    library, secret = await given.library(app), await given.library(app)
    film, hidden = await given.movie(app, library_id=library), await given.movie(app, library_id=secret)
    for each in (film, hidden):
        await given.link(app, Kind.MOVIE, each)
    viewer = replace(marquee(), access=Access(library_ids=(library,)))

    seen = await _seen(execute, viewer, library)

    assert seen["totalCount"] == 1
    (candidate,) = seen["nodes"][0]["candidates"]
    assert (seen["nodes"][0]["evidence"], candidate["title"], candidate["evidence"]) == ([], "Another", [])


async def _seen(execute, viewer: Viewer, library):
    data = await execute("curation/metadata_queue", viewer=viewer, libraryId=global_id("Library", library))
    return data["library"]["metadataQueue"]


async def test_a_choice_stands_is_logged_announced_and_has_the_provider_asked(app, decide, film):
    library = await given.library(app)
    await given.movie_in(app, film, library)

    made = await decide("choose", "Movie", film, provider="tmdb", providerId="603")

    match = made["work"]["movie"]["metadataMatch"]
    assert (match["status"], match["provider"], match["providerId"]) == ("MATCHED", "tmdb", "603")
    assert (match["decidedBy"], match["score"], match["evidence"]) == ("HUMAN", 1, ["A person said so."])
    (entry,) = await app.db.rows(ACTIVITY)
    assert (entry["action"], entry["kind"], entry["key"]) == ("metadata.chosen", "movie", str(film))
    assert entry["after"] == {"status": "matched", "provider": "tmdb", "provider_id": "603"}
    assert [tuple(row) for row in await app.db.rows(WANTED)] == [("movie", film)]
    (event,) = await app.db.rows(ANNOUNCED)
    assert event["payload"]["updated"] == [str(film)]


async def test_no_machine_changes_what_a_person_chose(app, decide, film):
    await decide("choose", "Movie", film, provider="tmdb", providerId="603")

    async with app.transaction() as tx:
        saved = await save_link(tx, Found(Kind.MOVIE, film, Status.UNMATCHED))

    assert not saved
    assert (await link(app, film)).provider_id == "603"


async def test_what_is_rejected_leaves_the_queue_and_nobody_is_asked(app, execute, decide):
    library = await given.library(app, kind="tv")
    show = await given.series(app, library_id=library)
    await given.link(app, Kind.TV, show)

    made = await decide("reject", "Series", show)

    assert made["work"]["series"]["metadataMatch"]["status"] == "REJECTED"
    assert (await queue(execute, library))["nodes"] == []
    assert await app.db.rows(WANTED) == []
    (entry,) = await app.db.rows(ACTIVITY)
    assert (entry["action"], entry["before"]["status"]) == ("metadata.rejected", "uncertain")


async def test_what_is_reset_is_asked_about_anew(app, decide, film):
    await decide("reject", "Movie", film)

    made = await decide("reset", "Movie", film)

    assert made["work"]["movie"]["metadataMatch"] is None
    assert await link(app, film) is None
    assert [tuple(row) for row in await app.db.rows(WANTED)] == [("movie", film)]


async def test_a_former_id_means_what_it_became(app, decide, film):
    gone = new_id()
    await app.db.run(
        text(
            "INSERT INTO catalog.redirects (kind, id, into_id, became) VALUES ('movie', :gone, :film, :film)"
        ),
        gone=gone,
        film=film,
    )

    made = await decide("reject", "Movie", gone)

    assert made["work"]["movie"]["id"] == global_id("Movie", film)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"provider": "nobody", "providerId": "1"}, "provider"),
        ({"provider": "omdb", "providerId": "1"}, "provider"),
        ({"provider": "tmdb", "providerId": ""}, "providerId"),
        ({"provider": "tmdb", "providerId": "1 2"}, "providerId"),
        ({"provider": "tmdb", "providerId": "x" * 101}, "providerId"),
    ],
)
async def test_what_is_no_work_of_a_provider_is_no_choice(app, decide, film, more, field):
    refused = await decide("choose", "Movie", film, **more)

    assert (refused["__typename"], refused["field"]) == ("InvalidInput", field)
    assert await link(app, film) is None


@pytest.mark.parametrize("how", ["choose", "reject", "reset"])
async def test_what_is_not_there_is_not_found(decide, how):
    more = {"provider": "tmdb", "providerId": "1"} if how == "choose" else {}

    refused = await decide(how, "Movie", new_id(), **more)

    assert refused["__typename"] == "NotFound"


@pytest.mark.parametrize("how", ["choose", "reject", "reset"])
async def test_only_moderators_decide(app, execute, film, how):
    more = {"provider": "tmdb", "providerId": "1"} if how == "choose" else {}
    viewer = Viewer(permissions=frozenset({Permission.MOVIE_GET}), access=marquee().access)

    data = await execute(
        f"curation/{how}_metadata", viewer=viewer, input={"workId": global_id("Movie", film)} | more
    )

    assert data[f"{how}Metadata"]["__typename"] == "PermissionDenied"
    assert await link(app, film) is None


async def test_a_provider_is_searched_by_what_the_work_is_called(tmdb, execute):
    film = await given.movie(tmdb.app, "The Lighthouse at Noon", match_key="thelighthouseatnoon", year=2019)

    (found, *_) = await _search(execute, film)

    assert (found["provider"], found["providerId"], found["year"]) == ("tmdb", LIGHTHOUSE, 2019)
    assert found["score"] == pytest.approx(0.94)
    assert found["evidence"] == ["Its title is the same.", "So is its year."]
    assert found["posterUrl"].startswith(f"{tmdb.url}/t/p/")
    assert tmdb.paths == ["/3/search/movie"]


async def test_a_provider_is_searched_by_what_a_person_types(tmdb, execute):
    film = await given.movie(tmdb.app, "Holiday Tape", year=1999)

    (found, *_) = await _search(execute, film, text="  The Lighthouse  at Noon ", year=2019, provider="tmdb")

    assert found["providerId"] == LIGHTHOUSE
    assert tmdb.asked[0].query["query"] == "The Lighthouse at Noon"


async def test_a_provider_is_searched_by_an_id_of_imdbs(tmdb, execute):
    film = await given.movie(tmdb.app, "Holiday Tape", year=1999)

    (found,) = await _search(execute, film, text="tt99900001")

    assert found["providerId"] == LIGHTHOUSE
    assert tmdb.paths == ["/3/find/tt99900001"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 301}, "text"),
        ({"year": 99}, "year"),
        ({"provider": "x"}, "provider"),
    ],
)
async def test_what_can_not_be_searched_for_is_said(app, ask, film, asked, field):
    query = """query ($id: ID!, $text: String, $year: Int, $provider: String) {
        searchMetadata(workId: $id, text: $text, year: $year, provider: $provider) { title } }"""

    found = await ask(query, id=global_id("Movie", film), **asked)

    assert found.errors[0]["extensions"]["code"] == "INVALID_INPUT"
    assert found.errors[0]["extensions"]["field"] == field


async def test_a_provider_that_can_not_be_asked_says_why(app, ask, film):
    query = "query ($id: ID!) { searchMetadata(workId: $id) { title } }"

    found = await ask(query, id=global_id("Movie", film))

    assert found.errors[0]["extensions"]["code"] == "PROVIDER_NO_KEY"


async def test_a_hidden_work_is_not_searched_for(app, ask, film):
    secret = await given.library(app)
    viewer = replace(marquee(), access=Access(library_ids=(secret,)))

    found = await ask(
        "query ($id: ID!) { searchMetadata(workId: $id) { title } }",
        viewer=viewer,
        id=global_id("Movie", film),
    )

    assert found.errors[0]["extensions"]["code"] == "NOT_FOUND"


async def _search(execute, film, **asked):
    data = await execute("curation/search_metadata", workId=global_id("Movie", film), **asked)
    return data["searchMetadata"]
