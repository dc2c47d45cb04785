"""The client for outside services, against a server that does all that servers do."""

import asyncio
import logging
import zlib
from contextlib import suppress
from dataclasses import replace

import pytest

from app.core import http, http_errors, logs
from app.core.app import open_app
from app.core.http_breaker import FAILURES
from app.core.http_errors import (
    ProviderBroken,
    ProviderError,
    ProviderLimited,
    ProviderRefused,
    ProviderSaysNo,
    ProviderUnreachable,
)
from app.core.http_messages import Question
from app.core.http_standing import standings
from app.demo.answering import said
from tests.outside import (
    SECRET,
    SERVICE,
    Hurried,
    broken_off,
    client,
    hung_up,
    never,
    outside,
    saying,
)


async def test_an_answer_comes_back_as_json_and_the_key_travels_in_a_header(app):
    async with outside() as films, client(app) as asking:
        answer = await asking.ask(SERVICE, films.question(query={"language": "de", "page": "1"}))

    assert (answer.status, answer.body, answer.is_kept) == (200, {"title": "Paper Moons"}, False)
    [asked] = films.asked
    assert (asked.method, asked.path, asked.query) == ("GET", "/film/1", {"language": "de", "page": "1"})
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.headers["accept-encoding"] == "gzip"


async def test_a_parameter_may_have_several_values(app):
    async with outside() as films, client(app) as asking:
        question = films.question(query={"embed[]": ("cast", "crew"), "page": "1"})
        await asking.ask(SERVICE, question)

    [asked] = films.asked
    assert asked.repeated == {"embed[]": ("cast", "crew"), "page": ("1",)}
    assert question.plain_url.endswith("/film/1?embed%5B%5D=cast&embed%5B%5D=crew&page=1")


async def test_a_packed_answer_is_unpacked(app):
    async with outside() as films, client(app) as asking:
        films.says = [saying({"title": "Luas" * 1000}, packed=True)]

        answer = await asking.ask(SERVICE, films.question())

    assert answer.body == {"title": "Luas" * 1000}


FAILURES_OF_ONE_TRY = {
    "500": saying("oops", 500),
    "502": saying("oops", 502),
    "408": saying("slow", 408),
    "425": saying("early", 425),
    "cut off": broken_off,
    "hung up": hung_up,
}


@pytest.mark.parametrize("failure", FAILURES_OF_ONE_TRY.values(), ids=FAILURES_OF_ONE_TRY.keys())
async def test_what_fails_once_is_tried_again_after_a_pause(app, failure):
    clock = Hurried()
    async with outside() as films, client(app, clock) as asking:
        films.says = [failure, saying({"title": "After all"})]

        answer = await asking.ask(SERVICE, films.question())

    assert answer.body == {"title": "After all"}
    assert len(films.asked) == 2
    assert max(clock.slept) >= 0.5


@pytest.mark.parametrize("failure", FAILURES_OF_ONE_TRY.values(), ids=FAILURES_OF_ONE_TRY.keys())
async def test_what_keeps_failing_is_given_up_after_a_few_tries(app, failure):
    async with outside() as films, client(app) as asking:
        films.says = [failure]

        with pytest.raises(ProviderUnreachable):
            await asking.ask(SERVICE, films.question())

    assert len(films.asked) == SERVICE.tries


async def test_what_may_not_be_repeated_is_asked_once(app):
    async with outside() as films, client(app) as asking:
        films.says = [saying("oops", 503), saying({"token": "x"})]

        with pytest.raises(ProviderUnreachable):
            await asking.ask(SERVICE, films.question(method="POST", body={"apikey": "x"}))

    [asked] = films.asked
    assert asked.body == b'{"apikey":"x"}'


