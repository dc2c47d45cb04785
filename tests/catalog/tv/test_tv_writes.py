"""Making and renewing series, seasons and episodes."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

from app.catalog.facts import EpisodeFacts, SeasonFacts
from app.catalog.outcome import Outcome
from app.catalog.tv.writes import EpisodeKey, save_episodes, save_seasons, save_series
from app.core.app import App
from tests.catalog.said import credit, episode, work
from tests.library.scanning import rows, value, values


async def save(app: App, title: str, *facts: EpisodeFacts) -> dict[EpisodeKey, Outcome]:
    async with app.transaction() as tx:
        (series,) = await save_series(tx, [work(title)])
        return await save_episodes(tx, [(series.id, each) for each in facts])


async def episodes(app: App, columns: str) -> list[tuple[Any, ...]]:
    found = await rows(app, f"SELECT {columns} FROM tv.episodes ORDER BY season_number, position")
    return [tuple(row.values()) for row in found]


async def test_episodes_make_their_seasons(app: App) -> None:
    await save(app, "Show", episode(1, 2), episode(1, 1), episode(0, 1), episode(2, 1))

    assert await episodes(app, "season_number, number") == [(0, 1), (1, 1), (1, 2), (2, 1)]
    assert await values(app, "SELECT number FROM tv.seasons ORDER BY number") == [0, 1, 2]


async def test_an_episode_is_made_once_and_found_again(app: App) -> None:
    first = await save(app, "Show", episode(1, 1), episode(1, 1), episode(1, 1, title="Pilot"))
    again = await save(app, "Show", episode(1, 1))

    assert len(first) == 1
    (made,), (found,) = first.values(), again.values()
    assert made.is_new
    assert found == Outcome(made.id, is_new=False, is_changed=False)
    assert await episodes(app, "title") == [("Pilot",)]


async def test_a_name_fills_in_what_nobody_described_and_no_more(app: App) -> None:
    await save(app, "Show", episode(1, 1), episode(1, 2, title="Described"))

    await save(app, "Show", EpisodeFacts(1, 1, title="Named"), EpisodeFacts(1, 2, title="Named"))

    assert await episodes(app, "title") == [("Named",), ("Described",)]


async def test_what_a_source_leaves_out_stays(app: App) -> None:
    await save(
        app, "Show", episode(1, 1, title="Pilot", overview="Old.", runtime_s=60, air_date=date(2001, 1, 1))
    )

    await save(app, "Show", episode(1, 1, title="The Pilot", overview=None))

    assert await episodes(app, "title, overview, runtime_s, air_date") == [
        ("The Pilot", "Old.", 60, date(2001, 1, 1))
    ]


async def test_daily_episodes_are_told_apart_by_their_date(app: App) -> None:
    days = [date(2024, 3, 4), date(2024, 3, 5), date(2024, 12, 31)]

    await save(app, "News", *(episode(2024, None, air_date=day) for day in days))
    again = await save(app, "News", episode(2024, None, air_date=days[0]))

    assert await episodes(app, "number, air_date") == [(None, day) for day in days]
    assert [outcome.is_new for outcome in again.values()] == [False]


async def test_two_series_have_their_own_first_episodes(app: App) -> None:
    await save(app, "Show", episode(1, 1))
    await save(app, "Other", episode(1, 1))

    assert await value(app, "SELECT count(DISTINCT series_id) FROM tv.episodes") == 2


async def test_credits_of_an_episode_are_its_own(app: App) -> None:
    await save(
        app,
        "Show",
        episode(1, 1, title="Pilot", credits=(credit("Ada Quill"),)),
        episode(1, 2, title="Second"),
    )

    await save(app, "Show", episode(1, 1, title="Pilot", credits=(credit("Pip Harrow"),)))

    cast = "SELECT p.name, e.number FROM tv.episode_credits c JOIN people.people p ON p.id = c.person_id "
    cast += "JOIN tv.episodes e ON e.id = c.episode_id"
    assert [tuple(row.values()) for row in await rows(app, cast)] == [("Pip Harrow", 1)]


async def test_a_season_is_renewed_by_what_describes_it(app: App) -> None:
    await save(app, "Show", episode(1, 1), episode(2, 1))
    series_id: UUID = await value(app, "SELECT id FROM tv.series")

    async with app.transaction() as tx:
        found = await save_seasons(
            tx,
            [
                (series_id, SeasonFacts(1)),
                (series_id, SeasonFacts(1, "The Sea")),
                (series_id, SeasonFacts(2)),
            ],
        )
        again = await save_seasons(tx, [(series_id, SeasonFacts(1))])

    assert found[series_id, 1] == again[series_id, 1]
    assert await values(app, "SELECT title FROM tv.seasons ORDER BY number") == ["The Sea", None]


async def test_two_that_make_the_same_episodes_at_once_make_them_once(app: App) -> None:
    found = await asyncio.gather(*(save(app, "Show", episode(1, 1), episode(1, 2)) for _ in range(4)))

    assert sum(outcome.is_new for outcomes in found for outcome in outcomes.values()) == 2
    assert await value(app, "SELECT count(*) FROM tv.series") == 1
    assert await value(app, "SELECT count(*) FROM tv.episodes") == 2


async def test_many_episodes_cost_as_many_statements_as_one(app: App, statements: list[str]) -> None:
    counts = []
    for number in (1, 60):
        async with app.transaction() as tx:
            statements.clear()
            (series,) = await save_series(tx, [work(f"Show {number}", terms={"genre": (f"Genre {number}",)})])
            facts = [
                episode(1, each + 1, title="A", credits=(credit(f"Actor {number} {each}"),))
                for each in range(number)
            ]
            await save_episodes(tx, [(series.id, each) for each in facts])
            counts.append(
                len([each for each in statements if "outbox" not in each and "7105002" not in each])
            )

    assert counts[0] == counts[1] > 8
