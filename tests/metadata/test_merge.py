"""What several providers say of one work, put together."""

from dataclasses import replace
from datetime import date

import pytest

from app.catalog.facts import NAMELESS, CollectionFacts, CreditFacts, WorkFacts
from app.catalog.provenance import Field
from app.metadata.facts import FoundWork, ImageFacts, ImageKind, Kind, RelatedFacts
from app.metadata.merge import Plan, Strategy, merge, plan

ORDER = ("first", "second")
POSTER, OTHER = (ImageFacts(ImageKind.POSTER, f"https://pictures/{name}.jpg", name) for name in ("a", "b"))


def work(provider, title="Low Tide", images=(), titles=(), similar=(), **facts):
    said = WorkFacts(title=title, match_key=title.lower(), sort_title=title, is_described=True, **facts)
    return FoundWork(provider, Kind.TV, f"{provider}-1", said, titles=titles, images=images, similar=similar)


def test_the_first_who_says_anything_is_believed_field_by_field():
    merged = merge(
        [
            work("second", "Ebbe", overview="Long.", year=2015, runtime_s=2880, tagline="x"),
            work("first", "Low Tide", overview=None, year=2014),
        ],
        Plan(ORDER),
    )

    facts = merged.work.facts
    assert (merged.work.provider, merged.work.id) == ("first", "first-1")
    assert (facts.title, facts.match_key, facts.year) == ("Low Tide", "low tide", 2014)
    assert (facts.overview, facts.runtime_s) == ("Long.", 2880)
    assert merged.said_by["title"] == merged.said_by["year"] == ("first",)
    assert merged.said_by["overview"] == merged.said_by["runtime"] == ("second",)


def test_ids_ratings_and_certifications_are_everybody_s_and_the_first_counts_where_two_differ():
    merged = merge(
        [
            work(
                "first",
                provider_ids={"tmdb": "1", "imdb": "tt1"},
                ratings={"tmdb": {"value": 7}},
                certifications={"DE": "12"},
            ),
            work(
                "second",
                provider_ids={"tvdb": "2", "imdb": "tt2"},
                ratings={"tvdb": {"value": 8}},
                certifications={"DE": "16", "US": "TV-14"},
            ),
        ],
        Plan(ORDER),
    )

    facts = merged.work.facts
    assert facts.provider_ids == {"tmdb": "1", "imdb": "tt1", "tvdb": "2"}
    assert facts.ratings == {"tmdb": {"value": 7}, "tvdb": {"value": 8}}
    assert facts.certifications == {"DE": "12", "US": "TV-14"}
    assert merged.said_by["provider_ids"] == ("first", "second")


def test_texts_are_put_together_language_by_language():
    merged = merge(
        [
            work("first", translations={"de": {"title": "Ebbe"}, "fr": {"title": "Marée"}}),
            work(
                "second",
                translations={"de": {"title": "Niedrig", "overview": "Das Meer."}, "ja": {"title": "干潮"}},
            ),
        ],
        Plan(ORDER),
    )

    assert merged.work.facts.translations == {
        "de": {"title": "Ebbe", "overview": "Das Meer."},
        "fr": {"title": "Marée"},
        "ja": {"title": "干潮"},
    }


def test_genres_are_of_one_and_keywords_of_all():
    merged = merge(
        [
            work("first", terms={"genre": ("Sci-Fi",), "keyword": ("sea", "tide")}),
            work(
                "second",
                terms={"genre": ("Science Fiction",), "keyword": ("tide", "moon"), "network": ("X",)},
            ),
        ],
        Plan(ORDER),
    )

    assert merged.work.facts.terms == {
        "genre": ("Sci-Fi",),
        "keyword": ("sea", "tide", "moon"),
        "network": ("X",),
    }
    assert merged.said_by["networks"] == ("second",)


def test_a_field_may_have_an_order_of_its_own():
    how = plan(ORDER, ["overview=second>first", "genres=union"])

    merged = merge(
        [
            work(
                "first", overview="A.", terms={"genre": ("Crime",)}, translations={"de": {"overview": "A!"}}
            ),
            work(
                "second", overview="B.", terms={"genre": ("Drama",)}, translations={"de": {"overview": "B!"}}
            ),
        ],
        how,
    )

    facts = merged.work.facts
    assert (facts.overview, facts.translations["de"]["overview"]) == ("B.", "B!")
    assert facts.terms["genre"] == ("Crime", "Drama")
    assert merged.work.provider == "first"


