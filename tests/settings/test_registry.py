"""What settings take, and what the environment may say of them."""

from datetime import timedelta
from enum import StrEnum

import pytest

from app.core.config import ConfigError
from app.core.errors import NotFound
from app.settings.registry import check_environment, complaints, fixed, named


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def lower(text: str) -> None:
    if not text.islower():
        raise ValueError("It must be in lower case.")


DEFAULTS = {
    "boolean": (True, False, "off"),
    "int": (5, 7, "7"),
    "float": (0.5, 0.75, "0.75"),
    "duration": (timedelta(minutes=15), timedelta(hours=1), "3600"),
    "choice": (Colour.RED, Colour.BLUE, "blue"),
    "text": ("", "a line", "a line"),
    "texts": ((), ("a", "b"), " a, b,"),
}


@pytest.mark.parametrize("kind", DEFAULTS)
def test_every_kind_comes_back_from_json_and_from_the_environment(declared, kind):
    default, other, text = DEFAULTS[kind]
    setting = declared("tested", default, "Tested.")

    assert setting.kind.name == kind
    assert setting.value(setting.plain(other)) == other
    assert type(setting.value(setting.plain(other))) is type(other)
    assert fixed({"MARQUEE_SETTING_TESTED": text})["tested"] == other


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("boolean", [1, "true", None, []]),
        ("int", [True, 1.0, "1", None]),
        ("float", [True, "1", float("nan"), float("inf")]),
        ("duration", [True, "15m", float("inf")]),
        ("choice", ["green", "RED", 1, None]),
        ("text", [1, None, "two\nlines", "nul\0", "a" * 2001]),
        ("texts", ["a", ("a",), [1], ["a"] * 1001]),
    ],
)
def test_other_values_are_refused_in_a_sentence(declared, kind, refused):
    setting = declared("tested", DEFAULTS[kind][0], "Tested.")

    for value in refused:
        with pytest.raises(ValueError, match=r"^It must .*\.$"):
            setting.value(value)


def test_bounds_hold_for_numbers_and_seconds(declared):
    count = declared("count", 5, "A number.", minimum=1, maximum=10)
    patience = declared("patience", timedelta(minutes=1), "A time.", minimum=1, maximum=3600)

    assert [count.value(1), count.value(10)] == [1, 10]
    for setting, value in ((count, 0), (count, 11), (patience, 0.5), (patience, 3601)):
        with pytest.raises(ValueError, match=r"It must be at (least|most)"):
            setting.value(value)


def test_texts_are_checked_one_by_one(declared):
    name = declared("word", "a", "A word.", check=lower)
    names = declared("words", ("a",), "Words.", check=lower)

    for setting, value in ((name, "B"), (names, ["a", "B"])):
        with pytest.raises(ValueError, match="lower case"):
            setting.value(value)


def test_a_default_that_is_out_of_bounds_is_a_fault_of_ours(declared):
    with pytest.raises(ValueError, match="at least 1"):
        declared("tested", 0, "Tested.", minimum=1)


def test_there_are_no_two_settings_of_a_name(declared):
    declared("tested", 1, "Tested.")

    with pytest.raises(TypeError, match="two settings"):
        declared("tested", 2, "Tested again.")


def test_an_unknown_setting_is_not_found():
    with pytest.raises(NotFound):
        named("never_declared")


@pytest.mark.parametrize(
    ("default", "text"), [(1, "many"), (True, "perhaps"), (Colour.RED, "green"), (1, "0")]
)
def test_a_bad_value_in_the_environment_is_refused_by_the_name_of_its_variable(declared, default, text):
    declared("tested", default, "Tested.", minimum=1)

    with pytest.raises(ConfigError, match=r"^MARQUEE_SETTING_TESTED "):
        fixed({"MARQUEE_SETTING_TESTED": text})


def test_some_settings_the_environment_may_not_override(declared):
    declared("tested", 1, "Tested.", is_fixable=False)

    assert "tested" not in fixed({"MARQUEE_SETTING_TESTED": "2"})
    assert complaints({"MARQUEE_SETTING_TESTED": "2"}) == [
        "MARQUEE_SETTING_TESTED has no say: tested is set by the API alone."
    ]


def test_all_that_is_wrong_in_the_environment_is_told_at_once_each_with_what_it_takes(declared):
    declared("sample_count", 5, "A number.", minimum=1, maximum=10)
    declared("sample_wait", timedelta(minutes=1), "A time.", minimum=1)
    declared("sample_colour", Colour.RED, "A colour.")
    declared("sample_switch", True, "A switch.")
    env = {
        "MARQUEE_SETTING_SAMPLE_COUNT": "11",
        "MARQUEE_SETTING_SAMPLE_WAIT": "1h",
        "MARQUEE_SETTING_SAMPLE_COLOUR": "green",
        "MARQUEE_SETTING_SAMPLE_SWITCH": "yes",
        "MARQUEE_SETTING_SAMPLE_COLOURS": "red",
        "MARQUEE_SETTING_EMPTY": "",
        "MARQUEE_PORT": "many",
    }

    assert complaints(env) == [
        "MARQUEE_SETTING_SAMPLE_COLOUR can't be used: It must be one of red, blue. It takes one of red, blue.",
        "MARQUEE_SETTING_SAMPLE_COLOURS sets nothing: there is no such setting. MARQUEE_SETTING_SAMPLE_COLOUR is one.",
        "MARQUEE_SETTING_SAMPLE_COUNT can't be used: It must be at most 10. It takes a whole number from 1 to 10.",
        "MARQUEE_SETTING_SAMPLE_WAIT can't be used: It must be a number. It takes seconds from 1.",
    ]
    with pytest.raises(ConfigError) as told:
        check_environment(env)
    assert all(line in str(told.value) for line in complaints(env))


def test_an_environment_without_faults_passes(declared):
    declared("tested", 1, "Tested.")

    check_environment({"MARQUEE_SETTING_TESTED": "2", "PATH": "/bin"})
