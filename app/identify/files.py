"""What a file in a library is for, judged by its path alone."""

import re
from enum import StrEnum

from app.identify import extensions
from app.identify.dates import years
from app.identify.folders import folder
from app.identify.lexicon import word_set
from app.identify.tags import scan
from app.identify.text import key


class FileRole(StrEnum):
    VIDEO = "video"
    SUBTITLE = "subtitle"
    NFO = "nfo"
    IMAGE = "image"
    SAMPLE = "sample"
    TRAILER = "trailer"
    EXTRA = "extra"
    PARTIAL = "partial"
    HIDDEN = "hidden"
    OTHER = "other"


class ExtraKind(StrEnum):
    TRAILER = "trailer"
    BEHIND_THE_SCENES = "behind_the_scenes"
    DELETED_SCENE = "deleted_scene"
    INTERVIEW = "interview"
    FEATURETTE = "featurette"
    SCENE = "scene"
    SHORT = "short"
    OTHER = "other"


# Folder names and `-suffixes` that Plex, Jellyfin and Kodi document for extras, as keys of their letters.
_FOLDERS = {
    "trailers": ExtraKind.TRAILER,
    "trailer": ExtraKind.TRAILER,
    "behindthescenes": ExtraKind.BEHIND_THE_SCENES,
    "makingof": ExtraKind.BEHIND_THE_SCENES,
    "deletedscenes": ExtraKind.DELETED_SCENE,
    "interviews": ExtraKind.INTERVIEW,
    "featurettes": ExtraKind.FEATURETTE,
    "featurette": ExtraKind.FEATURETTE,
    "scenes": ExtraKind.SCENE,
    "clips": ExtraKind.SCENE,
    "shorts": ExtraKind.SHORT,
    "extras": ExtraKind.OTHER,
    "extra": ExtraKind.OTHER,
    "bonus": ExtraKind.OTHER,
    "bonusmaterial": ExtraKind.OTHER,
    "specialfeatures": ExtraKind.OTHER,
    "other": ExtraKind.OTHER,
    "others": ExtraKind.OTHER,
    "backdrops": ExtraKind.OTHER,
    "thememusic": ExtraKind.OTHER,
}
# These sort films as often as they hold extras, so they count only right above the file.
_ALSO_SHELVES = word_set("scenes clips shorts other others extra bonus trailer featurette backdrops")
_SUFFIXES = {
    "trailer": ExtraKind.TRAILER,
    "behindthescenes": ExtraKind.BEHIND_THE_SCENES,
    "makingof": ExtraKind.BEHIND_THE_SCENES,
    "deleted": ExtraKind.DELETED_SCENE,
    "deletedscene": ExtraKind.DELETED_SCENE,
    "interview": ExtraKind.INTERVIEW,
    "featurette": ExtraKind.FEATURETTE,
    "scene": ExtraKind.SCENE,
    "clip": ExtraKind.SCENE,
    "short": ExtraKind.SHORT,
    "extra": ExtraKind.OTHER,
    "other": ExtraKind.OTHER,
}
_SUFFIX = re.compile(rf"[\w)\]]\s?-\s?(?P<word>{'|'.join(_SUFFIXES)}|sample)[0-9]{{0,2}}$", re.IGNORECASE)
_TRAILER = re.compile(
    r"(?:[._ \[(](?:official|theatrical|teaser|final|international|red[ ._]?band)[ ._]trailer|[._\[(]trailer)"
    r"[ ._]?[0-9]{0,2}[\])]?$",
    re.IGNORECASE,
)
_SAMPLE = re.compile(
    r"(?:^sample$|^sample[-_][^\s]|[._\[(]sample[\])]?$|[._\[(]sample[._\])])", re.IGNORECASE
)
_ALONE = re.compile(r"(?:sample|trailer|teaser)[ ._-]?[0-9]{0,2}", re.IGNORECASE)
_HIDDEN_FOLDERS = word_set(
    "$recycle.bin @eadir #recycle @recycle @recently-snapshot lost+found recycler __macosx .trashes .trash recycled "
    "#snapshot @sharebin .appledouble"
)
_HIDDEN_NAMES = word_set(
    "thumbs.db desktop.ini .ds_store ehthumbs.db .ignore .plexignore .nomedia tvshow.nfo.bak"
)
_MENUS = re.compile(
    r"(?:NCOP|NCED|Creditless (?:Opening|Ending))[ ._-]?[0-9]{0,2}[a-d]?(?:v[0-9])?(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def classify(path: str) -> FileRole:
    """path: relative to the library's root. Hidden and unfinished come first, then samples, trailers and extras,
    then what the extension says."""
    *parents, name = path.split("/")
    if _is_hidden(parents, name):
        return FileRole.HIDDEN
    stem, dot, extension = name.rpartition(".")
    if dot and stem and (extension.lower() in extensions.PARTIAL or extension.lower().endswith("~")):
        return FileRole.PARTIAL
    stem, known = extensions.split(name)
    if known in extensions.VIDEO:
        return _video(parents, stem)
    if known in extensions.SUBTITLE:
        return FileRole.SUBTITLE
    if known in extensions.IMAGE:
        return FileRole.IMAGE
    return FileRole.NFO if known in extensions.NFO else FileRole.OTHER


def extra_kind(path: str) -> ExtraKind | None:
    """What kind of extra a video is; None for a work of its own. Samples are no extras."""
    *parents, name = path.split("/")
    return _extra(parents, extensions.split(name)[0])


def _is_hidden(parents: list[str], name: str) -> bool:
    lowered = name.lower()
    if (name.startswith((".", "~$", "._")) and name not in (".", "..")) or lowered in _HIDDEN_NAMES:
        return True
    return any(map(is_hidden_folder, parents))


def is_hidden_folder(name: str) -> bool:
    """Whether nothing in folders of this name is for a library."""
    lowered = name.lower()
    if lowered in _HIDDEN_FOLDERS or lowered.endswith(".trickplay"):
        return True
    return name.startswith(".") and name.strip(".") != ""


def _video(parents: list[str], stem: str) -> FileRole:
    if _is_sample(parents, stem):
        return FileRole.SAMPLE
    kind = _extra(parents, stem)
    if kind is None:
        return FileRole.VIDEO
    return FileRole.TRAILER if kind is ExtraKind.TRAILER else FileRole.EXTRA


def _is_sample(parents: list[str], stem: str) -> bool:
    if parents and key(parents[-1]) in ("sample", "samples", "proof"):
        return True
    match = _SAMPLE.search(stem)
    if match is None and not ((found := _SUFFIX.search(stem)) and found["word"].lower() == "sample"):
        return False
    if _titled(parents, "sample"):
        return False
    if match is None or match.start() == 0 or match.end() == len(stem):
        return True
    # `Free.sample.people.2010` is a film; in `film.2010.1080p.sample.x264` release words came before.
    before = stem[: match.start()]
    return bool(years(before)) or _is_release(before)


def _is_release(text: str) -> bool:
    return any(tag.is_strong for tag in scan(text)) or re.search(r"(?i)s[0-9]{1,2}e[0-9]", text) is not None


def _titled(parents: list[str], word: str) -> bool:
    """Whether the folder's own title has the word, so that it is the work that is called so."""
    return bool(parents) and word in key(folder(parents[-1]).title or "") and bool(folder(parents[-1]).year)


def _extra(parents: list[str], stem: str) -> ExtraKind | None:
    if kind := _extra_folder(parents):
        return kind
    if (
        (match := _SUFFIX.search(stem))
        and match["word"].lower() in _SUFFIXES
        and not _names_episode(stem, match)
    ):
        return _SUFFIXES[match["word"].lower()]
    if _MENUS.search(stem):
        return ExtraKind.OTHER
    if (_TRAILER.search(stem) or _ALONE.fullmatch(stem)) and parents and not _titled(parents, "trailer"):
        return ExtraKind.TRAILER
    return ExtraKind.TRAILER if _TRAILER.search(stem) and not parents else None


def _names_episode(stem: str, match: re.Match[str]) -> bool:
    """`Show - S01E05 - Interview`: set off by spaces after numbers it is an episode's title."""
    if " " not in stem[match.start() + 1 : match.start("word")]:
        return False
    return re.search(r"[0-9]\s*$", stem[: match.start() + 1]) is not None


def _extra_folder(parents: list[str]) -> ExtraKind | None:
    """A folder of extras lies below a work's folder; above seasons or films of its own it is a series or a shelf."""
    for at in range(len(parents) - 1, 0, -1):
        kind = _FOLDERS.get(key(parents[at]))
        below = [folder(part) for part in parents[at + 1 :]]
        if kind is None or any(level.is_season or level.year or level.hints.ids for level in below):
            continue
        if key(parents[at]) not in _ALSO_SHELVES or at == len(parents) - 1:
            return kind
    return None
