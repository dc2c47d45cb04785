"""A catalog of which some is hidden from viewers in several ways, and what it would be without that."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.access.rule import Access, Kind
from app.access.viewer import Viewer, marquee
from app.catalog.movies.tables import MovieTermRow
from app.catalog.tv.tables import SeriesTermRow
from app.core.app import App
from app.core.bulk import insert
from app.library.tables import LibrarySeriesRow
from app.metadata import facts as metadata
from app.metadata.detail_tables import EpisodeOrderRow
from tests import given

FILES_OF_WORKS = """
    SELECT p.file_id FROM library.movie_parts p JOIN movies.versions v ON v.id = p.version_id
        JOIN movies.editions e ON e.id = v.edition_id WHERE e.movie_id IN ({movies})
    UNION SELECT p.file_id FROM library.episode_parts p JOIN tv.episodes e ON e.id = p.episode_id
        WHERE e.series_id IN ({series})
    UNION SELECT file_id FROM library.extras WHERE movie_id IN ({movies}) OR series_id IN ({series})
    UNION SELECT a.file_id FROM library.artwork a WHERE a.movie_id IN ({movies}) OR a.series_id IN ({series})
        OR a.season_id IN (SELECT id FROM tv.seasons WHERE series_id IN ({series}))
        OR a.episode_id IN (SELECT id FROM tv.episodes WHERE series_id IN ({series}))
"""
# What nobody would ever have made if the hidden works had never been there.
ORPHANS = """
DELETE FROM movies.versions v WHERE NOT EXISTS (SELECT FROM library.movie_parts p WHERE p.version_id = v.id);
DELETE FROM movies.editions e WHERE NOT EXISTS (SELECT FROM movies.versions v WHERE v.edition_id = e.id);
DELETE FROM movies.movies m WHERE NOT EXISTS (SELECT FROM library.library_movies h WHERE h.movie_id = m.id);
DELETE FROM tv.episodes e WHERE NOT EXISTS (SELECT FROM library.episode_parts p WHERE p.episode_id = e.id);
DELETE FROM tv.seasons s WHERE NOT EXISTS (SELECT FROM tv.episodes e WHERE e.season_id = s.id);
DELETE FROM tv.series s WHERE NOT EXISTS (SELECT FROM library.library_series h WHERE h.series_id = s.id);
DELETE FROM people.people p WHERE NOT EXISTS (SELECT FROM movies.credits c WHERE c.person_id = p.id)
    AND NOT EXISTS (SELECT FROM tv.series_credits c WHERE c.person_id = p.id)
    AND NOT EXISTS (SELECT FROM tv.episode_credits c WHERE c.person_id = p.id);
DELETE FROM taxonomy.terms t WHERE NOT EXISTS (SELECT FROM movies.movie_terms l WHERE l.term_id = t.id)
    AND NOT EXISTS (SELECT FROM tv.series_terms l WHERE l.term_id = t.id);
DELETE FROM collections.collections c WHERE NOT EXISTS (
    SELECT FROM collections.movies m WHERE m.collection_id = c.id);
DELETE FROM library.duplicates d WHERE EXISTS (SELECT FROM unnest(d.file_ids) i(id) WHERE NOT EXISTS (
    SELECT FROM library.files f WHERE f.id = i.id));
DELETE FROM curation.changes c WHERE EXISTS (SELECT FROM unnest(c.movie_ids) i(id) WHERE NOT EXISTS (
    SELECT FROM movies.movies m WHERE m.id = i.id));
DELETE FROM curation.changes c WHERE EXISTS (SELECT FROM unnest(c.series_ids) i(id) WHERE NOT EXISTS (
    SELECT FROM tv.series s WHERE s.id = i.id));
DELETE FROM curation.changes c WHERE EXISTS (SELECT FROM unnest(c.file_ids) i(id) WHERE NOT EXISTS (
    SELECT FROM library.files f WHERE f.id = i.id));
UPDATE library.matches m SET candidates = (SELECT coalesce(jsonb_agg(c), '[]') FROM jsonb_array_elements(candidates) c
    WHERE EXISTS (SELECT FROM movies.movies w WHERE w.id = CAST(c ->> 'work_id' AS uuid))
       OR EXISTS (SELECT FROM tv.series w WHERE w.id = CAST(c ->> 'work_id' AS uuid)));
