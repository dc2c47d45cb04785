"""Where things lie on the server's disks, for those who may know."""

from collections.abc import Awaitable
from pathlib import PurePosixPath
from typing import Any, TypeVar, cast

from app.access.permissions import Permission
from app.api.context import Info
from app.core.errors import Invalid
from app.library.folders import Overlap

T = TypeVar("T")

NAME_ONLY = "; its name alone for viewers without `file:paths`."


def shown_path(info: Info, path: str) -> str:
    """An absolute path; its last name for viewers who may not know paths."""
    return path if may_see_paths(info) else _name(path)


def shown_text(info: Info, text: str, root_path: str) -> str:
    """A text in which a library's folder may be named, likewise."""
    return text if may_see_paths(info) else text.replace(root_path, _name(root_path))


def shown_json(info: Info, value: Any) -> Any:
    """A JSON value in which texts may be absolute paths, likewise."""
    if may_see_paths(info):
        return value
    if isinstance(value, dict):
        return {name: shown_json(info, each) for name, each in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [shown_json(info, each) for each in cast("list[Any]", value)]
    return _name(value) if isinstance(value, str) and value.startswith("/") else value


async def told(info: Info, work: Awaitable[T]) -> T:
    """The work's result. Raises what it raises, without the paths of other folders for who may not know them."""
    try:
        return await work
    except Overlap as error:
        if may_see_paths(info):
            raise
        raise Invalid(error.field, error.without_paths) from error


def may_see_paths(info: Info) -> bool:
    """Whether the viewer gets texts of which nobody can say what paths they hold."""
    return info.context.viewer.may(Permission.FILE_PATHS)


def _name(path: str) -> str:
    return PurePosixPath(path).name or "/"
