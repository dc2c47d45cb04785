"""What the folders above a file say: which is a season, a disc, a shelf, and which names the work."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.identify import dates, numbering
from app.identify.hints import Hints, hints
from app.identify.lexicon import word_set
from app.identify.numbering import SEASON_WORD
from app.identify.spans import number_of
from app.identify.tags import boundary, leading_group, scan, without_site
from app.identify.text import AFTER, agree, cleaned, key, title_of

_S = r"[ ._\-]"
_NUMBER_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten"
_PURE_SEASON = re.compile(
    rf"^(?:(?:{SEASON_WORD}|s|t|series|book|vol(?:ume)?|part|year|jahr|año|année){_S}{{0,3}}"
    rf"(?P<number>[0-9]{{1,4}})"
    rf"|(?P<ordinal>[0-9]{{1,2}})(?:st|nd|rd|th|\.|ª|º|er|e|ème|й|-й|ой)?{_S}{{0,2}}{SEASON_WORD}"
    rf"|第[ ]?(?P<cjk>[0-9一二三四五六七八九十]{{1,4}})[ ]?[季期部]"
    rf"|{SEASON_WORD}{_S}(?P<word>{_NUMBER_WORDS}|[ivx]{{1,5}}))"
    rf"(?:$|\s*[(\[]|{_S}{{1,3}})",
    re.IGNORECASE,
)
_TITLED_SEASON = re.compile(
    rf"(?<=[\w)\]!?.'])(?:{_S}|[,(\[]){{1,4}}(?:"
    rf"(?:(?:{SEASON_WORD})[ ._]{{0,2}}(?P<number>[0-9]{{1,4}})|s(?P<short>[0-9]{{1,2}})){AFTER}"
    rf"(?![-~]s?[0-9]{{1,2}}{AFTER}| [-~] s[0-9])"
    rf"|(?P<ordinal>[0-9]{{1,2}})(?:st|nd|rd|th|\.|ª|й|-й|ой)?{_S}{{0,2}}{SEASON_WORD}{AFTER}"
    rf"|第[ ]?(?P<cjk>[0-9一二三四五六七八九十]{{1,4}})[ ]?[季期]"
    rf"|{SEASON_WORD}{_S}(?P<word>{_NUMBER_WORDS}|[ivx]{{1,5}}){AFTER})",
    re.IGNORECASE,
)
_SEASONS = re.compile(
    rf"(?<=[\w)\]])(?:{_S}|[,(\[]){{1,4}}(?:{SEASON_WORD}[ ._]{{0,2}}|s)[0-9]{{1,2}}"
    rf"(?:[-~]s?| [-~] s|[ ._](?:to|bis|a|&)[ ._]s?)[0-9]{{1,2}}{AFTER}",
    re.IGNORECASE,
)
_NUMBER_AT_END = re.compile(r"[\s._\-]([0-9]{1,2})$")
_ORDINAL_WORDS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_SEASON_IN_WORDS = re.compile(
    rf"(?:(?<=[\w)\]!?.'])(?:{_S}|[,(\[]){{1,4}}|^)(?:the{_S})?(?:complete{_S})?(?P<number>{_ORDINAL_WORDS}){_S}season{AFTER}",
    re.IGNORECASE,
)
_SPECIALS_IN_TITLE = re.compile(
    rf"(?<=[\w)\]!?]){_S}{{1,4}}(?:the{_S})?(?:specials|ovas?|oads?){AFTER}", re.IGNORECASE
)
_SPECIALS = word_set(
    "special specials specialepisodes seasonspecials ova ovas oad ona ovasspecials specialsovas spezial specialer "
    "spécial spéciaux speciaux especiales especial speciali sonderfolgen extrasspecials спецвыпуски 特典 番外 番外篇"
)
_OF_WHOLE = re.compile(
    rf"(?:[(\[]\s*[0-9]{{1,4}}\s*[-~]\s*[0-9]{{1,4}}\s*[)\]]|{_S}0{{1,2}}1\s?[-~]\s?[0-9]{{2,3}}(?=\s*(?:[(\[]|$)).*|{_S}(?:the{_S})?complete(?:{_S}(?:series|collection|show|saga))?"
    rf"|{_S}batch)[\s._\-()\[\]]*$",
    re.IGNORECASE,
)
# Folders of things that lie beside episodes; only at the root may a series be called so.
BESIDES = word_set(
    "extras featurettes sample samples subs subtitles trailers bonus deletedscenes behindthescenes"
)
_DISC = re.compile(
    rf"^(?:(?:cd|dvd|disc|disk|bd|blu-?ray{_S}?disc){_S}{{0,3}}(?P<number>[0-9]{{1,2}})|video_ts"
    rf"|audio_ts|bdmv|stream|playlist)$",
    re.IGNORECASE,
)
_SHELVES = word_set(
    "movies movie films film filme cinema kino tv tvshows tvseries shows show series serien serie "
    "séries anime animes animation animated kids children kinder documentaries documentary doku dokus "
    "dokumentationen downloads download complete completed incoming new media video videos library "
    "action comedy drama horror thriller scifi sciencefiction fantasy western crime romance family war "
    "musical history mystery adventure foreign classics ended continuing misc unsorted uncategorized hd "
    "uhd sd 4k fullhd bluray dvd web 1080p 720p 2160p english german french deutsch français spanish "
    "фильмы сериалы 电影 电视剧 アニメ cartoons cartoon marathon collection watched unwatched torrents rips"
)


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder's name, read. season: 0 for specials. disc: number of a disc folder, 0 when it has none.

    is_shelf: it sorts titles rather than naming one. is_season: it names nothing but a season.
    title_of_season: the title that a folder of one season carries (`Show S01 1080p`).
    """

    name: str
    hints: Hints
    title: str | None
    year: int | None = None
    season: int | None = None
    is_season: bool = False
    disc: int | None = None
    is_shelf: bool = False
    is_release: bool = False

    @property
    def names_work(self) -> bool:
        return not (self.is_season or self.is_shelf or self.disc is not None) and self.title is not None