ENDS = {
    "401": (saying({"status_message": "Invalid key"}, 401), ProviderRefused),
    "403": (saying({}, 403), ProviderRefused),
    "404": (saying({}, 404), ProviderSaysNo),
    "410": (saying({}, 410), ProviderSaysNo),
    "422": (saying({}, 422), ProviderSaysNo),
    "501": (saying({}, 501), ProviderUnreachable),
    "HTML": (saying("<html>Sign in to the hotel</html>"), ProviderBroken),
    "no JSON": (saying("{'title': 1}"), ProviderBroken),
    "nothing": (saying(""), ProviderBroken),
    "huge": (saying({"title": "x" * 1000}), ProviderBroken),
    "unpacks to too much": (saying({"title": "x" * 100_000}, packed=True), ProviderBroken),
    "packed as nobody asked": (saying({}, headers={"content-encoding": "br"}), ProviderBroken),
    "no gzip": (saying({}, headers={"content-encoding": "gzip"}), ProviderBroken),
    "elsewhere": (saying({}, 302, headers={"location": "http://127.0.0.1:9/steal"}), ProviderBroken),
    "in circles": (saying({}, 301, headers={"location": "/film/1"}), ProviderBroken),
    "redirect to nowhere": (saying({}, 308), ProviderBroken),
}


@pytest.mark.parametrize(("says", "error"), ENDS.values(), ids=ENDS.keys())
async def test_each_answer_that_is_none_is_an_error_of_its_kind_and_not_asked_for_twice(app, says, error):
    bounded = replace(SERVICE, most_bytes=500, tries=1)
    async with outside() as films, client(app) as asking:
        films.says = [says]

        with pytest.raises(ProviderError) as told:
            await asking.ask(bounded, films.question())

    assert type(told.value) is error
    assert told.value.service == "films"
    assert str(told.value).startswith("films: ")


async def test_what_is_gone_is_told_from_a_question_that_is_wrong(app):
    async with outside() as films, client(app) as asking:
        found = []
        for status in (404, 410, 422):
            films.says = [saying({}, status)]
            with pytest.raises(ProviderSaysNo) as told:
                await asking.ask(SERVICE, films.question(f"/film/{status}"))
            found.append(told.value.is_gone)

    assert found == [True, True, False]


async def test_a_service_that_never_answers_is_left_after_a_while(app):
    async with outside() as films, client(app) as asking:
        films.says = [never]

        with pytest.raises(ProviderUnreachable, match=r"more than 0\.2 s"):
            await asking.ask(replace(SERVICE, request_s=0.2, tries=1), films.question())


async def test_a_service_that_says_nothing_for_too_long_is_left(app):
    async with outside() as films, client(app) as asking:
        films.says = [never]

        with pytest.raises(ProviderUnreachable, match="can't be asked"):
            await asking.ask(replace(SERVICE, read_s=0.2, tries=1), films.question())


async def test_nobody_at_the_address(app):
    async with outside() as films:
        question = films.question()
    async with client(app) as asking:
        with pytest.raises(ProviderUnreachable, match="can't be asked"):
            await asking.ask(SERVICE, question)


async def test_a_service_that_goes_down_in_the_middle_and_comes_back(app):
    async with outside() as films, client(app) as asking:
        await asking.ask(SERVICE, films.question("/film/1"))
        films.says = [broken_off, hung_up, saying({"title": "Back"})]

        answer = await asking.ask(SERVICE, films.question("/film/2"))

    assert answer.body == {"title": "Back"}


async def test_a_redirect_within_the_service_is_followed_with_key_and_query(app):
    async with outside() as films, client(app) as asking:
        films.says = [saying({}, 301, headers={"location": "/film/7"}), saying({"id": 7})]

        answer = await asking.ask(SERVICE, films.question("/film/5", query={"language": "ja"}))

    assert (answer.body, answer.url) == ({"id": 7}, f"{films.url}/film/7")
    assert [asked.path for asked in films.asked] == ["/film/5", "/film/7"]
    assert films.asked[1].query == {"language": "ja"}
    assert films.asked[1].headers["authorization"] == f"Bearer {SECRET}"


async def test_retry_after_holds_this_request_until_then(app):
    clock = Hurried()
    async with outside() as films, client(app, clock) as asking:
        films.says = [saying({}, 429, headers={"retry-after": "7"}), saying({"title": "Later"})]
        began = clock.now()

        answer = await asking.ask(SERVICE, films.question())

    assert answer.body == {"title": "Later"}
    assert 7 <= clock.now() - began < 9


