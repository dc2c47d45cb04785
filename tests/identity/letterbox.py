"""What the server writes to people: read where it waits to be sent."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from sqlalchemy import text

from app.activity.actor import MARQUEE
from app.core.app import App
from app.core.crypto import belongs_to
from app.core.jobs import JOBS
from app.mail.tables import LetterRow
from app.settings.writes import change_settings

POST = {
    "mail_host": "mail.example.org",
    "mail_from_address": "marquee@example.org",
    "public_url": "https://films.example.org/marquee",
}
CHEAP = {"password_memory_mib": 19, "password_passes": 1, "password_lanes": 1}
TAKE_JOBS = text("DELETE FROM outbox.jobs WHERE name = ANY(CAST(:names AS text[])) RETURNING id, name, args")
TAKE_LETTERS = text("DELETE FROM mail.letters RETURNING id, template, address, name, language, facts")
WRITING = ["identity.send_verification", "identity.send_confirmation", "identity.send_reset"]


@dataclass(frozen=True)
class Got:
    template: str
    to: str
    name: str | None
    language: str | None
    facts: dict[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.facts["link"]).path

    @property
    def token(self) -> str:
        [token] = parse_qs(urlsplit(self.facts["link"]).query)["token"]
        return token


async def settings(app: App, **values: Any) -> None:
    async with app.transaction() as tx:
        await change_settings(tx, MARQUEE, values)


async def work(app: App) -> int:
    """Do what waits of the jobs that write letters; how many those were."""
    rows = await app.db.rows(TAKE_JOBS, names=WRITING)
    for row in sorted(rows, key=lambda each: each["id"]):
        await JOBS[row["name"]].run(app, *row["args"])
    return len(rows)


async def letters(app: App) -> list[Got]:
    """All that were written since, the oldest first."""
    await work(app)
    found: list[Got] = []
    for row in sorted(await app.db.rows(TAKE_LETTERS), key=lambda each: each["id"]):
        facts = orjson.loads(app.keyring.open(row["facts"], belongs_to(LetterRow.facts, row["id"])))
        found.append(Got(row["template"], row["address"], row["name"], row["language"], facts))
    return found


def about_people(statements: list[str]) -> list[str]:
    """Of what was run, what has to do with accounts; what goes on beside it is left out."""
    return [each for each in statements if any(name in each for name in ("identity.", "mail.", "activity."))]
