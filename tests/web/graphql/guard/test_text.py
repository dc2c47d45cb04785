"""Texts are looked through before they are parsed."""

import pytest

from app.web.graphql.guard.bounds import Bounds, Exceeded
from app.web.graphql.guard.text import check_text
from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind

BLOCK = '"""'
TEXTS = [
    "{ a }",
    'query A($a: [Int!]! = [1, -2.5e+3]) @d(a: "x") { a: b(c: $a, d: {e: F}) ...G ... on H { i } }',
    '{ a(b: "} { \\" [") # } {\n c }',
    f'{{ a(b: {BLOCK} " "" \\{BLOCK} }} {BLOCK}) }}',
    f"{{ a(b: {BLOCK}{BLOCK}, c: \"\") }}",
    "{ a(b: [1-1-1, 1e-5-2, 2E+3-1, -1.5-0]) }",
    "\ufeff{a,b,,c\r\n#x\rd}",
    "#" * 20,
    "",
]  # fmt: skip


def lexed(text: str) -> int:
    lexer, count = Lexer(Source(text)), 0
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        count += 1
        skipped = token.prev
        while skipped is not None and skipped.kind is TokenKind.COMMENT:
            count, skipped = count + 1, skipped.prev
    last = lexer.token.prev
    while last is not None and last.kind is TokenKind.COMMENT:
        count, last = count + 1, last.prev
    return count


@pytest.mark.parametrize("text", TEXTS)
def test_there_are_no_more_tokens_than_the_lexer_finds(text):
    count = lexed(text)

    check_text(text, Bounds(tokens=count))
    if count:
        with pytest.raises(Exceeded):
            check_text(text, Bounds(tokens=count - 1))


@pytest.mark.parametrize(
    "text", ['{ a(b: "{{{{") { c } }', "{ a #{{{{\n}", f"{{ a(b: {BLOCK}{{{{{BLOCK}) }}"]
)
def test_brackets_in_strings_and_comments_are_none(text):
    check_text(text, Bounds(nesting=2))


@pytest.mark.parametrize("text", ["{" * 3, "[(" * 2, '{ "{" { # {\n {'])
def test_brackets_are_counted(text):
    with pytest.raises(Exceeded) as refused:
        check_text(text, Bounds(nesting=2))

    assert refused.value.error.extensions["limit"] == "NESTING"


@pytest.mark.parametrize("text", [f"{BLOCK} {{", f"{BLOCK}\n\\{BLOCK}\n" * 9, '"{', '"{\n"', "\\"])
def test_what_has_no_end_is_left_to_the_parser(text):
    check_text(text, Bounds(nesting=1))

    with pytest.raises(GraphQLSyntaxError):
        lexed(text)
