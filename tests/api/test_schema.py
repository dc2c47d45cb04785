"""The schema as a product: everything is described, everything that can grow is paged."""

from collections.abc import Iterator

import pytest

from app.api.filters import Filter
from app.api.schema import schema
from app.catalog.collections.filters import COLLECTION_FILTERS, COLLECTION_SORTS
from app.catalog.filters import Fields
from app.catalog.movies.filters import MOVIE_FILTERS, MOVIE_SORTS
from app.catalog.movies.tables import MovieCreditRow
from app.catalog.people.filters import PERSON_FILTERS, PERSON_SORTS, credit_filters
from app.catalog.taxonomy.filters import TERM_FILTERS, TERM_SORTS
from app.catalog.tv.filters import EPISODE_FILTERS, SERIES_FILTERS
from app.catalog.work_filters import LIBRARY_FILTERS
from app.core.paging import Order, Sort
from app.web.graphql.documents import core_schema
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    get_nullable_type,
    is_introspection_type,
    is_specified_scalar_type,
)

CORE = core_schema(schema)
OURS = [
    each
    for each in CORE.type_map.values()
    if not is_introspection_type(each) and not is_specified_scalar_type(each)
]


def described(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """Every place of a type that a client reads about, and what it reads there."""
    yield kind.name, kind.description
    if isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.description
    if isinstance(kind, GraphQLInputObjectType):
        for name, each in kind.fields.items():
            yield f"{kind.name}.{name}", each.description
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument_name, argument in field.args.items():
                yield f"{kind.name}.{name}({argument_name}:)", argument.description


def test_everything_is_described() -> None:
    silent = [place for kind in OURS for place, text in described(kind) if not (text or "").strip()]

    assert not silent


def test_descriptions_are_sentences() -> None:
    odd = [
        (place, text)
        for kind in OURS
        for place, text in described(kind)
        if text and not text.endswith((".", "`"))
    ]

    assert not odd


def test_scalars_say_what_specifies_them() -> None:
    vague = [each.name for each in OURS if isinstance(each, GraphQLScalarType) and not each.specified_by_url]

    assert not vague


def test_connections_are_paged_and_counted() -> None:
    for kind in OURS:
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            answer = get_nullable_type(field.type)
            if isinstance(answer, GraphQLObjectType) and answer.name.endswith("Connection"):
                assert {"first", "after", "last", "before", "offset"} <= field.args.keys(), (
                    f"{kind.name}.{name}"
                )
                assert {"edges", "nodes", "pageInfo", "totalCount"} == answer.fields.keys()


def test_lists_have_no_holes() -> None:
    holes = [
        f"{kind.name}.{name}"
        for kind in OURS
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if isinstance(answer := get_nullable_type(field.type), GraphQLList)
        and get_nullable_type(answer.of_type) is answer.of_type
    ]

    assert holes == ["Query.nodes"]


def inputs(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from inputs(each)


def test_every_filter_can_be_anded() -> None:
    """Conditions on relations hold one thing each; all others nest."""
    for each in inputs(Filter):
        fields = {field.python_name for field in each.__strawberry_definition__.fields}  # type: ignore[attr-defined]
        assert len(fields & {"and_", "or_", "not_"}) in (0, 3), each


@pytest.mark.parametrize(
    ("filter_type", "fields"),
    [
        ("MovieFilter", MOVIE_FILTERS),
        ("SeriesFilter", SERIES_FILTERS),
        ("EpisodeFilter", EPISODE_FILTERS),
        ("CollectionFilter", COLLECTION_FILTERS),
        ("PersonFilter", PERSON_FILTERS),
        ("TermFilter", TERM_FILTERS),
        ("LibraryFilter", LIBRARY_FILTERS),
        ("CreditFilter", credit_filters(MovieCreditRow)),
    ],
)
def test_filters_and_their_tests_have_the_same_names(filter_type: str, fields: Fields) -> None:
    kind = next(each for each in inputs(Filter) if each.__name__ == filter_type)
    names = {field.python_name for field in kind.__strawberry_definition__.fields}  # type: ignore[attr-defined]

    assert names - {"and_", "or_", "not_"} == fields.tests.keys()


@pytest.mark.parametrize(
    ("enum", "orders"),
    [
        ("MovieSort", MOVIE_SORTS),
        ("CollectionSort", COLLECTION_SORTS),
        ("PersonSort", PERSON_SORTS),
        ("TermSort", TERM_SORTS),
    ],
)
def test_every_sort_that_is_offered_exists_in_both_directions(enum: str, orders: dict[Order, Sort]) -> None:
    kind = CORE.type_map[enum]
    assert isinstance(kind, GraphQLEnumType)
    names = {
        value.value.value if hasattr(value.value, "value") else value.value for value in kind.values.values()
    }

    assert {(name, down) for name in names for down in (False, True)} == set(orders)
