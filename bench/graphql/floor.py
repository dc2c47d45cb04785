"""The least that anybody would write by hand for the same four answers: bare ASGI, one statement for each level of a
query on asyncpg's rows, dicts, orjson. No permissions, no language, no other query.

`python -m bench.graphql.floor DATABASE_URL FD` serves on a listening socket that it is handed.
"""

import gc
import socket
import sys
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import asyncpg
import orjson
import uvicorn
import uvloop

CONNECTIONS = 16
Row = dict[str, Any]

MOVIE = """
SELECT m.id::text, m.slug, m.title, m.year, m.runtime_s, m.release_date, m.overview FROM movies.movies m
WHERE m.id = $1::uuid
"""
MOVIES = """
SELECT m.id::text, m.title, m.year, m.runtime_s FROM movies.movies m ORDER BY m.added_at DESC, m.id DESC LIMIT $1
"""
GENRES = """
SELECT l.movie_id::text, t.id::text, t.name FROM movies.movie_terms l JOIN taxonomy.terms t ON t.id = l.term_id
WHERE l.movie_id = ANY($1::uuid[]) AND t.kind = 'genre' ORDER BY l.position, t.id
"""
CAST = """
SELECT k.id::text, c.character, c.billing, c.person_id::text FROM unnest($1::uuid[]) k(id) CROSS JOIN LATERAL (
    SELECT c.* FROM movies.credits c WHERE c.movie_id = k.id AND c.department = 'Acting'
    ORDER BY c.billing, c.id LIMIT 8) c
"""
PEOPLE = "SELECT p.id::text, p.name FROM people.people p WHERE p.id = ANY($1::uuid[])"
FILES = """
SELECT k.id::text, f.id::text, f.name, f.container, f.size_bytes, f.duration_ms
FROM unnest($1::uuid[]) k(id) CROSS JOIN LATERAL (
    SELECT f.* FROM library.files f WHERE f.id IN (
        SELECT p.file_id FROM movies.editions e JOIN movies.versions v ON v.edition_id = e.id
        JOIN library.movie_parts p ON p.version_id = v.id WHERE e.movie_id = k.id)
    ORDER BY f.id LIMIT 20) f
"""
STREAMS = """
SELECT s.file_id::text, s.kind, s.position, s.codec, s.language, s.width, s.height, s.channels FROM library.streams s
WHERE s.file_id = ANY($1::uuid[]) ORDER BY s.position
"""
SERIES = """
SELECT s.id::text, s.title, s.year FROM tv.series s ORDER BY s.added_at DESC, s.id DESC LIMIT $1
"""
SEASONS = """
SELECT s.series_id::text, s.id::text, s.number, s.title FROM tv.seasons s WHERE s.series_id = ANY($1::uuid[])
ORDER BY s.number = 0, s.number
"""
EPISODES = """
SELECT k.id::text, e.id::text, e.number, e.title, e.air_date, e.runtime_s
FROM unnest($1::uuid[]) k(id) CROSS JOIN LATERAL (
    SELECT e.* FROM tv.episodes e WHERE e.season_id = k.id ORDER BY e.position, e.id LIMIT 50) e
"""
TYPES = {
    "video": "VideoStream",
    "audio": "AudioStream",
    "subtitle": "SubtitleStream",
    "attachment": "Attachment",
}


def global_id(kind: str, key: str) -> str:
    return b64encode(f"{kind}:{key}".encode()).decode()


async def one_film(db: Any, variables: Row) -> Row:
    key = b64decode(variables["id"]).decode().partition(":")[2]
    row = await db.fetchrow(MOVIE, key)
    if row is None:
        return {"movie": None}
    film_id, slug, title, year, runtime_s, released, overview = row
    film = {"id": global_id("Movie", film_id), "slug": slug, "title": title, "year": year}
    film |= {"runtimeSeconds": runtime_s, "releaseDate": released, "overview": overview}
    return {"movie": film}


async def with_genres(db: Any, variables: Row) -> Row:
    films: dict[str, Row] = {
        film_id: {"id": global_id("Movie", film_id), "title": title, "year": year, "genres": []}
        for film_id, title, year, _ in await db.fetch(MOVIES, variables["first"])
    }
    await _add_genres(db, films)
    return {"movies": {"nodes": list(films.values())}}


