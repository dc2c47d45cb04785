"""The sockets that the server listens on."""

import errno
import os
import socket
from collections.abc import Sequence
from ipaddress import ip_address

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104


class ListenError(Exception):
    """The server can't listen where it should; the text is fit for a terminal."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Listening sockets on every address of a host; port 0 takes any free one, the same for all.

    Raises ListenError for an address that can't be had.
    """
    found: list[socket.socket] = []
    try:
        for family, address in _addresses(host):
            if sock := _bind(family, address, found[0].getsockname()[1] if found else port):
                found.append(sock)
        if not found:
            raise ListenError(f"MARQUEE_HOST is {host}, which is no address of this machine.")
    except ListenError:
        for sock in found:
            sock.close()
        raise
    return found


def url_of(host: str, sockets: Sequence[socket.socket]) -> str:
    """What to type into a browser of this machine."""
    name = "localhost" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{name}:{sockets[0].getsockname()[1]}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there. Raises ListenError."""
    return all(ip_address(address.partition("%")[0]).is_loopback for _, address in _addresses(host))


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ListenError(
            f"MARQUEE_HOST is {host!r}, which no name server and no hosts file knows."
        ) from error
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    """None for an address that this machine lacks, like ::1 where IPv6 is switched off."""
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return None
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((address, port))
        sock.listen(2048)
        sock.setblocking(False)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRNOTAVAIL:
            return None
        raise ListenError(_refusal(error, address, port)) from error
    return sock


def _refusal(error: OSError, address: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} on {address} is taken by another program. Stop that one, or choose another port: "
                f"MARQUEE_PORT={port + 1 if port < 65535 else 8000}."
            )
        case errno.EACCES | errno.EPERM:
            return f"Port {port} may not be used by this user. Choose one above 1023 with MARQUEE_PORT."
        case _:
            reason = os.strerror(error.errno) if error.errno else str(error)
            return f"Marquee can't listen on {address}, port {port}: {reason}."
