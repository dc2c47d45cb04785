"""What a scan finds is looked at with providers: new works, those that are called otherwise, and none that went."""

from app.activity.actor import Actor
from app.metadata.choices import choose
from app.metadata.rounds import make_round
from tests.library import scanning
from tests.library.scanning import put, remove_vanished, rows, values

WANTED = """
SELECT m.title FROM metadata.looks l JOIN movies.movies m ON m.id = l.work_id WHERE l.asked_at IS NOT NULL ORDER BY 1
"""
LOOKED_AT = "UPDATE metadata.looks SET asked_at = NULL, looked_at = now(), due_at = now() + interval '1 day'"


async def test_new_films_are_wanted_and_those_that_are_known_are_left(app, clip, tmp_path):
    library = await scanning.library(app, tmp_path)
    put(clip, tmp_path, "Harbour (1999)/Harbour (1999).mkv")
    await scanning.scan(app, library)
    first = await values(app, WANTED)
    await rows(app, LOOKED_AT)
    put(clip, tmp_path, "Lantern (2001)/Lantern (2001).mkv")

    await scanning.scan(app, library)

    assert first == ["Harbour"]
    assert await values(app, WANTED) == ["Lantern"]
    assert "metadata.enrich" in await values(app, "SELECT name FROM outbox.jobs")


async def test_a_film_that_is_called_otherwise_is_wanted_anew(app, clip, tmp_path):
    library = await scanning.library(app, tmp_path)
    put(clip, tmp_path, "Harbour (1999)/Harbour (1999).mkv")
    await scanning.scan(app, library)
    await rows(app, LOOKED_AT)
    (tmp_path / "Harbour (1999)").rename(tmp_path / "Lantern (2001)")
    (tmp_path / "Lantern (2001)" / "Harbour (1999).mkv").rename(
        tmp_path / "Lantern (2001)" / "Lantern (2001).mkv"
    )

    await scanning.scan(app, library)

    assert await values(app, WANTED) == ["Lantern"]


async def test_a_film_that_went_is_not_looked_at_any_more(app, clip, tmp_path):
    library = await scanning.library(app, tmp_path)
    put(clip, tmp_path, "Harbour (1999)/Harbour (1999).mkv", "Lantern (2001)/Lantern (2001).mkv")
    await scanning.scan(app, library)
    (tmp_path / "Harbour (1999)" / "Harbour (1999).mkv").unlink()
    await remove_vanished(app, library)

    await make_round.run(app)

    assert await values(app, WANTED) == ["Lantern"]
    assert len(await rows(app, "SELECT * FROM metadata.looks")) == 1


async def test_films_of_a_library_that_asks_nobody_are_not_wanted(app, clip, tmp_path):
    library = await scanning.library(app, tmp_path)
    async with app.transaction() as tx:
        await choose(tx, Actor(), library, [], ("tmdb",))
    put(clip, tmp_path, "Harbour (1999)/Harbour (1999).mkv")

    await scanning.scan(app, library)
    await make_round.run(app)

    assert await rows(app, "SELECT * FROM metadata.looks") == []
