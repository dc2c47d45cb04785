"""The demo library as TMDb would have it: ids, texts in five languages, people, pictures, structures. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from app.demo import artwork
from app.demo.films import FILMS
from app.demo.series import SERIES
from app.demo.tmdb.entries import Entry, Json
from app.demo.tmdb.further import groups, homepage, in_brief, mark, relate, release_dates, videos
from app.demo.tmdb.server import Shelf
from app.demo.tmdb.texts import COUNTRIES, texts_of, texts_of_episode
from app.demo.works import Episode, Facts, Film, Look, Series

# Far beyond the ids that were given out.
FIRST_MOVIE, FIRST_SERIES, FIRST_COLLECTION = 999_100_000, 999_200_000, 999_300_000
_GENRES = {
    name: number for number, name in enumerate(("Drama", "Comedy", "Romance", "Fantasy", "Mystery"), 18)
}
_RATED = {
    "United Kingdom": "GB",
    "Portugal": "PT",
    "Germany": "DE",
    "Japan": "JP",
    "France": "FR",
    "Ireland": "IE",
}
_LANGUAGES = {"Portugal": "pt", "Germany": "de", "Japan": "ja", "France": "fr"}
_SIZES = {"posters": (1000, 1500), "backdrops": (1280, 720), "stills": (640, 360)}


def shelf() -> Shelf:
    """All of the demo library's films and series."""
    entries: dict[str, Entry] = {}
    external: dict[tuple[str, str], str] = {}
    pictures: dict[str, Callable[[], bytes]] = {}
    collections: dict[str, list[Json]] = {}
    for place, film in enumerate(FILMS):
        number = int(_id(film, "tmdb") or FIRST_MOVIE + place)
        entries[f"/movie/{number}"] = entry = _movie(number, film, pictures)
        external |= _external(film, f"/movie/{number}")
        if film.facts and film.facts.collection:
            collections.setdefault(film.facts.collection, []).append(entry.details)
    for place, (title, parts) in enumerate(sorted(collections.items())):
        number = FIRST_COLLECTION + place
        for part in parts:
            part["belongs_to_collection"] = {"id": number, "name": title, "poster_path": part["poster_path"]}
        entries[f"/collection/{number}"] = _collection(number, title, parts)
    for place, series in enumerate(SERIES):
        number = int(_id(series, "tmdb") or FIRST_SERIES + place)
        entries |= _series(number, series, pictures)
        external |= _external(series, f"/tv/{number}")
    for kind in ("movie", "tv"):
        relate([entries[f"/{kind}/{number}"] for number in _numbers(entries, kind)])
    changed = {kind: tuple(_numbers(entries, kind)) for kind in ("movie", "tv")}
    return Shelf(entries, external=external, changed=changed, pictures=pictures)


def _movie(number: int, film: Film, pictures: dict[str, Callable[[], bytes]]) -> Entry:
    facts = film.facts or Facts(plot="")
    images = _images(film.title, film.look, facts.tagline, pictures)
    released = facts.premiered or (date(film.year, 6, 1) if film.year else None)
    details = _details(number, film.title, facts, images) | {
        "title": film.title,
        "original_title": facts.original_title or film.title,
        "release_date": released.isoformat() if released else "",
        "runtime": facts.runtime_min or 0,
        "imdb_id": _id(film, "imdb"),
        "status": "Released",
        "belongs_to_collection": None,
        "video": False,
    }
    parts: Json = _parts(film.title, facts, images, title="title") | {
        "credits": {"cast": _cast(facts), "crew": _crew(facts)},
        "release_dates": {"results": release_dates(facts, released)},
        "keywords": {"keywords": _named(facts.keywords)},
        "external_ids": {"imdb_id": _id(film, "imdb"), "wikidata_id": None},
        "alternative_titles": {"titles": []},
    }
    return Entry(details, parts)


