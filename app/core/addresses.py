"""Which addresses mean this machine."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host as a URL names it is this machine, by its name or as a plain address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
