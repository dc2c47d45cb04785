"""Texts in the language asked for, else in the viewer's, else in the original."""

import pytest

from app.core.app import App
from app.core.languages import accepted_languages, with_general
from tests import given
from tests.api.conftest import Ask

TITLE = """query ($language: Locale) {
  movies { nodes { title(language: $language) overview(language: $language) tagline(language: $language) } }
}"""


@pytest.fixture
async def film(app: App) -> None:
    await given.movie(
        app,
        "Spirited Away",
        original_title="千と千尋の神隠し",
        original_language="ja",
        overview="A girl among spirits.",
        tagline="Remember your name.",
        translations={
            "de": {"title": "Chihiros Reise", "overview": "Ein Mädchen unter Geistern."},
            "pt": {"title": "A Viagem de Chihiro"},
            "pt-br": {"overview": "Uma menina."},
        },
    )


@pytest.mark.parametrize(
    ("viewer", "argument", "title", "overview"),
    [
        ((), None, "Spirited Away", "A girl among spirits."),
        (("de",), None, "Chihiros Reise", "Ein Mädchen unter Geistern."),
        (("xx", "de-AT"), None, "Chihiros Reise", "Ein Mädchen unter Geistern."),
        (("pt-BR", "de"), None, "A Viagem de Chihiro", "Uma menina."),
        (("ja", "de"), None, "千と千尋の神隠し", "A girl among spirits."),
        (("xx",), None, "Spirited Away", "A girl among spirits."),
        ((), "de", "Chihiros Reise", "Ein Mädchen unter Geistern."),
        (("de",), "pt-BR", "A Viagem de Chihiro", "Uma menina."),
        (("de",), "pt", "A Viagem de Chihiro", "Ein Mädchen unter Geistern."),
        (("de",), "xx", "Chihiros Reise", "Ein Mädchen unter Geistern."),
        (("de",), "ja", "千と千尋の神隠し", "A girl among spirits."),
    ],
)
@pytest.mark.usefixtures("film")
async def test_the_language_of_a_film_s_texts(
    ask: Ask, viewer: tuple[str, ...], argument: str | None, title: str, overview: str
) -> None:
    data = await ask(TITLE, languages=viewer, language=argument)

    assert data["movies"]["nodes"] == [
        {"title": title, "overview": overview, "tagline": "Remember your name."}
    ]


@pytest.mark.usefixtures("film")
async def test_the_viewer_s_language_costs_no_statement(ask: Ask, statements: list[str]) -> None:
    statements.clear()

    await ask(TITLE, languages=("de",))

    assert len(statements) == 1, statements


@pytest.mark.parametrize("language", ["", "e", "en_US", "en-", "äö", "en;drop", "x" * 100])
async def test_what_is_no_language_is_refused(ask: Ask, language: str) -> None:
    response = await ask(TITLE, language=language)

    assert "Locale" in response.errors[0]["message"]


async def test_a_collection_s_and_a_person_s_texts(app: App, ask: Ask) -> None:
    await given.collection(app, "Lanterns", translations={"de": {"title": "Laternen"}}, overview="Light.")
    await given.person(app, "Ada", biography="Born.", translations={"de": {"biography": "Geboren."}})
    query = """query ($language: Locale) {
      collections { nodes { title(language: $language) overview(language: $language) } }
      people { nodes { biography(language: $language) } }
    }"""

    original = await ask(query)
    by_viewer = await ask(query, languages=("de",))
    by_argument = await ask(query, languages=("fr",), language="de")

    assert original["collections"]["nodes"] == [{"title": "Lanterns", "overview": "Light."}]
    assert original["people"]["nodes"] == [{"biography": "Born."}]
    for data in (by_viewer, by_argument):
        assert data["collections"]["nodes"] == [{"title": "Laternen", "overview": "Light."}]
        assert data["people"]["nodes"] == [{"biography": "Geboren."}]


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("", ()),
        ("de", ("de",)),
        ("da, en-GB;q=0.8, en;q=0.7", ("da", "en-gb", "en")),
        ("en;q=0.5, de;q=0.9, fr", ("fr", "de", "en")),
        ("en;q=0, de", ("de",)),
        ("*, de;q=0.1", ("de",)),
        ("de;q=high, en;q=2, fr;q=-1, es", ("es",)),
        ("de; q=0.3 , en ; q = 0.4", ("en", "de")),
        ("de, de;q=0.1", ("de",)),
        (";;;,,=", ()),
    ],
)
def test_accept_language(header: str, languages: tuple[str, ...]) -> None:
    assert accepted_languages(header) == languages


@pytest.mark.parametrize(
    ("wanted", "chain"),
    [
        (("pt-BR", "en"), ("pt-br", "pt", "en")),
        (("de-AT", "de-CH", "en"), ("de-at", "de-ch", "de", "en")),
        (("zh-Hant-TW",), ("zh-hant-tw", "zh-hant", "zh")),
        ((), ()),
    ],
)
def test_a_language_implies_more_general_ones(wanted: tuple[str, ...], chain: tuple[str, ...]) -> None:
    assert with_general(wanted) == chain
