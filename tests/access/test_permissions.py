"""What is written of permissions, and what patterns of them mean."""

import re
from pathlib import Path

import pytest

from app.access.builtin import ADMIN, GUEST, MODERATOR, USER
from app.access.grants import grants_of_roles
from app.access.permissions import ALL, MEANINGS, Permission, expand
from app.access.viewer import marquee
from app.core.app import App

GUIDE = Path(__file__).parents[2] / "docs" / "permissions.md"
ROW = re.compile(r"^\| `(?P<name>[a-z]+:[a-z]+)` \| (?P<meaning>.+) \| (?P<roles>.+) \|$", re.MULTILINE)
NAMES = {"admin": ADMIN, "moderator": MODERATOR, "user": USER, "guest": GUEST}


async def test_the_guide_tells_of_every_permission_and_who_has_it(app: App) -> None:
    grants = await grants_of_roles(app.db, marquee(), list(NAMES.values()))

    rows = {row["name"]: (row["meaning"], row["roles"]) for row in ROW.finditer(GUIDE.read_text())}

    assert rows == {
        each: (
            MEANINGS[each],
            ", ".join(name for name, key in NAMES.items() if each in grants[key].permissions),
        )
        for each in Permission
    }


def test_every_permission_has_a_meaning() -> None:
    assert MEANINGS.keys() == ALL
    assert all(meaning.endswith(".") for meaning in MEANINGS.values())


@pytest.mark.parametrize(
    ("patterns", "meant"),
    [
        (["*"], ALL),
        (["movie:*"], {Permission.MOVIE_GET, Permission.MOVIE_LIST}),
        (["*:get"], {each for each in Permission if each.endswith(":get")}),
        (["users:read", "audit:read"], {Permission.USER_READ, Permission.AUDIT_READ}),
        (["MOVIE:LIST"], set()),
        ([], set()),
    ],
)
def test_patterns_mean_what_matches_them(patterns: list[str], meant: set[Permission]) -> None:
    assert expand(patterns) == meant
