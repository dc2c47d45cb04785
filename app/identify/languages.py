"""Languages as file names write them, to the codes that players use."""

import re

_CODES = """
en eng english inglese anglais englisch ingles
de ger deu german deutsch
fr fre fra french francais français
es spa spanish espanol español castellano esp
it ita italian italiano
pt por portuguese portugues português
nl dut nld dutch nederlands
ru rus russian русский
uk ukr ukrainian український
pl pol polish polski
cs cze ces czech cesky čeština
sk slo slk slovak
sl slv slovenian slovene
hr hrv croatian
sr srp serbian scc
bs bos bosnian
mk mac mkd macedonian
bg bul bulgarian
ro rum ron romanian
hu hun hungarian magyar
el gre ell greek
tr tur turkish türkçe turkce
sv swe swedish svenska
da dan danish dansk
no nor norwegian norsk nob nno nb nn
fi fin finnish suomi
is ice isl icelandic
et est estonian
lv lav latvian
lt lit lithuanian
ar ara arabic
he heb hebrew iw
fa per fas persian farsi
hi hin hindi
ta tam tamil
te tel telugu
ml mal malayalam
kn kan kannada
bn ben bengali
ur urd urdu
ja jpn japanese jap 日本語
ko kor korean 한국어
zh chi zho chinese mandarin 中文
th tha thai
vi vie vietnamese
id ind indonesian
ms may msa malay
tl tgl tagalog
fil filipino
ca cat catalan català
eu baq eus basque
gl glg galician
cy wel cym welsh
ga gle irish
la lat latin
sq alb sqi albanian
hy arm hye armenian
ka geo kat georgian
az aze azerbaijani
kk kaz kazakh
mn mon mongolian
und
mul
"""
_BY_WORD = {word: line.split()[0] for line in _CODES.strip().splitlines() for word in line.split()}
_SPECIAL = {
    "chs": "zh-hans",
    "cht": "zh-hant",
    "sc": "zh-hans",
    "tc": "zh-hant",
    "gb": "zh-hans",
    "big5": "zh-hant",
    "simplified": "zh-hans",
    "traditional": "zh-hant",
    "简体": "zh-hans",
    "繁體": "zh-hant",
    "繁体": "zh-hant",
    "brazilian": "pt-br",
    "pob": "pt-br",
    "ptbr": "pt-br",
    "latino": "es-419",
    "latinoamerican": "es-419",
}
_TAG = re.compile(r"^([A-Za-z]{2,3})[-_]([A-Za-z]{2}|[A-Za-z]{4}|[0-9]{3})$")


def language_of(word: str) -> str | None:
    """The code of a language written as a code, a BCP 47 tag or a name; None if the word is none."""
    lowered = word.lower()
    if code := _SPECIAL.get(lowered) or _BY_WORD.get(lowered):
        return code
    if (match := _TAG.match(word)) and (code := _BY_WORD.get(match[1].lower())):
        return f"{code}-{match[2].lower()}"
    return None
