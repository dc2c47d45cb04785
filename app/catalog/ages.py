"""From what a work may be watched, in years, out of the age ratings that countries gave it. Pure; see docs/ages.md.

PostgreSQL computes the columns `age` by functions that hold the same tables: a test compares the two, so that a change
here needs a migration.
"""

from collections.abc import Mapping
from functools import cache

Ages = Mapping[str, Mapping[str, int]]
OLDEST = 21
_DROPPED = " -+/._()[]"
_AMERICAN = "G:0 PG:8 PG-13:13 R:17 NC-17:18 X:18"
_AMERICAN_TV = "TV-Y:0 TV-Y7:7 TV-Y7-FV:7 TV-G:0 TV-PG:8 TV-14:14 TV-MA:17"
_THAI = "ส:0 ท:0 G:0 P:0 น13+:13 น15+:15 น18+:18 ฉ20-:20 ฉ20:20 13+:13 15+:15 18+:18 20-:20"
# Only ASCII letters are made capitals, so that each way of writing the others is there.
_TURKISH = (
    "GenelİzleyiciKitlesi:0 GENELİZLEYİCİKİTLESİ:0 GENELIZLEYICIKITLESI:0"
    " Genelİzleyici:0 GENELİZLEYİCİ:0 GENELIZLEYICI:0"
)

