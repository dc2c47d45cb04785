"""What letters look like."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from uuid import UUID

import pytest
from jinja2 import Environment, meta

from app.mail.compose import WORDINGS, Draft, compose, language_of
from app.mail.letters import NEEDED, Factor, Template
from app.mail.settings import Language, Security, Server

LINK = "https://films.example.org/reset?token=mqo_a&b=c"
SERVER = Server(
    host="mail.example.org",
    port=587,
    security=Security.STARTTLS,
    username="",
    password=None,
    from_address="films@bücher.example",
    from_name="Films at home",
    language=Language.EN,
    public_url="https://films.example.org",
)
DRAFT = Draft(
    id=UUID(int=7),
    kind=Template.RESET_PASSWORD,
    to="ann@example.org",
    name="Ann",
    language=None,
    facts={"link": LINK},
    created_at=datetime(2026, 2, 1, 12, tzinfo=UTC),
)
FACTS = {"link": LINK, "factor": "totp"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "Ann\r\nBcc: all@example.org",
    "{{ server }}",
    "{% include 'x' %}",
    "Ann\u202eevil",
    "Ann\x00\x1b[31m",
    "☃" * 500,
]


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def written(server=SERVER, **values):
    """As its reader gets it."""
    return message_from_bytes(compose(server, replace(DRAFT, **values)).as_bytes(), policy=default)


def parts(message):
    return message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()


def test_headers_say_from_whom_it_is_and_that_no_person_sent_it():
    message = written()

    assert str(message["From"]) == "Films at home <films@xn--bcher-kva.example>"
    assert str(message["To"]) == "ann@example.org"
    assert message["Message-ID"] == "<00000000-0000-0000-0000-000000000007@xn--bcher-kva.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == DRAFT.created_at
    assert message["Content-Language"] == "en"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Template)
def test_every_letter_is_in_every_language_as_text_and_page(kind, language):
    facts = {name: FACTS[name] for name in NEEDED.get(kind, ())}

    message = written(kind=kind, language=f"{language}-XX", facts=facts)

    plain, html = parts(message)
    page = Page(html)
    assert "films.example.org" in message["Subject"]
    assert "Ann" in plain
    assert "Ann" in page.text
    assert "{" not in plain
    assert "None" not in plain + page.text
    assert page.tags[0] == ("html", {"lang": language.value})
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert links == ([LINK, LINK] if "link" in facts else [])
    assert (LINK in plain) == ("link" in facts)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Template)
def test_all_languages_tell_the_same(kind, language):
    wording, english = WORDINGS[language].texts[kind], WORDINGS[Language.EN].texts[kind]

    assert placeholders(wording) == placeholders(english)
    assert bool(wording.button) == bool(english.button)
    assert WORDINGS[language].factors.keys() == set(Factor)


def placeholders(text) -> set[str]:
    lines = [text.subject, *text.before, text.button or "", *text.after]
    return {name for line in lines for name in meta.find_undeclared_variables(Environment().parse(line))}


@pytest.mark.parametrize("kind", Template)
def test_pages_load_nothing(kind):
    facts = {name: FACTS[name] for name in NEEDED.get(kind, ())}

    page = Page(parts(written(kind=kind, facts=facts))[1])

    assert not {tag for tag, _ in page.tags} & {"img", "link", "script", "style", "iframe", "object", "form"}
    assert not [attrs for _, attrs in page.tags if attrs.keys() & {"src", "background", "srcset"}]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", [Template.INVITATION, Template.NEW_DEVICE])
def test_hostile_names_are_text_and_end_no_header(kind, name):
    facts = {"link": LINK} if kind is Template.INVITATION else {}
    told = dict.fromkeys(("inviter", "browser", "os", "device", "address"), name)
    harmless = dict.fromkeys(told, "x")

    message = written(SERVER, kind=kind, name=name, facts=facts | told)

    expected = Page(parts(written(kind=kind, name="x", facts=facts | harmless))[1])
    plain, html = parts(message)
    assert [tag for tag, _ in Page(html).tags] == [tag for tag, _ in expected.tags]
    assert set(message.keys()) == set(written().keys())
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", plain.replace("\r\n", "\n"))


def test_hostile_names_of_the_sender_end_no_header():
    message = written(replace(SERVER, from_name="Films\r\nBcc: all@example.org"))

    assert set(message.keys()) == set(written().keys())
    assert message["Bcc"] is None


@pytest.mark.parametrize("name", ["Buy at www.example.org", "https://evil.example", "example.org/win", "a@b"])
def test_nobody_is_greeted_by_an_advertisement(name):
    plain, html = parts(written(name=name))

    assert name not in plain + html
    assert plain.startswith("Hello,")


def test_when_and_from_where_is_told():
    facts = {"at": "2026-02-01T13:05:00+01:00", "address": "203.0.113.5", "browser": "Firefox", "os": "Linux"}

    plain, html = parts(written(kind=Template.NEW_DEVICE, facts=facts))

    for text in ("When: 2026-02-01 12:05 UTC", "Device: Firefox on Linux", "From the address: 203.0.113.5"):
        assert text in plain
        assert text in html


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "within 1 hour.", "within 2 hours."),
        ("de", "und 1 Stunde lang.", "und 2 Stunden lang."),
        ("fr", "pendant 1 heure.", "pendant 2 heures."),
        ("es", "durante 1 hora.", "durante 2 horas."),
        ("ja", "1時間以内", "2時間以内"),
    ],
)
def test_how_long_a_link_is_good_is_told(language, one, two):
    for hours, told in (("1", one), ("2", two)):
        assert told in parts(written(language=language, facts={"link": LINK, "hours": hours}))[0]


def test_the_server_s_language_is_taken_where_no_other_is_known():
    german = replace(SERVER, language=Language.DE)

    assert parts(written(german, language=None))[0].startswith("Guten Tag Ann,")
    assert parts(written(german, language="fr-CA"))[0].startswith("Bonjour Ann,")
    assert language_of("nl", Language.JA) is Language.JA
    assert language_of("ja_JP", Language.EN) is Language.JA
