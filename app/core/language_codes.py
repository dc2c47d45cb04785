"""Language codes as files and services write them (ISO 639-1, 639-2/B, 639-2/T, BCP 47), brought to one form."""

import re

# ISO 639-1 code : ISO 639-2 terminology code [/ bibliographic code], from the Library of Congress table.
_CODES = """
aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bi:bis
bm:bam bn:ben bo:bod/tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces/cze cu:chu cv:chv cy:cym/wel da:dan
de:deu/ger dv:div dz:dzo ee:ewe el:ell/gre en:eng eo:epo es:spa et:est eu:eus/baq fa:fas/per ff:ful fi:fin fj:fij
fo:fao fr:fra/fre fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun
hy:hye/arm hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl/ice it:ita iu:iku ja:jpn jv:jav ka:kat/geo
kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz
lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mri/mao mk:mkd/mac ml:mal mn:mon mr:mar ms:msa/may
mt:mlt my:mya/bur na:nau nb:nob nd:nde ne:nep ng:ndo nl:nld/dut nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji
om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron/rum ru:rus rw:kin sa:san sc:srd
sd:snd se:sme sg:sag sh:hbs si:sin sk:slk/slo sl:slv sm:smo sn:sna so:som sq:sqi/alb sr:srp ss:ssw st:sot su:sun
sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah
ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:zho/chi zu:zul
"""
_SHORT = {
    long: two for two, longs in (pair.split(":") for pair in _CODES.split()) for long in longs.split("/")
}
_LONG = {two: longs.split("/")[0] for two, longs in (pair.split(":") for pair in _CODES.split())}
_WITHDRAWN = {"iw": "he", "in": "id", "ji": "yi", "scc": "sr", "scr": "hr", "mol": "ro"}
_NO_LANGUAGE = {"und", "mis", "mul", "zxx", "unk", "qaa"}
_TAG = re.compile(r"([a-z]{2,3})((?:-[a-z0-9]{2,8}){0,4})", re.IGNORECASE)


def normal(code: str | None) -> str | None:
    """The shortest form of a language code ("ger", "deu", "de" are all "de"; "pt-br" is "pt-BR").

    None for "undetermined" and its like, and for what is no language code.
    """
    match = _TAG.fullmatch((code or "").strip().replace("_", "-"))
    if match is None:
        return None
    language = match[1].lower()
    language = _SHORT.get(language) or _WITHDRAWN.get(language) or language
    if language in _NO_LANGUAGE or (len(language) == 2 and language not in _SHORT.values()):
        return None
    return "-".join([language, *(_subtag(part) for part in match[2].split("-")[1:])])


def long(language: str) -> str:
    """The terminology code of ISO 639-2 for the language of a tag: `deu` for `de` and `de-at`, `haw` for itself."""
    code = language.partition("-")[0].lower()
    return _LONG.get(code, code)


def _subtag(part: str) -> str:
    """Case by length, as BCP 47 recommends: Hant, BR, the rest small."""
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()
