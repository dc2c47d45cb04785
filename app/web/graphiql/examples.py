"""The operations under `graphql/operations/<slice>/<name>.graphql` as examples for GraphiQL."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from graphql import DocumentNode, GraphQLSyntaxError, OperationDefinitionNode, parse

# What GraphiQL opens with where there is one, and the slices that come first.
OPENING = "movies"
FIRST = ("catalog", "tv", "library", "metadata")

log = logging.getLogger(__name__)

HEADER = re.compile(r"\A(?:[ \t]*#[^\n]*\n|[ \t]*\n)*")
VARIABLES = re.compile(r"^variables:\s*", re.MULTILINE | re.IGNORECASE)


class BadExample(ValueError):
    """A document that can't be shown as an example; the message says why."""


@dataclass(frozen=True, slots=True)
class Example:
    """One named operation. `query` is the whole document, without the comment that holds its variables."""

    slice: str
    name: str
    kind: str
    operation: str | None
    query: str
    description: str
    variables: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        shown = {
            "name": self.name,
            "slice": self.slice,
            "kind": self.kind,
            "operation": self.operation,
            "query": self.query,
            "description": self.description or None,
            "variables": self.variables,
        }
        return {key: value for key, value in shown.items() if value is not None}


def load_examples(folder: Path) -> list[Example]:
    """Every example below the folder: by slice, works first, queries before mutations and subscriptions, then by name.

    A document that can't be read is logged and left out, so that one slip in it leaves GraphiQL usable.
    """
    return sorted(_readable(folder), key=_order)


def _order(example: Example) -> tuple[object, ...]:
    """By slice, those of works before others; queries before what changes things. A newcomer begins with the films."""
    place = FIRST.index(example.slice) if example.slice in FIRST else len(FIRST)
    return (place, example.slice, example.kind != "query", example.name != OPENING, example.name)


def _readable(folder: Path) -> Iterator[Example]:
    for path in sorted(folder.glob("*/*.graphql")):
        try:
            yield parse_example(path.parent.name, path.stem, path.read_text(encoding="utf-8"))
        except (BadExample, OSError, UnicodeDecodeError) as error:
            log.warning("GraphiQL leaves out %s: %s", path, error)


def parse_example(slice_name: str, name: str, text: str) -> Example:
    """Read one document. The comment above it describes it and may hold `# variables: {...}`, on one line or several.

    Raises BadExample.
    """
    operation = _operation(text)
    header = HEADER.match(text)
    body = text[header.end() if header else 0 :].strip() + "\n"
    description, variables = _comment(header.group() if header else "")
    comment = "".join(f"# {line}".rstrip() + "\n" for line in description.splitlines())
    return Example(
        slice=slice_name,
        name=name,
        kind=operation.operation.value,
        operation=operation.name.value if operation.name else None,
        query=comment + body,
        description=" ".join(description.split()),
        variables=variables,
    )


def _operation(text: str) -> OperationDefinitionNode:
    try:
        document: DocumentNode = parse(text, no_location=True)
    except GraphQLSyntaxError as error:
        raise BadExample(error.message) from error
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            return definition
    raise BadExample("It holds no operation.")


def _comment(header: str) -> tuple[str, dict[str, Any] | None]:
    text = "\n".join(line.strip().removeprefix("#").strip() for line in header.splitlines()).strip()
    found = VARIABLES.search(text)
    if found is None:
        return text, None
    try:
        value, end = json.JSONDecoder().raw_decode(text, found.end())
    except json.JSONDecodeError as error:
        raise BadExample(f"Its variables are no JSON: {error}") from error
    if not isinstance(value, dict):
        raise BadExample("Its variables are no JSON object.")
    variables = cast(dict[str, Any], value)
    return (text[: found.start()] + text[end:].lstrip("\n")).strip(), variables
