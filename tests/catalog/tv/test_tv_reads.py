"""Reads of series answer every key, whatever is there, with one statement for all of them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.access.viewer import marquee
from app.catalog.filters import Where
from app.catalog.tv import credits as tv_credits
from app.catalog.tv import reads, terms, texts
from app.core.app import App
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.paging import Order, Page
from tests import given

VIEWER = marquee()
PAGE = {"page": Page(first=2)}
ONE = [reads.series, reads.seasons, reads.episodes]
LISTS = [
    reads.seasons_of_series,
    terms.genres_of_series,
    terms.studios_of_series,
    terms.networks_of_series,
    texts.translations_of_series,
]
PAGES = [
    reads.series_of_terms,
    reads.episodes_of_series,
    reads.episodes_of_seasons,
    terms.keywords_of_series,
    tv_credits.cast_of_series,
    tv_credits.crew_of_series,
    tv_credits.cast_of_episodes,
    tv_credits.crew_of_episodes,
    tv_credits.series_credits_of_people,
    tv_credits.episode_credits_of_people,
]
READS = [
    *((read, {}) for read in (*ONE, *LISTS)),
    *((read, PAGE) for read in PAGES),
    *(
        (read, {"language": "de"})
        for read in (texts.texts_of_series, texts.texts_of_seasons, texts.texts_of_episodes)
    ),
]


@pytest.mark.parametrize(("read", "arguments"), READS, ids=lambda each: getattr(each, "__name__", ""))
async def test_unknown_keys_are_answered_by_one_statement(
    app: App, statements: list[str], read: Callable[..., Awaitable[Any]], arguments: dict[str, Any]
) -> None:
    ids = [new_id(), new_id()]

    found = await read(app.db, VIEWER, ids, **arguments)

    assert list(found) == ids
    assert not any(getattr(value, "items", value) for value in found.values())
    assert len(statements) == 1


async def test_each_parent_has_its_own_page_and_total(app: App, statements: list[str]) -> None:
    many, few = await given.series(app, seasons=(3,)), await given.series(app, seasons=(1,))
    statements.clear()

    pages = await reads.episodes_of_series(app.db, VIEWER, [many, few], page=Page(first=2, with_total=True))

    assert [[episode.number for episode in pages[key].items] for key in (many, few)] == [[1, 2], [1]]
    assert [(pages[key].has_next, pages[key].total) for key in (many, few)] == [(True, 3), (False, 1)]
    assert len(statements) == 2


async def test_episodes_without_numbers_keep_their_place(app: App) -> None:
    series_id = await given.series(app)
    season_id = await given.season(app, series_id, 2015)
    for day in (40, 3, 200):
        await given.episode(
            app, series_id, season_id, 2015, None, position=day, air_date=f"2015-01-{day % 28 + 1:02}"
        )

    pages = await reads.episodes_of_seasons(app.db, VIEWER, [season_id], page=Page(first=10))

    assert [episode.number for episode in pages[season_id].items] == [None, None, None]
    assert [keys[0] for keys in pages[season_id].keys] == [3, 40, 200]


@pytest.mark.parametrize("order", [Order("order"), Order("order", descending=True), Order("air_date")])
async def test_pages_of_episodes_meet_without_gap_or_overlap(app: App, order: Order) -> None:
    series_id = await given.series(app, seasons=(3, 4))

    async def page(**which: Any) -> Any:
        found = await reads.episodes_of_series(app.db, VIEWER, [series_id], page=Page(**which), order=order)
        return found[series_id]

    whole = await page(first=100)
    forward = [await page(first=3)]
    while forward[-1].has_next:
        forward.append(await page(first=3, after=forward[-1].cursor(-1)))
    backward = [await page(last=3)]
    while backward[0].has_previous:
        backward.insert(0, await page(last=3, before=backward[0].cursor(0)))

    assert [each for part in forward for each in part.items] == whole.items
    assert [each for part in backward for each in part.items] == whole.items
    assert len(whole.items) == 7


async def test_a_filter_of_the_same_shape_shares_its_statement(app: App, statements: list[str]) -> None:
    for year in (2001, 2002):
        where = Where([("year", Where([("eq", year)])), ("has_specials", False)])
        await reads.list_series(app.db, VIEWER, page=Page(), where=where)

    assert len(set(statements)) == 1


async def test_a_cursor_of_another_list_is_refused(app: App) -> None:
    series_id = await given.series(app, seasons=(2,))
    series = await reads.list_series(app.db, VIEWER, page=Page(first=1))

    with pytest.raises(Invalid) as refused:
        await reads.episodes_of_series(app.db, VIEWER, [series_id], page=Page(after=series.cursor(0)))

    assert refused.value.field == "after"
