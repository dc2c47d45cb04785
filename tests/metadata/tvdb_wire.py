"""Works as TheTVDB writes them; all of it invented."""

from typing import Any

ARTWORKS = "https://artworks.thetvdb.com"


def season_record(id_: int, number: int, type_: str = "official", **other: Any) -> dict[str, Any]:
    names = {
        "official": "Aired Order",
        "dvd": "DVD Order",
        "absolute": "Absolute Order",
        "alternate": "Other",
    }
    return {
        "id": id_,
        "seriesId": 7700,
        "type": {"id": 1, "name": names[type_], "type": type_, "alternateName": None},
        "number": number,
        "nameTranslations": [],
        "overviewTranslations": [],
        "image": None,
        **other,
    }


def character(id_: int | None, person: str, type_: str, sort: int, **other: Any) -> dict[str, Any]:
    return {
        "id": 1000 + sort,
        "name": None,
        "peopleId": id_,
        "personName": person,
        "peopleType": type_,
        "seriesId": 7700,
        "episodeId": None,
        "sort": sort,
        "personImgURL": None,
        "isFeatured": False,
        **other,
    }


def artwork(type_: int, path: str, language: str | None, score: int, **other: Any) -> dict[str, Any]:
    return {
        "id": score,
        "type": type_,
        "image": f"{ARTWORKS}{path}",
        "thumbnail": f"{ARTWORKS}{path}",
        "language": language,
        "score": score,
        "width": 680,
        "height": 1000,
        **other,
    }


def episode(id_: int, season: int, number: int, name: str | None, **other: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "seriesId": 7700,
        "seasonNumber": season,
        "number": number,
        "absoluteNumber": number,
        "name": name,
        "overview": None,
        "aired": "2011-09-0" + str(number),
        "runtime": 44,
        "image": None,
        "finaleType": None,
        "nameTranslations": None,
        "seasons": None,
        "isMovie": 0,
        **other,
    }


SERIES: dict[str, Any] = {
    "id": 7700,
    "name": "Die Kesselflicker",
    "slug": "die-kesselflicker",
    "image": f"{ARTWORKS}/banners/v4/series/7700/posters/main.jpg",
    "firstAired": "2011-09-01",
    "lastAired": "2012-11-01",
    "nextAired": "",
    "score": 48231,
    "status": {"id": 2, "name": "Ended", "recordType": "series", "keepUpdated": False},
    "originalCountry": "deu",
    "originalLanguage": "deu",
    "defaultSeasonType": 1,
    "averageRuntime": 44,
    "year": "2011",
    "overview": "Drei Brüder ziehen durchs Land.",
    "aliases": [{"language": "eng", "name": "Tinkers"}, {"language": "fra", "name": "Les Rétameurs"}],
    "genres": [{"id": 1, "name": "Drama", "slug": "drama"}, {"id": 2, "name": "Western", "slug": "western"}],
    "originalNetwork": {"id": 1, "name": "Küste TV", "country": "deu"},
    "latestNetwork": {"id": 1, "name": "Küste TV", "country": "deu"},
    "companies": [
        {
            "id": 2,
            "name": "Nordlicht Film",
            "companyType": {"companyTypeId": 3, "companyTypeName": "Production Company"},
        },
        {
            "id": 3,
            "name": "Zweites Küste TV",
            "companyType": {"companyTypeId": 1, "companyTypeName": "Network"},
        },
        {"id": 4, "name": "Verleih", "companyType": {"companyTypeId": 4, "companyTypeName": "Distributor"}},
    ],
    "contentRatings": [
        {"id": 1, "name": "12", "country": "deu", "contentType": "", "fullName": None},
        {"id": 2, "name": "TV-14", "country": "usa", "contentType": "episode", "fullName": None},
        {"id": 3, "name": "?", "country": "xyz"},
    ],
    "remoteIds": [
        {"id": "tt99944444", "type": 2, "sourceName": "IMDB"},
        {"id": "https://kessel.example", "type": 4, "sourceName": "Official Website"},
        {"id": 815, "type": 12, "sourceName": "TheMovieDB.com"},
        {"id": "4100", "type": 19, "sourceName": "TV Maze"},
        {"id": "Q999999998", "type": 18, "sourceName": "Wikidata"},
        {"id": "kessel", "type": 6, "sourceName": "Facebook"},
    ],
    "characters": [
        character(4, "Tilda Rohr", "Guest Star", 1, name="The Widow"),
        character(2, "Anselm Pfann", "Actor", 2, name="Veit"),
        character(
            1, "Korbinian Topf", "Actor", 1, name="Matz", personImgURL=f"{ARTWORKS}/banners/v4/actor/1/a.jpg"
        ),
        character(3, "Rosa Blech", "Director", 0),
        character(3, "Rosa Blech", "Writer", 0),
        character(3, "Rosa Blech", "Writer", 5),
        character(6, "Somebody", "Guest Star", 0, name="A Rider", episodeId=9),
        character(5, "Hedwig Zange", "Creator", 0, name="x"),
    ],
    "artworks": [
        artwork(3, "/banners/v4/series/7700/backgrounds/b.jpg", "eng", 5, includesText=False),
        artwork(2, "/banners/v4/series/7700/posters/e.jpg", "eng", 10),
        artwork(2, "/banners/v4/series/7700/posters/k.jpg", "kor", 99),
        artwork(2, "/banners/v4/series/7700/posters/d.jpg", "deu", 30),
        artwork(23, "/banners/v4/series/7700/clearlogo/l.png", None, 1),
        artwork(7, "/banners/v4/season/7701/posters/s.jpg", "eng", 9),
        artwork(20, "/banners/v4/series/7700/cinemagraphs/c.gif", None, 1),
    ],
    "trailers": [
        {"id": 1, "language": "deu", "name": "Trailer", "url": "https://www.youtube.com/watch?v=abcDEF12345"},
        {"id": 2, "language": "deu", "name": "x", "url": "https://elsewhere.example/watch?v=abcDEF12345"},
    ],
    "seasons": [
        season_record(7702, 2),
        season_record(7700, 0),
        season_record(7701, 1, image=f"{ARTWORKS}/banners/seasons/7701.jpg", name="Season 1"),
        season_record(7711, 1, "dvd"),
        season_record(7721, 1, "absolute"),
        season_record(7731, 1, "alternate"),
    ],
    "translations": {
        "nameTranslations": [
            {"language": "deu", "name": "Die Kesselflicker", "isPrimary": True},
            {"language": "eng", "name": "Tinkers", "isAlias": True},
            {"language": "eng", "name": "The Tinkers"},
            {"language": "pt", "name": "Os Latoeiros"},
        ],
        "overviewTranslations": [
            {"language": "deu", "overview": "Drei Brüder ziehen durchs Land."},
            {"language": "eng", "overview": "Three brothers roam the land."},
        ],
        "alias": [],
    },
}

