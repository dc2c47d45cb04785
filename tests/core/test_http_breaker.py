"""The circuit breaker: closed, open, half-open."""

from asyncio import CancelledError

import pytest

from app.core.http_breaker import FAILURES, FIRST_REST_S, LONGEST_REST_S, Breaker
from app.core.http_errors import ProviderResting, ProviderUnreachable
from tests.outside import Hurried


def fail(breaker, times=1):
    for _ in range(times):
        with breaker.passing():
            breaker.failed()


def is_open(breaker):
    try:
        with breaker.passing():
            return False
    except ProviderUnreachable:
        return True


@pytest.fixture
def clock():
    return Hurried()


@pytest.fixture
def breaker(clock):
    return Breaker("films", clock)


def test_it_opens_after_failures_in_a_row_and_no_others(breaker):
    fail(breaker, FAILURES - 1)
    with breaker.passing():
        breaker.answered()
    fail(breaker, FAILURES - 1)
    assert not is_open(breaker)

    fail(breaker)

    assert is_open(breaker)


def test_after_a_rest_one_tries_and_closes_it_for_all(breaker, clock):
    fail(breaker, FAILURES)
    clock.seconds += FIRST_REST_S

    with breaker.passing():
        assert is_open(breaker)
        breaker.answered()

    assert not is_open(breaker)
    fail(breaker, FAILURES - 1)
    assert not is_open(breaker)


def test_each_failure_of_the_one_that_tries_doubles_the_rest(breaker, clock):
    fail(breaker, FAILURES)
    rest_s = FIRST_REST_S
    for _ in range(10):
        clock.seconds += rest_s
        fail(breaker)
        rest_s = min(LONGEST_REST_S, rest_s * 2)
        clock.seconds += rest_s - 1
        assert is_open(breaker)
        clock.seconds += 1 - rest_s

    assert rest_s == LONGEST_REST_S


def test_one_that_tries_and_is_cancelled_leaves_the_try_to_the_next(breaker, clock):
    fail(breaker, FAILURES)
    clock.seconds += FIRST_REST_S

    with pytest.raises(CancelledError), breaker.passing():
        raise CancelledError

    assert not is_open(breaker)


def test_what_was_under_way_when_it_opened_makes_the_rest_no_longer(breaker, clock):
    passing = [breaker.passing() for _ in range(FAILURES + 20)]
    for each in passing:
        each.__enter__()
    for each in passing:
        breaker.failed()
        each.__exit__(None, None, None)

    clock.seconds += FIRST_REST_S

    assert not is_open(breaker)


def test_who_may_not_pass_is_told_why_and_for_how_long(breaker):
    for _ in range(FAILURES):
        with breaker.passing():
            breaker.failed("it answers 503")

    with pytest.raises(ProviderResting, match=r"films: it answers 503; after .* left alone for 15 s") as told:
        breaker.check()

    assert told.value.rest_s == FIRST_REST_S