def _series(number: int, series: Series, pictures: dict[str, Callable[[], bytes]]) -> dict[str, Entry]:
    facts = series.facts or Facts(plot="")
    images = _images(series.title, series.look, facts.tagline, pictures)
    seasons = _seasons(series)
    orders = groups(series.title, seasons)
    aired = [each.air_date for episodes in seasons.values() for each in episodes if each.air_date]
    first = facts.premiered or min(aired, default=date(series.year, 4, 1) if series.year else None)
    entries = {
        f"/tv/{number}/season/{season}": _season(number, series, season, episodes, pictures)
        for season, episodes in seasons.items()
    }
    details = _details(number, series.title, facts, images) | {
        "name": series.title,
        "original_name": facts.original_title or series.title,
        "first_air_date": first.isoformat() if first else "",
        "last_air_date": max(aired).isoformat() if aired else None,
        "episode_run_time": [facts.runtime_min] if facts.runtime_min else [],
        "status": "Ended",
        "created_by": [],
        "networks": _named(facts.studios),
        "number_of_seasons": len([season for season in seasons if season]),
        "number_of_episodes": sum(len(episodes) for season, episodes in seasons.items() if season),
        "seasons": [
            {name: value for name, value in entry.details.items() if name not in {"episodes", "_id"}}
            | {"episode_count": len(entry.details["episodes"])}
            for entry in entries.values()
        ],
    }
    cast = [each | {"roles": [{"character": each["character"], "episode_count": 1}]} for each in _cast(facts)]
    for each in cast:
        del each["character"]
    parts: Json = _parts(series.title, facts, images, title="name") | {
        "aggregate_credits": {"cast": cast, "crew": []},
        "content_ratings": {"results": _content_ratings(facts)},
        "keywords": {"results": _named(facts.keywords)},
        "external_ids": {"imdb_id": _id(series, "imdb"), "tvdb_id": _whole(_id(series, "tvdb"))},
        "alternative_titles": {"results": []},
        "episode_groups": {"results": [in_brief(each) for each in orders]},
    }
    grouped = {f"/tv/episode_group/{each.details['id']}": each for each in orders}
    return {f"/tv/{number}": Entry(details, parts), **entries, **grouped}


def _season(
    series_id: int,
    series: Series,
    season: int,
    episodes: Sequence[Episode],
    pictures: dict[str, Callable[[], bytes]],
) -> Entry:
    shown = [
        _episode(series_id, series, season, place, each, pictures) for place, each in enumerate(episodes, 1)
    ]
    details = {
        "_id": mark(f"{series_id} {season}"),
        "id": series_id * 100 + season,
        "name": f"Season {season}" if season else "Specials",
        "overview": "",
        "season_number": season,
        "air_date": shown[0]["air_date"],
        "poster_path": None,
        "vote_average": 0.0,
        "episodes": shown,
    }
    parts: Json = {
        "translations": {"translations": []},
        "aggregate_credits": {"cast": [], "crew": []},
        "images": {"posters": []},
        "external_ids": {"tvdb_id": None},
        "videos": {"results": []},
    }
    return Entry(details, parts, _episode_texts(series, season, shown, episodes))


def _episode(
    series_id: int,
    series: Series,
    season: int,
    place: int,
    found: Episode,
    pictures: dict[str, Callable[[], bytes]],
) -> Json:
    number = found.number or found.absolute or place
    still = f"/{mark(f'{series.title} {season} {number}')}.jpg"
    pictures[still] = partial(artwork.still, series.look.palette, series.look.layers, f"{season} {number}")
    return {
        "id": series_id * 10_000 + season % 100 * 1000 + number,
        "show_id": series_id,
        "season_number": season,
        "episode_number": number,
        "episode_type": "standard",
        "name": found.title or "",
        "overview": found.plot,
        "air_date": found.air_date.isoformat() if found.air_date else None,
        "runtime": series.facts.runtime_min if series.facts else None,
        "still_path": still,
        "vote_average": 0.0,
        "vote_count": 0,
        "crew": [],
        "guest_stars": [],
    }


def _episode_texts(
    series: Series, season: int, shown: Sequence[Json], episodes: Sequence[Episode]
) -> dict[str, dict[int, dict[str, str]]]:
    texts: dict[str, dict[int, dict[str, str]]] = {}
    for each, found in zip(shown, episodes, strict=True):
        number = each["episode_number"]
        if found.title:
            texts.setdefault("en", {})[number] = {"name": found.title, "overview": found.plot}
        for tag, text in texts_of_episode(series.title, season, number).items():
            texts.setdefault(tag, {})[number] = {"name": text["title"], "overview": text["overview"]}
    return texts


def _seasons(series: Series) -> dict[int, list[Episode]]:
    """Each episode once; those by date are of one season, and so are those by absolute number.

    What the library lacks between its first episode and its last is there as well.
    """
    found: dict[int, dict[Any, Episode]] = {}
    for each in (episode for file in series.files for episode in file.episodes):
        season = 1 if each.season is None else each.season
        found.setdefault(season, {}).setdefault(each.number or each.absolute or each.air_date, each)
    return {season: _without_gaps(season, found[season]) for season in sorted(found)}


def _without_gaps(season: int, found: Mapping[Any, Episode]) -> list[Episode]:
    last = max((each for each in found if isinstance(each, int)), default=0)
    if not last:
        return list(found.values())
    return [found.get(number) or Episode(season, number) for number in range(1, last + 1)]


