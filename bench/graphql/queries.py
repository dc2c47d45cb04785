"""The four queries that every server is asked, and what is asked of our own beside them."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import orjson

FILMS, SHOWS = 50, 10
_WRAPPERS = {"nodes", "pageInfo", "movie", "movies", "allSeries", "newest", "next"}

ONE_FILM = """query OneFilm($id: ID!) {
  movie(by: {id: $id}) { id slug title year runtimeSeconds releaseDate overview }
}"""
WITH_GENRES = """query WithGenres($first: Int!) {
  movies(first: $first, orderBy: {field: ADDED_AT, direction: DESC}) {
    nodes { id title year genres { id name } }
  }
}"""
_NESTED = """
    id title year runtimeSeconds
    genres { id name }
    cast(first: 8) { nodes { character billing person { id name } } }
    files(first: 20) {
      nodes {
        id name container sizeBytes durationSeconds
        streams {
          __typename index codec language
          ... on VideoStream { width height }
          ... on AudioStream { channels }
        }
      }
    }
"""
NESTED = f"""query Nested($first: Int!) {{
  movies(first: $first, orderBy: {{field: ADDED_AT, direction: DESC}}) {{ nodes {{ {_NESTED} }} }}
}}"""
# A page has no more than a hundred.
NESTED_TWICE = f"""query NestedTwice {{
  newest: movies(first: 100, orderBy: {{field: ADDED_AT, direction: DESC}}) {{ nodes {{ {_NESTED} }} }}
  next: movies(first: 100, offset: 100, orderBy: {{field: ADDED_AT, direction: DESC}}) {{ nodes {{ {_NESTED} }} }}
}}"""
SERIES = """query Series($first: Int!) {
  allSeries(first: $first, orderBy: {field: ADDED_AT, direction: DESC}) {
    nodes {
      id title year
      seasons { id number title episodes(first: 50) { nodes { id number title airDate runtimeSeconds } } }
    }
  }
}"""
PAGE = """query Page($first: Int!, $after: String, $offset: Int, $orderBy: MovieOrder!) {
  movies(first: $first, after: $after, offset: $offset, orderBy: $orderBy) {
    pageInfo { endCursor }
    nodes { id title year genres { id name } }
  }
}"""


@dataclass(frozen=True, slots=True)
class Query:
    """A document with the variables of requests that take turns."""

    name: str
    title: str
    document: str
    variables: Sequence[Mapping[str, Any]] = field(default=({},))

    @property
    def bodies(self) -> list[str]:
        return [
            orjson.dumps({"query": self.document, "variables": each, "operationName": self.name}).decode()
            for each in self.variables
        ]


def four(film_ids: Sequence[str]) -> list[Query]:
    """film_ids: global ids of those that the first asks for, one after the other."""
    return [
        Query("OneFilm", "Q1 one film", ONE_FILM, [{"id": each} for each in film_ids]),
        Query("WithGenres", f"Q2 {FILMS} films + genres", WITH_GENRES, [{"first": FILMS}]),
        Query("Nested", f"Q3 {FILMS} films nested", NESTED, [{"first": FILMS}]),
        Query("Series", f"Q4 {SHOWS} series", SERIES, [{"first": SHOWS}]),
    ]


def objects(value: Any) -> int:
    """How many objects an answer is made of, but for those that only wrap lists."""
    if isinstance(value, list):
        return sum(map(objects, cast("list[Any]", value)))
    if not isinstance(value, dict):
        return 0
    found = cast("dict[str, Any]", value)
    own = 0 if found.keys() <= _WRAPPERS else 1
    return own + sum(map(objects, found.values()))


# What PostGraphile is asked, in the words of its own schema of the views of postgraphile/views.sql.
_THEIRS = {
    "OneFilm": """query OneFilm($id: UUID!) {
  movie: filmByRowId(rowId: $id) { id slug title year runtimeSeconds: runtimeS releaseDate overview }
}""",
    "WithGenres": """query WithGenres($first: Int!) {
  movies: allFilms(first: $first, orderBy: ADDED_AT_DESC) {
    nodes { id title year genres(orderBy: POSITION_ASC) { nodes { id name } } }
  }
}""",
    "Nested": """query Nested($first: Int!) {
  movies: allFilms(first: $first, orderBy: ADDED_AT_DESC) {
    nodes {
      id title year runtimeSeconds: runtimeS
      genres(orderBy: POSITION_ASC) { nodes { id name } }
      cast(first: 8, orderBy: BILLING_ASC) { nodes { character billing person { id name } } }
      files(first: 20, orderBy: ROW_ID_ASC) {
        nodes {
          id name container sizeBytes durationMs
          streams(orderBy: POSITION_ASC) { nodes { kind index: position codec language width height channels } }
        }
      }
    }
  }
}""",
    "Series": """query Series($first: Int!) {
  allSeries: allShows(first: $first, orderBy: ADDED_AT_DESC) {
    nodes {
      id title year
      seasons(orderBy: NUMBER_ASC) {
        nodes {
          id number title
          episodes(first: 50, orderBy: POSITION_ASC) { nodes { id number title airDate runtimeSeconds: runtimeS } }
        }
      }
    }
  }
}""",
}


def theirs(query: Query) -> Query:
    """The same question to PostGraphile. Rows are asked for by their keys."""
    variables = [
        {"id": b64decode(each["id"]).decode().partition(":")[2]} if "id" in each else each
        for each in query.variables
    ]
    return replace(query, document=_THEIRS[query.name], variables=variables)
