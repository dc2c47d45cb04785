"""Wanders at random through what people do to files and works, and asks after each step what became of every id."""

import random
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from app.access.viewer import marquee
from app.catalog.edits import Edit
from app.catalog.movies import reads as movies
from app.catalog.tv import reads as tv
from app.core.app import App
from app.core.errors import AppError
from app.core.ids import new_id
from app.curation.edit import edit_work
from app.library.writes import delete_library
from tests.curation.merging import merge, split_film, split_show, take_back
from tests.library import scanning

TITLES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")
YEARS = ("", " (2001)", " (2002)")
ASTRAY = """
SELECT e.id FROM tv.episodes e JOIN tv.seasons s ON s.id = e.season_id
WHERE s.series_id <> e.series_id OR s.number <> e.season_number
"""
NAMESAKES = """
SELECT match_key FROM (SELECT id, match_key FROM movies.movies UNION SELECT id, match_key FROM tv.series
    UNION SELECT id, match_key FROM catalog.departed WHERE match_key IS NOT NULL) w
GROUP BY match_key HAVING count(*) > 1
"""
PARTS = {
    "movie": """
        SELECT p.file_id, 'movie' AS kind, e.movie_id AS id FROM library.movie_parts p
        JOIN movies.versions v ON v.id = p.version_id JOIN movies.editions e ON e.id = v.edition_id
    """,
    "series": """
        SELECT p.file_id, w.kind, w.id FROM library.episode_parts p JOIN tv.episodes e ON e.id = p.episode_id
        CROSS JOIN LATERAL (VALUES ('episode', e.id), ('season', e.season_id), ('series', e.series_id)) AS w(kind, id)
    """,
}
LIVING = """
SELECT 'movie' AS kind, id FROM movies.movies UNION ALL SELECT 'series', id FROM tv.series
UNION ALL SELECT 'season', id FROM tv.seasons UNION ALL SELECT 'episode', id FROM tv.episodes
"""
OVERDUE = "UPDATE library.files SET missing_since = missing_since - interval '9 days' RETURNING id"

READS: dict[str, Any] = {
    "movie": movies.movies_by_id,
    "series": tv.series_by_id,
    "season": tv.seasons_by_id,
    "episode": tv.episodes_by_id,
}

Work = tuple[str, UUID]


