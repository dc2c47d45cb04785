"""HTML to plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.metadata.markup import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p><b>Low Tide</b> follows\n a  warden.</p>", "Low Tide follows a warden."),
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("One.<br/>Two.<br>\n<br>\n<br>Three.", "One.\nTwo.\n\nThree."),
        ("Fish &amp; chips &#8211; &lt;b&gt;", "Fish & chips – <b>"),
        ("a<script>alert(1)</script>b<STYLE>p{}</STYLE>c", "abc"),
        ("a<script>never closed", "a"),
        ("<!-- hidden -->shown", "shown"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("<a href='javascript:x'>link</a>", "link"),
        ("plain", "plain"),
    ],
)
def test_what_is_left_is_the_text(html, text):
    assert plain(html) == text


@pytest.mark.parametrize("html", ["", " ", "<p></p>", "<br><br>", "<img src=x onerror=y>", "&#0;<p>\0</p>\0"])
def test_without_text_there_is_none(html):
    assert plain(html) in (None, "�")


@given(st.lists(st.sampled_from(["<", ">", "/", "p", "script", "!--", "--", "&", "lt;", "\n", " ", "x"])))
def test_nothing_is_an_error_and_no_tag_is_left(pieces):
    found = plain("".join(pieces))

    assert found is None or (found == found.strip() and "\n\n\n" not in found)


def test_much_that_begins_and_never_ends_takes_no_time():
    assert plain("<p" * 20_000 + "<script>" * 5_000) is not None
