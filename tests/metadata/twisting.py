"""Documents with junk in them."""

import copy
import random

from hypothesis import strategies as st

JUNK = (
    None, True, False, 0, -1, 1.5, 1e308, "", " ", "x", "\0", "2014-13-45", "9999999999", 2**70, [], {}, [None], [[]],
    {"a": 1}, [1, "a", None, {}], {"results": None}, {"cast": 1}, "a" * 3000,
)  # fmt: skip
# A seed is one draw: to draw every step of the way costs many times what the test does.
SEEDS = st.integers(0, 2**64 - 1).map(random.Random)


def twisted(chance, value):
    """The same document with junk in some places."""
    document = copy.deepcopy(value)
    for _ in range(chance.randint(1, 4)):
        parent, key, here = None, None, document
        while (isinstance(here, dict) and here) or (isinstance(here, list) and here):
            keys = sorted(here) if isinstance(here, dict) else range(len(here))
            parent, key = here, chance.choice(keys)
            here = here[key]
            if chance.random() < 0.25:
                break
        if parent is not None:
            # A copy: it may be twisted itself.
            parent[key] = copy.deepcopy(chance.choice(JUNK))
    return document
