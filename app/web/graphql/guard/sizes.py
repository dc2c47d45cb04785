"""How many items a field may have, by its arguments."""

from collections.abc import Iterator, Mapping

from app.web.graphql.guard.prices import Price
from app.web.graphql.guard.tape import Factor, Size
from graphql import FieldNode, IntValueNode, ListValueNode, NullValueNode, ValueNode, VariableNode

_DIGITS = 9


def size_of(price: Price, node: FieldNode, most_listed: int) -> Factor:
    """A number where the arguments are literals, which are not yet known to be valid; else what variables say."""
    if price.paging is None and price.counted_by is None:
        return price.items
    given = {each.name.value: each.value for each in node.arguments or ()}
    if price.paging is not None:
        return _paged(given, price.paging.arguments, price.paging.default, price.paging.most)
    value = given.get(price.counted_by or "")
    if isinstance(value, VariableNode):
        return Size((value.name.value,), 0, most_listed, counts=True)
    return len(value.values) if isinstance(value, ListValueNode) else 1


def _paged(given: Mapping[str, ValueNode], names: tuple[str, ...], default: int, most: int) -> Factor:
    variables: list[str] = []
    for value in _said(given, names):
        if isinstance(value, VariableNode):
            variables.append(value.name.value)
        else:
            default = _literal(value, most)
            break
    return Size(tuple(variables), default, most) if variables else default


def _said(given: Mapping[str, ValueNode], names: tuple[str, ...]) -> Iterator[ValueNode]:
    for name in names:
        value = given.get(name)
        if value is not None and not isinstance(value, NullValueNode):
            yield value


def _literal(value: ValueNode, most: int) -> int:
    if not isinstance(value, IntValueNode) or len(value.value) > _DIGITS:
        return most
    return min(max(int(value.value), 1), most)
