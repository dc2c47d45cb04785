"""Season and episode numbers in the name of an episode: every way of writing them, most telling first."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from app.identify import dates
from app.identify.spans import after_episode, number_of
from app.identify.text import AFTER, BEFORE

_S = r"[ ._\-]"
SEASON_WORD = (
    r"(?:seasons?|series|saison|staffel|temporada|temp|stagione|seizoen|s[aä]song|s[aæ]son|sesong"
    r"|sezona?|sezonul|kausi|livre|сезона?|évad|シーズン|시즌)"
)
EPISODE_WORD = (
    r"(?:episodes?|épisode|[eé]pisodio|epis[oó]dio|folge|cap[ií]tulo|cap|aflevering|avsnitt|afsnit"
    r"|odcinek|odc|jakso|puntata|"
    r"серия|серии|серія|эпизод|выпуск|b[oö]l[uü]m|epizoda|episodul|d[ií]l|tập|chapter|epi|eps?|e)"
)
_NUMBER = r"[0-9]{1,4}"
_KANJI = r"[0-9一二三四五六七八九十百]{1,5}"
_ORDINAL = r"(?:st|nd|rd|th|\.|ª|º|er|e|ème|й|-й|ой|-ой)?"

_SXE = re.compile(
    rf"{BEFORE}(?:s[en]?|t(?=[0-9]{{1,2}}{_S}{{0,2}}[ex])|с)(?P<season>[0-9]{{1,4}}){_S}{{0,3}}(?:episode|ep|x?e"
    rf"|x|э|с)[ ._]?(?P<episode>[0-9]{{1,4}})",
    re.IGNORECASE,
)
_S_DOT = re.compile(
    rf"{BEFORE}s(?P<season>[0-9]{{1,2}}){_S}{{1,3}}(?P<episode>[0-9]{{2,3}})(?![0-9A-Za-z])(?![.][0-9])",
    re.IGNORECASE,
)
_NXN = re.compile(
    r"(?<![0-9A-Za-zÀ-ɏ])(?P<season>[0-9]{1,2}|(?:19|20)[0-9]{2})(?:[x×]| [x×] )(?P<episode>[0-9]{1,3})"
    r"(?![0-9])",
    re.IGNORECASE,
)
_HYPHEN = re.compile(r"(?<=[ ._])(?P<season>[1-9])-(?P<episode>[0-9]{2})(?=$|[ ._](?![0-9]))")
_WORDS = re.compile(
    rf"{BEFORE}(?:(?:{SEASON_WORD}|book|s|t){_S}{{0,3}}(?P<season>[0-9]{{1,4}})"
    rf"|{SEASON_WORD}{_S}{{1,3}}(?P<season2>[ivx]{{1,5}}|one|two|three|four|five|six|seven|eight|nine|ten))"
    rf"[ ._,;:\-–()\[\]]{{0,5}}{EPISODE_WORD}{_S}{{0,3}}(?P<episode>{_NUMBER})(?![0-9])",
    re.IGNORECASE,
)
_ORDINALS = re.compile(
    rf"{BEFORE}(?P<season>[0-9]{{1,2}}){_ORDINAL}{_S}{{0,2}}{SEASON_WORD}[ ._,;\-()\[\]]{{0,5}}"
    rf"(?:{EPISODE_WORD}{_S}{{0,3}}(?P<episode>{_NUMBER})|"
    rf"(?P<episode2>{_NUMBER}){_ORDINAL}{_S}{{0,2}}{EPISODE_WORD})",
    re.IGNORECASE,
)
_CJK = re.compile(
    rf"(?:第[ ]?(?P<season>{_KANJI})[ ]?[季期部].{{0,10}}?)?第[ ]?(?P<episode>{_KANJI})[ ]?[集話话回]"
)
_CAP = re.compile(
    rf"{BEFORE}cap(?:[ií]tulo)?[ ._]?(?P<season>[0-9]{{1,2}})(?P<episode>[0-9]{{2}})(?:_"
    rf"(?P<season2>[0-9]{{1,2}})(?P<episode2>[0-9]{{2}}))?{AFTER}",
    re.IGNORECASE,
)
_OF = re.compile(
    rf"{BEFORE}(?P<word>(?:part|pt|teil|partie|parte|часть|episode|ep|e|folge|серия)?{_S}{{0,2}})"
    rf"(?P<episode>[0-9]{{1,3}}){_S}{{0,2}}(?:of|von|de|sur|из|di){_S}{{0,2}}"
    rf"(?P<total>[0-9]{{1,3}}){AFTER}",
    re.IGNORECASE,
)
_EPISODE_IN_WORDS = re.compile(
    rf"{BEFORE}(?:episode|chapter|folge|épisode|episodio|capítulo|chapitre){_S}{{1,2}}"
    rf"(?P<episode>one|two|three|four|five|six|seven|eight|nine|ten|[ivx]{{1,5}}){AFTER}",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?:[\[(]|(?<= - ))(?P<season>[0-9]{1,2})\.(?P<episode>[0-9]{2})(?=[\])]| - |$)")
_SEASON_SPECIAL = re.compile(
    rf"{BEFORE}s[0-9]{{1,2}}[ ._]?(?:sp|special){_S}?(?P<episode>[0-9]{{1,3}}){AFTER}", re.IGNORECASE
)
_PART = re.compile(
    rf"{BEFORE}(?:part|pt|teil|partie|parte|часть|act){_S}{{0,2}}(?P<episode>[0-9]{{1,2}}|[ivx]{{1,5}}"
    rf"|one|two|three|four|five|six|seven|eight|nine|ten){AFTER}",
    re.IGNORECASE,
)
_EPISODE = re.compile(
    rf"{BEFORE}(?:{EPISODE_WORD}|#|№|n°){_S}{{0,2}}(?P<episode>[0-9]{{1,4}})(?=$|[^0-9A-Za-z]"
    rf"|[a-dv][0-9]?{AFTER}|e[0-9])",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"{BEFORE}(?P<episode>[0-9]{{1,4}}){_ORDINAL}{_S}{{0,2}}"
    rf"(?:(?:серия|серии|серія|выпуск|эпизод)|(?:b[oö]l[uü]m|rész|odcinek|díl|avsnitt|afsnit|folge|episode){AFTER})",
    re.IGNORECASE,
)
_KOREAN = re.compile(r"(?:시즌[ ]?(?P<season>[0-9]{1,2}).{0,4}?)?(?<![0-9])(?P<episode>[0-9]{1,4})[ ]?[화회]")
# Korean broadcasts carry both, and the count is what the episodes go by.
_BEFORE_DAY = re.compile(
    rf"{BEFORE}ep?(?P<episode>[0-9]{{1,4}})(?=[ ._]{{1,2}}(?:(?:19|20)[0-9]{{6}}|[0-9]{{6}}){AFTER})",
    re.IGNORECASE,
)
_ROUND = re.compile(
    rf"{BEFORE}(?P<season>(?:19|20)[0-9]{{2}})[ ._\-]{{1,3}}(?:[^0-9]{{0,40}}[ ._\-])?(?:round|rnd|r){_S}?"
    rf"(?P<episode>[0-9]{{1,2}}){AFTER}",
    re.IGNORECASE,
)
_FEAST = r"(?:(?:christmas|xmas|holiday|halloween|easter|new[ ._]year'?s?)[ ._](?=special))?"
_SPECIAL = re.compile(
    rf"{BEFORE}{_FEAST}(?P<word>ovas?|oads?|onas?|sp|specials?|spezial|sonderfolge|sp[eé]ciale?|especial"
    rf"|спецвыпуск){_S}{{0,3}}(?P<episode>[0-9]{{1,3}})?(?:v[0-9])?{AFTER}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Numbering:
    """Numbers found at start:end of a name. strength: 0 to 1, how seldom this spelling means anything else.

    said: what kind of numbering it is, in words that end a sentence. season is None where the spelling gives none.
    is_bare: nothing in the name announces it. certainty: how often a numbering of the kind is right, once no stronger
    one is found; 0 where that is its strength. orders: the days that a day of broadcast could be, see `dates.Day`.
    """

    start: int
    end: int
    strength: float
    said: str
    season: int | None = None
    episodes: tuple[int, ...] = ()
    absolutes: tuple[int, ...] = ()
    air_date: date | None = None
    part: int | None = None
    episode_part: int | None = None
    is_bare: bool = False
    certainty: float = 0.0
    orders: tuple[tuple[str, date], ...] = ()


Finder = Callable[[str, int], Numbering | None]


def _seasoned(pattern: re.Pattern[str], strength: float, what: str) -> Finder:
    def find(text: str, start: int) -> Numbering | None:
        for match in pattern.finditer(text, start):
            groups = match.groupdict()
            season = number_of(groups["season"] or groups.get("season2") or "")
            which = "episode" if groups["episode"] else "episode2"
            if season is None or not _is_season(season) or _is_of_else(pattern, match, which):
                continue
            run = after_episode(text, match.end(which), int(groups[which]), season)
            end = max(run.end, match.end())
            return Numbering(
                match.start(), end, strength, what, season, run.episodes, episode_part=run.episode_part
            )
        return None

    return find


def _is_season(season: int) -> bool:
    return season < 100 or dates.FIRST_YEAR <= season <= dates.LAST_YEAR


def _is_of_else(pattern: re.Pattern[str], match: re.Match[str], which: str) -> bool:
    """Whether the numbers are a picture's size or shape (`640x480`, `16x9`), or the episode is a year."""
    season, episode = match["season"], match[which]
    if pattern is _NXN:
        if len(episode) == 3 and (len(season) > 2 or (int(episode) >= 240 and int(season) < 4)):
            return True
        return (season, episode) in (("16", "9"), ("21", "9"))
    return pattern is _WORDS and len(episode) == 4 and dates.FIRST_YEAR <= int(episode) <= dates.LAST_YEAR