async def test_retry_after_holds_everybody(app, second_app):
    clock = Hurried()
    async with outside() as films, client(app, clock) as asking, client(second_app, clock) as other:
        films.says = [saying({}, 429, headers={"retry-after": "20"}), saying({"title": "Later"})]
        began = clock.now()
        with pytest.raises(ProviderLimited) as told:
            await asking.ask(replace(SERVICE, tries=1), films.question("/1"))
        held = await other.held_s(SERVICE)

        await other.ask(SERVICE, films.question("/2"))

    assert told.value.retry_after_s == held == 20
    assert clock.now() - began >= 20


async def test_a_wait_that_is_too_long_is_told_instead(app):
    async with outside() as films, client(app) as asking:
        films.says = [saying({}, 429, headers={"retry-after": "3600"})]

        with pytest.raises(ProviderLimited) as told:
            await asking.ask(SERVICE, films.question())

    assert told.value.retry_after_s == pytest.approx(3600, abs=5)
    assert len(films.asked) == 1


SAYING_SO = replace(SERVICE, limit_says=b"limit reached", limit_s=1800.0)


async def test_a_refusal_that_is_one_of_too_many_requests_holds_everybody_and_is_none_of_the_key(
    app, second_app
):
    clock = Hurried()
    async with outside() as films, client(app, clock) as asking, client(second_app, clock) as other:
        films.says = [saying({"error": "Request limit reached!"}, 401)]

        with pytest.raises(ProviderLimited) as told:
            await asking.ask(SAYING_SO, films.question())
        held = await other.held_s(SAYING_SO)
    standing = (await standings(app.db, [SERVICE.name])).get(SERVICE.name)

    assert told.value.retry_after_s == pytest.approx(1800, abs=5)
    assert held == 1800
    assert len(films.asked) == 1
    assert standing is None or standing.refused_at is None


@pytest.mark.parametrize("service", [SERVICE, SAYING_SO])
async def test_any_other_refusal_is_one_of_the_key(app, service):
    async with outside() as films, client(app) as asking:
        films.says = [saying({"error": "Invalid key"}, 401)]

        with pytest.raises(ProviderRefused):
            await asking.ask(service, films.question())


async def test_429_without_a_time_is_waited_for_a_little(app):
    clock = Hurried()
    async with outside() as films, client(app, clock) as asking:
        films.says = [saying({}, 429), saying({"title": "Later"})]

        answer = await asking.ask(SERVICE, films.question())

    assert answer.body == {"title": "Later"}
    assert sum(clock.slept) > 1


async def test_a_service_that_keeps_failing_is_left_alone_and_then_tried_with_one_request(app):
    clock, once = Hurried(), replace(SERVICE, tries=1)
    async with outside() as films, client(app, clock) as asking:
        films.says = [saying("oops", 500)]
        for number in range(FAILURES + 3):
            with pytest.raises(ProviderUnreachable):
                await asking.ask(once, films.question(f"/film/{number}"))
        asked_while_failing = len(films.asked)
        films.says = [saying({"title": "Well again"})]
        with pytest.raises(ProviderUnreachable, match="left alone"):
            await asking.ask(once, films.question())
        await clock.sleep(60)

        answer = await asking.ask(once, films.question())

    assert asked_while_failing == FAILURES
    assert answer.body == {"title": "Well again"}


async def test_equal_requests_at_the_same_time_are_one(app):
    async with outside() as films, client(app) as asking:
        answers = await asyncio.gather(*(asking.ask(SERVICE, films.question()) for _ in range(20)))
        films.asked.clear()
        await asking.ask(SERVICE, films.question())

    assert len({id(answer.body) for answer in answers}) == 1
    assert len(films.asked) == 1


async def test_who_leaves_doesn_t_take_the_answer_from_the_others(app):
    going, come = asyncio.Event(), asyncio.Event()

    async def wait(_):
        come.set()
        await going.wait()
        return await saying({"title": "Still"})(_)

    async with outside() as films, client(app) as asking:
        films.says = [wait]
        first, second = (asyncio.create_task(asking.ask(SERVICE, films.question())) for _ in range(2))
        await come.wait()
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        going.set()

        assert (await second).body == {"title": "Still"}
        assert first.cancelled()