@lru_cache(maxsize=16384)
def folder(name: str) -> Folder:
    """The folder's reading; memoised, since every file of a folder asks."""
    hint = hints(cleaned(name))
    text = hint.text
    if match := _DISC.match(text):
        return Folder(name, hint, None, disc=int(match["number"] or 0))
    if (season := _season_alone(text)) is not None:
        return Folder(name, hint, None, season=season, is_season=True)
    if key(text) in _SHELVES and not hint.ids:
        return Folder(name, hint, title_of(text), is_shelf=True)
    return _named(name, hint)


def _season_alone(text: str) -> int | None:
    if key(text) in _SPECIALS:
        return 0
    if (in_words := _SEASON_IN_WORDS.match(text)) and in_words.end() == len(text):
        return number_of(in_words["number"])
    match = _PURE_SEASON.match(text)
    if match is None:
        return None
    lowered, rest = match[0].lower(), text[match.end() :]
    if lowered.startswith(("vol", "part", "year", "jahr")) and rest:
        return None
    if lowered.startswith("book") and rest and not match[0].endswith("- "):
        return None
    return number_of(match["number"] or match["ordinal"] or match["cjk"] or match["word"])


def _named(name: str, hint: Hints) -> Folder:
    _, text = leading_group(without_site(hint.text))
    tags = scan(text)
    edge = boundary(text, tags, _first_letter(text))
    words = season_in_title(text)
    season, cut = (words.season, words.start) if words else (None, None)
    year = dates.year_after_title(text, max(edge, cut or 0))
    if year and cut is not None and year.start > cut and season != 1:
        year = None
    end = min(edge, year.start if year else len(text), len(text) if cut is None else cut)
    if numbered := numbering.written(text):
        end = min(end, numbered.start) if numbered.strength > 0.8 else end
    return Folder(
        name,
        hint,
        title_of(_OF_WHOLE.sub("", text[:end]) or text[:end]),
        year.value if year else None,
        season,
        is_release=any(tag.is_strong for tag in tags),
    )


