"""Reads a film's path: its file's name, judged by the folders above it."""

import re
from dataclasses import dataclass, replace

from app.identify import fallback
from app.identify.dates import years
from app.identify.films import FilmName, film_name
from app.identify.folders import BESIDES, Folder, folder
from app.identify.hints import nearest
from app.identify.kinds import LibraryKind
from app.identify.reading import Reading, Release
from app.identify.text import abbreviates, agree, key

_SEVERAL = re.compile(
    r"(?i)(?:^|[\W_])(?:collection|trilogy|anthology|saga|quadrilogy|box[\W_]?set|filmography|movies|films)(?:$|[\W_])"
    r"|(?:19|20)[0-9]{2}\s?-\s?(?:19|20)[0-9]{2}"
)


@dataclass(frozen=True, slots=True)
class _Verdict:
    title: str | None
    year: int | None
    confidence: float
    evidence: tuple[str, ...]


def read_film(parents: list[str], name: str, *, may_ask: bool = True) -> Reading:
    """may_ask: whether the slower second reader may be asked for a year."""
    own = film_name(name, is_file=True)
    folders = [folder(parent) for parent in parents]
    above = _film_folder(folders)
    around = film_name(above.name, is_file=False) if above else None
    verdict = _verdict(own, around)
    if verdict.year is None and (year := _shelf_year(parents, verdict.title)):
        said = f"The folder above is of the year {year}."
        verdict = _Verdict(verdict.title, year, 0.6, (*verdict.evidence, said))
    ids = nearest([own.hints, *(level.hints for level in reversed(folders))])
    part, title = own.part or _disc(folders), verdict.title
    if part is None and around and around.title:
        part = _part_by_folder(own, around)
    evidence = verdict.evidence + tuple(
        f"The name gives the {provider.upper()} id {value}." for provider, value in ids
    )
    reading = Reading(
        LibraryKind.MOVIE,
        title,
        verdict.year,
        edition=own.edition or (around.edition if around else None),
        part=part,
        provider_ids=ids,
        release=_release(own.release, around),
        confidence=max(verdict.confidence, 0.97) if ids else verdict.confidence,
        evidence=evidence + ((f"It is part {part} of several files.",) if part else ()),
    )
    return fallback.film(reading, name) if may_ask and _is_unclear(own, around, reading) else reading


def _film_folder(folders: list[Folder]) -> Folder | None:
    """The nearest folder that may name the film; one further up only if it has a year or an id and nothing nearer."""
    passed = 0
    for distance, here in enumerate(reversed(folders)):
        if (
            here.disc is not None
            or here.is_season
            or (distance < len(folders) - 1 and key(here.name) in BESIDES)
        ):
            passed += 1
            continue
        if here.is_shelf or (_SEVERAL.search(here.name) and not here.hints.ids):
            return None
        if distance == passed or here.year or here.hints.ids:
            return here
    return None


def _verdict(own: FilmName, around: FilmName | None) -> _Verdict:
    if around is None or around.title is None:
        return _alone(own)
    if own.title and _same(own, around):
        return _agreed(own, around)
    if around.year is None and not around.hints.ids:
        if own.year or not _is_scrambled(own.title):
            return _alone(own)
        return _Verdict(around.title, around.year, 0.4, (f"Only the folder has a title: “{around.title}”.",))
    if own.year and own.year != around.year and not _is_scrambled(own.title):
        return _alone(own, 0.75)
    said = f"The folder says “{around.title}”" + (f" ({around.year})." if around.year else ".")
    year = around.year or own.year
    return _Verdict(
        around.title, year, 0.85, (said, f"The file's own name, “{own.title}”, says something else.")
    )


def _alone(own: FilmName, confidence: float | None = None) -> _Verdict:
    said = f"The file's name says “{own.title}”" + (f" ({own.year})." if own.year else ", without a year.")
    level = confidence or (0.9 if own.year else 0.72 if own.has_marks else 0.6)
    return _Verdict(own.title, own.year, level if own.title else 0.0, (said,))


def _agreed(own: FilmName, around: FilmName) -> _Verdict:
    """The folder's spelling, unless only the file has a year and so knows better what it is."""
    year = around.year or own.year
    if (
        own.year
        and around.year is None
        and not around.hints.ids
        and key(own.title or "") != key(around.title or "")
    ):
        return _alone(own)
    said = f"File and folder agree on “{around.title}”" + (f" ({year})." if year else ", without a year.")
    return _Verdict(around.title, year, 0.95 if year else 0.75, (said,))


def _same(own: FilmName, around: FilmName) -> bool:
    one, other = own.title or "", around.title or ""
    if own.year and around.year and abs(own.year - around.year) > 1:
        return key(f"{one}{own.year}") == key(other)
    if around.alias and agree(one, around.alias):
        return True
    if around.year is None and not around.hints.ids and own.year is None:
        return key(one) == key(other)
    return agree(one, other) or abbreviates(one, other)


def _is_scrambled(title: str | None) -> bool:
    """Letters that no title is made of: hashes, shorthand, a word like `movie`."""
    small = key(title or "")
    if small.isdecimal():
        return len(small) > 4 or small.startswith("0")
    return " " not in (title or "") and (
        len(small) < 3
        or small in ("movie", "film", "video", "main", "feature", "title", "untitled", "vts")
        or small.startswith("vts0")
        or (small.isascii() and not any(vowel in small for vowel in "aeiouy"))
        or (len(small) > 15 and any(c.isdigit() for c in small))
    )


def _part_by_folder(own: FilmName, around: FilmName) -> int | None:
    """`Title part 1` in a folder that says `Title`: what the folder lacks is a part's, unless a year follows it."""
    whole, title = own.title or "", around.title or ""
    if (
        own.year
        or not whole[-1:].isdecimal()
        or key(whole) == key(title)
        or not key(whole).startswith(key(title))
    ):
        return None
    return film_name(f"{title} (1999){whole[len(title) :]}", is_file=False).part


def _shelf_year(parents: list[str], title: str | None) -> int | None:
    """The year of a folder that sorts films by it (`2009/Avatar.mkv`)."""
    name = parents[-1] if parents else ""
    found = years(name)
    return found[0].value if found and name.isdecimal() and name != title else None


def _disc(folders: list[Folder]) -> int | None:
    return next((level.disc for level in reversed(folders) if level.disc), None)


def _release(own: Release, around: FilmName | None) -> Release:
    """What the file says, completed by its release folder where the file says nothing."""
    if around is None or own.resolution or own.source or own.video_codec:
        return own
    return replace(
        around.release, container=own.container, crc32=own.crc32, group=own.group or around.release.group
    )


def _is_unclear(own: FilmName, around: FilmName | None, reading: Reading) -> bool:
    return (
        reading.year is None
        and not reading.provider_ids
        and not own.has_marks
        and around is None
        and "." in (own.title or "")
    )