def _cjk(text: str, start: int) -> Numbering | None:
    if (match := _CJK.search(text, start) or _KOREAN.search(text, start)) and (
        episode := number_of(match["episode"])
    ) is not None:
        season = number_of(match["season"]) if match["season"] else None
        said = (
            "a season and an episode counted in Chinese, Japanese or Korean"
            if season
            else "an episode counted in Chinese, Japanese or Korean"
        )
        return Numbering(match.start(), match.end(), 0.9, said, season, (episode,))
    return None


def _cap(text: str, start: int) -> Numbering | None:
    if (match := _CAP.search(text, start)) is None:
        return None
    first, last = int(match["episode"]), int(match["episode2"] or match["episode"])
    episodes = tuple(range(first, last + 1)) if first <= last else (first,)
    return Numbering(
        match.start(),
        match.end(),
        0.9,
        "a chapter number of season and episode",
        int(match["season"]),
        episodes,
    )


def _day(text: str, start: int) -> Numbering | None:
    if (found := dates.day(text[start:])) is None:
        return None
    said = (
        "a day of broadcast"
        if found.is_certain
        else "a day of broadcast whose day and month could be swapped"
    )
    strength = 0.9 if found.is_certain else 0.7
    return Numbering(
        start + found.start, start + found.end, strength, said, air_date=found.value, orders=found.orders
    )


