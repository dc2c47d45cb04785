"""A show as TVmaze writes it, with everything that can be embedded; all of it invented."""

from typing import Any


def picture(path: str) -> dict[str, str]:
    host = "https://static.tvmaze.com/uploads/images"
    return {"medium": f"{host}/medium_portrait/{path}", "original": f"{host}/original_untouched/{path}"}


def person(id_: int, name: str, image: str | None = None) -> dict[str, Any]:
    return {
        "id": id_,
        "url": f"https://www.tvmaze.com/people/{id_}/x",
        "name": name,
        "country": None,
        "birthday": None,
        "image": picture(image) if image else None,
        "updated": 1500000000,
    }


def sized(type_: str | None, path: str, width: int, height: int, *, main: bool = False) -> dict[str, Any]:
    original = {"url": picture(path)["original"], "width": width, "height": height}
    return {"id": 1, "type": type_, "main": main, "resolutions": {"original": original, "medium": original}}


def episode(id_: int, season: int, number: int | None, name: str, **other: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "url": f"https://www.tvmaze.com/episodes/{id_}/x",
        "name": name,
        "season": season,
        "number": number,
        "type": "regular",
        "airdate": "2015-04-02",
        "airtime": "20:15",
        "airstamp": "2015-04-02T18:15:00+00:00",
        "runtime": 45,
        "rating": {"average": None},
        "image": None,
        "summary": None,
        **other,
    }


SHOW: dict[str, Any] = {
    "id": 4100,
    "url": "https://www.tvmaze.com/shows/4100/lantern-row",
    "name": "Lantern Row",
    "type": "Scripted",
    "language": "English",
    "genres": ["Drama", "Mystery"],
    "status": "Running",
    "runtime": 60,
    "averageRuntime": 52,
    "premiered": "2015-04-02",
    "ended": None,
    "officialSite": "https://lantern.example",
    "schedule": {"time": "20:15", "days": ["Thursday"]},
    "rating": {"average": 7.9},
    "weight": 84,
    "network": {
        "id": 1,
        "name": "Saltmarsh Television",
        "country": {"name": "United Kingdom", "code": "GB", "timezone": "Europe/London"},
        "officialSite": None,
    },
    "webChannel": {"id": 2, "name": "Saltmarsh Online", "country": None, "officialSite": None},
    "dvdCountry": None,
    "externals": {"tvrage": 1, "thetvdb": 99900, "imdb": "tt99933333"},
    "image": picture("1/row.jpg"),
    "summary": "<p><b>Lantern Row</b> follows a lamplighter.</p><p>Nothing stays lit &amp; nobody sleeps.</p>",
    "updated": 1700000000,
    "_links": {"self": {"href": "https://api.tvmaze.com/shows/4100"}},
    "_embedded": {
        "cast": [
            {
                "person": person(11, "Odile Marsh", "2/odile.jpg"),
                "character": {"id": 5, "name": "Wick", "image": None},
                "self": False,
                "voice": False,
            },
            {
                "person": person(12, "Perrin Vale"),
                "character": {"id": 6, "name": "The Mayor", "image": None},
                "self": False,
                "voice": False,
            },
        ],
        "crew": [
            {"type": "Executive Producer", "person": person(13, "Ida Quill", "2/ida.jpg")},
            {"type": "Creator", "person": person(13, "Ida Quill", "2/ida.jpg")},
            {"type": "Director of Photography", "person": person(14, "Sten Bow")},
            {"type": "Creator", "person": person(13, "Ida Quill", "2/ida.jpg")},
        ],
        "seasons": [
            {
                "id": 9002,
                "number": 2,
                "name": "",
                "episodeOrder": 6,
                "premiereDate": "2016-04-07",
                "image": None,
                "summary": None,
            },
            {
                "id": 9001,
                "number": 1,
                "name": "First Light",
                "episodeOrder": 8,
                "premiereDate": "2015-04-02",
                "endDate": "2015-05-21",
                "image": picture("3/first.jpg"),
                "summary": "<p>It begins.</p>",
            },
        ],
        "episodeswithspecials": [
            episode(502, 1, 2, "Episode 2", rating={"average": 8.25}),
            episode(
                501, 1, 1, "Wicks", image=picture("4/wicks.jpg"), summary="<p>A match is <i>struck</i>.</p>"
            ),
            episode(
                503,
                1,
                None,
                "A Winter Lamp",
                type="significant_special",
                airdate="2015-12-25",
                summary="<p>Snow.</p>",
            ),
            episode(504, 2, 1, "TBA", airdate="", runtime=None),
        ],
        "akas": [
            {"name": "Die Laternengasse", "country": {"name": "Germany", "code": "DE", "timezone": "x"}},
            {"name": "The Row", "country": None},
        ],
        "images": [
            sized("banner", "5/banner.jpg", 758, 140),
            sized("poster", "5/second.jpg", 680, 1000),
            sized("poster", "1/row.jpg", 1360, 2000, main=True),
            sized("background", "5/back.jpg", 1920, 1080),
            sized("typography", "5/letters.png", 800, 300),
            sized("poster", "../../etc/passwd.jpg", 1, 1),
            sized(None, "5/what.jpg", 5, 5),
        ],
    },
}
