from dataclasses import fields, replace
from uuid import UUID

from app.access.permissions import Permission
from app.access.rule import EVERYTHING
from app.access.viewer import Viewer
from app.activity.actor import Actor
from app.core.clock import now


def test_who_speaks_other_languages_is_the_same_otherwise():
    viewer = Viewer(
        ("en",),
        frozenset({Permission.NODE_GET}),
        EVERYTHING,
        Actor(address="127.0.0.1"),
        UUID(int=1),
        now(),
        must_enrol=True,
        title_languages=frozenset({"en"}),
    )

    spoken = viewer.speaking(("de", "en"), frozenset({"de"}))

    assert all(getattr(viewer, each.name) != getattr(Viewer(), each.name) for each in fields(Viewer))
    assert spoken == replace(viewer, languages=("de", "en"), title_languages=frozenset({"de"}))
