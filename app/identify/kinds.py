"""What a library holds; decides by which rules its names are read."""

from enum import StrEnum


class LibraryKind(StrEnum):
    MOVIE = "movie"
    EPISODE = "episode"
