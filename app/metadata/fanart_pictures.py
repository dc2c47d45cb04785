"""What fanart.tv says of films and series, as pictures. Pure: any field may be missing, null, or of another type."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.metadata.addresses import picture_path
from app.metadata.facts import ImageFacts, ImageKind, Kind
from app.metadata.tmdb_json import Json, identity, items, text, whole

MOST_OF_A_LIST = 100
ALL_SEASONS = "all"
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _List:
    """A list of an answer. width, height: what the site takes, for versions that don't say."""

    name: str
    kind: ImageKind
    width: int
    height: int


# Of each kind those of more pixels first. Portraits of characters are of no kind that works have.
_LISTS: Mapping[Kind, tuple[_List, ...]] = {
    Kind.MOVIE: (
        _List("movieposter", ImageKind.POSTER, 1000, 1426),
        _List("movie4kbackground", ImageKind.BACKDROP, 3840, 2160),
        _List("moviebackground", ImageKind.BACKDROP, 1920, 1080),
        _List("hdmovielogo", ImageKind.LOGO, 800, 310),
        _List("movielogo", ImageKind.LOGO, 400, 155),
        _List("hdmovieclearart", ImageKind.CLEARART, 1000, 562),
        _List("movieart", ImageKind.CLEARART, 500, 281),
        _List("moviethumb", ImageKind.THUMB, 1000, 562),
        _List("moviebanner", ImageKind.BANNER, 1000, 185),
        _List("moviedisc", ImageKind.DISC, 1000, 1000),
    ),
    Kind.TV: (
        _List("tvposter", ImageKind.POSTER, 1000, 1426),
        _List("show4kbackground", ImageKind.BACKDROP, 3840, 2160),
        _List("showbackground", ImageKind.BACKDROP, 1920, 1080),
        _List("hdtvlogo", ImageKind.LOGO, 800, 310),
        _List("clearlogo", ImageKind.LOGO, 400, 155),
        _List("hdclearart", ImageKind.CLEARART, 1000, 562),
        _List("clearart", ImageKind.CLEARART, 500, 281),
        _List("tvthumb", ImageKind.THUMB, 500, 281),
        _List("tvbanner", ImageKind.BANNER, 1000, 185),
    ),
}
_SEASON_LISTS = (
    _List("seasonposter", ImageKind.POSTER, 1000, 1426),
    _List("seasonthumb", ImageKind.THUMB, 500, 281),
    _List("seasonbanner", ImageKind.BANNER, 1000, 185),
)


@dataclass(frozen=True, slots=True)
class View:
    """How answers are read. languages: of which pictures are kept, beside those without writing; all where empty.

    images: where they are.
    """

    languages: tuple[str, ...]
    images: str

    def wants(self, language: str | None) -> bool:
        wanted = {each.partition("-")[0] for each in self.languages}
        return language is None or not wanted or language in wanted


def pictures(view: View, kind: Kind, found: Json) -> tuple[ImageFacts, ...]:
    """Those of the work itself: by kind, and in it those that most people like first."""
    return tuple(
        image for each in _LISTS[kind] for image, season in _listed(view, found, each) if season is None
    )


def season_pictures(view: View, found: Json) -> dict[int, tuple[ImageFacts, ...]]:
    """Those of its seasons, by number; also backdrops that are named for one."""
    of_seasons: dict[int, list[ImageFacts]] = {}
    for each in (*_SEASON_LISTS, *_LISTS[Kind.TV]):
        for image, season in _listed(view, found, each):
            if season is not None and season.isdigit():
                of_seasons.setdefault(int(season), []).append(image)
    return {number: tuple(images) for number, images in sorted(of_seasons.items())}


def _listed(view: View, found: Json, list_: _List) -> Iterable[tuple[ImageFacts, str | None]]:
    """With the season that a picture is of; None where it is of the whole series."""
    is_of_season = list_ in _SEASON_LISTS
    read = [
        (image, season)
        for each in items(found, list_.name)
        if (image := _image(view, list_, each))
        if (season := _season(each, is_of_season=is_of_season)) != ""
    ]
    return sorted(_bounded(read), key=lambda pair: -pair[0].votes)


def _bounded(read: Sequence[tuple[ImageFacts, str | None]]) -> list[tuple[ImageFacts, str | None]]:
    """So many of each season."""
    counts: dict[str | None, int] = {}
    kept: list[tuple[ImageFacts, str | None]] = []
    for image, season in read:
        counts[season] = counts.get(season, 0) + 1
        if counts[season] <= MOST_OF_A_LIST:
            kept.append((image, season))
    return kept


def _season(value: Json, *, is_of_season: bool) -> str | None:
    """Its number; None for none in particular; empty for what is of no season that there is."""
    said = text(value, "season", most=10)
    if said is None or said == ALL_SEASONS:
        # A picture for all seasons together is neither of the series nor of one of them.
        return "" if is_of_season else None
    return said if re.fullmatch(r"[0-9]{1,4}", said, re.ASCII) else ""


def _image(view: View, list_: _List, value: Json) -> ImageFacts | None:
    """None for what has no address, and for what is in a language that nobody wants."""
    path, language = picture_path(value.get("url")), _language(value)
    if path is None or not view.wants(language):
        return None
    return ImageFacts(
        kind=list_.kind,
        url=f"{view.images}{path}",
        key=identity(value) or path,
        width=whole(value, "width", 30_000) or list_.width,
        height=whole(value, "height", 30_000) or list_.height,
        language=language,
        votes=whole(value, "likes") or 0,
    )


def _language(value: Json) -> str | None:
    """None for `00` and nothing, by which it means that there is no writing."""
    said = (text(value, "lang", most=10) or "").lower()
    return said if _LANGUAGE.fullmatch(said) else None