async def test_a_request_that_nobody_waits_for_ends_and_the_next_begins_anew(app):
    come = asyncio.Event()

    async def wait(_):
        come.set()
        return await never(_)

    async with outside() as films, client(app) as asking:
        films.says = [wait, saying({"title": "Anew"})]
        alone = asyncio.create_task(asking.ask(SERVICE, films.question()))
        await come.wait()
        alone.cancel()
        await asyncio.gather(alone, return_exceptions=True)

        assert (await asking.ask(SERVICE, films.question())).body == {"title": "Anew"}


async def test_what_has_not_changed_is_not_sent_again(app):
    async with outside() as films, client(app) as asking:
        films.says = [
            saying(
                {"title": "Once"}, headers={"etag": 'W/"1"', "last-modified": "Sat, 21 Nov 2026 10:00:00 GMT"}
            ),
            saying("", 304),
        ]
        first = await asking.ask(SERVICE, films.question())

        second = await asking.ask(SERVICE, films.question())

    assert (first.is_kept, second.is_kept) == (False, True)
    assert second.body == {"title": "Once"}
    assert films.asked[1].headers["if-none-match"] == 'W/"1"'
    assert films.asked[1].headers["if-modified-since"] == "Sat, 21 Nov 2026 10:00:00 GMT"


async def test_what_has_changed_takes_the_place_of_what_was_kept(app):
    async with outside() as films, client(app) as asking:
        films.says = [saying({"n": number}, headers={"etag": f'"{number}"'}) for number in (1, 2)]
        films.says.append(saying("", 304))

        bodies = [(await asking.ask(SERVICE, films.question())).body for _ in range(3)]

    assert bodies == [{"n": 1}, {"n": 2}, {"n": 2}]
    assert films.asked[2].headers["if-none-match"] == '"2"'


async def test_what_is_young_enough_is_not_asked_for_at_all_and_by_no_process(app, second_app):
    async with outside() as films, client(app) as asking, client(second_app) as other:
        await asking.ask(SERVICE, films.question(max_age_s=3600))

        answer = await other.ask(SERVICE, films.question(max_age_s=3600))

    assert (answer.body, answer.is_kept) == ({"title": "Paper Moons"}, True)
    assert len(films.asked) == 1


async def test_what_must_not_be_kept_is_not(app):
    async with outside() as films, client(app) as asking:
        films.says = [saying({"n": 1}, headers={"etag": '"1"', "cache-control": "private, no-store"})]

        for _ in range(2):
            await asking.ask(SERVICE, films.question(max_age_s=3600))

    assert len(films.asked) == 2


async def test_the_way_to_an_outside_service_needs_no_redis(app, second_app, monkeypatch):
    async def away(*_, **__):
        raise ConnectionError("away")

    monkeypatch.setattr(second_app.redis, "eval", away)
    async with outside() as films, client(second_app) as asking:
        answers = [await asking.ask(SERVICE, films.question(f"/{number}")) for number in range(3)]

    assert [answer.status for answer in answers] == [200] * 3


async def test_nor_the_tables(app, caplog):
    await app.database.pool.execute("ALTER TABLE http.responses RENAME TO away")
    await app.database.pool.execute("ALTER TABLE http.standings RENAME TO gone")
    try:
        async with outside() as films, client(app) as asking:
            answer = await asking.ask(SERVICE, films.question(max_age_s=60))
    finally:
        await app.database.pool.execute("ALTER TABLE http.away RENAME TO responses")
        await app.database.pool.execute("ALTER TABLE http.gone RENAME TO standings")

    assert answer.body == {"title": "Paper Moons"}
    assert "can't be kept" in caplog.text


async def test_how_it_stands_is_written_down_for_all_processes(app):
    async with outside() as films, client(app) as asking:
        found = []
        for says in (saying({}), saying("oops", 500), saying({}, 401), saying({}, 404)):
            films.says = [says]
            with suppress(ProviderError):
                await asking.ask(replace(SERVICE, tries=1), films.question())
            found.append((await standings(app.db, ["films"]))["films"])

    fine, failing, refused, again = found
    assert (fine.failing_since, fine.refused_at, fine.error) == (None, None, None)
    assert failing.failing_since is not None
    assert failing.error == "it answers 500"
    assert refused.refused_at is not None
    assert refused.failing_since is None
    assert (again.failing_since, again.refused_at, again.error) == (None, None, None)