# By country (ISO 3166-1; CA-QC for Quebec), the ratings of films as `rating:age`. A number that is a rating is its age.
_FILM = {
    "AR": "ATP:0 SAM13:13 SAM16:16 SAM18:18 SAM13R:13 C:18 X:18",
    "AT": "0:0 6:6 8:8 10:10 12:12 14:14 16:16 18:18 ALLE:0",
    "AU": "E:0 G:0 PG:8 M:15 MA15+:15 MA:15 R18+:18 R:18 X18+:18 RC:18",
    "BE": "AL:0 ALL:0 KT:0 EA:0 6:6 9:9 12:12 14:14 16:16 18:18 KNT:16 ENA:16",
    "BG": "A:0 B:0 C:12 D:16 X:18",
    "BR": "L:0 LIVRE:0 A10:10 A12:12 A14:14 A16:16 A18:18",
    "CA": "E:0 G:0 PG:8 14A:14 18A:18 R:18 A:18",
    "CA-QC": "G:0 8+:8 13+:13 16+:16 18+:18",
    "CH": "0:0 4:4 6:6 8:8 10:10 12:12 14:14 16:16 18:18",
    "CL": "TE:0 TE+7:7 14:14 18:18 18S:18 18V:18",
    "CO": "T:0 TP:0 7:7 12:12 15:15 18:18 X:18",
    "CZ": "U:0 PG:8 12:12 15:15 15+:15 18:18 E:0",
    "DE": "0:0 6:6 12:12 16:16 18:18 FSK0:0 FSK6:6 FSK12:12 FSK16:16 FSK18:18 OA:0 SPIO:18 JK:18"
    " INDIZIERT:18 INFO:0 LEHR:0",
    "DK": "A:0 7:7 11:11 15:15 F:0",
    "EE": "PERE:0 L:0 MS-6:6 MS-12:12 K-6:6 K-12:12 K-14:14 K-16:16 K-18:18",
    "ES": "A:0 AI:0 APTA:0 APTAI:0 TP:0 T:0 ER:0 7I:7 7:7 12:12 16:16 18:18 X:18 PX:18",
    "FI": "S:0 K-3:3 K-7:7 K-11:11 K-12:12 K-13:13 K-15:15 K-16:16 K-18:18 KK:18 K-E:0",
    "FR": "U:0 TP:0 TOUSPUBLICS:0 10:10 12:12 16:16 18:18 X:18 -10:10 -12:12 -16:16 -18:18",
    "GB": "U:0 UC:0 PG:8 12:12 12A:12 15:15 18:18 R18:18 E:0",
    "GR": "K:0 K-8:8 K-12:12 K-13:13 K-15:15 K-16:16 K-17:17 K-18:18 Κ:0 Κ-8:8 Κ-12:12 Κ-13:13"
    " Κ-15:15 Κ-16:16 Κ-17:17 Κ-18:18",
    "HK": "I:0 II:12 IIA:12 IIB:16 III:18",
    "HU": "KN:0 6:6 12:12 16:16 18:18 X:18 14:14",
    "ID": "SU:0 BO:8 A:3 R:13 D:17 13+:13 17+:17 21+:21",
    "IE": "G:0 PG:8 12:12 12A:12 15:15 15A:15 16:16 18:18",
    "IL": "ALL:0 PG:8 9+:9 12+:12 14+:14 16+:16 18+:18 הכל:0",
    "IN": "U:0 UA:12 U/A7+:7 U/A13+:13 U/A16+:16 A:18 S:18",
    "IS": "L:0 6:6 7:7 9:9 10:10 12:12 14:14 16:16 18:18",
    "IT": "T:0 6+:6 VM12:12 VM14:14 VM18:18 14+:14 18+:18",
    "JP": "G:0 PG12:12 PG-12:12 R15+:15 R-15:15 R18+:18 R-18:18 全年齢:0",
    "KR": "ALL:0 G:0 12:12 15:15 18:18 19:19 RESTRICTEDSCREENING:19 전체관람가:0"
    " 12세이상관람가:12 12세관람가:12 15세이상관람가:15"
    " 15세관람가:15 청소년관람불가:18 제한상영가:19 LIMITED:19",
    "LT": "V:0 N-7:7 N-13:13 N-14:14 N-16:16 N-18:18 S:18",
    "LU": "EA:0 6:6 12:12 12A:12 14:14 16:16 18:18",
    "LV": "U:0 7+:7 12+:12 16+:16 18+:18",
    "MO": "A:0 B:13 C:16 D:18",
    "MX": "AA:0 A:0 B:12 B-15:15 B15:15 C:18 D:18",
    "MY": "U:0 P12:12 PG13:13 P13:13 13:13 16:16 18:18 18SG:18 18SX:18 18PA:18 18PL:18 SG:18",
    "NG": "G:0 PG:8 12:12 12A:12 15:15 18:18 RE:18",
    "NL": "AL:0 6:6 9:9 12:12 14:14 16:16 18:18 MG6:6",
    "NO": "A:0 6:6 7:7 9:9 11:11 12:12 15:15 18:18 T:0",
    "NZ": "G:0 PG:8 M:16 R:18 RP13:13 RP16:16 RP18:18 R13:13 R15:15 R16:16 R18:18",
    "PH": "G:0 PG:13 R-13:13 R-16:16 R-18:18 X:18",
    "PL": "BO:0 7:7 12:12 15:15 16:16 18:18 AL:0",
    "PR": _AMERICAN,
    "PT": "PÚBLICOS:0 Públicos:0 PUBLICOS:0 T:0 M/3:3 M/4:4 M/6:6 M/12:12 M/14:14 M/16:16 M/18:18 P:18",
    "RO": "AG:0 AP:12 AP-12:12 N-15:15 15:15 18:18 18X:18 IM-18:18 IM-18-XXX:18 IC:18",
    "RU": "0+:0 6+:6 12+:12 14+:14 16+:16 18+:18 21+:21",
    "SE": "BTL:0 BARNTILLÅTEN:0 BARNTILLåTEN:0 Barntillåten:0 7:7 11:11 15:15",
    "SG": "G:0 PG:8 PG13:13 NC16:16 M18:18 R21:21 R(A):21 NAR:21 NC-17:17",
    "SK": "U:0 7:7 12:12 15:15 18:18",
    "TH": f"{_THAI} BANNED:20",
    "TR": f"G:0 A:0 {_TURKISH} GENELİZLEYİCIKITLESI:0 6A:6 6+:6 7A:7 7+:7 10A:10 10+:10 13A:13 13+:13"
    " 15+:15 15A:15 16+:16 18+:18",
    "TW": "G:0 P:6 PG:12 PG12:12 PG15:15 R:18 0+:0 6+:6 12+:12 15+:15 18+:18 普遍級:0 保護級:6"
    " 輔導級:12 輔12級:12 輔15級:15 限制級:18",
    "UA": "ДА:0 0+:0 6+:6 12+:12 16+:16 18+:18 ЗА:0",
    "US": f"{_AMERICAN} APPROVED:0 PASSED:0 M:13 GP:8 M/PG:8",
    "VI": _AMERICAN,
    "VN": "P:0 K:13 T13:13 T16:16 T18:18 C:18 C13:13 C16:16 C18:18",
    "ZA": "A:0 PG:8 7-9PG:7 10-12PG:10 10:10 10M:10 13:13 16:16 18:18 X18:18 XX:18 R:18",
}
_TV = {
    "AR": "ATP:0 SAM13:13 SAM16:16 SAM18:18 13:13 16:16 18:18",
    "AU": "P:0 C:5 G:0 PG:8 M:15 MA15+:15 MA:15 AV15+:15 R18+:18 RC:18",
    "BG": "UNRATED:0 A:0 B:0 C:12 D:16 X:18",
    "BR": "L:0 LIVRE:0 AL:0 A10:10 A12:12 A14:14 A16:16 A18:18",
    "CA": "EXEMPT:0 C:0 C8:8 G:0 PG:8 14+:14 18+:18 14A:14 18A:18",
    "CA-QC": "G:0 8+:8 13+:13 16+:16 18+:18",
    "CZ": "U:0 12:12 15:15 15+:15 18:18",
    "DE": "0:0 6:6 12:12 16:16 18:18 FSK0:0 FSK6:6 FSK12:12 FSK16:16 FSK18:18",
    "DK": "A:0 7:7 11:11 15:15 F:0",
    "ES": "INFANTIL:0 ERI:0 TP:0 A:0 7I:7 7:7 10:10 12:12 13:13 16:16 18:18 X:18",
    "FI": "S:0 K-7:7 K-12:12 K-16:16 K-18:18",
    "FR": "TP:0 10:10 12:12 16:16 18:18 -10:10 -12:12 -16:16 -18:18",
    "GB": "U:0 G:0 PG:8 12:12 12A:12 15:15 18:18 R18:18",
    "GR": "K:0 K-8:8 K-12:12 K-16:16 K-18:18 Κ:0 Κ-8:8 Κ-12:12 Κ-16:16 Κ-18:18",
    "HK": "PG:8 M:18",
    "HU": "UNRATED:0 KN:0 CHILDREN:0 6:6 12:12 16:16 18:18",
    "ID": "P:2 A:7 SU:0 BO:8 P-BO:2 A-BO:7 R:13 R-BO:13 D:18 P2+:2 A7+:7 R13+:13 D18+:18",
    "IL": "G:0 ALL:0 E:0 12+:12 15+:15 18+:18 PG:8",
    "IN": "U:0 U/A7+:7 U/A13+:13 U/A16+:16 UA:12 A:18",
    "IT": "T:0 BA:8 6+:6 14+:14 VM12:12 VM14:14 VM18:18",
    "JP": "G:0 PG12:12 R15+:15 R18+:18",
    "KR": "EXEMPT:0 ALL:0 7:7 12:12 15:15 19:19 18:18 전체관람가:0",
    "LT": "V:0 N-7:7 N-14:14 N-16:16 S:18 N-18:18",
    "MA": "TP:0 10:10 12:12 16:16 18:18 -10:10 -12:12 -16:16 -18:18",
    "MX": "AA:0 A:0 B:12 B-15:15 B15:15 C:18 D:18",
    "MY": "U:0 P13:13 P12:12 PG13:13 13:13 16:16 18:18",
    "NL": "AL:0 6:6 9:9 12:12 14:14 16:16 18:18",
    "NO": "A:0 6:6 7:7 9:9 11:11 12:12 15:15 18:18",
    "NZ": "G:0 PGR:8 PG:8 AO:18 M:16 13:13 16:16 18:18 R:18",
    "PH": "G:0 PG:8 SPG:13 X:18",
    "PL": "0:0 7:7 12:12 16:16 18:18",
    "PR": _AMERICAN_TV,
    "PT": "T:0 TODOS:0 3:3 6:6 10AP:10 12AP:12 16:16 18:18 M/3:3 M/6:6 M/12:12 M/16:16 M/18:18",
    "RU": "0+:0 6+:6 12+:12 16+:16 18+:18",
    "SE": "BTL:0 7:7 11:11 15:15 Från7år:7 Från11år:11 Från15år:15 FRÅN7ÅR:7 FRÅN11ÅR:11 FRÅN15ÅR:15",
    "SG": "G:0 PG:8 PG13:13 NC16:16 M18:18 R21:21",
    "SK": "U:0 7:7 12:12 15:15 18:18 -12:12",
    "TH": _THAI,
    "TR": f"{_TURKISH} G:0 7+:7 10+:10 13+:13 16+:16 18+:18",
    "TW": "0+:0 6+:6 12+:12 15+:15 18+:18 G:0 P:6 PG:12 PG12:12 PG15:15 R:18",
    "US": _AMERICAN_TV,
    "VI": _AMERICAN_TV,
    "ZA": "FAMILY:0 ALL:0 PG:8 PG13:13 13:13 16:16 18:18 R18:18",
}


