"""Few tests are chosen, and nothing that the others have the servers do is left out."""

from collections.abc import Iterable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.covering import Noted, Notes, cover, read

SENDS = st.frozensets(st.sampled_from("abcdefgh"), max_size=5)
NOTED = st.builds(Noted, sends=SENDS, cost=st.integers(0, 100), looks_inside=st.booleans())


def noted(sends: Iterable[str], cost: int = 1, *, looks_inside: bool = False) -> Noted:
    return Noted(frozenset(sends), cost, looks_inside)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text("xyz", max_size=3), NOTED))
def test_all_that_is_sent_is_sent_again(tests: dict[str, Noted]) -> None:
    chosen = cover(tests)

    sent = {each for test in tests.values() for each in test.sends}
    assert {each for name in chosen for each in tests[name].sends} == sent
    assert {name for name, test in tests.items() if test.looks_inside} <= chosen


def test_of_two_that_do_the_same_the_cheaper_one_is_chosen() -> None:
    tests = {"slow": noted("ab", 500), "quick": noted("ab"), "less": noted("a"), "nothing": noted("")}

    assert cover(tests) == {"quick"}


def test_what_is_sent_is_noted_by_test_whatever_its_numbers(tmp_path: Path) -> None:
    notes = Notes()
    notes.sent("SELECT 0", "rows", by_test=False)
    notes.begin("one")
    notes.sent("SELECT 1", "rows", by_test=False)
    notes.sent("SELECT 2", "rows", by_test=False)
    notes.sent("SELECT 2", "none", by_test=False)
    notes.begin("other")
    notes.sent("SELECT 3", "22012", by_test=False)
    notes.end()
    notes.sent("SELECT 4", "none", by_test=False)

    notes.write(tmp_path / "noted" / "gw0.json")

    assert read(tmp_path / "noted") == {
        "one": noted(("one", "rows SELECT ?", "none SELECT ?"), 3),
        "other": noted(("other", "22012 SELECT ?"), 1),
    }


def test_of_what_tests_send_for_themselves_functions_and_refusals_count(tmp_path: Path) -> None:
    notes = Notes()
    notes.begin("one")
    notes.sent("SELECT count(*) FROM a.b", "rows", by_test=True)
    notes.sent("SELECT a.f(1)", "none", by_test=True)
    notes.sent("DELETE FROM a.b", "23503", by_test=True)
    notes.begin("inside")
    notes.sent("EXPLAIN SELECT FROM a.b", "rows", by_test=True)

    notes.write(tmp_path / "gw0.json")

    assert read(tmp_path) == {
        "one": noted(("one", "none SELECT a.f(?)", "23503 DELETE FROM a.b"), 2),
        "inside": noted(("inside",), 0, looks_inside=True),
    }