MOVIE: dict[str, Any] = {
    "id": 3300,
    "name": "The Kettle Affair",
    "image": "/banners/v4/movie/3300/posters/main.jpg",
    "score": 12,
    "runtime": 104,
    "year": "2016",
    "status": {"id": 5, "name": "Released"},
    "originalCountry": "gbr",
    "originalLanguage": "eng",
    "first_release": {"country": "global", "date": "2016-03-11", "detail": None},
    "genres": [{"id": 1, "name": "Comedy"}],
    "companies": {
        "studio": [{"id": 1, "name": "Copper Pictures"}],
        "network": None,
        "production": [{"id": 2, "name": "Tin Films"}],
        "distributor": [],
        "special_effects": [],
    },
    "studios": [],
    "production_countries": [
        {"id": 1, "country": "gbr", "name": "Great Britain"},
        {"id": 2, "country": "irl"},
    ],
    "contentRatings": [{"id": 1, "name": "12A", "country": "gbr", "contentType": "movie"}],
    "remoteIds": [{"id": "tt99955555", "type": 2, "sourceName": "IMDB"}],
    "characters": [
        character(1, "Korbinian Topf", "Actor", 0, name="The Kettle", seriesId=None, movieId=3300)
    ],
    "artworks": [
        artwork(14, "/banners/v4/movie/3300/posters/p.jpg", "eng", 2),
        artwork(15, "/banners/v4/movie/3300/backgrounds/b.jpg", None, 2),
        artwork(2, "/banners/v4/series/1/posters/p.jpg", None, 2),
    ],
    "translations": {
        "nameTranslations": [{"language": "fra", "name": "L'Affaire de la bouilloire"}],
        "overviewTranslations": [{"language": "fra", "overview": "Ça bout.", "tagline": "Attention, chaud"}],
    },
}

EPISODES: list[dict[str, Any]] = [
    episode(
        51,
        1,
        1,
        "Kettles",
        overview="A hole is mended.",
        image="/banners/v4/episode/51/screencap/s.jpg",
    ),
    episode(52, 1, 2, "Episode 2"),
    episode(52, 1, 2, "Episode 2"),
    episode(53, 1, 3, None, finaleType="season"),
    episode(54, 2, 1, "TBA", absoluteNumber=4, aired="2012-10-01"),
    episode(50, 0, 1, "The Making", absoluteNumber=0),
]

GERMAN: list[dict[str, Any]] = [
    episode(51, 1, 1, "Kessel", overview="Ein Loch wird geflickt."),
    episode(52, 1, 2, None),
    episode(53, 1, 3, "Das Ende"),
]

DVD: list[dict[str, Any]] = [
    episode(53, 1, 1, "x"),
    episode(51, 1, 2, "x"),
    episode(54, 2, 1, "x"),
    episode(99, 2, 2, "Not aired"),
]

SEASON: dict[str, Any] = season_record(
    7701,
    1,
    name="Season 1",
    image=f"{ARTWORKS}/banners/seasons/7701.jpg",
    artwork=[
        artwork(7, "/banners/v4/season/7701/posters/e.jpg", "eng", 3),
        artwork(7, "/banners/v4/season/7701/posters/d.jpg", "deu", 8),
    ],
    translations=[
        {"language": "eng", "name": "The First Winter", "overview": "Snow falls."},
        {"language": "deu", "name": "Der erste Winter"},
    ],
)

FOUND: dict[str, Any] = {
    "objectID": "series-7700",
    "id": "series-7700",
    "tvdb_id": "7700",
    "type": "series",
    "name": "Die Kesselflicker",
    "year": "2011",
    "country": "deu",
    "primary_language": "deu",
    "image_url": f"{ARTWORKS}/banners/v4/series/7700/posters/main.jpg",
    "overview": "Drei Brüder ziehen durchs Land.",
    "overviews": {"deu": "Drei Brüder ziehen durchs Land.", "eng": "Three brothers roam the land."},
    "translations": {"deu": "Die Kesselflicker", "eng": "The Tinkers"},
    "aliases": ["Tinkers"],
    "remote_ids": [{"id": "tt99944444", "type": 2, "sourceName": "IMDB"}],
    "network": "Küste TV",
    "status": "Ended",
}
