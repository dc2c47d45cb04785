from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from app.identity.totp import STEP_S, enrolment, qr_svg, step_of

# Of RFC 6238, appendix B: the key of 20 bytes, its moments, and the last six of the eight digits.
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_specification(seconds: int, code: str) -> None:
    assert step_of(KEY, code, at(seconds), 0) == seconds // STEP_S


@pytest.mark.parametrize(
    ("late_steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_clocks_may_be_one_step_off(late_steps: int, is_taken: bool) -> None:
    seconds, code = VECTORS[3]

    found = step_of(KEY, code, at(seconds) + timedelta(seconds=late_steps * STEP_S), 0)

    assert found == (seconds // STEP_S if is_taken else None)


def test_a_step_is_good_for_one_code() -> None:
    seconds, code = VECTORS[3]

    assert step_of(KEY, code, at(seconds), seconds // STEP_S - 1) == seconds // STEP_S
    assert step_of(KEY, code, at(seconds), seconds // STEP_S) is None


@pytest.mark.parametrize("code", ["", "28708", "2870820", "28708x", "２８７０８２", "-28708", "287 O82"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert step_of(KEY, code, at(59), 0) is None


def test_spaces_are_left_out() -> None:
    assert step_of(KEY, " 287 082 ", at(59), 0) == 1


def test_an_enrolment_is_for_160_bits_and_can_be_shown() -> None:
    made = enrolment("Marquee: home", "ana@example.org")

    uri = urlsplit(made.uri)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == "/Marquee: home:ana@example.org"
    assert parse_qs(uri.query) == {"secret": [made.secret], "issuer": ["Marquee: home"]}
    assert len(made.secret) * 5 == 160
    assert enrolment("Marquee", "ana").secret != made.secret
    assert qr_svg(made.uri).startswith("<svg")