def _short_day(text: str, start: int) -> Numbering | None:
    if (found := dates.short_day(text, start)) is None:
        return None
    said = "a day of broadcast in six digits"
    return Numbering(found.start, found.end, 0.75, said, air_date=found.value)


def _of(text: str, start: int) -> Numbering | None:
    for match in _OF.finditer(text, start):
        number, total = int(match["episode"]), int(match["total"])
        if 0 < number <= total and total > 1:
            is_part = match["word"][:2].lower() in ("pa", "pt", "te", "ча")
            said = f"part {number} of {total}"
            return Numbering(
                match.start(),
                match.end(),
                0.85,
                said,
                episodes=(number,),
                part=number if is_part else None,
                certainty=0.9,
            )
    return None


def _in_words(text: str, start: int) -> Numbering | None:
    if (match := _EPISODE_IN_WORDS.search(text, start)) and (number := number_of(match["episode"])):
        said = "an episode number in words"
        return Numbering(match.start(), match.end(), 0.75, said, episodes=(number,), certainty=0.88)
    return None


def _season_special(text: str, start: int) -> Numbering | None:
    if match := _SEASON_SPECIAL.search(text, start):
        said = "a special of a season"
        return Numbering(match.start(), match.end(), 0.8, said, 0, (int(match["episode"]),))
    return None


def _part(text: str, start: int) -> Numbering | None:
    if (match := _PART.search(text, start)) and (number := number_of(match["episode"])):
        start, end = match.span()
        return Numbering(start, end, 0.6, f"part {number}", episodes=(number,), part=number, certainty=0.87)
    return None


def _lone(pattern: re.Pattern[str], said: str) -> Finder:
    def find(text: str, start: int) -> Numbering | None:
        if match := pattern.search(text, start):
            run = after_episode(text, match.end("episode"), int(match["episode"]), None)
            end = max(run.end, match.end())
            # Long numbers run on through the series, whatever its seasons.
            found = Numbering(match.start(), end, 0.75, said, episode_part=run.episode_part, certainty=0.88)
            if len(match["episode"]) > 2:
                return replace(found, absolutes=run.episodes)
            return replace(found, episodes=run.episodes)
        return None

    return find


def _special(text: str, start: int) -> Numbering | None:
    for match in _SPECIAL.finditer(text, start):
        if match["episode"]:
            return Numbering(
                match.start(),
                match.end(),
                0.7,
                "the number of a special",
                0,
                (int(match["episode"]),),
                certainty=0.8,
            )
        if match["word"].lower() in ("ova", "oad", "ona", "ovas", "special", "spezial") and match.start() > 0:
            return Numbering(match.start(), match.end(), 0.4, "a special without a number", 0)
    return None


_FINDERS: tuple[Finder, ...] = (
    _seasoned(_SXE, 0.98, "the usual spelling of season and episode"),
    _cap,
    _seasoned(_WORDS, 0.95, "season and episode in words"),
    _seasoned(_ORDINALS, 0.95, "season and episode in words"),
    _cjk,
    _seasoned(_NXN, 0.92, "season x episode"),
    _lone(_BEFORE_DAY, "an episode number before the day of its broadcast"),
    _day,
    _seasoned(_ROUND, 0.8, "a year and the round of its season"),
    _season_special,
    _seasoned(_S_DOT, 0.85, "a season and a number"),
    _seasoned(_DOTTED, 0.8, "season and episode with a dot between"),
    _of,
    _seasoned(_HYPHEN, 0.7, "season and episode with a hyphen between"),
    _lone(_EPISODE, "an episode number of its own"),
    _in_words,
    _lone(_COUNTED, "an episode number of its own"),
    _special,
    _part,
    _short_day,
)


def written(text: str, start: int = 0) -> Numbering | None:
    """The numbering that words or signs in the name announce, looked for from `start`; bare numbers don't count."""
    return next((found for find in _FINDERS if (found := find(text, start))), None)
