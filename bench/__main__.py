"""Runs the benchmarks named on the command line, or all of them."""

import sys

from bench import access, identify, images, latency, logins, scan

BENCHES = {
    "access": access.main,
    "identify": identify.main,
    "images": images.main,
    "latency": latency.main,
    "logins": logins.main,
    "scan": scan.main,
}

if __name__ == "__main__":
    for name in [name for name in sys.argv[1:] if not name.startswith("-")] or BENCHES:
        print(f"\n{name}")
        BENCHES[name]()
