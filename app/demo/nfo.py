"""NFO files as Kodi and Jellyfin write them."""

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from app.demo.works import Episode, Facts, NfoDialect

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def movie(title: str, year: int | None, facts: Facts) -> str:
    return _document(_work("movie", title, year, facts))


def tvshow(title: str, year: int | None, facts: Facts) -> str:
    return _document(_work("tvshow", title, year, facts))


def episodes(series: str, found: Iterable[Episode]) -> str:
    """One episodedetails after the other for a file of several, which is no well-formed XML but what Kodi reads."""
    return _HEAD + "".join(_text(_episode(series, episode)) for episode in found)


def _episode(series: str, episode: Episode) -> Xml.Element:
    root = Xml.Element("episodedetails")
    _add(root, "title", episode.title)
    _add(root, "showtitle", series)
    _add(root, "season", episode.season)
    _add(root, "episode", episode.number)
    _add(root, "aired", episode.air_date)
    _add(root, "plot", episode.plot)
    return root


def _work(tag: str, title: str, year: int | None, facts: Facts) -> Xml.Element:
    root = Xml.Element(tag)
    _add(root, "title", title)
    _add(root, "originaltitle", facts.original_title)
    _add(root, "sorttitle", facts.sort_title)
    _add(root, "year", year)
    _add(root, "plot", facts.plot)
    _add(root, "tagline", facts.tagline)
    _add(root, "runtime", facts.runtime_min)
    _add(root, "mpaa", facts.certification)
    _add(root, "premiered", facts.premiered)
    names = {
        "genre": facts.genres,
        "studio": facts.studios,
        "country": facts.countries,
        "tag": facts.keywords,
    }
    for child, texts in (names | {"director": facts.directors, "credits": facts.writers}).items():
        for text in texts:
            _add(root, child, text)
    _people(root, facts)
    (_kodi if facts.dialect is NfoDialect.KODI else _jellyfin)(root, facts)
    return root


def _people(root: Xml.Element, facts: Facts) -> None:
    for billing, actor in enumerate(facts.actors):
        child = Xml.SubElement(root, "actor")
        _add(child, "name", actor.name)
        _add(child, "role", actor.role)
        _add(child, "order", billing)


def _kodi(root: Xml.Element, facts: Facts) -> None:
    if facts.rating is not None:
        ratings = Xml.SubElement(root, "ratings")
        rating = Xml.SubElement(ratings, "rating", name="themoviedb", max="10", default="true")
        _add(rating, "value", facts.rating)
        _add(rating, "votes", facts.votes)
    if facts.collection:
        _add(Xml.SubElement(root, "set"), "name", facts.collection)
    for number, (kind, value) in enumerate(facts.ids):
        unique = Xml.SubElement(root, "uniqueid", {"type": kind} | ({} if number else {"default": "true"}))
        unique.text = value


def _jellyfin(root: Xml.Element, facts: Facts) -> None:
    _add(root, "rating", facts.rating)
    _add(root, "votes", facts.votes)
    _add(root, "lockdata", "false")
    _add(root, "set", facts.collection)
    for kind, value in facts.ids:
        _add(root, f"{kind}id", value)


def _add(parent: Xml.Element, tag: str, value: object) -> None:
    if value is not None and value != "":
        Xml.SubElement(parent, tag).text = str(value)


def _document(root: Xml.Element) -> str:
    return _HEAD + _text(root)


def _text(root: Xml.Element) -> str:
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode") + "\n"