def test_credits_of_all_name_each_part_once():
    credit = CreditFacts("Hauke Watt", "Acting", "Actor", "Sand", 0, {"tmdb": "20"})
    same = CreditFacts("hauke watt", "Acting", "Actor", "Sand", 0, {"tvdb": "3"})
    other = CreditFacts("Silke Priel", "Directing", "Director", None, 1)

    merged = merge(
        [work("first", credits=(credit,)), work("second", credits=(same, other))],
        plan(ORDER, ["credits=union"]),
    )

    assert merged.work.facts.credits == (credit, other)


def test_pictures_and_titles_are_everybody_s_and_each_once_structures_are_the_first_s():
    one, two = (ImageFacts(ImageKind.POSTER, f"http://p/{name}.jpg", f"/{name}.jpg") for name in "ab")

    merged = merge(
        [
            work("second", images=(one, two), titles=("Ebbe",), similar=(RelatedFacts("9", "Other"),)),
            work("first", images=(two,), titles=("Low Tide", "Ebbe")),
        ],
        Plan(ORDER),
    )

    assert merged.work.images == (two, one)
    assert merged.work.titles == ("Low Tide", "Ebbe")
    assert merged.work.similar == ()


def test_one_provider_alone_is_as_it_is():
    alone = work(
        "first",
        overview="A.",
        released_on=date(2015, 4, 2),
        countries=("DE",),
        collection=CollectionFacts("Tides"),
        popularity=3.0,
        status="Ended",
    )

    assert merge([alone], Plan(())).work == alone


def test_who_is_not_in_the_order_comes_last():
    merged = merge([work("third", year=1), work("second", year=2)], Plan(ORDER))

    assert merged.work.facts.year == 2


@pytest.mark.parametrize(
    "rule",
    ["", "overview", "overview=", "overview=a>>b", "colour=tmdb", "sort_title=tmdb", "=tmdb", "overview=>"],
)
def test_rules_that_are_none_are_refused_in_a_sentence(rule):
    with pytest.raises(ValueError, match=r"^It must .*\.$"):
        plan(ORDER, [rule])


def test_rules():
    how = plan(ORDER, ["overview = tvmaze > tmdb", "genres=union", "keywords=first"])

    assert how.order_of("overview") == ("tvmaze", "tmdb", "first", "second")
    assert how.order_of("title") == ORDER
    assert [how.strategy_of(name) for name in (Field.GENRES, Field.KEYWORDS, Field.RATINGS, Field.TITLE)] == [
        Strategy.UNION,
        Strategy.FIRST,
        Strategy.UNION,
        Strategy.FIRST,
    ]


def adding(provider, **said):
    facts = replace(NAMELESS, ratings=said.pop("ratings", {}))
    return FoundWork(provider, Kind.TV, "elsewhere-1", facts, **said)


def test_who_only_adds_gives_the_work_neither_id_nor_title_wherever_it_stands_in_order():
    merged = merge(
        [work("second", "Low Tide", images=(OTHER,)), adding("first", images=(POSTER, OTHER))], Plan(ORDER)
    )

    assert (merged.work.provider, merged.work.id, merged.work.facts.title) == (
        "second",
        "second-1",
        "Low Tide",
    )
    assert (merged.work.facts.match_key, merged.work.facts.sort_title) == ("low tide", "Low Tide")
    assert merged.work.images == (POSTER, OTHER)
    assert merged.said_by["title"] == ("second",)


def test_ratings_of_who_only_adds_stand_beside_the_others():
    said = {"imdb": {"value": 7.8, "votes": 12}}

    merged = merge(
        [work("first", ratings={"tmdb": {"value": 7}}), adding("second", ratings=said)], Plan(ORDER)
    )

    assert merged.work.facts.ratings == {"tmdb": {"value": 7}, **said}
    assert merged.said_by["ratings"] == ("first", "second")


def test_pictures_of_seasons_are_put_together_by_season():
    merged = merge(
        [
            adding("second", season_images={2: (OTHER,), 1: (POSTER,)}),
            replace(work("first"), season_images={1: (OTHER, POSTER)}),
        ],
        Plan(ORDER),
    )

    assert merged.work.season_images == {1: (OTHER, POSTER), 2: (OTHER,)}


def test_what_nobody_tells_of_whole_has_no_title():
    merged = merge([adding("first", images=(POSTER,)), adding("second", images=(OTHER,))], Plan(ORDER))

    assert not merged.work.is_whole
    assert merged.work.images == (POSTER, OTHER)
    assert "title" not in merged.said_by
