"""Letters on their way, to real mail servers that do what such do."""

import asyncio
import logging
import re
import socket

import pytest
from sqlalchemy import text

from app.mail import deliver as delivering
from app.mail import transport
from app.mail.deliver import deliver
from app.mail.letters import DELIVER, Letter, Template, send
from app.mail.purge import purge, take_up_strays
from app.mail.reads import standing
from tests.mail.post import HOST, mute, posting

LINK = "https://films.example.org/reset?token=mqo_secret"
LETTER = text("SELECT * FROM mail.letters")
# How long the job waits that was asked for to come back to the letter.
AGAIN = text(
    """
    SELECT CAST(extract(epoch FROM run_at - created_at) AS float8) FROM outbox.jobs
    WHERE name = :name AND run_at > created_at
    """
)
AGE = text("UPDATE mail.letters SET created_at = created_at - make_interval(days => CAST(:days AS int))")


async def written(app, **values) -> str:
    letter = {"template": Template.RESET_PASSWORD, "to": "ann@example.org", "facts": {"link": LINK}}
    async with app.transaction() as tx:
        return str(await send(tx, Letter(**letter | values)))


async def only(app):
    return await app.db.row(LETTER)


async def test_a_letter_is_handed_over_and_what_it_told_is_forgotten(app, post, set_up):
    await set_up(post.port)
    letter_id = await written(app, name="Ann")

    await deliver.run(app, letter_id)

    [letter] = post.letters
    assert (post.senders, post.readers) == (["films@example.org"], ["ann@example.org"])
    assert post.greetings == ["films.example.org"]
    assert LINK in letter.get_body(("plain",)).get_content()
    row = await only(app)
    assert row["sent_at"] is not None
    assert (row["facts"], row["claimed_until"], row["error"]) == (None, None, None)


async def test_what_is_sent_is_not_sent_again(app, post, set_up):
    await set_up(post.port)
    letter_id = await written(app)

    await deliver.run(app, letter_id)
    await deliver.run(app, letter_id)

    assert len(post.letters) == 1


async def test_of_many_workers_at_once_one_sends(app, second_app, post, set_up):
    await set_up(post.port)
    letter_id = await written(app)

    await asyncio.gather(*(deliver.run(each, letter_id) for each in (app, second_app) * 3))

    assert len(post.letters) == 1


async def test_starttls_is_used_with_a_certificate_that_is_trusted(app, trusted, set_up):
    async with posting(tls=trusted.server(HOST)) as post:
        await set_up(post.port, mail_security="starttls")

        await deliver.run(app, await written(app))

    assert post.encrypted == [True]


async def test_tls_from_the_start_is_used_with_a_certificate_that_is_trusted(app, trusted, set_up):
    async with posting(tls=trusted.server(HOST), implicit=True) as post:
        await set_up(post.port, mail_security="tls")

        await deliver.run(app, await written(app))

    assert len(post.letters) == 1


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
async def test_a_certificate_that_nobody_trusts_gets_no_letter(app, authority, set_up, security, implicit):
    async with posting(tls=authority.server(HOST), implicit=implicit) as post:
        await set_up(post.port, mail_security=security)

        await deliver.run(app, await written(app))

    assert post.letters == []
    assert "certificate verify failed" in (await only(app))["error"]


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
async def test_a_certificate_of_another_server_gets_no_letter(app, trusted, set_up, security, implicit):
    async with posting(tls=trusted.server("other.example"), implicit=implicit) as post:
        await set_up(post.port, mail_security=security)

        await deliver.run(app, await written(app))

    assert post.letters == []
    assert "certificate" in (await only(app))["error"]


async def test_a_server_that_has_no_starttls_gets_no_letter(app, post, set_up):
    await set_up(post.port, mail_security="starttls")

    await deliver.run(app, await written(app))

    assert post.letters == []
    assert "STARTTLS" in (await only(app))["error"]


