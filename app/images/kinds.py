"""What images show, of whom, and where they come from."""

from enum import StrEnum


class PictureKind(StrEnum):
    """What a picture is for; of works the words that their local artwork has, too."""

    POSTER = "poster"
    BACKDROP = "backdrop"
    LOGO = "logo"
    BANNER = "banner"
    THUMB = "thumb"
    STILL = "still"
    CLEARART = "clearart"
    DISC = "disc"
    PROFILE = "profile"
    AVATAR = "avatar"


class OwnerKind(StrEnum):
    MOVIE = "movie"
    SERIES = "series"
    SEASON = "season"
    EPISODE = "episode"
    PERSON = "person"
    COLLECTION = "collection"
    USER = "user"


class Source(StrEnum):
    FILE = "file"
    PROVIDER = "provider"
    UPLOAD = "upload"
