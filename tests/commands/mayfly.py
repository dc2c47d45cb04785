"""A child for the tests of process trees: says what it is told to, and ends as it is told to."""

import os
import sys
import time

from app.core.lifeline import hang_on, take_settings


def main() -> int:
    manner = sys.argv[1]
    take_settings()
    if manner == "stillborn":
        sys.stderr.write("error: no life in me\n")
        return 3
    sys.stdout.write("ready\n")
    sys.stdout.write(f"pid {os.getpid()}\n")
    sys.stdout.flush()
    if manner == "brief":
        return 0
    hang_on()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    sys.exit(main())
