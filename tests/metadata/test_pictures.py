"""Which pictures providers have is kept as rows, whoever else says something of them."""

import pytest
from sqlalchemy import text

from app.core.app import App
from app.core.ids import new_id
from app.images.kinds import OwnerKind
from app.metadata.facts import ImageKind
from app.metadata.pictures import PER_KIND, PER_LANGUAGE, Owned, save_all, save_profiles
from tests import given
from tests.metadata.picturing import JOBS, facts, row, rows, save

PICK = text("UPDATE images.pictures SET is_chosen = true WHERE provider_key = :key")


async def test_each_picture_is_kept_with_what_is_said_of_it_and_fetching_is_asked_for(app: App) -> None:
    movie_id = await given.movie(app)

    await save(
        app,
        movie_id,
        facts("/a.jpg", language="DE", width=2000, height=3000, score=5.5, votes=7),
        facts("/back.jpg", ImageKind.BACKDROP),
        facts("/b.jpg"),
    )

    back, first, second = await rows(app, movie_id)
    assert (back["kind"], back["position"], back["language"]) == ("backdrop", 0, None)
    assert (first["owner_kind"], first["source"], first["provider"]) == ("movie", "provider", "tmdb")
    told = [first[name] for name in ("provider_key", "language", "width", "height", "score", "votes")]
    assert told == ["/a.jpg", "de", 2000, 3000, 5.5, 7]
    assert (second["provider_key"], second["position"], second["score"]) == ("/b.jpg", 1, 0)
    assert {each["image_id"] for each in (back, first, second)} == {None}
    [job] = await app.db.rows(JOBS)
    assert tuple(job) == ("metadata.fetch_pictures", [[str(movie_id)]])


async def test_what_is_said_again_is_renewed_and_what_is_gone_goes(app: App) -> None:
    movie_id = await given.movie(app)
    await save(app, movie_id, facts("/a.jpg", votes=1), facts("/b.jpg"), facts("/c.jpg"))
    before = {each["provider_key"]: each["id"] for each in await rows(app, movie_id)}

    await save(
        app, movie_id, facts("/c.jpg", language="fr"), facts("/a.jpg", votes=9, score=8.0), facts("/d.jpg")
    )

    after = await rows(app, movie_id)
    assert [each["provider_key"] for each in after] == ["/c.jpg", "/a.jpg", "/d.jpg"]
    assert [each["id"] for each in after[:2]] == [before["/c.jpg"], before["/a.jpg"]]
    assert (after[0]["language"], after[1]["votes"], after[1]["score"]) == ("fr", 9, 8.0)


async def test_what_a_person_chose_and_what_others_have_stays(app: App) -> None:
    movie_id, other_id = await given.movie(app), await given.movie(app)
    await save(app, movie_id, facts("/a.jpg"), facts("/b.jpg"))
    await save(app, movie_id, facts("/a.jpg"), provider="fanart")
    await save(app, other_id, facts("/a.jpg"))
    await given.picture(app, owner_id=movie_id, source="upload")
    await app.db.run(PICK, key="/b.jpg")

    await save(app, movie_id)

    left = [(each["provider"], each["provider_key"], each["is_chosen"]) for each in await rows(app, movie_id)]
    assert sorted(left, key=str) == [
        ("fanart", "/a.jpg", False),
        ("tmdb", "/b.jpg", True),
        (None, None, False),
    ]
    assert len(await rows(app, other_id)) == 1


async def test_no_more_are_kept_than_somebody_would_look_through(app: App) -> None:
    movie_id = await given.movie(app)
    german = [facts(f"/de{number}.jpg", language="de") for number in range(PER_LANGUAGE + 5)]
    others = [facts(f"/{number}.jpg", language=f"x{number}") for number in range(PER_KIND)]
    twice = [facts(key, language="fr") for key in ("/de0.jpg", "/" + "a" * 2000, "")]

    await save(app, movie_id, *german, *twice, *others, facts("/back.jpg", ImageKind.BACKDROP))

    kept = await rows(app, movie_id)
    assert [each["provider_key"] for each in kept if each["language"] == "de"] == [
        f"/de{number}.jpg" for number in range(PER_LANGUAGE)
    ]
    assert not [each for each in kept if each["language"] == "fr"]
    assert len([each for each in kept if each["kind"] == "poster"]) == PER_KIND
    assert len([each for each in kept if each["kind"] == "backdrop"]) == 1


@pytest.mark.parametrize("count", [1, 30])
async def test_many_owners_cost_as_much_as_one(app: App, statements: list[str], count: int) -> None:
    owned = [Owned(OwnerKind.SEASON, new_id(), [facts("/a.jpg"), facts("/b.jpg")]) for _ in range(count)]
    statements.clear()

    async with app.transaction() as tx:
        await save_all(tx, owned, "tmdb")

    # The last asks for the job.
    assert len(statements) == 4, statements
    assert await app.db.value(text("SELECT count(*) FROM images.pictures")) == 2 * count


async def test_portraits_are_kept_of_those_who_are_credited(app: App) -> None:
    movie_id, series_id = await given.movie(app), await given.series(app)
    episode_id = await given.episode(app, series_id, await given.season(app, series_id))
    actor, guest, elsewhere = [
        await given.person(app, name, provider_ids={"tmdb": key})
        for name, key in (("Inês", "1"), ("Nuno", "2"), ("Vasco", "3"))
    ]
    await given.movie_credit(app, movie_id, actor)
    await given.series_credit(app, series_id, actor)
    await given.episode_credit(app, episode_id, guest)
    profiles = {key: facts(f"/{key}.jpg", ImageKind.PROFILE) for key in ("1", "2", "3", "4")}

    async with app.transaction() as tx:
        await save_profiles(tx, OwnerKind.MOVIE, [movie_id], profiles, "tmdb")
    of_film = [len(await rows(app, each)) for each in (actor, guest, elsewhere)]
    async with app.transaction() as tx:
        await save_profiles(tx, OwnerKind.SERIES, [series_id], profiles, "tmdb")

    assert of_film == [1, 0, 0]
    assert [len(await rows(app, each)) for each in (actor, guest, elsewhere)] == [1, 1, 0]
    assert (await row(app, guest, "/2.jpg"))["owner_kind"] == "person"


async def test_nobody_credited_and_nothing_told_asks_for_nothing(app: App) -> None:
    movie_id = await given.movie(app)

    async with app.transaction() as tx:
        await save_profiles(tx, OwnerKind.MOVIE, [movie_id], {}, "tmdb")
        await save_profiles(
            tx, OwnerKind.MOVIE, [movie_id], {"1": facts("/1.jpg", ImageKind.PROFILE)}, "tmdb"
        )
        await save_all(tx, [], "tmdb")

    assert await app.db.rows(JOBS) == []
