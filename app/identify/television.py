"""Reads an episode's path: numbers from the file's name, the series from the folders above it."""

import re
from dataclasses import dataclass, replace

from app.identify import bare, dates, fallback, numbering
from app.identify.folders import Folder, Series, folder, season_in_title, series_above
from app.identify.hints import nearest
from app.identify.kinds import LibraryKind
from app.identify.names import Name, prepared
from app.identify.numbering import Numbering
from app.identify.reading import Reading, Release
from app.identify.tags import boundary, release_of, trailing_editions
from app.identify.text import after_title, agree, key, latin_part, title_of, without_alias

_ALSO_ABSOLUTE = re.compile(
    r"^[ ._\-]{0,3}[(\[]\s*(?:#|abs[ ._-]?)?([0-9]{2,4})\s*[)\]]"
    r"|^ - (?!(?:480|576|720|1080|2160)\b)([0-9]{3,4})(?= - | \[|$)"
)
_COUNT_AT_END = re.compile(r"[ ._]-[ ._]([0-9]{1,4})(?:v[0-9])?[ ._]*[(\[]$")
_DIGITS = re.compile(r"[0-9]{2}[ ._\-][0-9]")
_WEEKDAY = re.compile(r"[ ._\-]+(?:mon|tues|wednes|thurs|fri|satur|sun)day[ ._,\-]*$", re.IGNORECASE)
_NOT_OF_TITLE = re.compile(r"[(\[](?:19|20)[0-9]{2}[)\]]|\[[^\[\]]{0,80}\]")
_GROUP_ALONE = re.compile(r"-\w{2,20}")
_ANIME_SHELVES = frozenset({"anime", "animes", "アニメ"})


@dataclass(frozen=True, slots=True)
class Look:
    """An episode's path taken apart, with the numbering that its name alone suggests."""

    file_name: str
    name: Name
    folders: list[Folder]
    series: Series
    numbered: Numbering | None


def read_episode(parents: list[str], file_name: str) -> Reading:
    return reading_of(look(parents, file_name))


def look(parents: list[str], file_name: str) -> Look:
    folders = [folder(parent) for parent in parents]
    series = series_above(folders)
    name = prepared(file_name)
    if not name.is_anime and any(above.is_shelf and key(above.name) in _ANIME_SHELVES for above in folders):
        name = replace(name, is_anime=True)
    numbered = _numbering(name, series)
    if numbered is None and (elsewhere := _from_release_folder(folders)):
        name, numbered = replace(elsewhere[0], container=name.container), elsewhere[1]
        series = series_above(folders[:-1])
    return Look(file_name, name, folders, series, numbered)


def reading_of(look: Look, *, may_ask: bool = True) -> Reading:
    """may_ask: whether the slower second reader may be asked where there is no numbering."""
    ids = nearest([look.name.hints, *(level.hints for level in reversed(look.folders))])
    reading = _read(look.name, look.series, look.numbered, ids, look.folders)
    if may_ask and look.numbered is None and any(character.isdigit() for character in look.name.text):
        return fallback.episode(reading, look.file_name)
    return reading


def _numbering(name: Name, series: Series) -> Numbering | None:
    """What is announced beats what is bare, unless the bare number is the surer one where it stands."""
    text = name.text
    start = after_title(text, series.title) if series.title else 0
    written = numbering.written(text, start) or (numbering.written(text) if start else None)
    if written and written.strength >= 0.8:
        return written
    first = next((at for at in range(start, len(text)) if text[at].isalnum()), 0)
    edge = boundary(text, name.tags, first, weak_at_end=False)
    words = season_in_title(text[:edge])
    season = series.season if series.has_season_folder else words.season if words else None
    place = bare.Place(
        season,
        name.is_anime,
        max(start, words.end) if words and not series.has_season_folder else start,
        edge or len(text),
    )
    loose = bare.found(text, place)
    if loose is None and words:
        loose = bare.found(text, replace(place, start=start))
    if loose is None and series.title and not start:
        loose = bare.opening(text, place.end)
    if written and (loose is None or loose.strength <= written.strength):
        return written
    return loose


