"""The tie between a process of ours and the parent that started it: the child's standard input and output."""

import json
import os
import signal
import sys
import threading

LIFELINE = "--lifeline"
"""Argument of a child: its standard input has one line of settings, then nothing until the parent ends."""
READY = "ready"
"""The line on a child's standard output that says it has begun to work."""
GRACE_S = 8.0
"""How long a child may take to end in order."""


def is_child() -> bool:
    return LIFELINE in sys.argv


def take_settings() -> None:
    """Wait for the parent's settings and make them our environment. Raises SystemExit if it ended before."""
    line = sys.stdin.buffer.readline()
    if not line:
        raise SystemExit(0)
    os.environ.update(json.loads(line))


def settings_line(environment: dict[str, str]) -> bytes:
    return json.dumps(environment).encode() + b"\n"


def hang_on(number: int = signal.SIGTERM) -> None:
    """End when our standard input does: by a signal to ourselves, and should that not help in time, at once."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), number)
        threading.Event().wait(GRACE_S)
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def say_ready() -> None:
    """Tell a parent that waits for it; nobody else needs to know."""
    if is_child():
        os.write(1, f"{READY}\n".encode())
