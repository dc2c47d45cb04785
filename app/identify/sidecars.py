"""Files beside a video: which subtitle and which picture belongs to it, and what their names say."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.identify import extensions
from app.identify.languages import language_of
from app.identify.lexicon import word_set
from app.identify.text import key

_FORCED = word_set("forced foreign forzado forzados forcé forces signs signssongs")
_SDH = word_set("sdh cc hi hearingimpaired closedcaptions")
_DEFAULT = word_set("default")
_SUBTITLE_FOLDERS = word_set("subs sub subtitles subtitle untertitel soustitres subtitulos vobsub")
_NUMBERED = re.compile(r"^[0-9]{1,2}$")
_SPLIT = re.compile(r"[._\s()\[\]+,]+|-(?!(?:[A-Za-z]{2,4}|[0-9]{3})(?:[._\s\])]|$))|(?<=[A-Za-z]{4})-")


@dataclass(frozen=True, slots=True)
class SubtitleName:
    """language: lower-case ISO 639-1 where there is one (else 639-2), with a region or script as in `pt-br`;
    None when the name gives none. title: what else the name says."""

    language: str | None = None
    is_forced: bool = False
    is_sdh: bool = False
    is_default: bool = False
    title: str | None = None


def subtitle_sidecar(video_name: str, sidecar_name: str) -> SubtitleName | None:
    """Reads a subtitle's name if it belongs to the video; None if it doesn't.

    Both are names in one folder, or the subtitle's is a path below it through a folder like `Subs/`, where a bare
    `2_English.srt` belongs to whatever video the folder belongs to and `Subs/<video>/2_English.srt` to that video.
    Of several videos that a name could belong to, the one with the longest stem is meant: see `owner`.
    """
    *parents, name = sidecar_name.split("/")
    stem, extension = extensions.split(name)
    if extension not in extensions.SUBTITLE:
        return None
    video = extensions.split(video_name.rpartition("/")[2])[0]
    rest = _rest(stem, video)
    if rest is None:
        if not _in_subtitle_folder(parents, video):
            return None
        rest = stem
    return _subtitle(rest)


def owner(video_names: list[str], sidecar_name: str) -> str | None:
    """The video that a subtitle or picture belongs to: of those whose stem opens its name, the longest."""
    stem = extensions.split(sidecar_name.rpartition("/")[2])[0]
    stems = ((extensions.split(video.rpartition("/")[2])[0], video) for video in video_names)
    fitting = [(len(video_stem), video) for video_stem, video in stems if _rest(stem, video_stem) is not None]
    return max(fitting)[1] if fitting else None


def _rest(stem: str, video: str) -> str | None:
    """What follows the video's stem in a name that begins with it and goes on after a separator."""
    if not video or not stem.lower().startswith(video.lower()):
        return None
    rest = stem[len(video) :]
    return rest if not rest or rest[0] in " .-_[(" else None


def _in_subtitle_folder(parents: list[str], video: str) -> bool:
    if not parents:
        return False
    if parents[-1].lower() == video.lower():
        return len(parents) == 1 or key(parents[-2]) in _SUBTITLE_FOLDERS
    return key(parents[-1]) in _SUBTITLE_FOLDERS


def _subtitle(rest: str) -> SubtitleName:
    language: str | None = None
    title: list[str] = []
    flags: set[str] = set()
    for word in (word for word in _SPLIT.split(rest) if word):
        small = key(word)
        if flag := _flag(small, has_language=language is not None):
            flags.add(flag)
        elif language is None and (found := language_of(word)):
            language = found
        elif not _NUMBERED.match(word) and small:
            title.append(word)
    return SubtitleName(
        language, "forced" in flags, "sdh" in flags, "default" in flags, " ".join(title) or None
    )


def _flag(word: str, *, has_language: bool) -> str | None:
    if word in _FORCED:
        return "forced"
    # `hi` is Hindi where no language came before it, else hearing impaired
    if word in _SDH and (word != "hi" or has_language):
        return "sdh"
    return "default" if word in _DEFAULT else None


class ArtworkKind(StrEnum):
    POSTER = "poster"
    BACKDROP = "backdrop"
    LOGO = "logo"
    BANNER = "banner"
    THUMB = "thumb"
    STILL = "still"
    SEASON_POSTER = "season_poster"
    CLEARART = "clearart"
    DISC = "disc"


@dataclass(frozen=True, slots=True)
class Artwork:
    """season: the season it shows (0: specials), None for the whole work. stem: the video's, None for the folder's."""

    kind: ArtworkKind
    season: int | None = None
    stem: str | None = None


_WORDS = {
    ArtworkKind.POSTER: "poster folder cover movie show default",
    ArtworkKind.BACKDROP: "backdrop fanart background art extrafanart",
    ArtworkKind.LOGO: "logo clearlogo",
    ArtworkKind.BANNER: "banner",
    ArtworkKind.THUMB: "thumb landscape",
    ArtworkKind.CLEARART: "clearart",
    ArtworkKind.DISC: "disc discart cdart",
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_NUMBER_AT_END = re.compile(r"-?[0-9]{0,3}$")
_SEASON = re.compile(
    r"^season[ ._-]?(?P<season>[0-9]{1,4}|[ ._-]?specials?|[ ._-]?all)(?:[ ._-](?P<kind>[a-z]+)"
    r"(?:-?[0-9]{0,2}))?$",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"^(?P<stem>.+?)[-.](?P<kind>poster|cover|folder|fanart|backdrop|background|landscape|thumb|banner"
    r"|clearlogo|logo|clearart|disc|discart)(?P<number>-?[0-9]{0,3})$",
    re.IGNORECASE,
)
_FOLDERS_OF_BACKDROPS = word_set("extrafanart backdrops")


def artwork(path: str) -> Artwork | None:
    """What a picture shows, from its name; None if it follows no convention of Kodi, Jellyfin or Plex.

    A picture with the bare name of a video (`<episode>.jpg`) is a still of it; only the caller sees whether it is.
    """
    *parents, name = path.split("/")
    stem, extension = extensions.split(name)
    if extension not in extensions.IMAGE:
        return None
    if parents and key(parents[-1]) in _FOLDERS_OF_BACKDROPS:
        return Artwork(ArtworkKind.BACKDROP)
    if match := _SEASON.match(stem):
        return _of_season(match)
    if kind := _KINDS.get(_NUMBER_AT_END.sub("", stem.lower(), count=1)):
        return Artwork(kind)
    if match := _SUFFIX.match(stem):
        return Artwork(_of_video(match["kind"].lower()), stem=match["stem"])
    return None


def _of_season(match: re.Match[str]) -> Artwork | None:
    said = (match["kind"] or "poster").lower()
    kind = _KINDS.get(said)
    which = match["season"].strip(" ._-").lower()
    if kind is None:
        return None
    if which == "all":
        return Artwork(kind)
    season = 0 if which.startswith("special") else int(which)
    return Artwork(ArtworkKind.SEASON_POSTER if kind is ArtworkKind.POSTER else kind, season)


def _of_video(word: str) -> ArtworkKind:
    """`<video>-thumb` is a frame of it, by which episodes are shown."""
    return ArtworkKind.STILL if word == "thumb" else _KINDS[word]
