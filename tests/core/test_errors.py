"""What callers may read of their mistakes."""

import pytest

from app.core.errors import (
    AppError,
    Conflict,
    Denied,
    Invalid,
    NotFound,
    RateLimited,
    StepUpRequired,
    Unreadable,
)
from app.core.ids import new_id

ERRORS = {
    "NOT_FOUND": NotFound("movie", 7),
    "CONFLICT": Conflict("It exists."),
    "INVALID_INPUT": Invalid("first", "It must be 1 to 100."),
    "PERMISSION_DENIED": Denied("You may not."),
    "STEP_UP_REQUIRED": StepUpRequired("Show who you are."),
    "RATE_LIMITED": RateLimited("Too often.", 1.5),
    "SECRET_UNREADABLE": Unreadable("Its key is lost."),
}


@pytest.mark.parametrize(("code", "error"), ERRORS.items())
def test_every_error_has_its_code_and_a_sentence(code, error):
    assert isinstance(error, AppError)
    assert error.code == code
    assert str(error).endswith(".")


def test_errors_carry_what_clients_need():
    assert ERRORS["INVALID_INPUT"].field == "first"
    assert ERRORS["RATE_LIMITED"].retry_after_s == 1.5
    assert (ERRORS["NOT_FOUND"].kind, ERRORS["NOT_FOUND"].key) == ("movie", "7")


def test_the_tree_is_complete():
    shared = {kind for kind in AppError.__subclasses__() if kind.__module__ == AppError.__module__}

    assert {type(error) for error in ERRORS.values()} == shared


def test_ids_sort_by_the_time_they_were_made():
    ids = [new_id() for _ in range(2000)]

    assert ids == sorted(ids)
    assert len(set(ids)) == 2000
    assert {each.version for each in ids} == {7}