async def test_the_right_password_signs_in(app, trusted, set_up):
    async with posting(tls=trusted.server(HOST), auth=True) as post:
        await set_up(post.port, password="hunter2", mail_security="starttls", mail_username="films")

        await deliver.run(app, await written(app))

    assert post.logins == [("films", "hunter2")]
    assert len(post.letters) == 1


async def test_a_wrong_password_is_for_the_admin_to_mend_and_the_letter_waits(app, trusted, set_up, caplog):
    async with posting(tls=trusted.server(HOST), auth=True) as post:
        await set_up(post.port, password="hunter3", mail_security="starttls", mail_username="films")
        letter_id = await written(app)

        await deliver.run(app, letter_id)

        row = await only(app)
        assert row["given_up_at"] is None
        assert row["error"].startswith("535")
        assert "hunter3" not in row["error"] + caplog.text
        await set_up(post.port, password="hunter2")
        await due(app)
        await deliver.run(app, letter_id)
    assert len(post.letters) == 1


async def test_no_password_leaves_this_machine_without_encryption(app, set_up):
    await set_up(25, password="hunter2", mail_host="mail.example.org", mail_username="films")

    await deliver.run(app, await written(app))

    assert (await only(app))["error"] == "No password is sent without encryption: set mail_security."


async def test_within_this_machine_it_may(app, set_up):
    async with posting(auth=True) as post:
        await set_up(post.port, password="hunter2", mail_username="films")

        await deliver.run(app, await written(app))

    assert post.logins == [("films", "hunter2")]
    assert len(post.letters) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["421 closing", "450 busy"])
async def test_what_may_work_later_is_tried_later(app, post, set_up, command, answer):
    await set_up(post.port)
    post.says[command] = answer
    letter_id = await written(app)

    await deliver.run(app, letter_id)

    row = await only(app)
    assert (row["sent_at"], row["given_up_at"], row["tries"]) == (None, None, 1)
    assert answer[:3] in row["error"]
    assert row["facts"] is not None
    assert await app.db.value(AGAIN, name=DELIVER.name) > 0
    post.says.clear()
    await due(app)
    await deliver.run(app, letter_id)
    assert len(post.letters) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
async def test_the_last_word_of_the_server_is_kept_and_no_other_try_made(app, post, set_up, command):
    await set_up(post.port)
    post.says[command] = f"550 no such user, or a bad link {LINK}"
    letter_id = await written(app)

    await deliver.run(app, letter_id)
    await deliver.run(app, letter_id)

    row = await only(app)
    assert row["given_up_at"] is not None
    assert row["facts"] is None
    assert row["error"] == "550 no such user, or a bad link [...]"
    assert post.connections == 1


async def test_a_server_that_wants_a_sign_in_first_gets_the_letter_later(app, post, set_up):
    await set_up(post.port)
    post.says["MAIL"] = "530 5.7.0 Authentication required"

    await deliver.run(app, await written(app))

    assert (await only(app))["given_up_at"] is None


async def test_a_connection_that_breaks_amid_the_letter_is_tried_again(app, post, set_up):
    await set_up(post.port)
    post.drops = True
    letter_id = await written(app)

    await deliver.run(app, letter_id)

    assert "broke off" in (await only(app))["error"]
    post.drops = False
    await due(app)
    await deliver.run(app, letter_id)
    assert len(post.letters) == 1


@pytest.mark.parametrize("words", [(), (b"220 post.example ESMTP\r\n",)])
async def test_a_server_that_never_answers_is_given_up_for_now(app, set_up, monkeypatch, words):
    monkeypatch.setattr(transport, "CONNECT_S", 0.3)
    monkeypatch.setattr(transport, "COMMAND_S", 0.3)
    async with mute(*words) as port:
        await set_up(port)

        await deliver.run(app, await written(app))

    row = await only(app)
    assert (row["sent_at"], row["given_up_at"]) == (None, None)
    assert "imed out" in row["error"]


async def test_all_of_it_may_take_no_longer_than_a_claim(app, set_up, monkeypatch):
    monkeypatch.setattr(transport, "TOTAL_S", 0.3)
    async with mute() as port:
        await set_up(port)

        await deliver.run(app, await written(app))

    assert (await only(app))["error"] == "The mail server took more than 0.3 s."


