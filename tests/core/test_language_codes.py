"""Codes of languages, brought to one form and back."""

import pytest

from app.core import language_codes


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("DE", "de"),
        ("fre", "fr"),
        ("chi", "zh"),
        ("pt-br", "pt-BR"),
        ("por_BR", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("iw", "he"),
        ("haw", "haw"),
        (" jpn ", "ja"),
    ],
)
def test_languages_come_to_one_form(code, expected):
    assert language_codes.normal(code) == expected


@pytest.mark.parametrize("code", [None, "", "und", "mul", "zxx", "xx", "English", "e", "12", "en-", "\0\0\0"])
def test_what_is_no_language_is_none(code):
    assert language_codes.normal(code) is None


@pytest.mark.parametrize(
    ("tag", "expected"), [("de", "deu"), ("de-AT", "deu"), ("fr", "fra"), ("ZH-tw", "zho"), ("haw", "haw")]
)
def test_the_long_form_is_that_of_terminology(tag, expected):
    assert language_codes.long(tag) == expected
    assert language_codes.normal(expected) == tag.partition("-")[0].lower()
