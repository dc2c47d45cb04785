"""What further providers add to a work that one found, and how little it matters where one of them fails."""

import pytest

from app.activity.actor import Actor
from app.catalog.facts import WorkFacts
from app.core.errors import Unreadable
from app.core.http_errors import ProviderLimited, ProviderUnreachable
from app.metadata.facts import Candidate, FoundWork, Kind
from app.metadata.fanart import FANART
from app.metadata.merge import merge, plan
from app.metadata.omdb import OMDB
from app.metadata.provider import NoKey
from app.metadata.supplement import Supplement, supplements
from app.metadata.tmdb import TMDB
from app.settings.secrets import set_secret
from app.settings.writes import change_settings
from tests.metadata.fakes import Adding, Fake
from tests.metadata.web_wire import FANART_KEY

LANGUAGES = ("en", "de")


def work(provider="tmdb", id_="4711", kind=Kind.MOVIE, **ids):
    facts = WorkFacts("The Last Tram", "last tram", "Last Tram", overview="It runs.", provider_ids=ids)
    return FoundWork(provider, kind, id_, facts)


class Telling(Fake):
    """Knows one work by an id of another's, or fails."""

    def __init__(self, name, known=None, error=None):
        super().__init__(name)
        self.known, self.error, self.asked = known or {}, error, []

    async def find(self, app, kind, source, external_id):
        self.asked.append((source, external_id))
        if self.error:
            raise self.error
        id_ = self.known.get((source, external_id))
        return Candidate(self.about.id, kind, id_, "The Last Tram") if id_ else None

    async def work(self, app, kind, work_id, languages):
        self.asked.append(work_id)
        return work(self.about.id, work_id, kind)


async def test_pictures_and_ratings_are_added_to_a_film(fanart, omdb):
    app = fanart.app
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {"omdb_url": omdb.url})
    found = work(tmdb="4711", imdb="tt9991111")

    added = await supplements(app, found, [TMDB, FANART, OMDB], LANGUAGES)
    merged = merge([found, *(each.work for each in added if each.work)], plan(("tmdb", "fanart", "omdb"), ()))

    assert [(each.provider, each.error) for each in added] == [("fanart", None), ("omdb", None)]
    assert (merged.work.provider, merged.work.id, merged.work.facts.overview) == ("tmdb", "4711", "It runs.")
    assert len(merged.work.images) == 10
    assert merged.work.facts.ratings["imdb"]["value"] == 7.8
    assert merged.said_by["ratings"] == ("omdb",)


async def test_each_one_s_failure_is_its_own(fanart):
    found = work(imdb="tt9991111")
    down = Telling("down", error=ProviderUnreachable("down", "it can't be asked"))
    limited = Telling("limited", error=ProviderLimited("limited", 60.0))
    sealed = Telling("sealed", error=Unreadable("A stored secret is damaged."))

    added = await supplements(fanart.app, found, [down, OMDB, limited, FANART, sealed], LANGUAGES)

    assert [(each.provider, type(each.error), each.work is not None) for each in added] == [
        ("down", ProviderUnreachable, False),
        ("omdb", NoKey, False),
        ("limited", ProviderLimited, False),
        ("fanart", type(None), True),
        ("sealed", Unreadable, False),
    ]


async def test_a_fault_of_ours_is_no_provider_s_failure(app):
    with pytest.raises(AssertionError, match="was asked"):
        await supplements(app, work(imdb="tt1"), [Adding("adding")], LANGUAGES)


async def test_another_provider_of_works_is_asked_by_the_first_id_that_it_knows(app):
    other = Telling("other", {("tvdb", "99922"): "77"})

    [added] = await supplements(app, work(imdb="tt1", tvdb="99922"), [other], LANGUAGES)

    assert (added.work.provider, added.work.id) == ("other", "77")
    assert other.asked == [("imdb", "tt1"), ("tvdb", "99922"), "77"]


async def test_another_provider_s_own_id_needs_no_finding(app):
    other = Telling("other")

    [added] = await supplements(app, work(other="78", imdb="tt1"), [other], LANGUAGES)

    assert (added.work.id, other.asked) == ("78", ["78"])


async def test_the_first_one_s_own_id_is_one_to_go_by(app):
    other = Telling("other", {("tmdb", "4711"): "79"})

    [added] = await supplements(app, work(), [other], LANGUAGES)

    assert (added.work.id, other.asked) == ("79", [("tmdb", "4711"), "79"])


async def test_who_knows_nothing_of_it_adds_nothing(app):
    other = Telling("other")

    assert await supplements(app, work(imdb="tt1"), [other], LANGUAGES) == [Supplement("other")]


async def test_neither_the_one_who_found_it_nor_who_knows_no_such_works_is_asked(app):
    found = work("first", kind=Kind.TV, imdb="tt1")

    assert await supplements(app, found, [Fake("first"), Adding("films", [Kind.MOVIE])], LANGUAGES) == []


async def test_a_key_that_is_refused_keeps_nobody_from_the_others(fanart, omdb):
    app = omdb.app
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), {"fanart_url": f"{fanart.url}/v3.2"})
        await set_secret(tx, Actor(), app.keyring, "fanart", FANART_KEY[::-1] + "0")

    added = await supplements(app, work(imdb="tt9991111"), [FANART, OMDB], LANGUAGES)

    assert [(each.provider, getattr(each.error, "code", None)) for each in added] == [
        ("fanart", "PROVIDER_REFUSED"),
        ("omdb", None),
    ]