def test_a_claim_lasts_longer_than_sending_may_take_and_the_job_longer_still():
    assert transport.TOTAL_S < delivering.CLAIM_S < deliver.timeout.total_seconds()


async def test_a_server_that_is_down_is_tried_again(app, set_up):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        await set_up(taken.getsockname()[1])

        await deliver.run(app, await written(app))

    row = await only(app)
    assert row["given_up_at"] is None
    assert "Error connecting" in row["error"]


async def test_a_server_that_does_not_exist_is_tried_again(app, set_up):
    await set_up(25, mail_host="mail.invalid")

    await deliver.run(app, await written(app))

    assert (await only(app))["given_up_at"] is None


async def test_pauses_grow_and_differ(app, post, set_up):
    await set_up(post.port)
    post.says["RCPT"] = "450 busy"
    letter_id = await written(app)
    pauses = []

    for _ in range(3):
        await deliver.run(app, letter_id)
        pauses.append(await app.db.value(AGAIN, name=DELIVER.name))
        await app.db.run(text("DELETE FROM outbox.jobs"))
        await due(app)

    assert pauses[0] < pauses[1] < pauses[2]
    assert len({delivering._pause_s(1) for _ in range(10)}) > 1
    assert max(delivering._pause_s(50) for _ in range(10)) <= 1.25 * delivering.LONGEST_PAUSE_S


async def test_after_a_day_it_is_given_up_with_what_was_last_said(app, post, set_up):
    await set_up(post.port)
    post.says["RCPT"] = "450 busy"
    letter_id = await written(app, template=Template.PASSWORD_CHANGED, facts={})
    await deliver.run(app, letter_id)
    await app.db.run(text("UPDATE mail.letters SET give_up_after = give_up_after - interval '25 hours'"))
    await due(app)

    await deliver.run(app, letter_id)

    row = await only(app)
    assert row["given_up_at"] is not None
    assert row["error"] == "It could not be sent in time. 450 busy"
    assert post.connections == 1


async def test_a_link_that_is_good_no_more_is_not_sent(app, post, set_up):
    await set_up(post.port)
    letter_id = await written(app, facts={"link": LINK, "hours": "1"})
    await app.db.run(text("UPDATE mail.letters SET give_up_after = give_up_after - interval '61 minutes'"))

    await deliver.run(app, letter_id)

    assert post.letters == []
    assert (await only(app))["given_up_at"] is not None


async def test_a_letter_that_another_worker_has_is_come_back_to(app, post, set_up):
    await set_up(post.port)
    letter_id = await written(app)
    await app.db.run(text("DELETE FROM outbox.jobs"))
    await app.db.run(text("UPDATE mail.letters SET claimed_until = now() + interval '1 hour'"))

    await deliver.run(app, letter_id)

    assert post.letters == []
    assert 3000 < await app.db.value(AGAIN, name=DELIVER.name) < 3610
    await app.db.run(text("UPDATE mail.letters SET claimed_until = now() - interval '1 s'"))
    await deliver.run(app, letter_id)
    assert len(post.letters) == 1


async def test_a_worker_that_is_stopped_gives_its_letter_back(app, set_up):
    async with mute() as port:
        await set_up(port)
        letter_id = await written(app)
        sending = asyncio.create_task(deliver.run(app, letter_id))
        while (await only(app))["claimed_until"] is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    row = await only(app)
    assert sending.cancelled()
    assert (row["claimed_until"], row["sent_at"]) == (None, None)