DELETE FROM catalog.redirects r WHERE NOT EXISTS (SELECT FROM movies.movies m WHERE m.id = r.became);
DELETE FROM images.pictures p WHERE NOT EXISTS (SELECT FROM people.people o WHERE o.id = p.owner_id)
    AND NOT EXISTS (SELECT FROM collections.collections o WHERE o.id = p.owner_id)
    AND NOT EXISTS (SELECT FROM movies.movies o WHERE o.id = p.owner_id)
    AND NOT EXISTS (SELECT FROM tv.series o WHERE o.id = p.owner_id)
    AND NOT EXISTS (SELECT FROM tv.seasons o WHERE o.id = p.owner_id)
    AND NOT EXISTS (SELECT FROM tv.episodes o WHERE o.id = p.owner_id);
"""
# Gives each work an id of its own at TMDb.
NUMBER = """
UPDATE {table} w SET provider_ids = provider_ids || jsonb_build_object('tmdb', n.number)
FROM (SELECT id, CAST(row_number() OVER (ORDER BY id) AS text) AS number FROM {table}) n WHERE n.id = w.id
RETURNING w.id, n.number
"""
RELEASE = {"country": "DE", "rating": "6", "kind": "theatrical"}
ORDER = {"provider": "tmdb", "kind": "dvd", "problem": "Nobody answers."}


@dataclass(frozen=True)
class Secrets:
    """Its libraries, terms and some of its works."""

    open_movies: UUID
    open_tv: UUID
    secret_movies: UUID
    secret_tv: UUID
    allowed: tuple[UUID, ...]
    blocked: tuple[UUID, ...]
    movie: UUID
    series: UUID
    adult_movie: UUID
    adult_series: UUID


@dataclass(frozen=True)
class Case:
    """A rule, and how the catalog is emptied of what it hides."""

    name: str
    access: Access
    empty: str

    @property
    def viewer(self) -> Viewer:
        return replace(marquee(("en",)), access=self.access)


def _without(movies: str, series: str) -> str:
    files = FILES_OF_WORKS.format(movies=movies, series=series)
    sidecars = f"SELECT external_file_id FROM library.streams WHERE file_id IN ({files})"
    return f"""
        CREATE TEMPORARY TABLE gone AS ({files}) UNION ({sidecars});
        DELETE FROM library.files WHERE id IN (SELECT file_id FROM gone);
        DROP TABLE gone;
        DELETE FROM movies.movies WHERE id IN ({movies});
        DELETE FROM tv.series WHERE id IN ({series});
    """


ADULTS = _without("SELECT id FROM movies.movies WHERE age = 18", "SELECT id FROM tv.series WHERE age = 18")
UNSURE = _without(
    "SELECT id FROM movies.movies WHERE age = 18 OR age IS NULL",
    "SELECT id FROM tv.series WHERE age = 18 OR age IS NULL",
)


def cases(secrets: Secrets) -> dict[str, Case]:
    libraries = (secrets.open_movies, secrets.open_tv)
    secret = f"'{secrets.secret_movies}', '{secrets.secret_tv}'"
    found = [
        Case(
            "libraries",
            Access(library_ids=libraries),
            f"DELETE FROM library.libraries WHERE id IN ({secret});",
        ),
        Case("age", Access(max_age=12), ADULTS),
        Case("unrated", Access(max_age=12, shows_unrated=False), UNSURE),
        Case("blocked", Access(blocked_terms=secrets.blocked), ADULTS),
        Case("allowed", Access(allowed_terms=(secrets.allowed,)), ADULTS),
        Case(
            "films", Access(kinds=frozenset({Kind.MOVIE})), "DELETE FROM library.libraries WHERE kind = 'tv';"
        ),
        Case(
            "series",
            Access(kinds=frozenset({Kind.TV})),
            "DELETE FROM library.libraries WHERE kind = 'movie';",
        ),
        Case(
            "several",
            Access(library_ids=libraries, max_age=12, blocked_terms=secrets.blocked, kinds=frozenset(Kind)),
            f"DELETE FROM library.libraries WHERE id IN ({secret}); {ADULTS}",
        ),
    ]
    return {case.name: case for case in found}


async def empty(app: App, case: Case) -> None:
    """Take away what the case hides, as if it had never been there."""
    async with app.database.pool.acquire() as connection:
        await connection.execute(case.empty)
        await connection.execute(ORPHANS)


async def _terms(app: App, name: str) -> tuple[UUID, ...]:
    kinds = ("genre", "studio", "network", "keyword")
    return tuple([await given.term(app, kind, f"{name} {kind}") for kind in kinds])


async def _link(app: App, row: type, key: str, work: UUID, terms: tuple[UUID, ...]) -> None:
    await insert(app.db, row, [{key: work, "term_id": term, "position": n} for n, term in enumerate(terms)])


async def _media(app: App, library: UUID, file: UUID, name: str) -> None:
    """What is in and beside a file."""
    await given.stream(app, file, "video", 0)
    await given.stream(app, file, "audio", 1, title=f"{name} sound")
    await given.stream(app, file, "attachment", 3, file_name=f"{name} font.ttf")
    await given.chapter(app, file, title=f"{name} chapter")
    sidecar = await given.file(app, library, f"{name}/{file}.srt", role="subtitle")
    await given.stream(app, file, "subtitle", 2, external_file_id=sidecar)
    await given.problem(app, library, f"{name}/{file}", file_id=file)


async def _film(
    app: App, library: UUID, name: str, people: tuple[UUID, ...], terms: tuple[UUID, ...], **values: object
) -> UUID:
    movie = await given.movie(app, name, overview=f"About {name}.", **values)  # type: ignore[arg-type]
    await given.link(app, metadata.Kind.MOVIE, movie)
    await _link(app, MovieTermRow, "movie_id", movie, terms)
    for billing, person in enumerate(people):
        await given.movie_credit(app, movie, person, billing=billing, character=f"{name} hero")
        await given.movie_credit(app, movie, person, department="Directing", job="Director", billing=billing)
    file = await given.movie_in(
        app, movie, library, edition=f"{name} cut", path=f"{name}/{name}.mkv", said=name
    )
    await _media(app, library, file, name)
    extra = await given.extra(app, library, movie_id=movie)
    await given.stream(app, extra, "video", 0)
    await given.shown(app, library, movie_id=movie)
    await given.change(app, summary=f"Edited {name}.", movie_ids=[movie], file_ids=[file])
    collection = await given.collection(app, f"All of {name}", (movie,))
    await _pictured(app, "movie", movie, "backdrop")
    await _pictured(app, "collection", collection, "poster", "backdrop")
    return movie


async def _pictured(app: App, owner_kind: str, owner_id: UUID, *kinds: str) -> None:
    """Of each kind one that is shown, and one that was not fetched."""
    for kind in kinds:
        await given.picture(app, kind, owner_kind=owner_kind, owner_id=owner_id, votes=3)
        await given.picture(app, kind, owner_kind=owner_kind, owner_id=owner_id, image_id=None, failure="No.")


async def _show(
    app: App, library: UUID, name: str, people: tuple[UUID, ...], terms: tuple[UUID, ...], **values: object
) -> UUID:
    series = await given.series(app, name, overview=f"About {name}.", **values)  # type: ignore[arg-type]
    await given.link(app, metadata.Kind.TV, series)
    await insert(app.db, LibrarySeriesRow, [{"library_id": library, "series_id": series}])
    await _link(app, SeriesTermRow, "series_id", series, terms)
    for number in (0, 1):
        season = await given.season(app, series, number, title=f"{name} season {number}")
        episode = await given.episode(app, series, season, number, 1, title=f"{name} episode")
        file = await given.file(app, library, f"{name}/{number}.mkv", reading={"title": name})
        await given.episode_in(app, episode, library, file_id=file)
        await _media(app, library, file, name)
        await given.shown(app, library, season_id=season)
        await given.shown(app, library, "still", episode_id=episode)
        await _pictured(app, "season", season, "poster")
        await _pictured(app, "episode", episode, "still")
        await given.episode_credit(app, episode, people[0], character=f"{name} guest")
        await given.episode_credit(app, episode, people[0], department="Writing", job="Writer")
    for person in people:
        await given.series_credit(app, series, person, character=f"{name} hero")
        await given.series_credit(app, series, person, department="Production", job="Creator")
    await given.extra(app, library, series_id=series)
    await given.shown(app, library, series_id=series)
    await _pictured(app, "series", series, "backdrop", "logo")
    await given.change(app, summary=f"Edited {name}.", series_ids=[series])
    return series


async def build(app: App) -> Secrets:
    """Two open and two secret libraries; adult works in all of them, and works that lie in an open and a secret one."""
    libraries = [
        await given.library(app, name=f"{name} {kind}", kind=kind)
        for name in ("Open", "Secret")
        for kind in ("movie", "tv")
    ]
    open_movies, open_tv, secret_movies, secret_tv = libraries
    plain, adult = await _terms(app, "Plain"), await _terms(app, "Adult")
    everyone = await given.person(app, "Everywhere Else")
    known, hidden, lost = [await given.person(app, f"{name} Person") for name in ("Plain", "Adult", "Secret")]
    for person in (everyone, known, hidden, lost):
        await _pictured(app, "person", person, "profile")
    young = {"certifications": {"DE": "6"}}
    old = {"certifications": {"DE": "6", "US": "NC-17"}}
    movie = await _film(app, open_movies, "Plain Film", (known, everyone), plain, **young)
    unrated = await _film(app, open_movies, "Unrated Film", (known,), plain)
    adult_movie = await _film(app, open_movies, "Adult Film", (hidden, everyone), (*adult, plain[0]), **old)
    secret = await _film(app, secret_movies, "Secret Adult Film", (lost, everyone), (*adult, plain[0]), **old)
    series = await _show(app, open_tv, "Plain Show", (known, everyone), plain, **young)
    await _show(app, open_tv, "Unrated Show", (known,), plain)
    adult_series = await _show(app, open_tv, "Adult Show", (hidden, everyone), (*adult, plain[0]), **old)
    await _show(app, secret_tv, "Secret Adult Show", (lost, everyone), (*adult, plain[0]), **old)
    await given.collection(app, "Of both", (movie, adult_movie, secret, unrated))
    # The same works lie in a secret library as well, in other cuts and with further episodes.
    other = await given.movie_in(app, movie, secret_movies, edition="Secret cut", path="Secret/copy.mkv")
    season = await given.season(app, series, 7, title="Secret season")
    episode = await given.episode(app, series, season, 7, 1, title="Secret episode")
    await given.episode_in(app, episode, secret_tv)
    await insert(app.db, LibrarySeriesRow, [{"library_id": secret_tv, "series_id": series}])
    for film in (movie, adult_movie, secret):
        await app.db.run(
            text(
                "INSERT INTO catalog.redirects (kind, id, into_id, became)"
                " VALUES ('movie', gen_random_uuid(), :id, :id)"
            ),
            id=film,
        )
    await _told(app)
    await _curated(app, movie, [adult_movie, secret, unrated], other)
    for library in libraries:
        await given.scan(app, library, files_total=9)
    return Secrets(*libraries, plain[1:], adult, movie, series, adult_movie, adult_series)


async def _told(app: App) -> None:
    """A provider tells of each film and series that all others are like it, and some that are not there."""
    for table, kind in (("movies.movies", "movie"), ("tv.series", "tv")):
        rows = await app.db.rows(text(NUMBER.format(table=table)))
        for work_id, number in rows:
            others = given.related(*(each[1] for each in rows), f"{number}0000")
            orders = [given.episode_order(f"order {number}")]
            told = {"homepage": f"https://{number}.example", "titles": [f"Also {number}"]}
            told |= {"similar_works": others, "recommended_works": others[::-1], "episode_orders": orders}
            told |= {"videos": [given.video(key=f"key{number}")], "releases": [RELEASE | {"note": number}]}
            await given.details(app, work_id, kind, provider_id=number, **told)
            if kind == "tv":
                await insert(app.db, EpisodeOrderRow, [ORDER | {"series_id": work_id, **_chosen(orders[0])}])


def _chosen(order: dict[str, Any]) -> dict[str, Any]:
    return {"order_id": order["id"], "name": order["name"]}


async def _curated(app: App, movie: UUID, others: list[UUID], copy: UUID) -> None:
    """What people are asked about: each video may hold other works, and be a duplicate of others."""
    rows = await app.db.rows(text("SELECT file_id FROM library.movie_parts ORDER BY file_id"))
    files = [row[0] for row in rows]
    for file in files:
        await given.match(app, file, movie, *others)
    for file in files:
        library = await given.library_of(app, file)
        await given.duplicates(app, library, files=0, file_ids=[file])
    await given.change(app, summary="Merged Adult Film.", movie_ids=[movie, others[0]])
    await given.change(app, summary="Looked at a copy.", file_ids=[copy])
