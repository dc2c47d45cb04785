"""Documents with junk in them."""

import copy

from hypothesis import strategies as st

JUNK = st.sampled_from(
    [None, True, False, 0, -1, 1.5, 1e308, "", " ", "x", "\0", "2014-13-45", "9999999999", 2**70, [], {}, [None], [[]],
     {"a": 1}, [1, "a", None, {}], {"results": None}, {"cast": 1}, "a" * 3000]
)  # fmt: skip


def twisted(data, value):
    """The same document with junk in some places."""
    document = copy.deepcopy(value)
    for _ in range(data.draw(st.integers(1, 4))):
        parent, key, here = None, None, document
        while (isinstance(here, dict) and here) or (isinstance(here, list) and here):
            keys = sorted(here) if isinstance(here, dict) else range(len(here))
            parent, key = here, data.draw(st.sampled_from(list(keys)))
            here = here[key]
            if data.draw(st.integers(0, 3)) == 0:
                break
        if parent is not None:
            # A copy: it may be twisted itself.
            parent[key] = copy.deepcopy(data.draw(JUNK))
    return document
