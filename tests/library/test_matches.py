"""The ledger: what each video was taken for, how sure that is, and why."""

from pathlib import Path
from uuid import UUID

import pytest

from app.core.app import App
from tests.curation.deciding import ledger
from tests.library import scanning
from tests.library.scanning import movie_nfo, put, write


@pytest.fixture
async def library_id(app: App, tmp_path: Path) -> UUID:
    return await scanning.library(app, tmp_path)


async def test_a_name_with_title_and_year_is_matched(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Heat (1995)/Heat (1995).mkv")

    await scanning.scan(app, library_id)

    (match,) = (await ledger(app)).values()
    assert (match["status"], match["decided_by"], match["candidates"]) == ("matched", "file", [])
    assert match["score"] >= 0.9
    assert match["evidence"][-1] == "No film of this name was known before."


async def test_a_bare_title_that_several_films_have_is_uncertain_and_names_them(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Solaris (1972)/Solaris (1972).mkv", "Solaris (2002)/Solaris (2002).mkv")
    await scanning.scan(app, library_id)
    put(clip, tmp_path, "Solaris.mkv")

    await scanning.scan(app, library_id)

    match = (await ledger(app))["Solaris.mkv"]
    assert match["status"] == "uncertain"
    assert match["score"] <= 0.5
    assert [(each["title"], each["year"]) for each in match["candidates"]] == [
        ("Solaris", 1972),
        ("Solaris", 2002),
    ]
    assert all(each["score"] == 0.5 and each["evidence"] for each in match["candidates"])


async def test_a_year_off_by_one_is_uncertain_and_a_remake_is_not(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Dune (1984)/Dune (1984).mkv")
    await scanning.scan(app, library_id)
    put(clip, tmp_path, "Dune (1985)/Dune (1985).mkv", "Dune (2021)/Dune (2021).mkv")

    await scanning.scan(app, library_id)

    found = await ledger(app)
    assert found["Dune (1985)/Dune (1985).mkv"]["status"] == "uncertain"
    assert found["Dune (1985)/Dune (1985).mkv"]["candidates"][0]["year"] == 1984
    assert found["Dune (2021)/Dune (2021).mkv"]["status"] == "matched"
    assert found["Dune (2021)/Dune (2021).mkv"]["candidates"][0]["score"] < 0.5


async def test_an_nfo_decides_and_says_so(app: App, library_id: UUID, clip: Path, tmp_path: Path) -> None:
    put(clip, tmp_path, "x/abc.mkv")
    write(tmp_path, "x/abc.nfo", movie_nfo("Heat", 1995))

    await scanning.scan(app, library_id)

    (match,) = (await ledger(app)).values()
    assert (match["status"], match["decided_by"]) == ("matched", "nfo")
    assert any("Heat" in each for each in match["evidence"])


async def test_an_episode_without_a_number_is_unmatched_until_it_has_one(
    app: App, clip: Path, tmp_path: Path
) -> None:
    library_id = await scanning.library(app, tmp_path, "tv")
    put(clip, tmp_path, "Lost/Season 1/Lost.mkv", "Lost/Season 1/Lost S01E02.mkv")
    await scanning.scan(app, library_id)
    before = await ledger(app)
    (tmp_path / "Lost/Season 1/Lost.mkv").rename(tmp_path / "Lost/Season 1/Lost S01E01.mkv")

    await scanning.scan(app, library_id)

    assert (before["Lost/Season 1/Lost.mkv"]["status"], before["Lost/Season 1/Lost.mkv"]["score"]) == (
        "unmatched",
        0,
    )
    assert before["Lost/Season 1/Lost S01E02.mkv"]["status"] == "matched"
    assert {each["status"] for each in (await ledger(app)).values()} == {"matched"}


async def test_a_file_that_became_an_extra_is_matched_no_more(
    app: App, library_id: UUID, clip: Path, tmp_path: Path
) -> None:
    put(clip, tmp_path, "Heat (1995)/Heat (1995).mkv", "Heat (1995)/More (1995).mkv")
    await scanning.scan(app, library_id)
    (tmp_path / "Heat (1995)/More (1995).mkv").rename(tmp_path / "Heat (1995)/Heat (1995)-trailer.mkv")

    await scanning.scan(app, library_id)

    assert list(await ledger(app)) == ["Heat (1995)/Heat (1995).mkv"]


async def test_a_ledger_costs_one_statement_a_chunk(
    app: App, library_id: UUID, clip: Path, tmp_path: Path, statements: list[str]
) -> None:
    put(clip, tmp_path, *(f"Film {number} (2001)/Film {number} (2001).mkv" for number in range(12)))

    await scanning.scan(app, library_id)

    assert len([each for each in statements if '"library"."matches"' in each]) == 1
    assert len([each for each in statements if "library.decisions" in each]) <= 4
