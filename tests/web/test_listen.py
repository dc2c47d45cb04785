import socket

import pytest

from app.web.listen import ListenError, is_loopback, listen, url_of


@pytest.fixture
def close():
    opened: list[socket.socket] = []
    yield opened.extend
    for sock in opened:
        sock.close()


def test_any_free_port_is_the_same_on_every_address(close):
    sockets = listen("localhost", 0)
    close(sockets)

    assert len({sock.getsockname()[1] for sock in sockets}) == 1
    assert url_of("localhost", sockets) == f"http://localhost:{sockets[0].getsockname()[1]}"


def test_an_address_of_ipv6_is_bracketed(close):
    sockets = listen("127.0.0.2", 0)
    close(sockets)

    assert url_of("::1", sockets).startswith("http://[::1]:")


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1", "localhost"])
def test_any_address_of_this_machine_can_be_had(close, host):
    sockets = listen(host, 0)
    close(sockets)

    assert url_of(host, sockets).startswith(("http://localhost:", "http://127.0.0.1:"))


@pytest.mark.parametrize("host", ["192.0.2.7", "8.8.8.8"])
def test_addresses_of_other_machines_cannot(host):
    with pytest.raises(ListenError, match="no address of this machine"):
        listen(host, 0)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.7", False),
    ],
)
def test_who_can_reach_it_is_known(host, expected):
    assert is_loopback(host) is expected


def test_a_taken_port_is_named_with_what_to_do(close):
    [taken] = listen("127.0.0.1", 0)
    close([taken])
    port = taken.getsockname()[1]

    with pytest.raises(ListenError, match=rf"Port {port} on 127.0.0.1 is taken.*MARQUEE_PORT=\d+\."):
        listen("127.0.0.1", port)


def test_nothing_stays_open_when_one_address_fails(close):
    [taken] = listen("127.0.0.1", 0)
    close([taken])
    port = taken.getsockname()[1]

    with pytest.raises(ListenError):
        listen("localhost", port)

    taken.close()
    close(listen("localhost", port))


def test_an_unknown_name_is_refused():
    with pytest.raises(ListenError, match="MARQUEE_HOST is 'a b'"):
        listen("a b", 0)
