"""ages of further ratings"""

import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0051"
down_revision: str | None = "0047"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# By country `rating:age`, as app.catalog.ages had them when this was written; a number that is a rating is its age.
FILMS = {
    "AR": "ATP:0 SAM13:13 SAM16:16 SAM18:18 SAM13R:13 C:18 X:18",
    "AT": "ALLE:0",
    "AU": "P:0 C:5 G:0 PG:8 M:15 MA15:15 MA:15 AV15:15 R18:18 RC:18 E:0 R:18 X18:18",
    "BE": "AL:0 ALL:0 KT:0 EA:0 KNT:16 ENA:16",
    "BG": "UNRATED:0 A:0 B:0 C:12 D:16 X:18",
    "BR": "L:0 LIVRE:0 AL:0 A10:10 A12:12 A14:14 A16:16 A18:18",
    "CA": "EXEMPT:0 C:0 C8:8 G:0 PG:8 14A:14 18A:18 E:0 R:18 A:18",
    "CA-QC": "G:0",
    "CL": "TE:0 TE7:7 18S:18 18V:18",
    "CO": "T:0 TP:0 X:18",
    "CZ": "U:0 PG:8 E:0",
    "DE": "FSK0:0 FSK6:6 FSK12:12 FSK16:16 FSK18:18 OA:0 SPIO:18 JK:18 INDIZIERT:18 INFO:0 LEHR:0",
    "DK": "A:0 F:0",
    "EE": "PERE:0 L:0 MS6:6 MS12:12 K6:6 K12:12 K14:14 K16:16 K18:18",
    "ES": "INFANTIL:0 ERI:0 TP:0 A:0 7I:7 X:18 AI:0 APTA:0 APTAI:0 T:0 ER:0 PX:18",
    "FI": "S:0 K7:7 K12:12 K16:16 K18:18 K3:3 K11:11 K13:13 K15:15 KK:18 KE:0",
    "FR": "TP:0 U:0 TOUSPUBLICS:0 X:18",
    "GB": "U:0 G:0 PG:8 12A:12 R18:18 UC:0 E:0",
    "GR": "K:0 K8:8 K12:12 K16:16 K18:18 Κ:0 Κ8:8 Κ12:12 Κ16:16 Κ18:18 K13:13 K15:15 K17:17 Κ13:13 Κ15:15 Κ17:17",
    "HK": "PG:8 M:18 I:0 II:12 IIA:12 IIB:16 III:18",
    "HU": "UNRATED:0 KN:0 CHILDREN:0 X:18",
    "ID": "P:2 A:3 SU:0 BO:8 PBO:2 ABO:7 R:13 RBO:13 D:17 P2:2 A7:7 R13:13 D18:18",
    "IE": "G:0 PG:8 12A:12 15A:15",
    "IL": "G:0 ALL:0 E:0 PG:8 הכל:0",
    "IN": "U:0 UA7:7 UA13:13 UA16:16 UA:12 A:18 S:18",
    "IS": "L:0",
    "IT": "T:0 BA:8 VM12:12 VM14:14 VM18:18",
    "JP": "G:0 PG12:12 R15:15 R18:18 全年齢:0",
    "KR": "EXEMPT:0 ALL:0 전체관람가:0 G:0 RESTRICTEDSCREENING:19 12세이상관람가:12 12세관람가:12 15세이상관람가:15 15세관람가:15 청소년관람불가:18 제한상영가:19 LIMITED:19",
    "LT": "V:0 N7:7 N14:14 N16:16 S:18 N18:18 N13:13",
    "LU": "EA:0 12A:12",
    "LV": "U:0",
    "MA": "TP:0",
    "MO": "A:0 B:13 C:16 D:18",
    "MX": "AA:0 A:0 B:12 B15:15 C:18 D:18",
    "MY": "U:0 P13:13 P12:12 PG13:13 18SG:18 18SX:18 18PA:18 18PL:18 SG:18",
    "NG": "G:0 PG:8 12A:12 RE:18",
    "NL": "AL:0 MG6:6",
    "NO": "A:0 T:0",
    "NZ": "G:0 PGR:8 PG:8 AO:18 M:16 R:18 RP13:13 RP16:16 RP18:18 R13:13 R15:15 R16:16 R18:18",
    "PH": "G:0 PG:13 SPG:13 X:18 R13:13 R16:16 R18:18",
    "PL": "BO:0 AL:0",
    "PR": "TVY:0 TVY7:7 TVY7FV:7 TVG:0 TVPG:8 TV14:14 TVMA:17 G:0 PG:8 PG13:13 R:17 NC17:18 X:18",
    "PT": "T:0 TODOS:0 10AP:10 12AP:12 M3:3 M6:6 M12:12 M16:16 M18:18 PÚBLICOS:0 PúBLICOS:0 PUBLICOS:0 M4:4 M14:14 P:18",
    "RO": "AG:0 AP:12 AP12:12 N15:15 18X:18 IM18:18 IM18XXX:18 IC:18",
    "SE": "BTL:0 FRåN7åR:7 FRåN11åR:11 FRåN15åR:15 FRÅN7ÅR:7 FRÅN11ÅR:11 FRÅN15ÅR:15 BARNTILLÅTEN:0 BARNTILLåTEN:0",
    "SG": "G:0 PG:8 PG13:13 NC16:16 M18:18 R21:21 RA:21 NAR:21 NC17:17",
    "SK": "U:0",
    "TH": "ส:0 ท:0 G:0 P:0 น13:13 น15:15 น18:18 ฉ20:20 BANNED:20",
    "TR": "GENELİZLEYICIKITLESI:0 GENELİZLEYİCİKİTLESİ:0 GENELIZLEYICIKITLESI:0 GENELİZLEYICI:0 GENELİZLEYİCİ:0 GENELIZLEYICI:0 G:0 A:0 GENELİZLEYİCIKITLESI:0 6A:6 7A:7 10A:10 13A:13 15A:15",
    "TW": "G:0 P:6 PG:12 PG12:12 PG15:15 R:18 普遍級:0 保護級:6 輔導級:12 輔12級:12 輔15級:15 限制級:18",
    "UA": "ДА:0 ЗА:0",
    "US": "TVY:0 TVY7:7 TVY7FV:7 TVG:0 TVPG:8 TV14:14 TVMA:17 G:0 PG:8 PG13:13 R:17 NC17:18 X:18 APPROVED:0 PASSED:0 M:13 GP:8 MPG:8",
    "VI": "TVY:0 TVY7:7 TVY7FV:7 TVG:0 TVPG:8 TV14:14 TVMA:17 G:0 PG:8 PG13:13 R:17 NC17:18 X:18",
    "VN": "P:0 K:13 T13:13 T16:16 T18:18 C:18 C13:13 C16:16 C18:18",
    "ZA": "FAMILY:0 ALL:0 PG:8 PG13:13 R18:18 A:0 79PG:7 1012PG:10 10M:10 X18:18 XX:18 R:18",
}
SERIES = {
    "AR": "ATP:0 SAM13:13 SAM16:16 SAM18:18 SAM13R:13 C:18 X:18",
    "AT": "ALLE:0",
    "AU": "E:0 G:0 PG:8 M:15 MA15:15 MA:15 R18:18 R:18 X18:18 RC:18 P:0 C:5 AV15:15",
    "BE": "AL:0 ALL:0 KT:0 EA:0 KNT:16 ENA:16",
    "BG": "A:0 B:0 C:12 D:16 X:18 UNRATED:0",
    "BR": "L:0 LIVRE:0 A10:10 A12:12 A14:14 A16:16 A18:18 AL:0",
    "CA": "E:0 G:0 PG:8 14A:14 18A:18 R:18 A:18 EXEMPT:0 C:0 C8:8",
    "CA-QC": "G:0",
    "CL": "TE:0 TE7:7 18S:18 18V:18",
    "CO": "T:0 TP:0 X:18",
    "CZ": "U:0 PG:8 E:0",
    "DE": "FSK0:0 FSK6:6 FSK12:12 FSK16:16 FSK18:18 OA:0 SPIO:18 JK:18 INDIZIERT:18 INFO:0 LEHR:0",
    "DK": "A:0 F:0",
    "EE": "PERE:0 L:0 MS6:6 MS12:12 K6:6 K12:12 K14:14 K16:16 K18:18",
    "ES": "A:0 AI:0 APTA:0 APTAI:0 TP:0 T:0 ER:0 7I:7 X:18 PX:18 INFANTIL:0 ERI:0",
    "FI": "S:0 K3:3 K7:7 K11:11 K12:12 K13:13 K15:15 K16:16 K18:18 KK:18 KE:0",
    "FR": "U:0 TP:0 TOUSPUBLICS:0 X:18",
    "GB": "U:0 UC:0 PG:8 12A:12 R18:18 E:0 G:0",
    "GR": "K:0 K8:8 K12:12 K13:13 K15:15 K16:16 K17:17 K18:18 Κ:0 Κ8:8 Κ12:12 Κ13:13 Κ15:15 Κ16:16 Κ17:17 Κ18:18",
    "HK": "I:0 II:12 IIA:12 IIB:16 III:18 PG:8 M:18",
    "HU": "KN:0 X:18 UNRATED:0 CHILDREN:0",
    "ID": "SU:0 BO:8 A:7 R:13 D:18 P:2 PBO:2 ABO:7 RBO:13 P2:2 A7:7 R13:13 D18:18",
    "IE": "G:0 PG:8 12A:12 15A:15",
    "IL": "ALL:0 PG:8 הכל:0 G:0 E:0",
    "IN": "U:0 UA:12 UA7:7 UA13:13 UA16:16 A:18 S:18",
    "IS": "L:0",
    "IT": "T:0 VM12:12 VM14:14 VM18:18 BA:8",
    "JP": "G:0 PG12:12 R15:15 R18:18 全年齢:0",
    "KR": "ALL:0 G:0 RESTRICTEDSCREENING:19 전체관람가:0 12세이상관람가:12 12세관람가:12 15세이상관람가:15 15세관람가:15 청소년관람불가:18 제한상영가:19 LIMITED:19 EXEMPT:0",
    "LT": "V:0 N7:7 N13:13 N14:14 N16:16 N18:18 S:18",
    "LU": "EA:0 12A:12",
    "LV": "U:0",
    "MA": "TP:0",
    "MO": "A:0 B:13 C:16 D:18",
    "MX": "AA:0 A:0 B:12 B15:15 C:18 D:18",
    "MY": "U:0 P12:12 PG13:13 P13:13 18SG:18 18SX:18 18PA:18 18PL:18 SG:18",
    "NG": "G:0 PG:8 12A:12 RE:18",
    "NL": "AL:0 MG6:6",
    "NO": "A:0 T:0",
    "NZ": "G:0 PG:8 M:16 R:18 RP13:13 RP16:16 RP18:18 R13:13 R15:15 R16:16 R18:18 PGR:8 AO:18",
    "PH": "G:0 PG:8 R13:13 R16:16 R18:18 X:18 SPG:13",
    "PL": "BO:0 AL:0",
    "PR": "G:0 PG:8 PG13:13 R:17 NC17:18 X:18 TVY:0 TVY7:7 TVY7FV:7 TVG:0 TVPG:8 TV14:14 TVMA:17",
    "PT": "PÚBLICOS:0 PúBLICOS:0 PUBLICOS:0 T:0 M3:3 M4:4 M6:6 M12:12 M14:14 M16:16 M18:18 P:18 TODOS:0 10AP:10 12AP:12",
    "RO": "AG:0 AP:12 AP12:12 N15:15 18X:18 IM18:18 IM18XXX:18 IC:18",
    "SE": "BTL:0 BARNTILLÅTEN:0 BARNTILLåTEN:0 FRåN7åR:7 FRåN11åR:11 FRåN15åR:15 FRÅN7ÅR:7 FRÅN11ÅR:11 FRÅN15ÅR:15",
    "SG": "G:0 PG:8 PG13:13 NC16:16 M18:18 R21:21 RA:21 NAR:21 NC17:17",
    "SK": "U:0",
    "TH": "ส:0 ท:0 G:0 P:0 น13:13 น15:15 น18:18 ฉ20:20 BANNED:20",
    "TR": "G:0 A:0 GENELİZLEYICIKITLESI:0 GENELİZLEYİCİKİTLESİ:0 GENELIZLEYICIKITLESI:0 GENELİZLEYICI:0 GENELİZLEYİCİ:0 GENELIZLEYICI:0 GENELİZLEYİCIKITLESI:0 6A:6 7A:7 10A:10 13A:13 15A:15",
    "TW": "G:0 P:6 PG:12 PG12:12 PG15:15 R:18 普遍級:0 保護級:6 輔導級:12 輔12級:12 輔15級:15 限制級:18",
    "UA": "ДА:0 ЗА:0",
    "US": "G:0 PG:8 PG13:13 R:17 NC17:18 X:18 APPROVED:0 PASSED:0 M:13 GP:8 MPG:8 TVY:0 TVY7:7 TVY7FV:7 TVG:0 TVPG:8 TV14:14 TVMA:17",
    "VI": "G:0 PG:8 PG13:13 R:17 NC17:18 X:18 TVY:0 TVY7:7 TVY7FV:7 TVG:0 TVPG:8 TV14:14 TVMA:17",
    "VN": "P:0 K:13 T13:13 T16:16 T18:18 C:18 C13:13 C16:16 C18:18",
    "ZA": "A:0 PG:8 79PG:7 1012PG:10 10M:10 X18:18 XX:18 R:18 FAMILY:0 ALL:0 PG13:13 R18:18",
}
# What was not known before.
ADDED = {
    "BG": "UNRATED",
    "GB": "G",
    "SE": "FRåN7åR FRåN11åR FRåN15åR FRÅN7ÅR FRÅN11ÅR FRÅN15ÅR",
    "TH": "BANNED",
    "TR": "GENELİZLEYICIKITLESI GENELİZLEYİCİKİTLESİ GENELİZLEYICI GENELIZLEYICI",
    "ZA": "ALL",
}
AGE = """
CREATE OR REPLACE FUNCTION public.marquee_{kind}_age(certifications jsonb) RETURNS smallint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT CAST(max(coalesce(
        CAST(CAST('{ages}' AS jsonb) -> r.country ->> r.rating AS int),
        CASE WHEN r.rating ~ '^[0-9]{{1,2}}$' THEN least(CAST(r.rating AS int), 21) END)) AS smallint)
    FROM (
        SELECT key AS country, upper(translate(value, ' -+/._()[]', '') COLLATE "C") AS rating
        FROM jsonb_each_text(certifications)
    ) r
$$
"""
# PostgreSQL computes a stored column anew where what it is computed from is written. What has none of these ratings has
# the age that it had; others, of which there are few, may have that by another country.
RENEW = """
UPDATE {table} SET certifications = certifications
WHERE ({is_concerned}) AND age IS DISTINCT FROM public.marquee_{kind}_age(certifications)
"""
HAS_ADDED = "upper(translate(certifications ->> '{country}', ' -+/._()[]', '') COLLATE \"C\") = ANY (CAST('{{{ratings}}}' AS text[]))"
KINDS = {"film": ("movies.movies", FILMS), "series": ("tv.series", SERIES)}


def read(said: str, without: str) -> dict[str, int]:
    pairs = (each.rpartition(":") for each in said.split())
    return {rating: int(age) for rating, _, age in pairs if rating not in without.split()}


def renew(without: Mapping[str, str]) -> None:
    is_concerned = " OR ".join(
        HAS_ADDED.format(country=country, ratings=",".join(said.split())) for country, said in ADDED.items()
    )
    for kind, (table, said) in KINDS.items():
        ages = {country: read(each, without.get(country, "")) for country, each in said.items()}
        document = json.dumps(ages, ensure_ascii=False, separators=(",", ":"))
        op.execute(sa.text(AGE.format(kind=kind, ages=document).replace(":", "\\:")))
        op.execute(RENEW.format(kind=kind, table=table, is_concerned=is_concerned))


def upgrade() -> None:
    renew({})


def downgrade() -> None:
    renew(ADDED)
