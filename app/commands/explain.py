"""Errors of every part of us as one line."""

from app.core import plain
from app.embedded.errors import EmbeddedError
from app.web.listen import ListenError


def one_line(error: BaseException) -> str:
    """What to tell at the terminal; a bug is called by its name."""
    error = plain.innermost(error)
    if isinstance(error, EmbeddedError | ListenError):
        return str(error)
    text = plain.one_line(error)
    if text is None:
        said = next(iter(str(error).splitlines()), "")
        text = f"This should not have happened: {type(error).__name__}: {said}".rstrip(": ")
        text += " (MARQUEE_LOG_LEVEL=debug shows where)"
    return text
