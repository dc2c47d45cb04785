"""What is set of the mail server, and the links of letters."""

from dataclasses import replace

import pytest

from app.activity.actor import Actor
from app.core.app import open_app
from app.core.errors import Invalid
from app.mail.errors import MailNotConfigured
from app.mail.settings import is_configured, link, missing, require, server
from app.settings.secrets import set_secret
from app.settings.writes import change_settings

NEEDED = {
    "mail_host": "mail.example.org",
    "mail_from_address": "films@example.org",
    "public_url": "https://films.example.org/marquee/",
}


async def put(app, **changes):
    async with app.transaction() as tx:
        await change_settings(tx, Actor(), changes)


async def test_without_server_sender_and_public_url_no_letter_is_sent(app):
    await put(app, **NEEDED | {"mail_host": None})

    assert not await is_configured(app)
    assert await missing(app) == ["mail_host"]
    with pytest.raises(MailNotConfigured):
        await require(app)
    with pytest.raises(MailNotConfigured):
        await server(app)


async def test_with_them_it_is_and_the_password_comes_from_the_secrets(app):
    await put(app, **NEEDED, mail_username="films")
    async with app.transaction() as tx:
        await set_secret(tx, Actor(), app.keyring, "mail_password", "hunter2")

    found = await server(app)

    assert await is_configured(app)
    assert (found.host, found.port, found.username, found.password) == (
        "mail.example.org",
        587,
        "films",
        "hunter2",
    )
    assert "hunter2" not in repr(found)


async def test_the_environment_s_password_counts_before_the_secret(app):
    await put(app, **NEEDED, mail_username="films")
    async with app.transaction() as tx:
        await set_secret(tx, Actor(), app.keyring, "mail_password", "stored")

    async with open_app(replace(app.config, mail_password="hunter2")) as other:
        found = await server(other)

    assert found.password == "hunter2"
    assert "hunter2" not in repr(other.config)


async def test_links_begin_with_the_public_url(app):
    with pytest.raises(MailNotConfigured):
        await link(app, "/reset", token="a")
    await put(app, public_url="https://films.example.org/marquee/")

    assert await link(app, "/reset", token="a&b") == "https://films.example.org/marquee/reset?token=a%26b"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("public_url", "films.example.org"),
        ("public_url", "javascript:alert(1)"),
        ("public_url", "https://ann:secret@films.example.org"),
        ("public_url", "https://films.example.org/?a=b"),
        ("public_url", "https://films.example.org/#a"),
        ("public_url", "https://films.example.org:port"),
        ("mail_host", "https://mail.example.org"),
        ("mail_host", "mail example"),
        ("mail_from_address", "films"),
        ("mail_from_address", "films@example.org, others@example.org"),
    ],
)
async def test_what_can_not_work_is_refused(app, name, text):
    with pytest.raises(Invalid):
        await put(app, **{name: text})
