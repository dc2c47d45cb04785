"""In which language a title is searched for, and which country it names."""

import pytest

from app.metadata.named_countries import code_of, country_at_end
from app.metadata.tongues import tongue_of

WANTED = ("en", "de", "fr", "es", "ja")


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("The Lighthouse", "en"),
        ("Der Leuchtturm", "de"),
        ("Straße", "de"),
        ("L'Été sans toi", "fr"),
        ("Los años perdidos", "es"),
        ("千と千尋の神隠し", "ja"),
        ("英雄", "ja"),
        ("기생충", "ko"),
        ("Сталкер", "ru"),
        ("Ζορμπάς", "el"),
        ("", "en"),
    ],
)
def test_a_title_is_of_the_language_that_it_shows(title: str, language: str):
    assert tongue_of(title, WANTED) == language


def test_characters_are_chinese_where_that_is_wanted_and_signs_choose_what_is_wanted_alone():
    assert tongue_of("英雄", ("zh", "ja")) == "zh"
    assert tongue_of("Der Leuchtturm", ("fr", "en")) == "fr"
    assert tongue_of("Der Leuchtturm", ("en", "de-at")) == "de-at"
    assert tongue_of("Alien", ()) is None


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("The Office US", ("The Office", "US")),
        ("The Office (UK)", ("The Office", "GB")),
        ("The Office", ("The Office", None)),
        ("JUST LIKE US", ("JUST LIKE US", None)),
        ("US", ("US", None)),
    ],
)
def test_a_country_behind_a_title_is_told_from_it(title: str, told: tuple[str, str | None]):
    assert country_at_end(title) == told


@pytest.mark.parametrize(
    ("said", "code"), [("USA", "US"), ("de", "DE"), (" Japan ", "JP"), ("Ruritania", None), ("", None)]
)
def test_countries_are_known_by_code_or_name(said: str, code: str | None):
    assert code_of(said) == code
