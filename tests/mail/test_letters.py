"""Letters as they are written down."""

import pytest
from sqlalchemy import text

from app.core.crypto import belongs_to
from app.core.errors import Invalid
from app.mail.addresses import address
from app.mail.letters import DELIVER, Letter, Template, send
from app.mail.tables import LetterRow

LETTERS = text("SELECT * FROM mail.letters")
JOBS = text("SELECT name, args FROM outbox.jobs")
LINK = "https://films.example.org/reset?token=mqo_secret"


def letter(**values):
    defaults = {"template": Template.RESET_PASSWORD, "to": "ann@example.org", "facts": {"link": LINK}}
    return Letter(**defaults | values)


async def test_a_letter_is_a_row_and_a_job_of_the_same_transaction(app):
    async with app.transaction() as tx:
        letter_id = await send(tx, letter(name="Ann", language="de"))

    [row] = await app.db.rows(LETTERS)
    assert (row["id"], row["template"], row["address"]) == (letter_id, "reset_password", "ann@example.org")
    assert (row["name"], row["language"], row["sent_at"]) == ("Ann", "de", None)
    assert [tuple(job) for job in await app.db.rows(JOBS)] == [(DELIVER.name, [str(letter_id)])]


async def test_nothing_is_sent_of_a_transaction_that_is_rolled_back(app):
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with app.transaction() as tx:
            await send(tx, letter())
            raise ZeroDivisionError

    assert await app.db.rows(LETTERS) == []
    assert await app.db.rows(JOBS) == []


async def test_what_it_tells_is_sealed(app):
    async with app.transaction() as tx:
        letter_id = await send(tx, letter())

    everything = await app.db.value(text("SELECT string_agg(CAST(l AS text), '') FROM mail.letters l"))
    assert "mqo_secret" not in everything
    assert "mqo_secret" not in repr(letter())
    [row] = await app.db.rows(LETTERS)
    assert LINK in app.keyring.open(row["facts"], belongs_to(LetterRow.facts, letter_id)).decode()


@pytest.mark.parametrize("facts", [{}, {"link": LINK, "colour": "red"}])
async def test_facts_are_those_that_the_letter_needs(app, facts):
    with pytest.raises(ValueError, match="reset_password tells link"):
        async with app.transaction() as tx:
            await send(tx, letter(facts=facts))


@pytest.mark.parametrize(
    ("text", "carried"),
    [
        ("ann@example.org", "ann@example.org"),
        ("Ann.O'Hara+films@EXAMPLE.org", "Ann.O'Hara+films@example.org"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@faß.example", "ann@xn--fa-hia.example"),
        ("ann@例え.テスト", "ann@xn--r8jz45g.xn--zckzah"),
        ("jürgen@example.org", "jürgen@example.org"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_addresses_are_carried_with_the_domain_of_the_dns(text, carried):
    assert str(address(text)) == carried


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "ann@@example.org",
        "ann@exa mple.org",
        "an n@example.org",
        "ann@example.org\r\nBcc: all@example.org",
        "ann\r\n@example.org",
        "ann\u2028@example.org",
        "<ann@example.org>",
        '"ann"@example.org',
        "ann,bob@example.org",
        "ann@example..org",
        "ann@-example.org",
        "ann@example.org.",
        ".ann@example.org",
        "ann.@example.org",
        "ann@[127.0.0.1]",
        "a" * 65 + "@example.org",
        "é" * 33 + "@example.org",
        "ann@" + ".".join(["a" * 60] * 5),
    ],
)
async def test_addresses_that_smtp_can_not_carry_are_refused(app, text):
    with pytest.raises(Invalid) as refused:
        async with app.transaction() as tx:
            await send(tx, letter(to=text))

    assert refused.value.field == "email"
    assert await app.db.rows(LETTERS) == []
