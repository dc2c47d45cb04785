"""The language that a text came in is told beside it."""

from typing import Any
from uuid import UUID

import pytest

from app.access.viewer import marquee
from app.api.node import global_id
from app.catalog.movies import reads as movies
from app.core.app import App
from app.core.languages import with_general
from tests import given
from tests.api.conftest import Ask

FILM = """query ($language: Locale) {
  movies { nodes {
    title(language: $language) titleLanguage(language: $language)
    tagline(language: $language) taglineLanguage(language: $language)
    overview(language: $language) overviewLanguage(language: $language)
  } }
}"""
CHAINS = [
    (),
    ("de",),
    ("ja",),
    ("ja", "de"),
    ("de", "ja"),
    ("pt-BR", "de"),
    ("xx", "fr"),
    ("fr", "ja"),
    ("en",),
]


@pytest.fixture
async def film(app: App) -> UUID:
    """A Japanese film whose own texts are English: the title and overview are known to be, the tagline is not."""
    return await given.movie(
        app,
        "Spirited Away",
        original_title="千と千尋の神隠し",
        original_language="ja",
        overview="A girl among spirits.",
        tagline="Remember your name.",
        translations={
            "de": {"title": "Chihiros Reise", "overview": "Ein Mädchen unter Geistern."},
            "en": {"title": "Spirited Away", "overview": "A girl among spirits."},
            "pt": {"title": "A Viagem de Chihiro"},
        },
    )


async def film_of(ask: Ask, *languages: str, language: str | None = None) -> dict[str, Any]:
    return (await ask(FILM, languages=languages, language=language))["movies"]["nodes"][0]


@pytest.mark.parametrize(
    ("viewer", "argument", "title", "overview"),
    [
        ((), None, ("Spirited Away", "en"), ("A girl among spirits.", "en")),
        (("de",), None, ("Chihiros Reise", "de"), ("Ein Mädchen unter Geistern.", "de")),
        (("xx", "de-AT"), None, ("Chihiros Reise", "de"), ("Ein Mädchen unter Geistern.", "de")),
        (("pt-BR",), None, ("A Viagem de Chihiro", "pt"), ("A girl among spirits.", "en")),
        (("ja", "de"), None, ("千と千尋の神隠し", "ja"), ("Ein Mädchen unter Geistern.", "de")),
        (("de",), "pt-BR", ("A Viagem de Chihiro", "pt"), ("Ein Mädchen unter Geistern.", "de")),
        (("de",), "ja", ("千と千尋の神隠し", "ja"), ("Ein Mädchen unter Geistern.", "de")),
        ((), "fr", ("Spirited Away", "en"), ("A girl among spirits.", "en")),
    ],
)
@pytest.mark.usefixtures("film")
async def test_a_film_s_texts_and_their_languages(
    ask: Ask,
    viewer: tuple[str, ...],
    argument: str | None,
    title: tuple[str, str],
    overview: tuple[str, str],
) -> None:
    found = await film_of(ask, *viewer, language=argument)

    assert (found["title"], found["titleLanguage"]) == title
    assert (found["overview"], found["overviewLanguage"]) == overview
    assert (found["tagline"], found["taglineLanguage"]) == ("Remember your name.", None)


@pytest.mark.parametrize("languages", CHAINS)
async def test_what_is_told_is_told_of_the_text_that_is_shown(
    app: App, film: UUID, languages: tuple[str, ...]
) -> None:
    viewer = marquee(with_general(languages))

    shown = (await movies.movies(app.db, viewer, [film]))[film]
    told = (await movies.texts_of_movies(app.db, viewer, [film]))[film]

    assert shown is not None
    assert told is not None
    assert (shown.title, shown.tagline, shown.overview) == (
        told.title.text,
        told.tagline.text,
        told.overview.text,
    )


async def test_of_a_title_out_of_a_file_s_name_nobody_knows_the_language(app: App, ask: Ask) -> None:
    await given.movie(app, "Lantern")

    found = await film_of(ask, "de", "en")

    assert found == {
        **dict.fromkeys(("tagline", "taglineLanguage", "overview", "overviewLanguage", "titleLanguage")),
        "title": "Lantern",
    }


async def test_an_original_title_that_is_the_title_is_in_the_original_language(app: App, ask: Ask) -> None:
    await given.movie(app, "Marée", original_title="Marée", original_language="fr")

    assert [(await film_of(ask, each))["titleLanguage"] for each in ("fr", "de")] == ["fr", "fr"]


async def test_languages_are_told_of_series_seasons_episodes_collections_and_people(
    app: App, execute: Ask, ask: Ask
) -> None:
    german: dict[str, Any] = {"translations": {"de": {"title": "Anfang", "overview": "Es beginnt."}}}
    series_id = await given.series(app, "Tides", **german)
    season_id = await given.season(app, series_id, 1, title="Start", **german)
    episode_id = await given.episode(app, series_id, season_id, 1, 1, title="Start", **german)
    collection_id = await given.collection(app, "Lanterns", **german)
    person_id = await given.person(
        app, "Ada", biography="Born.", translations={"de": {"biography": "Geboren."}}
    )
    ids = {
        "tv/season": global_id("Season", season_id),
        "tv/episode": global_id("Episode", episode_id),
        "catalog/person": global_id("Person", person_id),
    }
    by = {
        "tv/series": {"id": global_id("Series", series_id)},
        "catalog/collection": {"id": global_id("Collection", collection_id)},
    }

    for path in (*ids, *by):
        kind = path.partition("/")[2]
        which = {"id": ids[path]} if path in ids else {"by": by[path]}
        found = (await execute(path, **which, languages=("de",)))[kind]
        other = (await execute(path, **which, language="de", languages=("fr",)))[kind]
        none = (await execute(path, **which, languages=("fr",)))[kind]
        names = ["biographyLanguage"] if kind == "person" else ["titleLanguage", "overviewLanguage"]
        assert [found[name] for name in names] == [other[name] for name in names] == ["de"] * len(names)
        assert [none[name] for name in names] == [None] * len(names)

    translated = await ask(
        "{ collections { nodes { translations { language title } } } "
        "episodes { nodes { translations { language title } season { translations { language title } } } } }"
    )
    said = [{"language": "de", "title": "Anfang"}]
    assert translated["collections"]["nodes"] == [{"translations": said}]
    assert translated["episodes"]["nodes"] == [{"translations": said, "season": {"translations": said}}]


async def test_they_cost_one_statement_for_a_list_and_none_where_the_language_is_asked_for(
    app: App, ask: Ask, statements: list[str]
) -> None:
    for number in range(5):
        await given.movie(app, f"Film {number}", translations={"de": {"title": f"Streifen {number}"}})

    statements.clear()
    await film_of(ask, "de")
    assert len(statements) == 2, statements

    statements.clear()
    await film_of(ask, "fr", language="de")
    assert len(statements) == 2, statements
