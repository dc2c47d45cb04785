"""What fanart.tv and OMDb write, and servers that write it; all of it invented."""

import json
from typing import Any

from app.demo.answering import Asked, said

FANART_KEY, OMDB_KEY = "f" * 32, "0a1b2c3d"
HOST = "https://assets.elsewhere.example"


def art(id_: str, path: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "url": f"{HOST}/fanart/{path}", "lang": "en", "likes": "0", **more}


MOVIE_ART: dict[str, Any] = {
    "name": "The Last Tram",
    "tmdb_id": "4711",
    "imdb_id": "tt9991111",
    "image_count": 9,
    "hdmovielogo": [
        art("11", "tram-1.png", likes="2", width="800", height="310"),
        art("12", "tram-2.png", likes="7", lang="de"),
        art("13", "tram-3.png", likes="5", lang="fr"),
    ],
    "movielogo": [art("21", "tram-old.png", likes="90")],
    "movieposter": [art("31", "tram-poster.jpg", lang="00", width="2000", height="3000")],
    "moviebackground": [art("41", "tram-back.jpg", lang="", likes="3")],
    "movie4kbackground": [art("42", "tram-back-4k.jpg", lang="", likes="1")],
    "moviedisc": [art("51", "tram-disc.png", disc="1", disc_type="bluray")],
    "moviethumb": [art("61", "tram-thumb.jpg")],
    "moviebanner": [art("71", "tram-banner.jpg")],
    "hdmovieclearart": [art("81", "tram-art.png")],
    "moviesquare": [art("91", "tram-square.jpg")],
}
SERIES_ART: dict[str, Any] = {
    "name": "Low Tide",
    "thetvdb_id": "99922",
    "tvposter": [art("1", "tide-poster.jpg", likes="4")],
    "showbackground": [
        art("2", "tide-back.jpg", lang="", season="all"),
        art("3", "tide-back-2.jpg", lang="", season="2"),
    ],
    "hdtvlogo": [art("4", "tide-logo.png")],
    "clearlogo": [art("5", "tide-small.png")],
    "tvthumb": [art("6", "tide-thumb.jpg")],
    "tvbanner": [art("7", "tide-banner.jpg")],
    "characterart": [art("8", "tide-constable.png")],
    "hdclearart": [art("9", "tide-art.png")],
    "seasonposter": [
        art("10", "tide-s1.jpg", season="1", likes="1"),
        art("11", "tide-s1-better.jpg", season="1", likes="6"),
        art("12", "tide-s0.jpg", season="0"),
        art("13", "tide-all.jpg", season="all"),
    ],
    "seasonthumb": [art("14", "tide-s1-thumb.jpg", season="1")],
    "seasonbanner": [art("15", "tide-s2-banner.jpg", season="2")],
}
RATED: dict[str, Any] = {
    "Title": "The Last Tram",
    "Year": "2014",
    "Rated": "N/A",
    "Released": "12 Jun 2014",
    "Runtime": "97 min",
    "Awards": "2 wins & 1 nomination",
    "Ratings": [
        {"Source": "Internet Movie Database", "Value": "7.8/10"},
        {"Source": "Rotten Tomatoes", "Value": "93%"},
        {"Source": "Metacritic", "Value": "74/100"},
    ],
    "Metascore": "74",
    "imdbRating": "7.8",
    "imdbVotes": "1,234,567",
    "imdbID": "tt9991111",
    "Type": "movie",
    "BoxOffice": "N/A",
    "Response": "True",
}


class Fanart:
    """Films by ids of TMDb and IMDb, series by those of TheTVDB."""

    def __init__(self) -> None:
        self.entries = {
            "/v3.2/movies/4711": MOVIE_ART,
            "/v3.2/movies/tt9991111": MOVIE_ART,
            "/v3.2/tv/99922": SERIES_ART,
        }

    async def answer(self, asked: Asked) -> bytes:
        if asked.headers.get("api-key") != FANART_KEY:
            return _json({"status": "error", "error message": "Invalid API key"}, 401)
        found = self.entries.get(asked.path)
        return _json(found) if found else _json({"status": "error", "error message": "Not found"}, 404)


class Omdb:
    """left: how many requests the key may make yet."""

    def __init__(self) -> None:
        self.left = 1000
        self.entries: dict[str, dict[str, Any]] = {"tt9991111": RATED}

    async def answer(self, asked: Asked) -> bytes:
        if asked.query.get("apikey") != OMDB_KEY:
            return _json(no("Invalid API key!"), 401)
        if self.left == 0:
            return _json(no("Request limit reached!"), 401)
        self.left -= 1
        return _json(self.entries.get(asked.query.get("i", "")) or no("Incorrect IMDb ID."))


def no(why: str) -> dict[str, str]:
    return {"Response": "False", "Error": why}


def _json(body: Any, status: int = 200) -> bytes:
    return said(status, json.dumps(body).encode(), {"content-type": "application/json; charset=utf-8"})