@dataclass
class Wanderer:
    """kind: movie or series. seen: every work that there ever was, with the files that it, or what it became, had.

    went: works that led nowhere once, since their files had gone; what a merge makes of these, undoing takes away.
    """

    app: App
    root: Path
    clip: Path
    kind: str
    dice: random.Random
    library_id: UUID = field(default_factory=new_id)
    seen: dict[Work, set[UUID]] = field(default_factory=dict[Work, set[UUID]])
    went: set[Work] = field(default_factory=set[Work])
    changes: list[UUID] = field(default_factory=list[UUID])
    told: list[str] = field(default_factory=list[str])

    async def begin(self) -> None:
        self.root.mkdir()
        self.library_id = await scanning.library(
            self.app, self.root, "movie" if self.kind == "movie" else "tv"
        )
        for _ in range(5):
            self._put(self._fresh_path())
        await self.scan()

    async def step(self) -> None:
        """Something happens, scans see it, and every id still means something."""
        act = self.dice.choice(self._acts())
        self.told.append(act.__name__)
        await act()
        await self.scan()

    def _acts(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            self.add,
            self.rename_file,
            self.rename_file,
            self.rename_folder,
            self.rename_folder,
            self.write_nfo,
            self.write_nfo,
            self.remove_nfo,
            self.replace,
            self.remove_and_return,
            self.unplug,
            self.start_over,
            self.merge,
            self.merge,
            self.split,
            self.edit,
            self.undo,
            self.undo,
        ]

    async def scan(self) -> None:
        await scanning.scan(self.app, self.library_id)
        await self.check()

    async def check(self) -> None:
        rows = await scanning.rows(self.app, LIVING)
        living: set[Work] = {(row["kind"], row["id"]) for row in rows}
        assert len({key for _, key in living}) == len(rows), "two works have one id"
        assert not await scanning.rows(self.app, ASTRAY), (
            f"an episode is in another series' season: {self.told}"
        )
        assert "unreadable_folder" not in (await scanning.problems(self.app)).values(), self.told
        await self._check_redirects(living)
        held: dict[Work, set[UUID]] = {work: set() for work in living}
        for row in await scanning.rows(self.app, PARTS[self.kind]):
            held[row["kind"], row["id"]].add(row["file_id"])
        self.seen |= {work: files for work, files in held.items() if work not in self.seen}
        placed = set[UUID]().union(*held.values())
        for (kind, key), way in (await self._resolved(list(self.seen))).items():
            lost = self.seen[kind, key] & placed
            assert way is not None or not lost, (
                f"{kind} {key} leads nowhere, and {lost} are there: {self.told}"
            )
            if way is None:
                self.went.add((kind, key))
            else:
                assert (kind, way) in living
                assert way == key or (kind, key) not in living
                self.seen[kind, key] = held[kind, way]

    async def _check_redirects(self, living: set[Work]) -> None:
        rows = await scanning.rows(self.app, "SELECT kind, id, became FROM catalog.redirects")
        ids = {(row["kind"], row["id"]) for row in rows}
        assert not ids & living, f"a redirect is a work: {self.told}"
        assert not ids & {(row["kind"], row["became"]) for row in rows}, f"a way is not short: {self.told}"

    async def _resolved(self, works: list[Work]) -> dict[Work, UUID | None]:
        """By the reads behind node()."""
        found: dict[Work, UUID | None] = {}
        for kind, read in READS.items():
            wanted = [key for each, key in works if each == kind]
            rows = await read(self.app.db, marquee(), wanted)
            found |= {(kind, key): row.id if row else None for key, row in rows.items()}
        return found

    # What happens to files.

    async def add(self) -> None:
        self._put(self._fresh_path())

    async def rename_file(self) -> None:
        path = self._any_video()
        wanted = path.parent / self._fresh_path().name
        if not wanted.exists():
            path.rename(wanted)

    async def rename_folder(self) -> None:
        folders = [path for path in self.root.iterdir() if path.is_dir()]
        wanted = self.root / self._folder()
        if folders and not wanted.exists():
            self.dice.choice(sorted(folders)).rename(wanted)

    async def write_nfo(self) -> None:
        path = self._any_video()
        title = self.dice.choice(TITLES)
        tmdb = self.dice.choice(("", f'<uniqueid type="tmdb">{self.dice.randint(1, 4)}</uniqueid>'))
        body = f"<title>{title}</title><plot>{self.dice.random()}</plot>{tmdb}"
        if self.kind == "movie":
            path.with_suffix(".nfo").write_text(f"<movie>{body}</movie>")
        elif path.parent != self.root:
            (path.parent / "tvshow.nfo").write_text(f"<tvshow>{body}</tvshow>")

    async def remove_nfo(self) -> None:
        nfos = sorted(self.root.rglob("*.nfo"))
        if nfos:
            self.dice.choice(nfos).unlink()

    async def replace(self) -> None:
        path = self._any_video()
        path.unlink()
        self._put(path)

    async def remove_and_return(self) -> None:
        """What goes with a file and comes back with it has its own id again."""
        await self._look_again()
        path = self._any_video()
        content, before = path.read_bytes(), await self._ids()
        if len(self._videos()) < 2:
            return
        path.unlink()
        await self.scan()
        await scanning.rows(self.app, OVERDUE)
        await self.scan()
        path.write_bytes(content)
        await self.scan()
        # What people decided about others of its title there may hold for a file that comes back.
        inherited = await scanning.values(
            self.app,
            "SELECT id FROM library.decisions WHERE name = $1 AND inherited_from IS NOT NULL",
            path.name,
        )
        assert inherited or await self._ids() >= before, f"{path} came back as another work: {self.told}"

    async def _look_again(self) -> None:
        """So that works are what files say now: what was undone may have been what they said before."""
        await scanning.rows(self.app, "UPDATE library.files SET mtime_ns = 0 RETURNING id")
        await self.scan()

    async def unplug(self) -> None:
        before, away = await self._ids(), self.root.with_name("away")
        self.root.rename(away)
        await self.scan()
        assert await self._ids() == before, f"an offline root lost works: {self.told}"
        away.rename(self.root)

    async def start_over(self) -> None:
        """Deleting a library and adding it again gives every work its id."""
        await self._look_again()
        before = await self._ids()
        async with self.app.transaction() as tx:
            await delete_library(tx, self.library_id)
        self.changes.clear()
        self.library_id = await scanning.library(
            self.app, self.root, "movie" if self.kind == "movie" else "tv"
        )
        await self.scan()
        lost = before ^ await self._ids()
        # Where years are missing, nobody can tell works of one title apart.
        assert not lost or await scanning.rows(self.app, NAMESAKES), (
            f"a library came back otherwise: {lost} {self.told}"
        )

    # What people do to works.

    async def merge(self) -> None:
        works = await self._works()
        if len(works) > 2:
            into, other = self.dice.sample(works, 2)
            self.changes.append(await merge(self.app, into, other, kind=self.kind))
            await self.check()

    async def split(self) -> None:
        works = await self._works()
        if works:
            work = self.dice.choice(works)
            files = sorted(self.seen[self.kind, work])
            chosen = self.dice.sample(files, max(1, len(files) // 2))
            splitting = split_film if self.kind == "movie" else split_show
            name = f"{self.dice.choice(TITLES)} {self.dice.randint(2, 9)}"
            try:
                self.changes.append((await splitting(self.app, work, name, None, file_ids=chosen))[1])
            except AppError as refused:
                self.told.append(str(refused))
            await self.check()

    async def edit(self) -> None:
        works = await self._works()
        if works:
            async with self.app.transaction() as tx:
                edit = Edit({"title": self.dice.choice(TITLES), "year": self.dice.choice((None, 2001, 2002))})
                change = (await edit_work(tx, self.kind, self.dice.choice(works), edit))[1]
            self.changes += [change] if change else []
            await self.check()

    async def undo(self) -> None:
        if self.changes:
            try:
                await take_back(self.app, self.changes.pop())
            except AppError as refused:
                self.told.append(str(refused))
            await self.check()

    # What there is.

    async def _ids(self) -> set[Work]:
        return {(row["kind"], row["id"]) for row in await scanning.rows(self.app, LIVING)}

    async def _works(self) -> list[UUID]:
        return sorted(key for kind, key in await self._ids() if kind == self.kind)

    def _videos(self) -> list[Path]:
        return sorted(self.root.rglob("*.mkv"))

    def _any_video(self) -> Path:
        return self.dice.choice(self._videos())

    def _folder(self) -> str:
        return f"{self.dice.choice(TITLES)}{self.dice.choice(YEARS)}"

    def _fresh_path(self) -> Path:
        folder = self._folder()
        if self.kind == "movie":
            name = f"{self.dice.choice((folder, self._folder()))} - {self.dice.randint(1, 99)}p.mkv"
            return self.root / self.dice.choice(("", folder)) / name
        number = f"S0{self.dice.randint(0, 2)}E0{self.dice.randint(1, 4)}"
        several = self.dice.choice(("", "", "-E09"))
        return (
            self.root
            / folder
            / f"{folder.partition(' (')[0]}.{number}{several} {self.dice.randint(1, 99)}.mkv"
        )

    def _put(self, path: Path) -> None:
        """A copy of the clip that is like no other: an EBML Void element (RFC 8794 §11.3.1) of its own ends it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.clip, path)
        with path.open("ab") as file:
            file.write(b"\xec\x88" + self.dice.randbytes(8))
