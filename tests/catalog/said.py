"""What sources say of works, in few words."""

from typing import Any

from app.catalog.facts import CollectionFacts, CreditFacts, EpisodeFacts, WorkFacts


def work(title: str, year: int | None = None, **more: Any) -> WorkFacts:
    """What a name says; with texts or relations, what an NFO says."""
    facts = {"is_described": bool(more.keys() - {"provider_ids", "known_id", "previous_id"})} | more
    return WorkFacts(title, title.casefold().replace(" ", ""), title, year, **facts)


def credit(name: str, billing: int = 0, **ids: str) -> CreditFacts:
    return CreditFacts(name, "Acting", "Actor", billing=billing, provider_ids=ids)


def collection(title: str, **ids: str) -> CollectionFacts:
    return CollectionFacts(title, provider_ids=ids)


def episode(season: int, number: int | None, **more: Any) -> EpisodeFacts:
    return EpisodeFacts(season, number, is_described="title" in more, **more)
