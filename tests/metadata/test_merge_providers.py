"""What TMDb, TVmaze and TheTVDB say of one series, put together."""

from collections.abc import AsyncIterator

import pytest

from app.activity.actor import Actor
from app.core.ids import new_id
from app.demo.tmdb.server import Shelf, Tmdb
from app.metadata.facts import Kind
from app.metadata.find import find
from app.metadata.merge import Plan, merge, plan
from app.metadata.score import Sought, Status
from app.metadata.tmdb import TMDB
from app.metadata.tmdb_parts import View
from app.metadata.tmdb_work import series as tmdb_series
from app.metadata.tvdb_work import work as tvdb_work
from app.metadata.tvmaze import TVMAZE
from app.metadata.tvmaze_show import series as tvmaze_series
from app.settings.writes import change_settings
from tests.metadata.standing import Standing, standing
from tests.metadata.tvdb_wire import SERIES as TVDB_SERIES
from tests.metadata.tvmaze_stand_in import TvmazeStandIn
from tests.metadata.tvmaze_wire import SHOW
from tests.metadata.wire import SERIES

VIEW = View(("en", "de", "fr"), "http://pictures")
# The same series at both: as TMDb has it, with gaps.
LITTLE = {
    "id": 815,
    "name": "Lantern Row",
    "original_name": "Lantern Row",
    "original_language": "en",
    "first_air_date": "2015-04-03",
    "vote_average": 8.1,
    "vote_count": 12,
    "overview": "",
    "genres": [{"id": 80, "name": "Crime"}],
    "keywords": {"results": [{"id": 1, "name": "lamps"}]},
    "content_ratings": {"results": [{"iso_3166_1": "DE", "rating": "12"}]},
    "external_ids": {"imdb_id": "tt99933333"},
    "seasons": SERIES["seasons"],
    "translations": {
        "translations": [
            {
                "iso_3166_1": "DE",
                "iso_639_1": "de",
                "data": {"name": "Laternen", "overview": "Es brennt Licht."},
            }
        ]
    },
}


def both(order):
    found = [tmdb_series(VIEW, LITTLE), tvmaze_series(VIEW, SHOW)]
    return merge(found, Plan(order))


def test_tvmaze_fills_what_tmdb_lacks():
    merged = both(("tmdb", "tvmaze"))

    work, facts = merged.work, merged.work.facts
    assert (work.provider, work.id, facts.released_on.day) == ("tmdb", "815", 3)
    assert facts.overview.startswith("Lantern Row follows a lamplighter.")
    assert facts.runtime_s == 52 * 60
    assert facts.translations == {
        "de": {"title": "Laternen", "overview": "Es brennt Licht."},
        "en": {"title": "Lantern Row", "overview": facts.overview},
    }
    assert facts.terms == {
        "genre": ("Crime",),
        "keyword": ("lamps",),
        "network": ("Saltmarsh Television", "Saltmarsh Online"),
    }
    assert facts.provider_ids == {
        "tmdb": "815",
        "imdb": "tt99933333",
        "tvmaze": "4100",
        "tvdb": "99900",
    }
    assert facts.ratings == {"tmdb": {"value": 8.1, "votes": 12}, "tvmaze": {"value": 7.9}}
    assert [credit.name for credit in facts.credits][:2] == ["Odile Marsh", "Perrin Vale"]
    assert set(work.profiles) == {"11", "13"}
    assert (merged.said_by["overview"], merged.said_by["title"]) == (("tvmaze",), ("tmdb",))
    assert "Die Laternengasse" in work.titles
    assert [season.id for season in work.seasons] == ["81500", "81501"]


def test_tmdb_fills_what_tvmaze_lacks():
    merged = both(("tvmaze", "tmdb"))

    work, facts = merged.work, merged.work.facts
    assert (work.provider, work.id, facts.released_on.day) == ("tvmaze", "4100", 2)
    assert facts.terms["genre"] == ("Drama", "Mystery")
    assert facts.terms["keyword"] == ("lamps",)
    assert facts.certifications == {"DE": "12"}
    assert facts.translations["de"] == {"title": "Laternen", "overview": "Es brennt Licht."}
    assert merged.said_by["certifications"] == ("tmdb",)
    assert [season.id for season in work.seasons] == ["specials", "9001", "9002"]


def test_a_field_may_be_tvmaze_s_and_the_rest_tmdb_s():
    said = {**LITTLE, "overview": "Lamps."}
    found = [tmdb_series(VIEW, said), tvmaze_series(VIEW, SHOW)]

    merged = merge(found, plan(("tmdb", "tvmaze"), ["overview=tvmaze>tmdb"]))

    assert merged.work.facts.overview.startswith("Lantern Row follows")
    assert merged.said_by["overview"] == ("tvmaze",)
    assert merged.work.id == "815"


def test_portraits_are_of_those_whose_credits_count():
    """Both know somebody by the id 1, who is not the same."""
    person = {"id": 1, "name": "Hauke Watt", "character": "Sand", "order": 0, "profile_path": None}
    known = tmdb_series(VIEW, SERIES | {"aggregate_credits": {"cast": [person]}, "created_by": []})
    other = tvdb_work(VIEW, Kind.TV, TVDB_SERIES)

    first = merge([known, other], Plan(("tmdb", "tvdb"))).work
    second = merge([known, other], Plan(("tvdb", "tmdb"))).work

    assert first.facts.credits[0].provider_ids == {"tmdb": "1"}
    assert first.profiles == {}
    assert set(second.profiles) == {"1"}


@pytest.fixture
async def lanterns(tmdb) -> AsyncIterator[Standing]:
    """TMDb, which knows nothing, and TVmaze, which knows one show."""
    tmdb.service = Tmdb(Shelf({}))
    async with standing(TvmazeStandIn({4100: SHOW})) as stand_in:
        async with tmdb.app.transaction() as tx:
            await change_settings(tx, Actor(), {"tvmaze_url": stand_in.url, "tvmaze_rate": 1000.0})
        stand_in.app = tmdb.app
        yield stand_in


@pytest.mark.parametrize(
    "sought",
    [
        Sought(Kind.TV, ("Lantern Row",), 2015),
        Sought(Kind.TV, ("Something Else",), provider_ids={"tvdb": "99900"}),
    ],
    ids=["by title", "by an id in its name"],
)
async def test_who_comes_next_is_asked_where_tmdb_knows_nothing(tmdb, lanterns, sought):
    found = await find(lanterns.app, new_id(), sought, [TMDB, TVMAZE], ("en", "de"))

    assert (found.status, found.provider, found.provider_id) == (Status.MATCHED, "tvmaze", "4100")
    assert found.work.facts.title == "Lantern Row"
    assert tmdb.asked
