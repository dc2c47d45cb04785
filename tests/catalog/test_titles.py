"""Titles for sorting and for addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.titles import slug, sort_title


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("The Matrix", None, "Matrix"),
        ("A Quiet Place", "en", "Quiet Place"),
        ("Die Hard", None, "Die Hard"),
        ("Die Hard", "en", "Die Hard"),
        ("Die Welle", "de", "Welle"),
        ("Das Boot", None, "Boot"),
        ("L'Avventura", "it", "Avventura"),
        ("L’Atalante", "fr-FR", "Atalante"),
        ("La Haine", "fr", "Haine"),
        ("El laberinto del fauno", "es", "laberinto del fauno"),
        ("300", None, "300"),
        ("12 Angry Men", "en", "12 Angry Men"),
        ("The", "en", "The"),
        ("...And Justice for All", "en", "And Justice for All"),
        ("Амели", "ru", "Амели"),
        ("", None, ""),
    ],
)
def test_an_article_does_not_sort(title: str, language: str | None, expected: str):
    assert sort_title(title, language) == expected


@pytest.mark.parametrize(
    ("title", "year", "expected"),
    [
        ("The Matrix", 1999, "the-matrix-1999"),
        ("Amélie & Zoë's Straße", None, "amelie-and-zoes-strasse"),
        ("Брат", 1997, "brat-1997"),
        ("Чай", None, "chai"),
        ("???", None, "untitled"),
        ("???", 2001, "untitled-2001"),
        ("流浪", 2019, "6d41-6d6a-2019"),
        ("S.W.A.T.", None, "s-w-a-t"),
    ],
)
def test_a_slug_is_spelt_in_ascii(title: str, year: int | None, expected: str):
    assert slug(title, year) == expected


@given(st.text(max_size=300))
def test_a_slug_is_never_empty_and_always_plain(title: str):
    spelt = slug(title)

    assert spelt
    assert spelt.isascii()
    assert spelt == slug(spelt)
    assert sort_title(title) or not title
