"""Who is asking."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Viewer:
    """The one on whose behalf a read runs.

    languages: what texts are wanted in, best first, as BCP 47 tags in lower case (`de`, `pt-br`); a work's original
    texts stand in where none of them is there.
    """

    languages: tuple[str, ...] = ()