async def test_a_letter_that_can_not_even_be_written_is_given_up_with_its_job(app, post, set_up):
    await set_up(post.port)
    letter_id = await written(app)
    await app.db.run(text("UPDATE mail.letters SET template = 'of a later version'"))

    with pytest.raises(ValueError, match="later version"):
        await deliver.run(app, letter_id)
    assert (await only(app))["claimed_until"] is None
    async with app.transaction() as tx:
        await deliver.gave_up(tx, letter_id, error="ValueError: later version")

    row = await only(app)
    assert row["given_up_at"] is not None
    assert (row["facts"], row["error"]) == (None, "ValueError: later version")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://films.example.org:8443/marquee", "films.example.org"),
        ("http://192.0.2.7:8000", "[192.0.2.7]"),
        ("http://[2001:db8::7]", "[IPv6:2001:db8::7]"),
    ],
)
async def test_the_server_is_greeted_by_our_own_name(app, post, set_up, url, name):
    await set_up(post.port, public_url=url)

    await deliver.run(app, await written(app))

    assert post.greetings == [name]


async def test_without_a_mail_server_a_letter_is_given_up(app):
    await deliver.run(app, await written(app))

    row = await only(app)
    assert row["given_up_at"] is not None
    assert row["error"] == "This server is not set up to send mail."


async def test_a_letter_whose_key_is_lost_is_given_up(app, post, set_up):
    await set_up(post.port)
    letter_id = await written(app)
    await app.db.run(text("UPDATE mail.letters SET facts = decode('01' || repeat('00', 40), 'hex')"))

    await deliver.run(app, letter_id)

    assert (await only(app))["given_up_at"] is not None


async def test_addresses_beyond_ascii_need_a_server_that_takes_them(app, set_up):
    async with posting() as able, posting(utf8=False) as unable:
        await set_up(able.port)
        await deliver.run(app, await written(app, to="jürgen@bücher.example"))
        assert able.readers == ["jürgen@xn--bcher-kva.example"]
        await app.db.run(text("DELETE FROM mail.letters"))
        await set_up(unable.port)

        await deliver.run(app, await written(app, to="jürgen@bücher.example"))

    assert (await only(app))["error"] == "The mail server takes no addresses beyond ASCII."


async def test_logs_tell_neither_links_nor_readers(app, post, set_up, caplog):
    await set_up(post.port)
    post.says["RCPT"] = "450 busy"
    with caplog.at_level(logging.DEBUG, "app"):
        letter_id = await written(app)
        await deliver.run(app, letter_id)
        post.says.clear()
        await due(app)
        await deliver.run(app, letter_id)

    assert re.search(f"Letter {letter_id} .* was sent", caplog.text)
    assert "mqo_secret" not in caplog.text
    assert "ann@" not in caplog.text


async def test_what_is_over_is_forgotten_after_a_week_and_what_waits_is_not(app, post, set_up):
    await set_up(post.port)
    await deliver.run(app, await written(app))
    await app.db.run(AGE, days=8)
    waiting = await written(app)
    await app.db.run(AGE, days=6)

    async with app.transaction() as tx:
        assert await purge(tx) == 1
    async with app.transaction() as tx:
        assert await purge(tx) == 0

    assert str((await only(app))["id"]) == waiting


async def test_letters_that_no_job_is_about_are_taken_up(app):
    await written(app)
    await app.db.run(text("UPDATE mail.letters SET due_at = due_at - interval '1 hour'"))
    async with app.transaction() as tx:
        assert await take_up_strays(tx) == 0
    await app.db.run(text("DELETE FROM outbox.jobs"))

    async with app.transaction() as tx:
        assert await take_up_strays(tx) == 1
    async with app.transaction() as tx:
        assert await take_up_strays(tx) == 0


async def test_standing_tells_of_what_waits_and_of_the_last_trouble(app, post, set_up):
    await set_up(post.port)
    await deliver.run(app, await written(app))
    post.says["RCPT"] = "450 busy"
    await deliver.run(app, await written(app))
    post.says["RCPT"] = "550 nobody"
    await deliver.run(app, await written(app))

    found = await standing(app.db)

    assert (found.waiting, found.given_up, found.last_error) == (1, 1, "550 nobody")
    assert found.last_sent_at < found.last_failed_at


async def due(app) -> None:
    """As if the pause were over."""
    await app.db.run(text("UPDATE mail.letters SET due_at = now() - interval '1 s'"))
