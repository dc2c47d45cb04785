"""Bytes at addresses, by the client for outside services."""

import gzip
from dataclasses import replace
from tempfile import TemporaryFile

import pytest
from sqlalchemy import text

from app.core.http_errors import ProviderBroken, ProviderError, ProviderSaysNo, ProviderUnreachable
from app.core.http_messages import Question
from app.core.http_standing import standings
from app.demo.answering import said
from tests.outside import SERVICE, broken_off, client, hung_up, never, outside, saying

PICTURE = b"\xff\xd8\xff\x00 not quite a picture"


def lying(body=PICTURE, status=200, **headers):
    async def say(_):
        return said(status, body, {"content-type": "image/jpeg"} | headers)

    return say


async def test_what_lies_at_an_address_comes_back_as_it_is(app):
    async with outside() as films, client(app) as asking:
        films.says = [lying(**{"content-type": "Image/JPEG; charset=binary"})]

        found = await asking.fetch(SERVICE, Question(f"{films.url}/a.jpg", accept="image/webp,image/jpeg"))

    assert (found.body, found.media_type) == (PICTURE, "image/jpeg")
    [asked] = films.asked
    assert (asked.method, asked.path, asked.headers["accept"]) == ("GET", "/a.jpg", "image/webp,image/jpeg")


async def test_it_is_not_kept(app):
    async with outside() as films, client(app) as asking:
        films.says = [lying(etag='"1"', **{"cache-control": "max-age=1000"})]

        for _ in range(2):
            await asking.fetch(SERVICE, Question(f"{films.url}/a.jpg", max_age_s=1000))

    assert len(films.asked) == 2
    assert "if-none-match" not in films.asked[1].headers
    assert await app.db.value(text("SELECT count(*) FROM http.responses")) == 0


@pytest.mark.parametrize("says", [broken_off, hung_up, saying("oops", 503), saying({}, 429)])
async def test_what_breaks_off_or_fails_is_tried_again(app, says):
    async with outside() as films, client(app) as asking:
        films.says = [says, lying()]

        found = await asking.fetch(SERVICE, Question(f"{films.url}/a.jpg"))

    assert found.body == PICTURE
    assert len(films.asked) == 2


async def test_what_never_comes_is_given_up(app):
    slow = replace(SERVICE, request_s=0.05, tries=2)
    async with outside() as films, client(app) as asking:
        films.says = [never]

        with pytest.raises(ProviderUnreachable):
            await asking.fetch(slow, Question(f"{films.url}/a.jpg"))

    assert len(films.asked) == 2


@pytest.mark.parametrize(
    ("says", "error"),
    [
        (lying(b"x" * 501), ProviderBroken),
        (lying(status=302, location="/b.jpg"), ProviderBroken),
        (lying(status=301, location="http://127.0.0.1:9/b.jpg"), ProviderBroken),
        (lying(status=404), ProviderSaysNo),
        (lying(status=410), ProviderSaysNo),
        # There is no key that could be refused.
        (lying(status=403), ProviderSaysNo),
        (lying(status=401), ProviderSaysNo),
    ],
)
async def test_what_can_t_be_had_says_why_and_is_asked_for_once(app, says, error):
    async with outside() as films, client(app) as asking:
        films.says = [says, lying(b"elsewhere")]

        with pytest.raises(ProviderError) as told:
            await asking.fetch(replace(SERVICE, most_bytes=500), Question(f"{films.url}/a.jpg"))

    assert type(told.value) is error
    assert len(films.asked) == 1


async def test_how_it_stands_is_written_down_as_for_all_questions(app):
    async with outside() as films, client(app) as asking:
        films.says = [lying()]
        await asking.fetch(SERVICE, Question(f"{films.url}/a.jpg"))
        well = (await standings(app.db, [SERVICE.name]))[SERVICE.name]
        films.says = [lying(b"x" * 501)]
        with pytest.raises(ProviderBroken):
            await asking.fetch(replace(SERVICE, most_bytes=500), Question(f"{films.url}/a.jpg"))
        ill = (await standings(app.db, [SERVICE.name]))[SERVICE.name]

    assert well.answered_at is not None
    assert well.failing_since is None
    assert ill.failing_since is not None


async def test_what_is_long_goes_into_a_file_as_it_comes(app):
    packed = gzip.compress(PICTURE * 100)
    async with outside() as films, client(app) as asking:
        films.says = [broken_off, saying("oops", 503), lying(packed, **{"content-encoding": "gzip"})]
        with TemporaryFile() as file:
            file.write(b"of before")

            found = await asking.fetch(SERVICE, Question(f"{films.url}/a.jpg", into=file))

            file.seek(0)
            assert file.read() == packed
    assert (found.body, found.media_type) == (b"", "image/jpeg")
    assert len(films.asked) == 3


async def test_what_is_longer_than_it_may_be_is_in_no_file_either(app):
    async with outside() as films, client(app) as asking:
        films.says = [lying(b"x" * 501)]
        with TemporaryFile() as file, pytest.raises(ProviderBroken):
            await asking.fetch(replace(SERVICE, most_bytes=500), Question(f"{films.url}/a.jpg", into=file))
