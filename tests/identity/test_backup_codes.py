import pytest

from app.identity.backup_codes import COUNT, LETTERS, hash_of, new_codes


def test_ten_codes_of_which_none_is_like_another() -> None:
    codes = new_codes()

    assert len({hash_of(code) for code in codes}) == COUNT == 10
    assert all(len(code) == 19 for code in codes)


def test_a_code_may_be_typed_as_people_do() -> None:
    code = new_codes()[0]

    typed = f" {code.lower().replace('-', ' ')} "

    assert hash_of(typed) == hash_of(code)


@pytest.mark.parametrize(
    "text", ["", "ABCD", "ABCD-2345-EFGH-678", "ABCD-2345-EFGH-67890", "ABCD-2345-EFGH-678O"]
)
def test_what_is_no_code_has_no_hash(text: str) -> None:
    assert hash_of(text) is None


def test_no_letter_looks_like_another() -> None:
    assert not set("01OIL") & set(LETTERS)
