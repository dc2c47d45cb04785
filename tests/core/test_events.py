"""Events come back from their payload as they were."""

from dataclasses import dataclass
from typing import Optional
from uuid import UUID

import orjson
import pytest

from app.core.events import Event, load
from app.core.ids import new_id


@dataclass(frozen=True)
class Everything(Event, name="test.everything"):
    one: UUID
    maybe: UUID | None
    many: tuple[UUID, ...]
    maybe_many: tuple[UUID, ...] | None
    old_style: Optional[UUID]  # noqa: UP045
    words: tuple[str, ...] = ()
    number: float = 0
    is_true: bool = False


@pytest.mark.parametrize("maybe", [None, new_id()])
def test_an_event_comes_back_as_it_was(maybe):
    many = (new_id(), new_id())
    event = Everything(new_id(), maybe, many, maybe and many, maybe, ("a", "b"), 1.5, is_true=True)

    back = load("test.everything", orjson.loads(orjson.dumps(event.payload())))

    assert back == event
    assert hash(back) == hash(event)


def test_fields_of_a_newer_version_are_left_out_and_missing_ones_have_their_defaults():
    required = {"one": str(new_id()), "maybe": None, "many": [], "maybe_many": None, "old_style": None}

    event = load("test.everything", {**required, "of_tomorrow": 1})

    assert isinstance(event, Everything)
    assert event.words == ()


@pytest.mark.parametrize("payload", [{}, {"one": "no id"}, {"one": 1, "many": 2}])
def test_what_cant_be_read_is_a_bare_event_and_said(payload, caplog):
    assert load("test.everything", payload) == Event()
    assert "test.everything" in caplog.text


def test_an_unknown_event_is_a_bare_one():
    assert load("test.of_tomorrow", {"a": 1}) == Event()
