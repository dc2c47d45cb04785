"""What providers tell of works beside the catalog, in the graph."""

from dataclasses import replace

import pytest

from app.access.permissions import ALL, Permission
from app.access.rule import Access
from app.access.viewer import marquee
from app.core.ids import new_id
from tests import given

BY = {"slug": "the-film"}
PAGE = "{ pageInfo { hasNextPage hasPreviousPage endCursor startCursor } nodes { title } }"


async def film(app, title, tmdb, **values):
    return await given.movie(app, title, provider_ids={"tmdb": tmdb}, **values)


async def asked(execute, viewer=None, **variables):
    return (await execute("metadata/movie_details", by=BY, viewer=viewer, **variables))["movie"]


def titles(found):
    return [each["title"] for each in found["nodes"]]


async def test_a_film_of_which_nobody_told_has_no_details(app, execute):
    await given.movie(app, "The Film", slug="the-film")

    found = await asked(execute)

    assert found == {
        "id": found["id"],
        "homepage": None,
        "alsoKnownAs": [],
        "videos": {"totalCount": 0, "nodes": []},
        "releases": [],
        "similar": {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        "recommended": {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        "relatedNotInLibrary": [],
    }


async def test_what_is_told_is_shown_as_it_was_told(app, execute):
    movie_id = await given.movie(app, "The Film", slug="the-film")
    told = given.video(key="a_B-1", title="Trailer", language="de", height=1080, published_on="2020-02-01")
    release = {"country": "DE", "rating": "16", "kind": "physical", "released_on": "2021-03-04"}
    await given.details(
        app,
        movie_id,
        homepage="https://film.example",
        titles=["Der Film"],
        videos=[told],
        releases=[release | {"note": "Uncut"}, {"country": "US", "rating": "R", "kind": "theatrical"}],
    )

    found = await asked(execute)

    assert (found["homepage"], found["alsoKnownAs"]) == ("https://film.example", ["Der Film"])
    assert found["videos"]["nodes"] == [
        {
            "site": "YOUTUBE",
            "siteKey": "a_B-1",
            "url": "https://www.youtube.com/watch?v=a_B-1",
            "kind": "TRAILER",
            "title": "Trailer",
            "language": "de",
            "height": 1080,
            "isOfficial": True,
            "publishedOn": "2020-02-01",
        }
    ]
    physical = {"country": "DE", "kind": "PHYSICAL", "certification": "16", "releasedOn": "2021-03-04"}
    theatrical = {"country": "US", "kind": "THEATRICAL", "certification": "R", "releasedOn": None}
    assert found["releases"] == [physical | {"note": "Uncut"}, theatrical | {"note": None}]


async def test_videos_come_in_pages_and_by_kind(app, ask, execute):
    movie_id = await given.movie(app, "The Film", slug="the-film")
    kinds = ("trailer", "clip", "trailer", "other")
    documents = [given.video(kind=kind, title=f"{place}") for place, kind in enumerate(kinds)]
    await given.details(app, movie_id, videos=documents)
    query = "query ($after: String) { movies { nodes { videos(first: 2, after: $after) " + PAGE + " } } }"

    trailers = await asked(execute, kinds=["TRAILER"])
    [first] = (await ask(query))["movies"]["nodes"]
    [second] = (await ask(query, after=first["videos"]["pageInfo"]["endCursor"]))["movies"]["nodes"]

    assert (trailers["videos"]["totalCount"], titles(trailers["videos"])) == (2, ["0", "2"])
    assert (titles(first["videos"]), titles(second["videos"])) == (["0", "1"], ["2", "3"])
    assert first["videos"]["pageInfo"]["hasNextPage"]
    assert not second["videos"]["pageInfo"]["hasNextPage"]


async def test_similar_films_are_those_of_the_library_in_the_provider_s_order(app, execute):
    movie_id = await film(app, "The Film", "1", slug="the-film")
    for title, tmdb in (("Two", "2"), ("Three", "3"), ("Four", "4")):
        await film(app, title, tmdb)
    await given.series(app, "Five", provider_ids={"tmdb": "5"})
    await given.details(
        app,
        movie_id,
        similar_works=given.related("4", "5", "2"),
        recommended_works=given.related("6", "3", "5"),
    )

    found = await asked(execute)

    assert (titles(found["similar"]), titles(found["recommended"])) == (["Four", "Two"], ["Three"])
    assert found["relatedNotInLibrary"] == [
        {"title": f"Related {tmdb}", "year": 2001, "provider": "tmdb", "providerId": tmdb}
        for tmdb in ("6", "5")
    ]


async def test_each_film_s_list_has_its_own_pages(app, ask):
    for place, title in enumerate("abc"):
        listed = [str(each) for each in range(3) if each != place]
        await given.details(app, await film(app, title, str(place)), similar_works=given.related(*listed))
    query = "query ($after: String) { movies { nodes { similar(first: 1, after: $after) " + PAGE + " } } }"

    first = (await ask(query))["movies"]["nodes"]
    after = first[0]["similar"]["pageInfo"]["endCursor"]
    rest = (await ask(query, after=after))["movies"]["nodes"]

    assert [titles(each["similar"]) for each in first] == [["b"], ["a"], ["a"]]
    assert [titles(each["similar"]) for each in rest] == [["c"], ["c"], ["b"]]


async def test_a_series_has_them_too(app, execute):
    series_id = await given.series(app, "The Series", slug="the-film", provider_ids={"tmdb": "1"})
    await given.series(app, "Two", provider_ids={"tmdb": "2"})
    await film(app, "Three", "3")
    await given.details(
        app,
        series_id,
        "tv",
        homepage="https://series.example",
        similar_works=given.related("2", "3"),
        recommended_works=given.related("2"),
    )

    found = (await execute("metadata/series_details", by=BY))["series"]

    assert found["homepage"] == "https://series.example"
    assert (titles(found["similar"]), titles(found["recommended"])) == (["Two"], ["Two"])
    assert [each["providerId"] for each in found["relatedNotInLibrary"]] == ["3"]


async def test_films_that_do_not_exist_for_a_viewer_are_not_among_the_similar(app, execute):
    movie_id = await film(app, "The Film", "1", slug="the-film", certifications={"DE": "6"})
    await film(app, "For adults", "2", certifications={"DE": "18"})
    await film(app, "For all", "3", certifications={"DE": "0"})
    await given.details(app, movie_id, similar_works=given.related("2", "3"))
    child = replace(marquee(), access=Access(max_age=12))

    by_child = (await asked(execute, viewer=child))["similar"]
    by_all = (await asked(execute))["similar"]

    assert titles(by_child) == ["For all"]
    assert titles(by_all) == ["For adults", "For all"]


@pytest.mark.parametrize(
    ("access", "permissions", "told"),
    [
        (Access(), ALL, ["2"]),
        (Access(), ALL - {Permission.REQUEST_CREATE}, []),
        (Access(max_age=18), ALL, []),
        (Access(blocked_terms=(new_id(),)), ALL, []),
    ],
)
async def test_what_is_not_there_is_named_to_those_who_may_ask_for_anything(
    app, execute, access, permissions, told
):
    movie_id = await film(app, "The Film", "1", slug="the-film")
    await given.details(app, movie_id, similar_works=given.related("2"))
    viewer = replace(marquee(), access=access, permissions=permissions)

    found = await asked(execute, viewer=viewer)

    assert [each["providerId"] for each in found["relatedNotInLibrary"]] == told
