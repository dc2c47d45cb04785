"""Storing what providers say of films: field by field, by who may say it, and with who does."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import marquee
from app.catalog.edits import Edit
from app.catalog.filters import Where
from app.catalog.identity.regraded import regraded
from app.catalog.movies import reads
from app.catalog.movies.writes import save_movies
from app.catalog.outcome import Outcome
from app.core.app import App
from app.core.ids import new_id
from app.core.paging import Page
from app.curation.edit import edit_work
from app.metadata.describe import Described, describe_works
from app.metadata.facts import Kind
from app.metadata.merge import Plan, merge
from app.metadata.tmdb import TMDB
from tests import given
from tests.catalog.said import collection, credit, work
from tests.library.scanning import rows, value, values
from tests.metadata.standing import Standing
from tests.metadata.telling import AT, LATER, SINCE, found, tell

VIEWER = marquee()
ALL = found(
    "Low Tide",
    year=2015,
    original_title="Ebbe",
    tagline="It comes back.",
    overview="The sea goes.",
    original_language="de",
    status="Released",
    released_on=date(2015, 4, 2),
    runtime_s=6000,
    popularity=7.5,
    countries=("DE", "DK"),
    certifications={"DE": "12", "US": "PG-13"},
    ratings={"tmdb": {"value": 7.1, "votes": 12}},
    provider_ids={"tmdb": "11", "imdb": "tt11"},
    terms={"genre": ("Drama", "Mystery"), "studio": ("Flut Film",), "keyword": ("sea", "tide")},
    credits=(credit("Ada Rohn", 0, tmdb="71"), credit("Jens Holt", 1, tmdb="72")),
    collection=collection("Tides", tmdb="31"),
    translations={
        "en": {"title": "Low Tide", "overview": "The sea goes."},
        "de": {"title": "Ebbe", "overview": "Das Meer geht."},
    },
)
STATE = """
SELECT title, sort_title, original_title, tagline, overview, original_language, status, release_date, year, runtime_s,
    popularity, countries, certifications, ratings, provider_ids, translations, age,
    (SELECT array_agg(t.kind || ' ' || t.name ORDER BY t.kind, l.position) FROM movies.movie_terms l
        JOIN taxonomy.terms t ON t.id = l.term_id WHERE l.movie_id = m.id) AS terms,
    (SELECT array_agg(p.name ORDER BY c.billing) FROM movies.credits c JOIN people.people p ON p.id = c.person_id
        WHERE c.movie_id = m.id) AS credits,
    (SELECT array_agg(c.title) FROM collections.movies l JOIN collections.collections c ON c.id = l.collection_id
        WHERE l.movie_id = m.id) AS collections
