"""Runs the benchmarks named on the command line, or all of them."""

import sys
from itertools import takewhile

from bench import access, enrich, identify, images, languages, latency, logins, scan
from bench.graphql import run as graphql

BENCHES = {
    "access": access.main,
    "enrich": enrich.main,
    "graphql": graphql.main,
    "identify": identify.main,
    "images": images.main,
    "languages": languages.main,
    "latency": latency.main,
    "logins": logins.main,
    "scan": scan.main,
}

if __name__ == "__main__":
    for name in list(takewhile(lambda each: not each.startswith("-"), sys.argv[1:])) or BENCHES:
        print(f"\n{name}")
        BENCHES[name]()
