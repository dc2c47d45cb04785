"""Puts together what several providers say of one work, field by field. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast

from app.catalog.facts import CreditFacts, WorkFacts
from app.catalog.provenance import TERM_FIELDS, Field
from app.metadata.facts import FoundWork, ImageFacts


class Strategy(StrEnum):
    """first: of the first in order who says anything. union: of all, the first in order counting where two differ."""

    FIRST = "first"
    UNION = "union"


# Names of genres and studios differ from provider to provider, so that together they say everything twice.
UNITED = frozenset(
    {
        Field.PROVIDER_IDS,
        Field.RATINGS,
        Field.CERTIFICATIONS,
        Field.KEYWORDS,
    }
)
# What WorkFacts calls a field, where that is not its name.
_ATTRIBUTES: Mapping[Field, str] = {Field.DATE: "released_on", Field.RUNTIME: "runtime_s"}
_TERM_KINDS = {name: kind for kind, name in TERM_FIELDS.items()}
# The sort title follows the title, and neither is a provider's to number absolutely.
_NOT_MERGED = frozenset({Field.SORT_TITLE, Field.ABSOLUTE_NUMBER})
_FIELDS = tuple(each for each in Field if each not in _NOT_MERGED and each not in _TERM_KINDS)
_TEXTS = ("title", "overview", "tagline")


@dataclass(frozen=True, slots=True)
class Plan:
    """order: ids of providers. orders: of fields that have their own, after which the others come."""

    order: tuple[str, ...]
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    strategies: Mapping[str, Strategy] = field(default_factory=dict[str, Strategy])

    def order_of(self, name: str) -> tuple[str, ...]:
        own = self.orders.get(name, ())
        return (*own, *(each for each in self.order if each not in own))

    def strategy_of(self, name: str) -> Strategy:
        default = Strategy.UNION if name in UNITED else Strategy.FIRST
        return self.strategies.get(name, default)


@dataclass(frozen=True, slots=True)
class Merged:
    """said_by: the providers of each field that anybody says, those that count first.

    Texts of a language (`title:de`) and keys of documents (`ratings.imdb`) are there as well. providers: whose answers
    it was made of.
    """

    work: FoundWork
    said_by: Mapping[str, tuple[str, ...]]
    providers: tuple[str, ...] = ()


def plan(order: Sequence[str], rules: Iterable[str]) -> Plan:
    """rules: `overview=tvmaze>tmdb`, `genres=union`. Raises ValueError, with a sentence, for what is none."""
    orders: dict[str, tuple[str, ...]] = {}
    strategies: dict[str, Strategy] = {}
    for rule in rules:
        name, _, said = (part.strip() for part in rule.partition("="))
        if name not in set(Field) - _NOT_MERGED:
            raise ValueError(f"It must begin with a field of works and `=`; {name!r} is none.")
        names = tuple(each.strip() for each in said.split(">"))
        if not all(names):
            raise ValueError(
                f"It must say how {name} is put together: `{name}=tmdb>tvmaze` or `{name}=union`."
            )
        if said in set(Strategy):
            strategies[name] = Strategy(said)
        else:
            orders[name] = names
    return Plan(tuple(order), orders, strategies)


def merge(found: Sequence[FoundWork], how: Plan) -> Merged:
    """One work out of at least one; whoever comes first in order gives it its id, and who tells of a work before who
    only adds to one.

    Texts in a language follow the text's own field: `overview` in German is of the first who has it in German.
    """
    by_provider = {each.provider: each for each in found}
    said_by: dict[str, tuple[str, ...]] = {}
    ordered = _ordered(by_provider, how.order)
    facts: dict[str, Any] = {}
    for name in _FIELDS:
        attribute = _ATTRIBUTES.get(name, name.value)
        value, whose = _field(by_provider, how, name.value, lambda work, a=attribute: getattr(work.facts, a))
        if whose:
            facts[attribute], said_by[name.value] = value, whose
            said_by |= _keys_said_by(by_provider, whose, name.value, attribute, value)
    facts["terms"] = _terms(by_provider, how, said_by)
    facts["translations"] = _translations(by_provider, how, said_by)
    credited_by = said_by.get(Field.CREDITS.value, (ordered[0].provider,))[0]
    # Another's ids of people are other people.
    whole = replace(_whole(ordered, facts), profiles=by_provider[credited_by].profiles)
    return Merged(whole, said_by, tuple(work.provider for work in ordered))


def _whole(ordered: Sequence[FoundWork], facts: Mapping[str, Any]) -> FoundWork:
    first = next((work for work in ordered if work.is_whole), ordered[0])
    title: WorkFacts = next(
        (work.facts for work in ordered if work.facts.title == facts.get("title")), first.facts
    )
    popularity = next((work.facts.popularity for work in ordered if work.facts.popularity is not None), None)
    whole = replace(
        first.facts,
        **facts,
        match_key=title.match_key,
        sort_title=title.sort_title,
        popularity=popularity,
        is_described=any(work.facts.is_described for work in ordered),
    )
    return replace(
        first,
        facts=whole,
        titles=_each_once(ordered, lambda work: work.titles),
        homepage=_first(work.homepage for work in ordered),
        certifications=_each_once(ordered, lambda work: work.certifications),
        images=_each_once(ordered, lambda work: work.images, lambda image: image.url),
        videos=_each_once(ordered, lambda work: work.videos, lambda video: (video.site, video.key)),
        season_images=_season_images(ordered),
        # Ids of others, and structures of others, mean nothing to the one whose id it has.
    )


def _field(
    works: Mapping[str, FoundWork], how: Plan, name: str, read: Callable[[FoundWork], Any]
) -> tuple[Any, tuple[str, ...]]:
    """The value, and whose it is."""
    said = [(each.provider, read(each)) for each in _ordered(works, how.order_of(name))]
    said = [(provider, value) for provider, value in said if value not in (None, "", (), {})]
    if not said:
        return None, ()
    if how.strategy_of(name) is Strategy.FIRST or len(said) == 1:
        return said[0][1], (said[0][0],)
    return _united([value for _, value in said]), tuple(provider for provider, _ in said)


def _keys_said_by(
    works: Mapping[str, FoundWork], whose: Sequence[str], name: str, attribute: str, value: Any
) -> dict[str, tuple[str, ...]]:
    """The providers of each key, where the field is a document."""
    if not isinstance(value, Mapping):
        return {}
    return {
        f"{name}.{key}": tuple(each for each in whose if key in getattr(works[each].facts, attribute))
        for key in cast("Mapping[str, Any]", value)
    }


def _united(values: Sequence[Any]) -> Any:
    """Of mappings and tuples all that they hold; of anything else the first."""
    if isinstance(values[0], Mapping):
        return {key: value for each in reversed(values) for key, value in each.items()}
    if isinstance(values[0], tuple):
        return tuple(
            {_identity(item): item for each in reversed(values) for item in reversed(each)}.values()
        )[::-1]
    return values[0]


def _identity(item: Any) -> Any:
    """By which two providers mean the same."""
    if isinstance(item, CreditFacts):
        return (item.name.casefold(), item.department, item.job, item.character)
    return item


def _terms(
    works: Mapping[str, FoundWork], how: Plan, said_by: dict[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in _TERM_KINDS.items():
        value, whose = _field(works, how, name.value, lambda work, k=kind: work.facts.terms.get(k, ()))
        if whose:
            found[kind], said_by[name.value] = value, whose
    return found


def _translations(
    works: Mapping[str, FoundWork], how: Plan, said_by: dict[str, tuple[str, ...]]
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in _TEXTS:
        for work in _ordered(works, how.order_of(name)):
            for language, texts in work.facts.translations.items():
                if texts.get(name):
                    found.setdefault(language, {}).setdefault(name, texts[name])
                    key = f"{name}:{language}"
                    said_by[key] = (*said_by.get(key, ()), work.provider)
    return found


def _season_images(works: Sequence[FoundWork]) -> dict[int, tuple[ImageFacts, ...]]:
    numbers = sorted({number for work in works for number in work.season_images})
    return {
        number: _each_once(
            works, lambda work, n=number: work.season_images.get(n, ()), lambda image: image.url
        )
        for number in numbers
    }


def _ordered(works: Mapping[str, FoundWork], order: Sequence[str]) -> list[FoundWork]:
    """Those whom the order doesn't name come last."""
    names = [*(name for name in order if name in works), *(name for name in works if name not in order)]
    return [works[name] for name in names]


def _each_once(
    works: Sequence[FoundWork],
    read: Callable[[FoundWork], Iterable[Any]],
    key: Callable[[Any], Any] = lambda item: item,
) -> tuple[Any, ...]:
    found: dict[Any, Any] = {}
    for work in works:
        for item in read(work):
            found.setdefault(key(item), item)
    return tuple(found.values())


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