async def test_a_token_that_is_refused_says_nothing_of_the_key(app):
    async with outside() as films, client(app) as asking:
        films.says = [saying({}, 401)]
        with pytest.raises(ProviderRefused):
            await asking.ask(SERVICE, films.question(is_lent=True))

    assert await standings(app.db, ["films"]) == {}


async def test_a_standing_that_stays_is_not_written_again_and_again(app, statements):
    async with outside() as films, client(app) as asking:
        await asking.ask(SERVICE, films.question())
        statements.clear()

        await asking.ask(SERVICE, films.question())

    assert not [each for each in statements if "standings" in each]


async def test_no_message_and_no_line_of_the_log_holds_a_key(app, caplog, monkeypatch):
    logs.set_up("debug", "test")
    logging.getLogger().addHandler(caplog.handler)
    troubles = [
        saying({"status_message": f"bad key {SECRET}"}, 401),
        saying(f"<html>{SECRET}</html>"),
        saying({}, 500),
        saying({}, 429, headers={"retry-after": "999"}),
        hung_up,
    ]
    told = []
    for number, says in enumerate(troubles):
        async with outside() as films, client(app) as asking:
            films.says = [says]
            question = films.question(f"/{number}", secret_query={"api_key": SECRET})
            with pytest.raises(ProviderError) as error:
                await asking.ask(replace(SERVICE, name=f"films{number}", tries=1), question)
            told += [str(error.value), repr(error.value), repr(question), repr(error.value.__cause__)]
            assert films.asked[0].query["api_key"] == SECRET

    kept = await app.database.pool.fetchval("SELECT string_agg(CAST(s AS text), '') FROM http.standings s")
    assert SECRET not in "".join(told) + caplog.text + kept
    assert "films0: it doesn't take the key" in told


async def test_what_others_repeat_is_hidden(app):
    async with outside() as films:
        question = films.question(secret_query={"api_key": "second"})

    assert question.redacted(f"no {SECRET} nor second") == "no *** nor ***"


def test_every_error_is_drawn_in_the_tree():
    kinds = [
        each
        for each in vars(http_errors).values()
        if isinstance(each, type) and issubclass(each, ProviderError)
    ]

    assert all(each.__name__ in (http_errors.__doc__ or "") for each in kinds)
    assert len({each.code for each in kinds}) == len(kinds)


async def test_an_application_has_one_client_which_ends_with_it(app):
    async with open_app(app.config) as other, outside() as films:
        asking = http.http(other)
        assert http.http(other) is asking
        await asking.ask(SERVICE, films.question())

        connections = dict(asking._clients)

    assert connections
    assert all(each.is_closed for each in connections.values())


async def test_an_answer_may_be_packed_by_zlib_too(app):
    async def packed(_):
        return said(200, zlib.compress(b'{"n": 1}'), {"content-encoding": "deflate"})

    async with outside() as films, client(app) as asking:
        films.says = [packed]

        assert (await asking.ask(SERVICE, films.question())).body == {"n": 1}


async def test_a_proxy_is_asked_for_what_is_elsewhere_and_never_for_this_machine(app):
    async with outside() as proxy, outside() as films:
        config = replace(app.config, proxy_url=proxy.url.replace("//", "//ann:hunter2@"))
        async with open_app(config) as other:
            elsewhere = await http.http(other).ask(SERVICE, Question("http://films.invalid/film/1"))
            here = await http.http(other).ask(SERVICE, films.question("/film/2"))

    assert (elsewhere.body, here.body) == ({"title": "Paper Moons"},) * 2
    [asked] = proxy.asked
    assert asked.headers["host"] == "films.invalid"
    assert asked.headers["proxy-authorization"].startswith("Basic ")
    assert [asked.path for asked in films.asked] == ["/film/2"]
    assert "hunter2" not in repr(config)