def _from_release_folder(folders: list[Folder]) -> tuple[Name, Numbering] | None:
    """Numbers from the folder right above, for names that were made unreadable inside it."""
    if not folders or folders[-1].is_season or folders[-1].is_shelf:
        return None
    name = prepared(folders[-1].name)
    if len(folders) > 1 and folders[-2].is_season:
        numbered = _numbering(name, series_above(folders[:-1]))
        return (name, numbered) if numbered else None
    numbered = numbering.written(name.text)
    return (name, numbered) if numbered and numbered.strength > 0.8 else None


def _read(
    name: Name,
    series: Series,
    numbered: Numbering | None,
    ids: tuple[tuple[str, str], ...],
    around: list[Folder],
) -> Reading:
    own_title, own_year, own_season = _own_title(name, numbered)
    title, said, sureness = _title(own_title, series)
    text = name.text
    start = numbered.end if numbered else (after_title(text, series.title) if series.title else 0)
    edge = boundary(text, name.tags, start, weak_at_end=_ends_in_tags(name)) if numbered else len(text)
    episode_title = _episode_title(text, start, edge, numbered, series)
    if title is None and numbered and not numbered.is_bare and not series.has_season_folder:
        title, episode_title = _swapped(episode_title)
    reading = Reading(
        LibraryKind.EPISODE,
        title,
        series.year or own_year,
        episode_title=episode_title,
        provider_ids=ids,
        release=_release(name, edge, around),
        evidence=tuple(said)
        + tuple(f"The name gives the {provider.upper()} id {value}." for provider, value in ids),
        edition=name.hints.edition,
    )
    if numbered is None:
        return _unnumbered(reading, series)
    if series.has_season_folder:
        own_season = None
    return _numbered(
        reading, numbered, name, series.season if series.season is not None else own_season, sureness
    )


def _swapped(after: str | None) -> tuple[str | None, str | None]:
    """(series, episode's title) from what follows numbers that open a name without folders: `S01E02 - Series`."""
    head, _, tail = (after or "").partition(" - ")
    return head or None, tail or None


def _ends_in_tags(name: Name) -> bool:
    """Whether weak release words that close the name may be taken for such: not so in `The French`, but in `FRENCH`."""
    return "." in name.text or bool(
        name.tags and name.text[name.tags[-1].start : name.tags[-1].end].isupper()
    )


def _release(name: Name, edge: int, around: list[Folder]) -> Release:
    """What the file says, completed by its release folder where the file says nothing."""
    own = release_of(name.text, name.tags, edge, name.container, name.group)
    if own.resolution or own.source or own.video_codec or not around or not around[-1].is_release:
        return own
    above = prepared(around[-1].name)
    said = release_of(
        above.text, above.tags, boundary(above.text, above.tags, 1), name.container, above.group
    )
    return replace(said, crc32=own.crc32, group=own.group or said.group, version=own.version or said.version)


def _own_title(name: Name, numbered: Numbering | None) -> tuple[str | None, int | None, int | None]:
    """(title, year, season) that stand before the numbers."""
    text = name.text[: boundary(name.text, name.tags, 1)] if numbered is None else name.text[: numbered.start]
    words = season_in_title(text)
    text = text[: words.start] if words else text
    if numbered:
        tags = [tag for tag in name.tags if tag.end <= len(text)]
        text = text[: boundary(text, tags, 1, weak_at_end=False)]
    if numbered and numbered.season is not None:
        text = _before_count(text, numbered)
    if numbered and " " not in text and not _speaks_after(name, numbered):
        text = text[: trailing_editions(text, name.tags, len(text), ("language",))] or text
    if numbered and numbered.air_date:
        text = _WEEKDAY.sub("", text)
    year = dates.year_after_title(text, len(text))
    if year and not (year.is_bracketed or not text[year.end :].strip(" ._-()[]")):
        year = None
    text = text[: year.start] if year else text
    title = title_of(text[latin_part(text) :])
    title = without_alias(title)[0] if title else None
    return title, year.value if year else None, words.season if words else None


def _before_count(text: str, numbered: Numbering) -> str:
    """The title of `Title - 13 (S02E01)` and `Title 2022.03.04 S07E01`."""
    if text[-1:] in ("(", "[") and (count := _COUNT_AT_END.search(text)):
        return text[: count.start()]
    if _DIGITS.search(text) and (day := dates.day(text)) and numbered.air_date is None:
        return text[: day.start]
    return text


