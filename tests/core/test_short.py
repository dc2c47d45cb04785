import pytest

from app.core.languages import wanted_languages
from app.core.short import MOST_CHARS, remembered_if_short
from app.web import codings
from app.web.graphql import arrival, negotiate


@pytest.mark.parametrize(("chars", "times"), [(MOST_CHARS, 1), (MOST_CHARS + 1, 2)])
def test_what_is_long_is_looked_at_each_time(chars, times):
    asked = []

    @remembered_if_short(8)
    def size(text):
        asked.append(text)
        return len(text)

    assert [size("x" * chars) for _ in range(2)] == [chars] * 2
    assert len(asked) == times


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (wanted_languages, lambda text: ((), text)),
        (codings.wanted, lambda text: (text,)),
        (negotiate.preferred, lambda text: (text, ("application/json",))),
        (arrival._origin, lambda text: ("http", None, text)),
    ],
)
def test_no_field_of_a_request_is_held_on_to_when_it_is_long(function, args):
    known = function.__wrapped__
    remembered = next(
        each.cell_contents for each in function.__closure__ if hasattr(each.cell_contents, "cache_info")
    )
    before = remembered.cache_info().currsize

    assert function(*args("x" * 1001)) == known(*args("x" * 1001))
    assert remembered.cache_info().currsize == before
