"""Where things lie on the server's disks, for those who may know."""

from pathlib import PurePosixPath

from app.access.permissions import Permission
from app.api.context import Info

NAME_ONLY = "; its name alone for viewers without `file:paths`."


def shown_path(info: Info, path: str) -> str:
    """An absolute path; its last name for viewers who may not know paths."""
    return path if may_see_paths(info) else _name(path)


def shown_text(info: Info, text: str, root_path: str) -> str:
    """A text in which a library's folder may be named, likewise."""
    return text if may_see_paths(info) else text.replace(root_path, _name(root_path))


def may_see_paths(info: Info) -> bool:
    """Whether the viewer gets texts of which nobody can say what paths they hold."""
    return info.context.viewer.may(Permission.FILE_PATHS)


def _name(path: str) -> str:
    return PurePosixPath(path).name or "/"
