"""Values that hold secrets don't show them, wherever they may come to be written down."""

import dataclasses
import importlib
import pkgutil
import re
from types import ModuleType

import app

SECRET = re.compile(r"(^|_)(token|password|secret|code)$")
TEXTS = (str, str | None, bytes, bytes | None)
# What a client sends and gets is a value of Strawberry's, none of which is ever written down.
ELSEWHERE = ("app.api", "app.main", "app.cli", "app.worker")


def modules() -> list[ModuleType]:
    named = [each.name for each in pkgutil.walk_packages(app.__path__, "app.")]
    return [importlib.import_module(name) for name in named if not name.startswith(ELSEWHERE)]


def test_no_value_shows_the_secret_that_it_holds() -> None:
    values = {
        each
        for module in modules()
        for each in vars(module).values()
        if isinstance(each, type) and dataclasses.is_dataclass(each)
    }
    held = [
        (f"{value.__module__}.{value.__name__}.{field.name}", field.repr)
        for value in values
        for field in dataclasses.fields(value)
        if SECRET.search(field.name) and field.type in TEXTS
    ]

    assert len(held) > 8
    assert [name for name, is_shown in held if is_shown] == []
