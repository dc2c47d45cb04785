"""A user renames a folder, replaces a file by a better one and unplugs a disk: the graph tells that nothing is lost."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from app.api.node import parse_key
from app.core.app import App
from app.demo.clip import Clip, Video
from app.demo.encode import encode
from tests.api.conftest import Ask
from tests.library import scanning

WORKS = """
query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    id
    __typename
    ... on Movie { title overview files(first: 10) { nodes { id name missingSince } } }
    ... on Series { title }
    ... on Season { number }
    ... on Episode { called: title parts { file { id missingSince } } }
  }
}
"""
EVERYTHING = """
{
  movies(first: 20) { nodes { id title } }
  allSeries(first: 20) { nodes { id seasons { id episodes(first: 20) { nodes { id } } } } }
}
"""
ROOTS = "query ($id: ID!) { library(id: $id) { isOnline roots { path isOnline } } }"
ALPHA = "Alpha (2001)"
BETA = "Beta (2002)"
GAMMA = "Gamma (2003)"


class Home:
    """Two disks with a library of films on both and one of series on the second, as their owner sees them."""

    def __init__(self, app: App, ask: Ask, folder: Path) -> None:
        self._app = app
        self._ask = ask
        self._libraries: dict[str, str] = {}
        self.inner, self.outer, self.drawer = folder / "inner", folder / "outer", folder / "drawer"

    async def add(self, execute: Ask, name: str, kind: str, *roots: Path) -> None:
        made = await execute(
            "library/create_library",
            input={"name": name, "kind": kind, "roots": [str(root) for root in roots]},
        )
        self._libraries[name] = made["createLibrary"]["library"]["id"]

    async def scan(self) -> None:
        for library_id in self._libraries.values():
            await scanning.scan(self._app, parse_key(library_id, "Library"), jobs=2)

    async def online(self, name: str) -> dict[str, bool]:
        found = await self._ask(ROOTS, id=self._libraries[name])
        roots = {Path(root["path"]).parent.name: root["isOnline"] for root in found["library"]["roots"]}
        assert found["library"]["isOnline"] == all(roots.values())
        return roots

    async def ids(self) -> list[str]:
        """Of every work that is listed."""
        found = await self._ask(EVERYTHING)
        series = found["allSeries"]["nodes"]
        seasons = [season for each in series for season in each["seasons"]]
        episodes = [each for season in seasons for each in season["episodes"]["nodes"]]
        return sorted(each["id"] for each in (*found["movies"]["nodes"], *series, *seasons, *episodes))

    async def works(self, ids: list[str]) -> dict[str, dict[str, Any]]:
        response = await self._ask(WORKS, ids=ids)
        assert not response.errors, response.errors
        found = response["nodes"]
        assert [work and work["id"] for work in found] == ids
        return {work["id"]: work for work in found}

    async def film(self, title: str) -> dict[str, Any]:
        (film,) = [
            work for work in (await self.works(await self.ids())).values() if work.get("title") == title
        ]
        return film

    def unplug(self) -> None:
        """What a vanished mount leaves behind: empty folders."""
        self.outer.rename(self.drawer)
        (self.outer / "films").mkdir(parents=True)
        (self.outer / "series").mkdir()

    def plug_in(self) -> None:
        shutil.rmtree(self.outer)
        self.drawer.rename(self.outer)


def names(work: dict[str, Any], *, missing: bool) -> list[str]:
    files = work["files"]["nodes"]
    return sorted(file["name"] for file in files if (file["missingSince"] is not None) == missing)


@pytest.fixture
def better(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("better") / "better.mkv"
    encode(Clip(Video(width=1920, height=1080), audio=(), duration_s=0.5), path)
    return path


@pytest.fixture
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("usual") / "usual.mkv"
    encode(Clip(Video(width=640, height=360), audio=(), duration_s=0.5), path)
    return path


@pytest.fixture
async def home(app: App, ask: Ask, execute: Ask, usual: Path, tmp_path: Path) -> Home:
    home = Home(app, ask, tmp_path)
    scanning.put(usual, home.inner / "films", f"{ALPHA}/{ALPHA}.mkv", f"{BETA}/{BETA}.mkv")
    scanning.put(usual, home.outer / "films", f"{GAMMA}/{GAMMA}.mkv")
    scanning.put(
        usual, home.outer / "series", *(f"Delta/Season 01/Delta - S01E0{number}.mkv" for number in (1, 2))
    )
    await home.add(execute, "Films", "MOVIE", home.inner / "films", home.outer / "films")
    await home.add(execute, "Series", "TV", home.outer / "series")
    await home.scan()
    alpha = await home.film("Alpha")
    edited = await execute(
        "curation/update_movie",
        input={"movieId": alpha["id"], "title": "Alpha!", "overview": "As I like it."},
    )
    assert edited["updateMovie"]["movie"]["title"] == "Alpha!"
    return home


async def test_a_renamed_folder_a_better_file_and_an_unplugged_disk_lose_nothing(
    app: App, home: Home, better: Path
) -> None:
    ids = await home.ids()
    before = await home.works(ids)
    assert len(ids) == 3 + 1 + 1 + 2

    (home.inner / "films" / ALPHA).rename(home.inner / "films" / "Alpha (2001) restored")
    (home.inner / "films" / BETA / f"{BETA}.mkv").unlink()
    scanning.put(better, home.inner / "films", f"{BETA}/{BETA} - 1080p.mkv")
    home.unplug()
    await home.scan()

    assert await home.online("Films") == {"inner": True, "outer": False}
    assert await home.online("Series") == {"outer": False}
    assert await home.ids() == ids
    after = await home.works(ids)
    beta = await home.film("Beta")
    assert (names(beta, missing=False), names(beta, missing=True)) == (
        [f"{BETA} - 1080p.mkv"],
        [f"{BETA}.mkv"],
    )
    assert {key: work for key, work in after.items() if key != beta["id"]} == {
        key: work for key, work in before.items() if key != beta["id"]
    }

    (home.drawer / "films" / GAMMA).rename(home.drawer / "films" / "Gamma 2003 Remux")
    (home.drawer / "series" / "Delta").rename(home.drawer / "series" / "Delta (2010)")
    home.plug_in()
    await home.scan()

    assert await home.online("Films") == {"inner": True, "outer": True}
    assert await home.online("Series") == {"outer": True}
    assert await home.ids() == ids
    assert await home.works(ids) == after

    await scanning.rows(app, "UPDATE library.files SET missing_since = missing_since - interval '30 days'")
    await home.scan()

    assert await home.ids() == ids
    assert names(await home.film("Beta"), missing=False) == [f"{BETA} - 1080p.mkv"]
    assert names(await home.film("Beta"), missing=True) == []
    alpha = await home.film("Alpha!")
    assert (alpha["id"] in ids, alpha["overview"]) == (True, "As I like it.")


async def test_films_carried_to_another_disk_stay_what_they_are(home: Home) -> None:
    ids = await home.ids()
    before = await home.works(ids)

    shutil.copytree(home.inner / "films" / ALPHA, home.outer / "films" / "Sci-Fi" / ALPHA)
    shutil.rmtree(home.inner / "films" / ALPHA)
    await home.scan()
    await home.scan()

    assert await home.ids() == ids
    assert await home.works(ids) == before


async def test_a_library_that_is_taken_away_and_added_again_has_its_works_again(
    home: Home, execute: Ask
) -> None:
    ids = await home.ids()
    deleted = await execute("library/delete_library", input={"libraryId": home._libraries.pop("Films")})
    assert deleted["deleteLibrary"]["__typename"] == "DeleteLibraryPayload"
    assert await home.ids() != ids

    await home.add(execute, "My films", "MOVIE", home.inner / "films", home.outer / "films")
    await home.scan()

    assert await home.ids() == ids