FROM movies.movies m WHERE id = $1
"""


async def named(app: App, title: str = "Ebbe 2015", year: int | None = None, **more: Any) -> UUID:
    """A film that a scan found."""
    return (await save(app, work(title, year, **more))).id


async def save(app: App, *facts: Any) -> Outcome:
    async with app.transaction() as tx:
        return (await save_movies(tx, facts))[0]


async def state(app: App, film: UUID) -> dict[str, Any]:
    (row,) = await rows(app, STATE, film)
    return row


async def sources(app: App, film: UUID) -> dict[str, tuple[str, str | None]]:
    told = (await reads.sources_of_movies(app.db, VIEWER, [film]))[film]
    return {
        f"{each.field}:{each.language}" if each.language else each.field: (each.source, each.provider)
        for each in told
    }


def without(*names: str, **instead: Any) -> Any:
    """ALL, in which some facts are missing and some are others."""
    nothing = {name: getattr(found("x").facts, name) for name in names}
    return replace(ALL, facts=replace(ALL.facts, **nothing | instead))


async def test_all_that_a_provider_says_is_stored_with_who_says_it(app: App) -> None:
    film = await named(app)

    outcome = await tell(app, film, ALL)

    assert outcome == Described(is_there=True, is_changed=True)
    assert await state(app, film) == {
        "title": "Low Tide",
        "sort_title": "Low Tide",
        "original_title": "Ebbe",
        "tagline": "It comes back.",
        "overview": "The sea goes.",
        "original_language": "de",
        "status": "Released",
        "release_date": date(2015, 4, 2),
        "year": 2015,
        "runtime_s": 6000,
        "popularity": 7.5,
        "countries": ["DE", "DK"],
        "certifications": {"DE": "12", "US": "PG-13"},
        "ratings": {"tmdb": {"value": 7.1, "votes": 12}},
        "provider_ids": {"tmdb": "11", "imdb": "tt11"},
        "translations": ALL.facts.translations,
        "age": 13,
        "terms": ["genre Drama", "genre Mystery", "keyword sea", "keyword tide", "studio Flut Film"],
        "credits": ["Ada Rohn", "Jens Holt"],
        "collections": ["Tides"],
    }
    told = await sources(app, film)
    assert set(told.values()) == {("provider", "tmdb")}
    assert {"title", "overview:de", "certifications", "genres", "credits", "collection"} <= told.keys()
    assert await value(app, "SELECT match_key || ' ' || slug FROM movies.movies") == "ebbe2015 ebbe-2015"


async def test_saying_it_again_changes_nothing(app: App) -> None:
    film = await named(app)
    await tell(app, film, ALL)
    before = await rows(app, "SELECT *, xmin::text FROM movies.movies")
    written = await values(app, "SELECT xmin::text || id FROM movies.credits ORDER BY id")

    outcome = await tell(app, film, ALL, at=LATER)

    assert outcome == Described(is_there=True, is_changed=False)
    assert await rows(app, "SELECT *, xmin::text FROM movies.movies") == before
    assert await values(app, "SELECT xmin::text || id FROM movies.credits ORDER BY id") == written


async def test_figures_are_renewed_without_the_film_counting_as_changed(app: App) -> None:
    film = await named(app)
    await tell(app, film, ALL)
    before = await value(app, "SELECT updated_at FROM movies.movies")

    outcome = await tell(
        app, film, without(popularity=9.0, ratings={"tmdb": {"value": 7.2, "votes": 13}}), at=LATER
    )

    assert not outcome.is_changed
    after = await state(app, film)
    assert (after["popularity"], after["ratings"]["tmdb"]["votes"]) == (9.0, 13)
    assert await value(app, "SELECT updated_at FROM movies.movies") == before


async def test_what_a_provider_does_not_say_any_more_goes(app: App) -> None:
    film = await named(app, "Ebbe 2015", 2015, certifications={"FR": "12"}, provider_ids={"tvdb": "5"})
    await tell(app, film, ALL)
    texts = {"de": {"title": "Ebbe"}, "fr": {"title": "Marée basse"}}

    outcome = await tell(
        app,
        film,
        without(
            *(
                "overview",
                "tagline",
                "status",
                "runtime_s",
                "countries",
                "credits",
                "collection",
                "released_on",
            ),
            year=None,
            certifications={"DE": "12"},
            provider_ids={"tmdb": "11"},
            terms={"genre": ("Drama",)},
            translations=texts,
        ),
    )

    now = await state(app, film)
    assert outcome.is_changed
    gone = ("overview", "tagline", "status", "runtime_s", "release_date", "credits", "collections")
    assert [now[name] for name in gone] == [None] * len(gone)
    assert (now["countries"], now["year"]) == ([], 2015)
    assert now["certifications"] == {"DE": "12", "FR": "12"}
    assert now["provider_ids"] == {"tmdb": "11", "tvdb": "5"}
    assert now["terms"] == ["genre Drama"]
    assert now["translations"] == texts
    assert (
        not {"overview", "overview:de", "keywords", "credits", "countries"}
        & (await sources(app, film)).keys()
    )
    assert await values(app, "SELECT id FROM collections.collections") == []


async def test_what_a_provider_that_was_not_asked_said_stays(app: App) -> None:
    film = await named(app)
    figures = found("Ebb", "omdb", ratings={"imdb": {"value": 6.9}}, tagline="It goes.")
    await tell(app, film, without("tagline"), figures, order=("tmdb", "omdb"))

    await tell(app, film, without("tagline", ratings={"tmdb": {"value": 7.3}}), at=LATER)

    now = await state(app, film)
    assert (now["tagline"], now["ratings"]) == (
        "It goes.",
        {"tmdb": {"value": 7.3}, "imdb": {"value": 6.9}},
    )
    assert (await sources(app, film))["tagline"] == ("provider", "omdb")


async def test_an_nfo_counts_more_than_a_provider(app: App) -> None:
    film = await named(
        app,
        "Ebbe",
        2014,
        overview="Mine.",
        certifications={"DE": "16"},
        ratings={"tmdb": {"value": 1.0}},
        terms={"genre": ("Sea",)},
        credits=(credit("Mine"),),
    )

    await tell(app, film, ALL)

    now = await state(app, film)
    assert (now["title"], now["year"], now["overview"]) == ("Ebbe", 2014, "Mine.")
    assert now["certifications"] == {"DE": "16", "US": "PG-13"}
    assert now["ratings"] == {"tmdb": {"value": 1.0}}
    assert now["terms"] == ["genre Sea", "keyword sea", "keyword tide", "studio Flut Film"]
    assert (now["credits"], now["collections"]) == (["Mine"], ["Tides"])
    # Whose language the NFO's overview is in, nobody knows; in any case it isn't hidden by the provider's.
    assert now["translations"] == {"de": {"title": "Ebbe", "overview": "Das Meer geht."}}
    told = await sources(app, film)
    assert (told["certifications"], told["tagline"]) == (("nfo", None), ("provider", "tmdb"))


async def test_what_a_person_said_or_locked_stays(app: App) -> None:
    film = await named(app, "Ebbe", 2014)
    async with app.transaction() as tx:
        said = Edit(
            {"title": "Mine"}, {"de": {"overview": "Meins."}}, lock=frozenset({"genres", "provider_ids"})
        )
        await edit_work(tx, "movie", film, said)
        await edit_work(tx, "movie", film, Edit({"tagline": "Mine."}, unlock=frozenset({"tagline"})))

    await tell(app, film, ALL)

    now = await state(app, film)
    assert (now["title"], now["sort_title"], now["tagline"]) == ("Mine", "Mine", "Mine.")
    assert now["translations"] == {
        "en": {"overview": "The sea goes."},
        "de": {"title": "Ebbe", "overview": "Meins."},
    }
    assert now["provider_ids"] == {}
    assert now["terms"] == ["keyword sea", "keyword tide", "studio Flut Film"]
    assert (now["overview"], now["year"]) == ("The sea goes.", 2015)


async def test_an_edited_title_is_read_in_the_provider_s_language_too(app: App) -> None:
    film = await named(app)
    await tell(app, film, ALL)

    async with app.transaction() as tx:
        await edit_work(tx, "movie", film, Edit({"title": "Mine"}))
    await tell(app, film, ALL, at=LATER)

    assert (await state(app, film))["translations"] == {
        "en": {"title": "Mine", "overview": "The sea goes."},
        "de": {"title": "Ebbe", "overview": "Das Meer geht."},
    }
    english = (await reads.movies(app.db, marquee(("en",)), [film]))[film]
    assert english is not None
    assert english.title == "Mine"


async def test_files_find_their_film_by_the_year_that_they_say(app: App) -> None:
    film = await named(app, "Ebbe", 2014)

    await tell(app, film, ALL)

    assert (await state(app, film))["year"] == 2015
    assert await values(app, "SELECT slug FROM movies.movies") == ["ebbe-2014"]
    for facts in (work("Ebbe", 2014), work("Ebbe", 2015), work("Ebbe")):
        assert (await save(app, facts)).id == film
    assert (await save(app, work("Ebbe", 2013))).id != film


async def test_a_film_whose_name_has_no_year_gets_one_and_stays_apart_from_remakes(app: App) -> None:
    film, remake = await named(app, "Ebbe"), await named(app, "Ebbe", 1958)

    await tell(app, film, ALL)

    assert (await save(app, work("Ebbe"))).id == film
    assert (await save(app, work("Ebbe", 1958))).id == remake
    assert (await save(app, work("Ebbe", 1999))).id not in (film, remake)


async def test_a_year_and_ids_that_another_film_has_are_left_to_it_and_told(app: App) -> None:
    film, other = await named(app, "Ebbe", 2014), await named(app, "Ebbe", 2015, provider_ids={"tmdb": "11"})

    outcome = await tell(app, film, ALL)

    assert [(clash.field, clash.name, clash.value, clash.work_id) for clash in outcome.conflicts] == [
        ("provider_ids", "tmdb", "11", other),
        ("year", None, "2015", other),
    ]
    now = await state(app, film)
    assert (now["year"], now["provider_ids"], now["title"]) == (2014, {"imdb": "tt11"}, "Low Tide")
    assert (await save(app, work("Ebbe", 2015))).id == other
    assert (await save(app, work("Ebbe", 2014))).id == film


async def test_of_two_films_that_get_the_same_id_at_once_one_has_it(app: App) -> None:
    films = [await named(app, "Ebbe", 2015), await named(app, "Flut", 2015)]
    merged = merge([ALL], Plan(("tmdb",)))

    async with app.transaction() as tx:
        outcomes = await describe_works(tx, Kind.MOVIE, dict.fromkeys(films, merged), AT)

    assert sorted(len(outcomes[film].conflicts) for film in films) == [0, 2]
    assert len(await values(app, "SELECT id FROM movies.movies WHERE provider_ids ->> 'tmdb' = '11'")) == 1


async def test_an_id_that_a_person_gave_to_another_film_is_that_one_s(app: App) -> None:
    film, other = await named(app, "Ebbe", 2015), await named(app, "Flut")
    await rows(
        app,
        "INSERT INTO catalog.aliases (kind, name, value, work_id, speaks) VALUES ('movie', 'tmdb', '11', $1, false)"
        " RETURNING 1",
        other,
    )

    outcome = await tell(app, film, ALL)

    assert [clash.work_id for clash in outcome.conflicts] == [other]
    assert (await state(app, film))["provider_ids"] == {"imdb": "tt11"}


async def test_search_finds_it_by_further_titles_that_providers_know(app: App) -> None:
    film = await named(app)
    await named(app, "Flut")

    await tell(app, film, replace(ALL, titles=("Low Tide", "Ebbe", "Basse mer", "干潮")))

    for searched in ("basse MER", "干潮", "low tide"):
        page = await reads.list_movies(app.db, VIEWER, page=Page(), where=Where([("search", searched)]))
        assert [movie.id for movie in page.items] == [film], searched
    assert await value(app, "SELECT known_as FROM movies.movies WHERE id = $1", film) == ["Basse mer", "干潮"]


async def test_a_film_that_is_not_there_is_not_made(app: App) -> None:
    outcome = await tell(app, new_id(), ALL)

    assert outcome == Described(is_there=False, is_changed=False)
    assert await values(app, "SELECT id FROM movies.movies") == []


async def test_many_films_cost_as_many_statements_as_one(app: App, statements: list[str]) -> None:
    films = [await named(app, f"Film {number}", 2000 + number) for number in range(6)]
    told = [
        merge(
            [replace(ALL, facts=replace(ALL.facts, title=f"F{n}", provider_ids={"tmdb": str(n)}))], Plan(())
        )
        for n in range(6)
    ]
    counts: list[int] = []
    await tell(app, await named(app), ALL)

    for part in (slice(0, 1), slice(1, 6)):
        async with app.transaction() as tx:
            statements.clear()
            await describe_works(tx, Kind.MOVIE, dict(zip(films[part], told[part], strict=True)), AT)
            counts.append(len(statements))

    assert counts[0] == counts[1]


async def test_what_decided_who_saw_a_film_is_known_for_whoever_announces_it(app: App) -> None:
    film = await given.movie(app, certifications={"DE": "6"}, library_id=await given.library(app))
    merged = merge([ALL], Plan(("tmdb",)))

    async with app.transaction() as tx:
        await describe_works(tx, Kind.MOVIE, {film: merged}, AT)
        found_ = await regraded(tx, "movie", [film])

    assert (found_[film].former.age, found_[film].former.terms) == (6, frozenset())
    assert (await state(app, film))["age"] == 13


async def test_a_person_is_known_by_the_provider_s_id(app: App) -> None:
    film, other = await named(app), await named(app, "Flut")
    await tell(app, film, ALL)

    await tell(
        app,
        other,
        found("Flut", credits=(credit("Ada R.", 0, tmdb="71"), credit("Jens Holt", 1, tmdb="99"))),
    )

    assert (await state(app, other))["credits"] == ["Ada Rohn", "Jens Holt"]
    assert await values(app, "SELECT provider_ids ->> 'tmdb' FROM people.people ORDER BY 1") == [
        "71",
        "72",
        "99",
    ]


async def test_films_of_a_collection_stand_by_their_release(app: App) -> None:
    later, first = await named(app, "Flut"), await named(app, "Ebbe")
    await tell(app, later, without(title="Flood", released_on=date(2020, 1, 1), provider_ids={"tmdb": "12"}))

    await tell(app, first, ALL)

    placed = "SELECT movie_id FROM collections.movies ORDER BY position"
    assert await values(app, placed) == [first, later]
    assert await values(app, "SELECT provider_ids ->> 'tmdb' FROM collections.collections") == ["31"]


async def test_a_film_as_tmdb_tells_it(app: App, tmdb: Standing) -> None:
    film = await given.movie(app, "lighthouse at noon", year=2018)
    told = await TMDB.work(tmdb.app, Kind.MOVIE, "999000001", ("en", "de", "fr", "es", "ja"))

    await tell(app, film, told)

    now = await state(app, film)
    assert (now["title"], now["sort_title"], now["year"]) == (
        "The Lighthouse at Noon",
        "Lighthouse at Noon",
        2019,
    )
    assert sorted(now["translations"]) == ["de", "en", "es", "fr", "ja"]
    japanese = (await reads.movies(app.db, marquee(("ja",)), [film]))[film]
    assert japanese is not None
    assert japanese.title == "正午の灯台"
    assert now["credits"]
    document = await value(app, "SELECT sources FROM movies.movies")
    assert document["title:ja"] == ["provider", SINCE, "tmdb"]


@pytest.mark.parametrize("name", ["title", "title:en"])
async def test_a_lock_holds_for_one_text_alone(app: App, name: str) -> None:
    film = await named(app)
    await tell(app, film, ALL)
    async with app.transaction() as tx:
        await edit_work(tx, "movie", film, Edit(lock=frozenset({name})))

    await tell(app, film, without(title="Neap", translations={"en": {"title": "Neap"}}), at=LATER)

    now = await state(app, film)
    titles = (now["title"], now["translations"].get("en"))
    assert titles == {"title": ("Low Tide", None), "title:en": ("Neap", {"title": "Low Tide"})}[name]
