"""Videos about works on other sites: where they are to be seen, and what they are. Pure."""

from collections.abc import Mapping
from urllib.parse import quote

# Of what is told no site's page is fetched: these are addresses for the viewer's own browser.
SITES: Mapping[str, str] = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
}
# What is none of these is `other`.
VIDEO_KINDS = frozenset(
    {
        "trailer",
        "teaser",
        "clip",
        "featurette",
        "behind_the_scenes",
        "bloopers",
        "opening_credits",
        "recap",
        "other",
    }
)


def url_of(site: str, key: str) -> str:
    """The page of a video, made of the site's own pattern."""
    return SITES[site].format(quote(key, safe=""))
