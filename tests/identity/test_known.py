from dataclasses import make_dataclass

from app.identity.known import version_of


def made(*fields):
    """A dataclass that has others in it."""
    inner = make_dataclass("Inner", fields)
    middle = make_dataclass("Middle", [("parts", tuple[inner, ...])])
    return make_dataclass("Outer", [("middle", middle | None)])


def test_a_version_changes_with_what_is_deep_inside():
    assert version_of(made(("a", int))) == version_of(made(("a", int)))
    assert version_of(made(("a", int))) != version_of(made(("a", int), ("b", int)))
    assert version_of(made(("a", int))) != version_of(made(("a", str)))
