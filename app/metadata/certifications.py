"""Which of several certifications counts for a country. Pure."""

from collections.abc import Iterable

from app.catalog.ages import age_of
from app.metadata.facts import CertificationFacts, Release

# Whose certification is a country's: that of its cinemas, if they had one.
_CINEMA = frozenset({Release.THEATRICAL, Release.LIMITED, Release.PREMIERE})


def by_country(found: Iterable[CertificationFacts], *, is_film: bool) -> dict[str, str]:
    """Of each country that of its cinemas, if it has one, and of several the strictest: nobody is to see too early."""
    counting: dict[str, CertificationFacts] = {}
    for each in found:
        known = counting.get(each.country)
        if known is None or _rank(each, is_film=is_film) > _rank(known, is_film=is_film):
            counting[each.country] = each
    return {code: each.rating for code, each in counting.items()}


def _rank(each: CertificationFacts, *, is_film: bool) -> tuple[bool, int]:
    age = age_of({each.country: each.rating}, is_film=is_film)
    return each.release in _CINEMA, -1 if age is None else age
