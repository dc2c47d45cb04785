"""Looking a document's text through before it is parsed: how many tokens it has, and how deep its brackets go."""

import re

from app.web.graphql.guard.bounds import Bounds, Limit, check

# Strings and comments are one token each, whatever is in them; numbers and names are told apart by the parser.
# A string without an end goes on to the end of its line, or of the text: the parser refuses it.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\"""|\\|"(?!""))*+(?:""")?|"(?:[^"\\\n\r]|\\.)*+"?|\#[^\n\r]*+|\.{3}|-?\d(?:[\w.]|(?<=[eE])[+-])*+|\w++|[^\s,\ufeff]'
)
_DEEPER, _HIGHER = frozenset("{[("), frozenset("}])")


def check_text(text: str, bounds: Bounds) -> None:
    """Raises Exceeded at the first bound. Time and memory are linear in the text, at most."""
    depth = 0
    for tokens, match in enumerate(_TOKEN.finditer(text), start=1):
        token = match[0]
        if token in _DEEPER:
            depth += 1
        elif token in _HIGHER:
            depth -= 1
        if tokens > bounds.tokens or depth > bounds.nesting:
            check([(Limit.TOKENS, tokens, bounds.tokens), (Limit.NESTING, depth, bounds.nesting)])