def _speaks_after(name: Name, numbered: Numbering) -> bool:
    """Whether a language is named behind the numbers, so that one before them is of the title."""
    return any(tag.kind == "language" and tag.start >= numbered.end for tag in name.tags)


def _title(own: str | None, series: Series) -> tuple[str | None, list[str], float]:
    """(title, evidence, how sure): the series folder's, which people name, before the file's, which machines do."""
    if series.title is None:
        return own, [f"The file's name says the series is “{own}”."] if own else [], 0.9 if own else 0.3
    if own is None:
        return series.title, [f"The folder says the series is “{series.title}”."], 0.95
    if key(own) == key(series.title) or agree(own, series.title):
        return series.title, [f"Folder and file agree on the series “{series.title}”."], 1.0
    said = f"The folder says the series is “{series.title}”, the file's name says “{own}”."
    return series.title, [said], 0.85 if series.is_firm else 0.7


def _episode_title(
    text: str, start: int, edge: int, numbered: Numbering | None, series: Series
) -> str | None:
    piece = text[start : max(edge, start)]
    if match := _ALSO_ABSOLUTE.match(piece):
        piece = piece[match.end() :]
    piece = _NOT_OF_TITLE.sub(" ", piece)
    if _GROUP_ALONE.fullmatch(piece.strip()):
        return None
    title = title_of(piece)
    if title is None or re.fullmatch(r"(?:19|20)[0-9]{2}", title):
        return None
    if numbered is None and (series.title is None or series.season is None):
        return None
    return title


def _unnumbered(reading: Reading, series: Series) -> Reading:
    said = "No episode number was found."
    sureness = 0.3 if series.season == 0 and reading.episode_title else 0.1
    return replace(reading, season=series.season, confidence=sureness, evidence=(*reading.evidence, said))


def _numbered(
    reading: Reading, found: Numbering, name: Name, folder_season: int | None, sureness: float
) -> Reading:
    season, episodes, absolutes = _placed(found, name, folder_season)
    said = f"“{name.text[found.start : found.end].strip(' ._-')}” is read as {found.said}."
    doubt, factor = _doubt(found, season, folder_season)
    confidence = (found.certainty or found.strength) * sureness * factor
    if reading.provider_ids and confidence > 0.6:
        confidence = max(confidence, 0.9)
    if season and (also := _ALSO_ABSOLUTE.match(name.text[found.end :])):
        digits = also[1] or also[2]
        absolutes = absolutes if _year(digits) else (int(digits),)
    elif season and name.text[: found.start].endswith(("(", "[")):
        count = _COUNT_AT_END.search(name.text[: found.start])
        absolutes = (int(count[1]),) if count and name.is_anime else absolutes
    return replace(
        reading,
        season=season,
        episodes=episodes,
        absolutes=absolutes,
        air_date=found.air_date,
        part=found.part,
        episode_part=found.episode_part,
        confidence=round(confidence, 3),
        evidence=(*reading.evidence, said, *doubt),
    )


def _doubt(found: Numbering, season: int | None, folder_season: int | None) -> tuple[tuple[str, ...], float]:
    """(what speaks against the season, factor for the confidence)."""
    if folder_season and found.season is not None and found.season != folder_season:
        said = f"The folder says season {folder_season}, the file's name says season {found.season}."
        return (said,), 0.8
    if season is not None and found.season is None and folder_season is None:
        return ("No season is named, so it is taken for the first.",), 0.9
    return (), 1.0


def _year(digits: str) -> bool:
    return len(digits) == 4 and dates.FIRST_YEAR <= int(digits) <= dates.LAST_YEAR


def _placed(
    found: Numbering, name: Name, folder_season: int | None
) -> tuple[int | None, tuple[int, ...], tuple[int, ...]]:
    """(season, episodes, absolutes): a number without a season takes the folder's; without that one it counts through
    the series in anime and through the first season elsewhere."""
    if found.air_date is not None:
        return None, (), ()
    if found.season is not None:
        return found.season, found.episodes, ()
    numbers = found.episodes or found.absolutes
    if folder_season is not None and not (found.is_bare and found.absolutes):
        return folder_season, numbers, ()
    if found.absolutes or (name.is_anime and found.part is None and folder_season is None):
        return None, (), numbers
    return 1, numbers, ()
