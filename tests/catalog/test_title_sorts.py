"""Lists by title stand in the order of the viewer's language, and stay in it from page to page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.access.viewer import Viewer, marquee
from app.catalog.collections import reads as collections
from app.catalog.filters import Where
from app.catalog.known_as import save_known_as
from app.catalog.movies import reads as movies
from app.catalog.titles import sort_title
from app.catalog.tv import reads as tv
from app.core.app import App
from app.core.cursors import encode
from app.core.errors import Invalid
from app.core.languages import with_general
from app.core.paging import Order, Page
from tests import given

LANGUAGES = frozenset({"en", "de", "fr", "ja", "pt-br"})
SORT_TITLE = text("SELECT marquee_sort_title(:title, :language)")
TITLES = (
    *(
        "The Boat",
        "A Boat",
        "an  Apple",
        "Thebes",
        "The",
        "The ",
        "A-Team",
        "Das Boot",
        "Die Hard",
        "EINE Reise",
    ),
    *(
        "L'Avventura",
        "L’Été",
        "Un'altra vita",
        "Les Marées",
        "Los Ríos",
        "O Rio",
        "Het Huis",
        "Az út",
        "État",
    ),
    *(
        "¡Ay!",
        "“The Quoted”",
        "...And Then",
        "!!!",
        "(500) Tage",
        "千と千尋",
        "「The」 Boat",
        "Ünder",
        "Él vive",
        "_x",
    ),
)


def viewer_of(*languages: str) -> Viewer:
    return replace(marquee(with_general(languages)), title_languages=LANGUAGES)


async def titles(app: App, *languages: str, order: Order = movies.BY_TITLE) -> list[str]:
    page = await movies.list_movies(app.db, viewer_of(*languages), page=Page(first=50), order=order)
    return [movie.title for movie in page.items]


@pytest.fixture
async def films(app: App) -> None:
    """Three films in two languages, and one without translations."""
    for own, german in (("The Ant", "Zebra"), ("Bee", "Die Mücke"), ("Cat", "Äffchen")):
        await given.movie(
            app,
            own,
            sort_title=sort_title(own, "en"),
            translations={"de": {"title": german}, "en": {"title": own}},
        )
    await given.movie(app, "Kite")


@pytest.mark.parametrize(
    "language", ["en", "de", "fr", "es", "it", "pt-br", "nl", "sv", "da", "no", "ca", "hu", "xx"]
)
async def test_the_database_takes_off_the_same_articles(app: App, language: str) -> None:
    said = {title: await app.db.value(SORT_TITLE, title=title, language=language) for title in TITLES}

    # A title of marks alone is as it is there, and without spaces here.
    assert said == {title: sort_title(title, language).strip() or title for title in TITLES}


@pytest.mark.usefixtures("films")
async def test_titles_stand_in_the_order_of_the_viewer_s_language(app: App) -> None:
    assert await titles(app) == ["The Ant", "Bee", "Cat", "Kite"]
    assert await titles(app, "en") == ["The Ant", "Bee", "Cat", "Kite"]
    assert await titles(app, "de-AT", "en") == ["Äffchen", "Kite", "Die Mücke", "Zebra"]
    assert await titles(app, "xx", "de") == ["Äffchen", "Kite", "Die Mücke", "Zebra"]
    assert await titles(app, "es") == ["The Ant", "Bee", "Cat", "Kite"]
    assert await titles(app, "de", order=Order("title", descending=True)) == [
        *("Zebra", "Die Mücke", "Kite", "Äffchen")
    ]


async def test_the_original_language_sorts_by_the_original_title(app: App) -> None:
    await given.movie(app, "Aaa", original_title="千と千尋", original_language="ja")
    await given.movie(app, "Bbb", original_title="Le Chat", original_language="fr")
    await given.movie(app, "Mmm")

    assert await titles(app, "ja") == ["Bbb", "Mmm", "千と千尋"]
    assert await titles(app, "fr") == ["Aaa", "Le Chat", "Mmm"]


async def test_a_sort_title_of_one_s_own_counts_where_the_title_is_the_same(app: App) -> None:
    await given.movie(app, "Zulu", sort_title="Aardvark 2", translations={"de": {"title": "Zulu"}})
    await given.movie(app, "Bear", translations={"de": {"title": "Bear"}})

    assert await titles(app, "de") == ["Zulu", "Bear"]


async def test_a_regional_title_comes_before_the_general_one(app: App) -> None:
    await given.movie(app, "M", translations={"pt": {"title": "Z"}, "pt-br": {"title": "A casa"}})
    await given.movie(app, "N", translations={"pt": {"title": "B"}})

    # "a" is an article in Portuguese
    assert await titles(app, "pt-BR") == ["B", "A casa"]


async def test_series_and_collections_stand_in_it_too(app: App) -> None:
    for own, german in (("Ant", "Zebra"), ("Bee", "Mücke")):
        said: dict[str, Any] = {"translations": {"de": {"title": german}}}
        await given.series(app, own, **said)
        await given.collection(app, own, (await given.movie(app, own),), **said)
    viewer = viewer_of("de")

    series = await tv.list_series(app.db, viewer, page=Page())
    found = await collections.list_collections(app.db, viewer, page=Page())

    assert [each.title for each in series.items] == ["Mücke", "Zebra"]
    assert [each.title for each in found.items] == ["Mücke", "Zebra"]


@pytest.mark.usefixtures("films")
async def test_a_list_goes_on_in_the_language_in_which_it_was_begun(app: App) -> None:
    first = await movies.list_movies(app.db, viewer_of("de"), page=Page(first=2))
    own = await movies.list_movies(app.db, viewer_of(), page=Page(first=2))

    rest = await movies.list_movies(app.db, viewer_of("en"), page=Page(first=2, after=first.cursor(-1)))
    before = await movies.list_movies(app.db, viewer_of(), page=Page(last=1, before=rest.cursor(0)))
    rest_of_own = await movies.list_movies(app.db, viewer_of("de"), page=Page(after=own.cursor(-1)))

    assert [movie.title for movie in (*first.items, *rest.items)] == ["Äffchen", "Kite", "Bee", "The Ant"]
    assert [movie.title for movie in before.items] == ["Kite"]
    assert [movie.title for movie in rest_of_own.items] == ["Äffchen", "Kite"]


@pytest.mark.parametrize(
    "sort", ["title@xx", "title@de:desc", "added_at@de", "title@", "title@de'--", "title@de@de"]
)
async def test_a_cursor_of_no_order_that_there_is_is_refused(app: App, sort: str) -> None:
    cursor = encode(sort, ["a", "019aa000-0000-7000-8000-000000000000"])

    with pytest.raises(Invalid, match="is a cursor of another order"):
        await movies.list_movies(app.db, viewer_of("de"), page=Page(after=cursor))


@pytest.mark.parametrize("kind", ["movie", "series"])
async def test_works_are_found_by_further_titles(app: App, kind: str) -> None:
    work_id = await (given.movie if kind == "movie" else given.series)(app, "Lantern")
    others: Sequence[str] = ["Il Fanale", "Lanterna  Magica", "x" * 500]

    async def found(searched: str) -> bool:
        read: Any = movies.list_movies if kind == "movie" else tv.list_series
        page = await read(app.db, marquee(), page=Page(), where=Where([("search", searched)]))
        return [work.id for work in page.items] == [work_id]

    async with app.transaction() as tx:
        await save_known_as(tx, kind, {work_id: others})
    assert [await found(each) for each in ("fanale", "magica", "lantern", "x" * 200, "x" * 201)] == [
        *(True, True, True, True, False)
    ]

    async with app.transaction() as tx:
        await save_known_as(tx, kind, {work_id: []})
    assert [await found(each) for each in ("fanale", "lantern")] == [False, True]
