"""A letter as it is sent: headers, plain text, and the same as HTML that loads nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from jinja2 import Environment, StrictUndefined, Template

from app.mail.addresses import address
from app.mail.letters import Factor
from app.mail.letters import Template as Kind
from app.mail.settings import Language, Server
from app.mail.texts import de, en, es, fr, ja
from app.mail.texts.wording import Wording

WORDINGS: Mapping[Language, Wording] = {
    Language.EN: en.WORDING,
    Language.DE: de.WORDING,
    Language.FR: fr.WORDING,
    Language.ES: es.WORDING,
    Language.JA: ja.WORDING,
}
MOST_CHARS = 300
# Whoever registers says their name and to whom the letter goes: nobody should be written to "Dear buy-at-example.com".
LURE = re.compile(r"[:/@\\]|\w\.\w")
HTML = """
<!doctype html>
<html lang="{{ language }}">
<head><meta charset="utf-8"><title>{{ subject }}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 1em auto; padding: 0 1em">
<p>{{ greeting }}</p>
{% for line in before %}
<p>{{ line }}</p>
{% endfor %}
{% if link %}
<p><a href="{{ link }}" style="display: inline-block; padding: .6em 1.2em; border-radius: .3em; background: #1d4ed8;
 color: #ffffff; text-decoration: none">{{ button }}</a></p>
<p>{{ or_copy }}<br><a href="{{ link }}" style="word-break: break-all">{{ link }}</a></p>
{% endif %}
{% if rows %}
<ul>
{% for label, told in rows %}
<li>{{ label }}: {{ told }}</li>
{% endfor %}
</ul>
{% endif %}
{% for line in after %}
<p>{{ line }}</p>
{% endfor %}
<hr>
<p><small>{{ footer }}</small></p>
</body>
</html>
"""
_OPTIONS: dict[str, Any] = {
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}
# What is said is plain text; only the page that it is put into is HTML, and that is always escaped.
WORDS = Environment(autoescape=False, **_OPTIONS)  # noqa: S701
PAGES = Environment(autoescape=True, **_OPTIONS)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a letter is made of. language: a BCP 47 tag, if one is known. facts: see Letter."""

    id: UUID
    kind: Kind
    to: str
    name: str | None
    language: str | None
    facts: Mapping[str, str]
    created_at: datetime


def compose(server: Server, draft: Draft) -> EmailMessage:
    """The letter in its reader's language; the same id whenever it is sent. Raises Invalid for addresses."""
    page = _page(server, draft)
    sender, to = address(server.from_address), address(draft.to)
    message = EmailMessage(policy=SMTPUTF8 if not to.local.isascii() or not sender.local.isascii() else SMTP)
    message["Subject"] = page["subject"]
    message["From"] = Mailbox(_line(server.from_name), sender.local, sender.domain)
    message["To"] = Mailbox(username=to.local, domain=to.domain)
    message["Date"] = draft.created_at
    message["Message-ID"] = f"<{draft.id}@{sender.domain}>"
    # RFC 3834, and what Exchange knows: holiday notices are not for us.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_plain(page), cte="base64" if page["language"] == Language.JA else "quoted-printable")
    html = _template(PAGES, HTML.lstrip()).render(page)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    # Last, for what is set as content begins with headers of its own.
    message["Content-Language"] = page["language"]
    return message


def language_of(tag: str | None, default: Language) -> Language:
    """The one to write in: that of the tag, if we have it."""
    found = (tag or "").replace("_", "-").partition("-")[0].lower()
    return Language(found) if found in set(Language) else default


def _page(server: Server, draft: Draft) -> dict[str, Any]:
    language = language_of(draft.language, server.language)
    wording = WORDINGS[language]
    text, told = wording.texts[draft.kind], _told(server, draft, wording)

    def say(words: str) -> str:
        return _line(_template(WORDS, words).render(told))

    return {
        "language": language.value,
        "subject": say(text.subject),
        "greeting": say(wording.greeting_by_name if told["name"] else wording.greeting),
        "before": [say(line) for line in text.before],
        "link": draft.facts.get("link") if text.button else None,
        "button": say(text.button) if text.button else None,
        "or_copy": wording.or_copy,
        "rows": _rows(draft, wording, say),
        "after": [say(line) for line in text.after],
        "footer": say(wording.footer),
    }


def _told(server: Server, draft: Draft, wording: Wording) -> dict[str, str | None]:
    facts = {name: _line(value)[:MOST_CHARS] for name, value in draft.facts.items()}
    optional = ("hours", "days", "inviter", "new_address", "left", "browser", "os")
    return {
        "name": _greeted(draft.name),
        "server": urlsplit(server.public_url).hostname or "Marquee",
        "factor": wording.factors[Factor(facts["factor"])] if "factor" in facts else None,
        **{name: facts.get(name) for name in optional},
        "inviter": _greeted(facts.get("inviter")),
    }


def _rows(draft: Draft, wording: Wording, say: Any) -> list[tuple[str, str]]:
    facts = draft.facts
    both = facts.get("browser") and facts.get("os")
    device = say(wording.browser_on_os) if both else facts.get("browser") or facts.get("os")
    named = ", ".join(each for each in (facts.get("device"), device) if each)
    found = (
        (wording.at, _instant(facts.get("at"))),
        (wording.device, named),
        (wording.address, facts.get("address")),
    )
    return [(label, _line(told)[:MOST_CHARS]) for label, told in found if told]


def _instant(text: str | None) -> str | None:
    """To the minute, in UTC, as ISO 8601 has it: nobody takes the month for the day."""
    return None if text is None else f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _greeted(name: str | None) -> str | None:
    """None for what is no name, but something to be clicked."""
    line = _line(name or "")[:MOST_CHARS]
    return line if line and not LURE.search(line) else None


def _line(text: str) -> str:
    """In one line, without what could end a header or turn its direction."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _plain(page: Mapping[str, Any]) -> str:
    link = [f"{page['button']}:\n{page['link']}"] if page["link"] else []
    rows = "\n".join(f"{label}: {told}" for label, told in page["rows"])
    parts = [page["greeting"], *page["before"], *link, rows, *page["after"], f"-- \n{page['footer']}"]
    return "\n\n".join(filter(None, parts)) + "\n"


@lru_cache(maxsize=256)
def _template(environment: Environment, source: str) -> Template:
    return environment.from_string(source)
