"""The stand-in as a process of its own: answers on a socket that its parent holds for it, and ends with its parent."""

import argparse
import asyncio
import signal
import socket

from app.core.lifeline import LIFELINE, hang_on, is_child, say_ready, take_settings
from app.demo.answering import answering
from app.demo.tmdb.records import shelf
from app.demo.tmdb.server import Tmdb


async def serve(sock: socket.socket) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with answering(Tmdb(shelf()).answer, sock=sock):
        say_ready()
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.demo.tmdb", description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="a listening socket to serve on")
    parser.add_argument(LIFELINE, action="store_true", help="end when standard input ends")
    descriptor: int = parser.parse_args().fd
    if is_child():
        take_settings()
        hang_on()
    asyncio.run(serve(socket.socket(fileno=descriptor)))


if __name__ == "__main__":
    main()