def key_of(rating: str) -> str:
    """A rating as the tables are looked up by: `PG-13` and `pg13` are one. Only ASCII letters are made capitals."""
    kept = rating.translate({ord(sign): None for sign in _DROPPED})
    return "".join(sign.upper() if sign.isascii() else sign for sign in kept)


@cache
def tables(*, is_film: bool) -> Ages:
    """Ages by country and rating; of the other kind's ratings where the kind has none of that name."""
    first, second = (_FILM, _TV) if is_film else (_TV, _FILM)
    return {
        country: _read(second.get(country, "")) | _read(first.get(country, ""))
        for country in sorted(first.keys() | second.keys())
    }


def age_of(certifications: Mapping[str, str], *, is_film: bool) -> int | None:
    """The highest age of all ratings, so that nobody sees too early what any country holds back; None if none is known.

    certifications: by country (ISO 3166-1), as that country writes them.
    """
    ages = tables(is_film=is_film)
    known = [_age(ages.get(country, {}), key_of(rating)) for country, rating in certifications.items()]
    return max((age for age in known if age is not None), default=None)


def _age(ages: Mapping[str, int], key: str) -> int | None:
    if key in ages:
        return ages[key]
    return min(int(key), OLDEST) if key.isascii() and key.isdigit() and len(key) <= 2 else None


def _read(ratings: str) -> dict[str, int]:
    pairs = (pair.rpartition(":") for pair in ratings.split())
    return {key_of(rating): int(age) for rating, _, age in pairs}
