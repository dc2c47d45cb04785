"""In which order providers are asked, in which languages, and how what they say is put together."""

import re
from urllib.parse import urlsplit

from app.metadata.merge import plan
from app.settings.registry import setting

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)


def _check_provider(text: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", text):
        raise ValueError("It must be the ids of providers.")


def _check_language(text: str) -> None:
    if not _TAG.fullmatch(text):
        raise ValueError("It must be languages as BCP 47 has them: `de`, `pt-br`.")


def _check_url(text: str) -> None:
    try:
        parts = urlsplit(text)
        is_plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_plain = False
    if not is_plain or any(each in text for each in "@?# ") or not text.isascii():
        raise ValueError("It must be a URL without user, query and fragment.")


PROVIDERS = setting(
    "metadata_providers",
    ("tmdb",),
    "Whom to ask about works, in order; libraries may have an order of their own.",
    check=_check_provider,
)
FALLBACKS = setting(
    "metadata_fallbacks",
    ("tvmaze",),
    "Whom to ask about works that none of `metadata_providers` knows, or while none of these has a key. Libraries that"
    " have an order of their own don't.",
    check=_check_provider,
)
LANGUAGES = setting(
    "metadata_languages",
    ("en", "de", "fr", "es", "ja"),
    "Languages in which texts and pictures are fetched, as BCP 47 has them.",
    check=_check_language,
)
MERGE = setting(
    "metadata_merge",
    (),
    "Fields that are put together otherwise than by the order of providers: `overview=tvmaze>tmdb` asks for a field in"
    " an order of its own, `genres=union` takes what all say, `genres=first` what the first says who says anything.",
    check=lambda text: plan((), (text,)),
)
REFRESHES = setting(
    "metadata_refresh",
    True,
    "Whether works are looked at again by themselves: by their age, and when providers say that they changed.",
)
TMDB_URL = setting(
    "tmdb_url", "https://api.themoviedb.org/3", "Where TMDb's API is, version 3.", check=_check_url
)
TMDB_IMAGE_URL = setting(
    "tmdb_image_url", "https://image.tmdb.org/t/p", "Where TMDb's pictures are.", check=_check_url
)
TMDB_EXPORT_URL = setting(
    "tmdb_export_url",
    "https://files.tmdb.org/p/exports",
    "Where TMDb's daily lists of ids are; with another `tmdb_url` they are asked for only at another address, too.",
    check=_check_url,
)
TMDB_RATE = setting(
    "tmdb_rate",
    39.0,
    "Requests a second to TMDb, of all processes together; it takes about 40.",
    minimum=0.1,
    maximum=1000,
)
FANART_URL = setting(
    "fanart_url",
    "https://webservice.fanart.tv/v3.2",
    "Where fanart.tv's API is, version 3 or one of its successors.",
    check=_check_url,
)
FANART_IMAGE_URL = setting(
    "fanart_image_url",
    "https://assets.fanart.tv",
    "Where fanart.tv's pictures are, whatever host its answers name.",
    check=_check_url,
)
FANART_RATE = setting(
    "fanart_rate",
    5.0,
    "Requests a second to fanart.tv, of all processes together.",
    minimum=0.1,
    maximum=1000,
)
OMDB_URL = setting("omdb_url", "https://www.omdbapi.com", "Where OMDb's API is.", check=_check_url)
OMDB_RATE = setting(
    "omdb_rate",
    5.0,
    "Requests a second to OMDb, of all processes together; how many it takes a day depends on the key.",
    minimum=0.1,
    maximum=1000,
)
TVMAZE_URL = setting("tvmaze_url", "https://api.tvmaze.com", "Where TVmaze's API is.", check=_check_url)
TVMAZE_IMAGE_URL = setting(
    "tvmaze_image_url", "https://static.tvmaze.com", "Where TVmaze's pictures are.", check=_check_url
)
TVMAZE_RATE = setting(
    "tvmaze_rate",
    1.9,
    "Requests a second to TVmaze, of all processes together; it takes 20 in 10 seconds.",
    minimum=0.1,
    maximum=1000,
)
TVDB_URL = setting(
    "tvdb_url", "https://api4.thetvdb.com/v4", "Where TheTVDB's API is, version 4.", check=_check_url
)
TVDB_IMAGE_URL = setting(
    "tvdb_image_url", "https://artworks.thetvdb.com", "Where TheTVDB's pictures are.", check=_check_url
)
TVDB_RATE = setting(
    "tvdb_rate",
    10.0,
    "Requests a second to TheTVDB, of all processes together; it names no limit.",
    minimum=0.1,
    maximum=1000,
)
