"""What TMDb would tell beside the demo library's works: videos, releases, works like them, orders of episodes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from app.demo.tmdb.entries import Entry, Json
from app.demo.tmdb.texts import texts_of
from app.demo.works import Episode, Facts

# As TMDb numbers the orders that a group may have, and ways of coming out.
ABSOLUTE, DVD = 2, 3
THEATRICAL, DIGITAL, PHYSICAL = 3, 4, 5
MOST_SIMILAR = 20
# Works that nobody's library has.
_ELSEWHERE = {
    "title": ("The Ferryman's Arithmetic", "Six Umbrellas", "A Map of the Fog"),
    "name": ("Slack Water", "The Understudies", "Lamp Oil"),
}
FIRST_ELSEWHERE = 999_900_000
NO_PICTURES: Json = {"images": {}}

# Numbers by season, or by whatever takes its place.
Places = Mapping[int, Sequence[tuple[int, int]]]


def mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]


def homepage(title: str) -> str:
    name = "".join(each if each.isascii() and each.isalnum() else "-" for each in title.casefold()).strip("-")
    return f"https://{name or mark(title)}.example/"


def videos(title: str, premiered: date | None) -> Json:
    """A trailer in each language in which the work has a title, and a clip; keys are longer than any of the site's."""
    named = {"en": title} | {tag: text["title"] for tag, text in texts_of(title).items()}
    found = [_video(f"{shown}: Trailer", "Trailer", tag, premiered) for tag, shown in named.items()]
    return {"results": [*found, _video(f"{title}: on the set", "Behind the Scenes", "en", premiered)]}


def _video(name: str, kind: str, language: str, premiered: date | None) -> Json:
    at = f"{(premiered - timedelta(days=30)).isoformat()}T09:00:00.000Z" if premiered else None
    return {
        "id": mark(f"{name} {language}"),
        "key": f"invented-{mark(f'{name} {language} {kind}')}",
        "name": name,
        "site": "YouTube",
        "type": kind,
        "size": 1080,
        "official": kind == "Trailer",
        "iso_639_1": language,
        "iso_3166_1": "",
        "published_at": at,
    }


def release_dates(facts: Facts, released: date | None) -> list[Json]:
    """In cinemas, to be streamed, and on discs."""
    country, _, rated = (facts.certification or "").partition(":")
    if not rated:
        return []
    ways = ((THEATRICAL, 0, ""), (DIGITAL, 90, "Streaming"), (PHYSICAL, 180, "Blu-ray"))
    said: list[Json] = [
        {
            "certification": rated,
            "type": kind,
            "release_date": f"{(released + timedelta(days=days)).isoformat()}T00:00:00.000Z"
            if released
            else "",
            "note": note,
            "descriptors": [],
            "iso_639_1": "",
        }
        for kind, days, note in ways
    ]
    return [{"iso_3166_1": country, "release_dates": said}]


def relate(works: Sequence[Entry]) -> None:
    """Works that share a genre are similar; those before and after are recommended, and one that is elsewhere."""
    for place, work in enumerate(works):
        others = [*works[place + 1 :], *works[:place]]
        genres = _genres(work)
        similar = [each.details for each in others if genres & _genres(each)]
        kept = "title" if "title" in work.details else "name"
        number = place % len(_ELSEWHERE[kept])
        elsewhere = {
            "id": FIRST_ELSEWHERE + number,
            kept: _ELSEWHERE[kept][number],
            f"original_{kept}": _ELSEWHERE[kept][number],
            "release_date" if kept == "title" else "first_air_date": f"{1990 + number}-05-01",
        }
        near = [each.details for each in (*others[:2], *others[-2:])]
        parts: Any = work.parts
        parts["similar"] = _listed(_once(similar)[:MOST_SIMILAR])
        parts["recommendations"] = _listed([elsewhere, *_once(near)])


def _once(found: Sequence[Json]) -> list[Json]:
    return list({each["id"]: each for each in found}.values())


def _genres(work: Entry) -> set[int]:
    return {each["id"] for each in work.details["genres"]}


def _listed(found: Sequence[Json]) -> Json:
    kept = (
        *("id", "title", "name", "original_title", "original_name"),
        *("release_date", "first_air_date", "overview", "poster_path", "popularity"),
    )
    brief = [{name: each[name] for name in kept if name in each} for each in found]
    return {"page": 1, "results": brief, "total_pages": 1, "total_results": len(brief)}


def groups(title: str, seasons: Mapping[int, Sequence[Episode]]) -> list[Entry]:
    """Of a series with several seasons: its episodes counted through, and as its discs have them, the last first."""
    aired = {
        season: [(season, found.number or found.absolute or place) for place, found in enumerate(episodes, 1)]
        for season, episodes in seasons.items()
    }
    numbered = [season for season in aired if season]
    if len(numbered) < 2:
        return []
    through = [place for season in numbered for place in aired[season]]
    discs = {season: aired[season][-1:] + aired[season][:-1] for season in numbered}
    specials = {0: aired[0]} if 0 in aired else {}
    return [
        _group(f"{title}: all", "Counted through", ABSOLUTE, {1: through}),
        _group(f"{title}: discs", "On the discs", DVD, specials | discs),
    ]


def _group(key: str, name: str, kind: int, parts: Places) -> Entry:
    listed = [
        {
            "id": mark(f"{key} {number}"),
            "name": f"Season {number}" if number else "Specials",
            "order": number,
            "locked": True,
            "episodes": [
                {"season_number": season, "episode_number": episode, "order": order}
                for order, (season, episode) in enumerate(places)
            ],
        }
        for number, places in sorted(parts.items())
    ]
    details = {
        "id": mark(key),
        "name": name,
        "type": kind,
        "description": "",
        "group_count": len(listed),
        "episode_count": sum(len(each) for each in parts.values()),
        "network": None,
        "groups": listed,
    }
    return Entry(details, NO_PICTURES)


def in_brief(group: Entry) -> Json:
    """As a series names its groups."""
    return {name: value for name, value in group.details.items() if name != "groups"}
