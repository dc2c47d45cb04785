"""Log lines on standard error: time, level, where from, what."""

import logging
import sys

_FORMAT = "%(asctime)s %(levelname)-7s %(process_name)s %(name)s: %(message)s"
# They say in full what they ask for, keys and all.
_INDISCREET = ("httpx", "httpcore")
# They say on the info level what is of no use to whoever runs Marquee.
_CHATTY = ("uvicorn", "arq", "alembic", "asyncio", "multipart", "watchfiles", "websockets")


def set_up(level: str, process: str) -> None:
    """Log from here on; process: what this one is called in each line. level: as MARQUEE_LOG_LEVEL has it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT, "%H:%M:%S", defaults={"process_name": process}))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    if level != "debug":
        logging.getLogger("asyncpg").setLevel(
            logging.ERROR
        )  # warns with a traceback of what we say in a line
    for name in _INDISCREET:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    for name in _CHATTY:
        logging.getLogger(name).setLevel(
            logging.DEBUG if level == "debug" else max(root.level, logging.WARNING)
        )