@dataclass(frozen=True, slots=True)
class SeasonWords:
    """Words at start:end that name a season behind a title; season None where they name several."""

    season: int | None
    start: int
    end: int


def season_in_title(text: str) -> SeasonWords | None:
    if several := _SEASONS.search(text):
        return SeasonWords(None, several.start(), several.end())
    if match := _TITLED_SEASON.search(text):
        number = number_of(
            match["number"] or match["short"] or match["ordinal"] or match["cjk"] or match["word"]
        )
        return SeasonWords(number, match.start(), match.end())
    if in_words := _SEASON_IN_WORDS.search(text):
        return SeasonWords(number_of(in_words["number"]), in_words.start(), in_words.end())
    special = _SPECIALS_IN_TITLE.search(text)
    return SeasonWords(0, special.start(), special.end()) if special else None


def _first_letter(text: str) -> int:
    return next((at for at, character in enumerate(text) if character.isalnum()), 0)


@dataclass(frozen=True, slots=True)
class Series:
    """What the folders above an episode say of it. is_firm: the title comes from a folder that can't be a shelf."""

    title: str | None = None
    year: int | None = None
    season: int | None = None
    has_season_folder: bool = False
    is_firm: bool = False


def series_above(folders: list[Folder]) -> Series:
    """folders: from the root down. The nearest season counts; the series is the nearest folder that names one."""
    season, has_season, is_firm = None, False, False
    for at in range(len(folders) - 1, -1, -1):
        here = folders[at]
        if here.season is not None and season is None:
            season, has_season = here.season, True
        if here.is_season or here.disc is not None or (at and key(here.name) in BESIDES):
            continue
        if at and folders[at - 1].is_season:
            # A folder of one episode.
            continue
        if _is_plain_season(folders, at):
            season, has_season = season if has_season else int(here.name), True
            continue
        if not has_season and at and (number := _season_by_number(folders[at - 1], here)) is not None:
            season, has_season = number, True
            continue
        if here.names_work:
            above = _parent(folders, at)
            best = (
                above
                if above and above.title and (above.year or above.hints.ids or here.is_release)
                else here
            )
            is_firm = bool(best.year or best.hints.ids or best.hints.edition) or has_season or best is above
            return Series(best.title, best.year or here.year, season, has_season, is_firm)
        if (
            here.is_shelf
            and has_season
            and here.title
            and at + 1 < len(folders)
            and folders[at + 1].is_season
        ):
            return Series(here.title, None, season, True, True)
    return Series(None, None, season, has_season)


def _is_plain_season(folders: list[Folder], at: int) -> bool:
    """`Show/1/05.mkv` and `Show/2009/03/...`: a number alone below a folder that names the series."""
    name = folders[at].name
    return (
        at > 0
        and name.isascii()
        and name.isdecimal()
        and (len(name) <= 2 or (len(name) == 4 and dates.FIRST_YEAR <= int(name) <= dates.LAST_YEAR))
        and folders[at - 1].names_work
    )


def _season_by_number(above: Folder, here: Folder) -> int | None:
    """`Show/Show 4`: the season that a number behind the series' title gives."""
    match = _NUMBER_AT_END.search(here.title or "") if above.names_work else None
    if match and above.title and key((here.title or "")[: match.start()]) == key(above.title):
        return number_of(match[1])
    return None


def _parent(folders: list[Folder], at: int) -> Folder | None:
    """The folder above, when it names the same series as this one."""
    above = folders[at - 1] if at else None
    here = folders[at]
    if above and above.names_work and above.title and here.title and agree(above.title, here.title):
        return above
    return None
