"""Invented films, with all that a scan would write of them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase

from app.catalog.collections.tables import CollectionMovieRow, CollectionRow
from app.catalog.facts import WorkFacts
from app.catalog.movies.tables import EditionRow, MovieCreditRow, MovieRow, MovieTermRow, VersionRow
from app.catalog.people.tables import PersonRow
from app.catalog.taxonomy.writes import Term
from app.catalog.titles import slug, sort_title
from app.identify.kinds import LibraryKind
from app.library.tables import FileRow, LibraryMovieRow, MatchRow, MoviePartRow, StreamRow
from app.seeding import works
from app.seeding.maker import Maker
from app.seeding.media import Place, copy_of
from app.seeding.people import credited, people_of
from app.seeding.words import GENRES
from app.seeding.works import Rows

FILM = "film"
# Three of so many films belong together.
COLLECTION_EVERY, COLLECTION_FILMS = 60, 3
# In the order in which they refer to each other; what a work is about comes before who has it, so that nobody is told
# that they saw it without.
TABLES: tuple[type[DeclarativeBase], ...] = (
    PersonRow,
    MovieRow,
    MovieTermRow,
    MovieCreditRow,
    EditionRow,
    VersionRow,
    FileRow,
    StreamRow,
    MatchRow,
    MoviePartRow,
    LibraryMovieRow,
    CollectionRow,
    CollectionMovieRow,
)


def films(numbers: Iterable[int], place: Place, terms: Mapping[Term, UUID]) -> Rows:
    rows: Rows = {table: [] for table in TABLES}
    for number in numbers:
        _film(Maker(FILM, number), place, terms, rows)
    return rows


def _film(maker: Maker, place: Place, terms: Mapping[Term, UUID], rows: Rows) -> None:
    parts = credited(maker)
    facts = works.facts_of(
        maker,
        parts=parts,
        terms={
            "genre": maker.some(GENRES, 1 + maker.low(4)),
            "studio": maker.some(works.STUDIOS, 1 + maker.low(3)),
            "keyword": maker.some(works.KEYWORDS, maker.whole(0, 6)),
        },
        certificates=works.FILM_CERTIFICATES,
        runtime_s=60 * maker.whole(70, 170),
    )
    row = works.work_row(maker, facts, "release_date")
    rows[PersonRow] += people_of(FILM, maker.number)
    rows[MovieRow].append(row)
    rows[MovieTermRow] += works.term_rows("movie_id", row["id"], facts, terms)
    rows[MovieCreditRow] += works.credit_rows(maker, "movie_id", row["id"], parts)
    _editions(maker, place, row["id"], facts, rows)
    rows[LibraryMovieRow].append({"library_id": place.library_id, "movie_id": row["id"]})
    _collection(maker, row["id"], facts, rows)


def _editions(maker: Maker, place: Place, movie_id: str, facts: WorkFacts, rows: Rows) -> None:
    """The ordinary cut, in two qualities now and then, and the director's for a few."""
    names = ["", "Director's Cut"] if maker.happens(0.04) else [""]
    for name in names:
        edition_id = maker.id()
        rows[EditionRow].append({"id": edition_id, "movie_id": movie_id, "name": name})
        for number in range(2 if maker.happens(0.08) else 1):
            _version(maker, place, (edition_id, name, number), facts, rows)


def _version(maker: Maker, place: Place, which: tuple[str, str, int], facts: WorkFacts, rows: Rows) -> None:
    edition_id, edition, number = which
    path = f"{works.folder_of(facts)}/{facts.title.replace(':', ' -')} ({facts.year})"
    path += f" {{edition-{edition}}}" if edition else ""
    path += f" - copy {number + 1}" if number else ""
    copy = copy_of(maker, place, facts, path, works.reading_of(LibraryKind.MOVIE, facts, "film"))
    version_id = maker.id()
    rows[VersionRow].append(
        {"id": version_id, "edition_id": edition_id, "key": copy.key, "label": copy.label}
    )
    rows[FileRow].append(copy.file)
    rows[StreamRow] += copy.streams
    rows[MatchRow].append(copy.match)
    rows[MoviePartRow].append(
        {"id": maker.id(), "version_id": version_id, "file_id": copy.file["id"], "number": 1}
    )


def _collection(maker: Maker, movie_id: str, facts: WorkFacts, rows: Rows) -> None:
    """Named after the first of its films, which makes it."""
    number, position = divmod(maker.number, COLLECTION_EVERY)
    if position >= COLLECTION_FILMS:
        return
    owner = Maker("collection", number)
    collection_id = owner.id()
    if position == 0:
        title = f"{facts.title} Collection"
        row = {
            "id": collection_id,
            "title": title,
            "sort_title": sort_title(title, "en"),
            "slug": slug(title),
        }
        row |= {"overview": facts.overview, "provider_ids": {"tmdb": facts.provider_ids["tmdb"]}}
        rows[CollectionRow].append(row | {"translations": dict[str, Any]()})
    rows[CollectionMovieRow].append(
        {"collection_id": collection_id, "movie_id": movie_id, "position": position}
    )