def _details(number: int, title: str, facts: Facts, images: Json) -> Json:
    country = facts.countries[0] if facts.countries else ""
    return {
        "id": number,
        "adult": False,
        "overview": facts.plot,
        "tagline": facts.tagline,
        "homepage": homepage(title),
        "popularity": round(5 + int(mark(title)[:3], 16) / 100, 3),
        "vote_average": facts.rating or 0.0,
        "vote_count": facts.votes or 0,
        "original_language": _LANGUAGES.get(country, "en"),
        "origin_country": [code for name in facts.countries if (code := _RATED.get(name))],
        "production_countries": [
            {"iso_3166_1": code, "name": name} for name in facts.countries if (code := _RATED.get(name))
        ],
        "production_companies": _named(facts.studios),
        "genres": [
            {"id": _GENRES.get(name, 9000 + place), "name": name} for place, name in enumerate(facts.genres)
        ],
        "poster_path": images["posters"][0]["file_path"],
        "backdrop_path": images["backdrops"][0]["file_path"],
    }


def _parts(work: str, facts: Facts, images: Json, *, title: str) -> Json:
    own = {"title": work, "overview": facts.plot, "tagline": facts.tagline}
    texts = {"en": own, **texts_of(work)}
    listed = [
        {
            "iso_639_1": tag,
            "iso_3166_1": COUNTRIES[tag],
            "data": {title: text["title"], **{name: text.get(name, "") for name in ("overview", "tagline")}},
        }
        for tag, text in texts.items()
    ]
    return {
        "translations": {"translations": listed},
        "images": images,
        "videos": videos(work, facts.premiered),
    }


def _images(title: str, look: Look, line: str, pictures: dict[str, Callable[[], bytes]]) -> Json:
    """A poster with the title in each language in which it has one, and a backdrop without writing."""
    titles = {"en": title} | {tag: text["title"] for tag, text in texts_of(title).items()}
    posters: list[Json] = []
    for tag, shown in titles.items():
        path = f"/{mark(f'{title} poster {tag}')}.jpg"
        pictures[path] = partial(artwork.poster, shown, line, look.palette, look.layers)
        posters.append(_image(path, "posters", tag))
    path = f"/{mark(f'{title} backdrop')}.jpg"
    pictures[path] = partial(artwork.backdrop, look.palette, look.layers, title)
    return {"posters": posters, "backdrops": [_image(path, "backdrops", None)], "logos": []}


def _image(path: str, kind: str, language: str | None) -> Json:
    width, height = _SIZES[kind]
    return {
        "file_path": path,
        "width": width,
        "height": height,
        "aspect_ratio": round(width / height, 3),
        "iso_639_1": language,
        "vote_average": 5.3,
        "vote_count": 4,
    }


def _cast(facts: Facts) -> list[Json]:
    return [
        {**_person(actor.name), "character": actor.role, "order": order, "profile_path": None}
        for order, actor in enumerate(facts.actors)
    ]


def _crew(facts: Facts) -> list[Json]:
    made = [(name, "Directing", "Director") for name in facts.directors]
    made += [(name, "Writing", "Writer") for name in facts.writers]
    return [
        {**_person(name), "department": department, "job": job, "profile_path": None}
        for name, department, job in made
    ]


def _person(name: str) -> Json:
    return {"id": 900_000_000 + int(mark(name)[:6], 16), "name": name, "original_name": name, "adult": False}


def _content_ratings(facts: Facts) -> list[Json]:
    country, _, mark = (facts.certification or "").partition(":")
    return [{"iso_3166_1": country, "rating": mark, "descriptors": []}] if mark else []


def _collection(number: int, title: str, parts: Sequence[Json]) -> Entry:
    kept = ("id", "title", "original_title", "overview", "release_date", "poster_path", "backdrop_path")
    details = {
        "id": number,
        "name": title,
        "overview": "",
        "poster_path": parts[0]["poster_path"],
        "backdrop_path": parts[0]["backdrop_path"],
        "parts": [{name: part[name] for name in kept} for part in parts],
    }
    return Entry(details, {"translations": {"translations": []}, "images": {"posters": [], "backdrops": []}})


def _external(work: Film | Series, path: str) -> dict[tuple[str, str], str]:
    return {(f"{name}_id", found): path for name in ("imdb", "tvdb") if (found := _id(work, name))}


def _id(work: Film | Series, name: str) -> str | None:
    given = (*work.ids, *(work.facts.ids if work.facts else ()))
    return dict(given).get(name)


def _named(names: Iterable[str]) -> list[Json]:
    return [{"id": 800_000 + int(mark(name)[:4], 16), "name": name} for name in names]


def _numbers(entries: Mapping[str, Entry], kind: str) -> list[int]:
    parts = (path.split("/") for path in entries)
    return [int(part[2]) for part in parts if len(part) == 3 and part[1] == kind]


def _whole(text: str | None) -> int | None:
    return int(text) if text else None
