"""Titles for telling works apart."""

from app.identify.titles import match_key


def test_spellings_of_one_title_have_one_key():
    assert match_key("Amélie & Zoë") == match_key("amelie and zoe") == match_key("AMELIE.AND.ZOE")
    assert match_key("Spider-Man") == match_key("Spiderman")
    assert match_key("Schindler's List") == match_key("Schindlers List")


def test_other_scripts_keep_their_letters():
    assert match_key("流浪地球") == "流浪地球"
    assert match_key("千と千尋の神隠し") == "千と千尋の神隠し"
    assert match_key("がんばれ") != match_key("かんはれ")
    assert match_key("हिन्दी") != match_key("हनद")


def test_titles_of_marks_alone_are_told_apart():
    assert match_key("???") != match_key("...")
    assert match_key("★") == "★"
