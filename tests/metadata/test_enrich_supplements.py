"""Works looked at with those who only add to them: what they add is stored, and what they can't tell keeps nobody."""

from datetime import timedelta

import pytest

from app.activity.actor import Actor
from app.core import http
from app.metadata.wanted import ask_for
from app.settings.secrets import set_secret
from app.settings.writes import change_settings
from tests import given
from tests.library.scanning import rows, values
from tests.metadata.enriching import described, library, look, looks
from tests.metadata.web_wire import MOVIE_ART, RATED, SERIES_ART
from tests.outside import saying

LIGHTHOUSE, HARBOUR = "999000001", "999000101"
PICTURES = """
SELECT owner_kind, kind, count(*) FROM images.pictures WHERE provider = 'fanart' GROUP BY 1, 2 ORDER BY 1, 2
"""


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    """Requests that fail are repeated at once."""
    monkeypatch.setattr(http, "pause_s", lambda *_: 0.0)


@pytest.fixture
async def app_of_three(tmdb, fanart, omdb):
    """An application that asks TMDb, fanart.tv and OMDb."""
    fanart.service.entries[f"/v3.2/movies/{LIGHTHOUSE}"] = MOVIE_ART
    fanart.service.entries["/v3.2/tv/99900101"] = SERIES_ART
    omdb.service.entries["tt99900001"] = RATED | {"imdbID": "tt99900001"}
    async with tmdb.app.transaction() as tx:
        await change_settings(tx, Actor(), {"metadata_providers": ["fanart", "tmdb", "omdb"]})
    return tmdb.app


async def lighthouse(app):
    films = await library(app, name="Films")
    movie_id = await given.movie(app, "The Lighthouse at Noon", year=2019, library_id=films)
    await want(app, movie_id)
    return movie_id


async def want(app, movie_id):
    async with app.transaction() as tx:
        await ask_for(tx, "movie", [movie_id])
    await look(app)


async def problem(app):
    return next(each["problem"] for each in await looks(app) if each["kind"] == "movie")


async def test_a_film_has_pictures_and_ratings_of_those_who_only_add_to_it(app_of_three):
    movie_id = await lighthouse(app_of_three)

    found = await described(app_of_three, movie_id)

    assert found["provider_ids"]["tmdb"] == LIGHTHOUSE
    assert set(found["ratings"]) >= {"tmdb", "imdb", "rottentomatoes", "metacritic"}
    assert found["ratings"]["imdb"] == {"value": 7.8, "votes": 1_234_567}
    assert found["sources"]["provided"]["ratings"]["imdb"] == "omdb"
    assert found["sources"]["overview"][2] == "tmdb"
    kinds = {row["kind"]: row["count"] for row in await rows(app_of_three, PICTURES)}
    assert kinds == {"poster": 1, "backdrop": 2, "logo": 4, "clearart": 1, "thumb": 1, "banner": 1, "disc": 1}
    assert await problem(app_of_three) is None


async def test_a_series_and_its_seasons_have_pictures_of_their_own(app_of_three):
    shows = await library(app_of_three, name="Shows", kind="tv")
    series_id = await given.series(
        app_of_three, "Harbour Street", year=2015, provider_ids={"tmdb": HARBOUR}, library_id=shows
    )
    for number in (1, 2, 3):
        await given.season(app_of_three, series_id, number)
    async with app_of_three.transaction() as tx:
        await ask_for(tx, "tv", [series_id])

    await look(app_of_three)

    found = {(row["owner_kind"], row["kind"]): row["count"] for row in await rows(app_of_three, PICTURES)}
    assert found["series", "poster"] == 1
    assert (found["season", "poster"], found["season", "banner"], found["season", "thumb"]) == (2, 1, 1)


async def test_a_film_is_told_of_while_one_who_adds_to_it_is_away_whose_word_stays(app_of_three, omdb):
    movie_id = await lighthouse(app_of_three)
    omdb.troubles["*"] = saying("oops", 500)
    await rows(app_of_three, "UPDATE movies.movies SET overview = 'Old.' RETURNING id")

    await want(app_of_three, movie_id)

    found = await described(app_of_three, movie_id)
    assert found["overview"] != "Old."
    assert found["ratings"]["imdb"]["value"] == 7.8
    assert "omdb" in (await problem(app_of_three))


async def test_whose_word_is_missing_is_said_and_the_film_counts_as_looked_at(app_of_three, omdb, fanart):
    omdb.troubles["*"] = saying("oops", 500)
    fanart.troubles["*"] = saying("<html>")

    await lighthouse(app_of_three)

    [found] = await looks(app_of_three)
    assert found["problem"] == (
        "What fanart.tv adds could not be asked for (fanart: it answers HTML and no JSON)."
        " What OMDb adds could not be asked for (omdb: it answers 500)."
    )
    assert found["code"] == "PROVIDER_BROKEN"
    assert (found["failures"], found["owner"], found["asked_at"]) == (0, None, None)
    assert found["due_at"] - found["looked_at"] < timedelta(days=4)


async def test_a_key_of_one_who_adds_that_is_refused_keeps_nobody(app_of_three, fanart):
    async with app_of_three.transaction() as tx:
        await set_secret(tx, Actor(), app_of_three.keyring, "fanart", "wrong")

    movie_id = await lighthouse(app_of_three)

    found = await described(app_of_three, movie_id)
    assert found["overview"]
    assert "imdb" in found["ratings"]
    assert await values(app_of_three, PICTURES) == []
    assert "fanart" in (await problem(app_of_three))
    assert len(fanart.asked) == 1