async def nested(db: Any, variables: Row) -> Row:
    films: dict[str, Row] = {}
    for film_id, title, year, runtime_s in await db.fetch(MOVIES, variables["first"]):
        films[film_id] = {
            "id": global_id("Movie", film_id),
            "title": title,
            "year": year,
            "runtimeSeconds": runtime_s,
            "genres": [],
            "cast": {"nodes": []},
            "files": {"nodes": []},
        }
    await _add_genres(db, films)
    await _add_cast(db, films)
    await _add_files(db, films)
    return {"movies": {"nodes": list(films.values())}}


async def _add_genres(db: Any, films: dict[str, Row]) -> None:
    for film_id, term_id, name in await db.fetch(GENRES, list(films)):
        films[film_id]["genres"].append({"id": global_id("Genre", term_id), "name": name})


async def _add_cast(db: Any, films: dict[str, Row]) -> None:
    credits = await db.fetch(CAST, list(films))
    people = {
        key: {"id": global_id("Person", key), "name": name}
        for key, name in await db.fetch(PEOPLE, list({row[3] for row in credits}))
    }
    for film_id, character, billing, person_id in credits:
        films[film_id]["cast"]["nodes"].append(
            {"character": character, "billing": billing, "person": people[person_id]}
        )


async def _add_files(db: Any, films: dict[str, Row]) -> None:
    streams_of: dict[str, list[Row]] = {}
    for film_id, file_id, name, container, size_bytes, duration_ms in await db.fetch(FILES, list(films)):
        streams_of[file_id] = []
        file = {
            "id": global_id("File", file_id),
            "name": name,
            "container": container,
            "sizeBytes": size_bytes,
        }
        file |= {"durationSeconds": None if duration_ms is None else duration_ms / 1000}
        films[film_id]["files"]["nodes"].append(file | {"streams": streams_of[file_id]})
    for file_id, kind, position, codec, language, width, height, channels in await db.fetch(
        STREAMS, list(streams_of)
    ):
        stream = {"__typename": TYPES[kind], "index": position, "codec": codec, "language": language}
        if kind == "video":
            stream |= {"width": width, "height": height}
        elif kind == "audio":
            stream |= {"channels": channels}
        streams_of[file_id].append(stream)


async def series(db: Any, variables: Row) -> Row:
    shows: dict[str, Row] = {
        key: {"id": global_id("Series", key), "title": title, "year": year, "seasons": []}
        for key, title, year in await db.fetch(SERIES, variables["first"])
    }
    episodes_of: dict[str, list[Row]] = {}
    for show_id, key, number, title in await db.fetch(SEASONS, list(shows)):
        episodes_of[key] = []
        season = {"id": global_id("Season", key), "number": number, "title": title}
        shows[show_id]["seasons"].append(season | {"episodes": {"nodes": episodes_of[key]}})
    for season_id, key, number, title, aired, runtime_s in await db.fetch(EPISODES, list(episodes_of)):
        episode = {"id": global_id("Episode", key), "number": number, "title": title}
        episodes_of[season_id].append(episode | {"airDate": aired, "runtimeSeconds": runtime_s})
    return {"allSeries": {"nodes": list(shows.values())}}


ANSWERS: dict[str, Callable[[Any, Row], Awaitable[Row]]] = {
    "OneFilm": one_film,
    "WithGenres": with_genres,
    "Nested": nested,
    "Series": series,
}


class Floor:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message.get("more_body"):
                break
        asked = orjson.loads(body)
        async with self._pool.acquire() as db:
            answer = await ANSWERS[asked["operationName"]](db, asked["variables"])
        content = orjson.dumps({"data": answer})
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})


class _Connection(asyncpg.Connection):
    def get_reset_query(self) -> str:
        return ""


async def serve(database_url: str, descriptor: int) -> None:
    pool = await asyncpg.create_pool(
        database_url, min_size=CONNECTIONS, max_size=CONNECTIONS, connection_class=_Connection
    )
    config = uvicorn.Config(Floor(pool), http="httptools", lifespan="off", log_config=None, access_log=False)
    print("ready", flush=True)
    await uvicorn.Server(config).serve([socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    gc.freeze()
    uvloop.run(serve(sys.argv[1], int(sys.argv[2])))
