"""Processes of a pool that don't outlive who started them."""

import os
import signal
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait


def end_with_parent() -> None:
    """Initializer of a process pool: a process whose parent was killed would wait for work forever.

    Ctrl-C is the parent's to deal with.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch_parent, name="parent-watch", daemon=True).start()


def _watch_parent() -> None:
    parent = parent_process()
    assert parent is not None, "runs in a process that another started"
    wait([parent.sentinel])
    os._exit(1)
