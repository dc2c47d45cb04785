"""Years and days in names, in every order that people and broadcasters write them."""

import re
from dataclasses import dataclass
from datetime import date

from app.identify.text import BEFORE

FIRST_YEAR = 1888
# Titles speak of years to come ("Blade Runner 2049"); releases don't.
LAST_YEAR = 2035
_RECENT = 8
_YEAR = re.compile(
    rf"{BEFORE}(18[89][0-9]|19[0-9]{{2}}|20[0-3][0-9])(?![{'A-Za-z0-9'}]|[.,][0-9]{{1,2}}[ ._]?[GM]i?B)"
)
_OF_TITLE = re.compile(
    r"(?:^|[\s._])(?:(?:of|in|since|from|anno|before|until|von|seit|de|del|en"
    r"|до|с)[\s._]+"
    r"|(?:space|wonder[\s._]woman|death[\s._]race|airport)[\s._:\-]+)$",
    re.IGNORECASE,
)
_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), 1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_S = r"[ ._\-]{1,3}"
_NUMERIC = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"(?P<y1>(?:19|20)[0-9]{2})(?P<s1>[ ._\-年]{1,3})(?P<m1>[0-9]{1,2})(?:(?P=s1)|月)(?P<d1>[0-9]{1,2})日?|"
    r"(?P<a2>[0-9]{1,2})(?P<s2>[ ._\-]{1,3})(?P<b2>[0-9]{1,2})(?P=s2)(?P<y2>(?:19|20)[0-9]{2})|"
    r"(?P<y3>(?:19|20)[0-9]{2})(?P<m3>0[1-9]|1[0-2])(?P<d3>[0-3][0-9])|"
    r"(?P<a4>[0-9]{2})(?P<s4>[._\-])(?P<b4>[0-9]{2})(?P=s4)(?P<c4>[0-9]{2})"
    r")(?![0-9A-Za-z])"
)
_SHORT = re.compile(r"(?<![0-9A-Za-z])([0-3][0-9])(0[1-9]|1[0-2])([0-3][0-9])(?![0-9A-Za-z])")
_WRITTEN = re.compile(
    rf"(?<![0-9A-Za-z])(?:"
    rf"(?P<d1>[0-9]{{1,2}})(?:st|nd|rd|th)?{_S}{_MONTH}{_S}(?P<y1>(?:19|20)[0-9]{{2}})|"
    rf"{_MONTH.replace('month', 'month2')}{_S}(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?,?{_S}(?P<y2>(?:19"
    rf"|20)[0-9]{{2}})|"
    rf"(?P<y3>(?:19|20)[0-9]{{2}}){_S}{_MONTH.replace('month', 'month3')}{_S}(?P<d3>[0-9]{{1,2}})"
    rf")(?![0-9A-Za-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Year:
    start: int
    end: int
    value: int
    is_bracketed: bool


@dataclass(frozen=True, slots=True)
class Day:
    """orders: by each order of day, month and year that gives a day, likeliest first; value is by the first of them."""

    start: int
    end: int
    value: date
    orders: tuple[tuple[str, date], ...] = ()

    @property
    def is_certain(self) -> bool:
        """False when day and month could be the other way round."""
        return len({value for _, value in self.orders}) < 2 or self.orders[0][0] == "year first"


def years(text: str) -> list[Year]:
    found: list[Year] = []
    for match in _YEAR.finditer(text):
        value = int(match[1])
        if FIRST_YEAR <= value <= LAST_YEAR:
            found.append(
                Year(match.start(), match.end(), value, _is_bracketed(text, match.start(), match.end()))
            )
    return found


def _is_bracketed(text: str, start: int, end: int) -> bool:
    """Alone in its bracket, or first or last in one that holds more: `(2010 TV)`, `(1999-2004)`."""
    before, after = text[:start].rstrip()[-1:], text[end:].lstrip()[:1]
    if before and before in "([{":
        return bool(after) and (
            after in ")]},-;/" or ")" in text[end : end + 30] or "]" in text[end : end + 30]
        )
    return bool(after) and after in ")]}" and bool(re.search(r"[(\[][^()\[\]]{0,12}$", text[:start]))


def is_of_title(text: str, year: Year) -> bool:
    """Whether the words before a bare year make it one of the title's (`Class of 1984`, `Space 1999`)."""
    return not year.is_bracketed and _OF_TITLE.search(text, 0, year.start) is not None


def year_after_title(text: str, edge: int) -> Year | None:
    """The year that follows a series' title: one in brackets, else the last before `edge` that the title can spare."""
    found = [year for year in years(text) if text[: year.start].strip(" ._-([")]
    if bracketed := [year for year in found if year.is_bracketed]:
        return bracketed[0]
    bare = [year for year in found if year.end <= edge and not is_of_title(text, year)]
    return bare[-1] if bare else None


def day(text: str) -> Day | None:
    """The day a name speaks of. Where only order could tell, the day comes before the month."""
    for match in _NUMERIC.finditer(text):
        if found := _numeric(match):
            return found
    for match in _WRITTEN.finditer(text):
        month = match["month"] or match["month2"] or match["month3"]
        number = _MONTHS[month[:3].lower()]
        fields = (
            match["y1"] or match["y2"] or match["y3"],
            number,
            match["d1"] or match["d2"] or match["d3"],
        )
        if value := _valid(fields):
            return Day(match.start(), match.end(), value)
    return None


def short_day(text: str, start: int) -> Day | None:
    """A day written as six digits, the year first."""
    for match in _SHORT.finditer(text, start):
        if value := _valid((f"20{match[1]}", match[2], match[3])):
            return Day(match.start(), match.end(), value)
    return None


def _numeric(match: re.Match[str]) -> Day | None:
    valid = [(order, value) for order, fields in _orders(match) if (value := _valid(fields))]
    return Day(match.start(), match.end(), valid[0][1], tuple(valid)) if valid else None


def _orders(match: re.Match[str]) -> list[tuple[str, tuple[str, str, str]]]:
    """(order, (year, month, day)) for every order that the spelling allows, likeliest first."""
    groups = match.groupdict()
    if groups["y1"]:
        year, one, other = groups["y1"], groups["m1"], groups["d1"]
        return [("year first", (year, one, other)), ("year, day, month", (year, other, one))]
    if groups["y3"]:
        return [("year first", (groups["y3"], groups["m3"], groups["d3"]))]
    if groups["y2"]:
        year, one, other = groups["y2"], groups["a2"], groups["b2"]
        return [("day first", (year, other, one)), ("month first", (year, one, other))]
    first, second, third = groups["a4"], groups["b4"], groups["c4"]
    year_first = [("short year first", (f"20{first}", second, third))]
    year_last = [
        ("day first", (f"20{third}", second, first)),
        ("month first", (f"20{third}", first, second)),
    ]
    # Hardly a file is named so for a day before 2008.
    return year_last + year_first if int(first) < _RECENT <= int(third) else year_first + year_last


def _valid(fields: tuple[str, str | int, str]) -> date | None:
    year, month, number = (int(field) for field in fields)
    if not (1 <= month <= 12 and 1 <= number <= 31 and 1925 <= year <= LAST_YEAR):
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None
