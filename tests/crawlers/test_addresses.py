"""The address guard: no inner address is connected to, however it is written and whoever names it."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IReactorPluggableNameResolver
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from zope.interface import implementer

from crawlers.addresses import AddressRefused, guarded_endpoint, may_be_fetched, spelled_address
from tests.crawlers.inner_spellings import ELSEWHERE, LOOPBACK, WITH_USERINFO

LISTED = (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"), ip_network("10.0.0.7/32"))
PUBLIC = ("93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::200e")


@pytest.mark.parametrize("address", [*PUBLIC, "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_public_addresses_may_be_fetched(address: str) -> None:
    assert may_be_fetched(address, ())


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::9", "::ffff:192.0.2.7", "64:ff9b::c000:207", "10.0.0.7"])
def test_listed_addresses_may_be_fetched(address: str) -> None:
    assert may_be_fetched(address, LISTED)
    assert not may_be_fetched(address, ())


@pytest.mark.parametrize("host", [*LOOPBACK, *ELSEWHERE, *WITH_USERINFO])
def test_every_spelling_of_an_inner_address_is_read_and_refused(host: str) -> None:
    address = spelled_address(host)
    assert address is not None
    assert not may_be_fetched(address, LISTED[:0])


@pytest.mark.parametrize(
    "host", ["example.org", "localhost.example.org", "notlocalhost", "1.example", "0x7f.example", "a"]
)
def test_a_name_is_no_spelled_address(host: str) -> None:
    assert spelled_address(host) is None


@pytest.mark.parametrize(
    "text", ["", "localhost", "127.1", "0x7f000001", "999.1.1.1", "1.2.3.4.5", "nonsense", "::1%%"]
)
def test_what_is_no_address_of_a_socket_may_not_be_fetched(text: str) -> None:
    assert not may_be_fetched(text, ())


@implementer(IReactorPluggableNameResolver)
class NoNetwork(Clock):
    """A reactor whose names have these addresses, and that writes down what it is asked to connect to."""

    def __init__(self, *addresses: str) -> None:
        super().__init__()
        self.addresses = addresses
        self.asked: list[str] = []

    @property
    def nameResolver(self) -> NoNetwork:
        return self

    def installNameResolver(self, resolver: object) -> None:
        raise NotImplementedError

    def resolveHostName(self, receiver: Any, name: str, portNumber: int = 0, *more: Any, **named: Any) -> None:
        for address in self.addresses:
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, portNumber))
        receiver.resolutionComplete()

    def connectTCP(self, address: str, port: int, *more: Any, **named: Any) -> None:
        self.asked.append(address)


def connect(reactor: NoNetwork, host: str) -> list[Any]:
    """Failures of connecting to a host; empty while it goes on."""
    failures: list[Any] = []
    guarded_endpoint(reactor, host, 80, (), 10.0).connect(Factory()).addErrback(failures.append)
    reactor.pump([0.3] * 10)
    return failures


def test_of_the_addresses_dns_gives_only_public_ones_are_connected_to() -> None:
    reactor = NoNetwork("127.0.0.1", "93.184.216.34", "::1", "2606:4700::1111", "::ffff:10.0.0.1", "169.254.169.254")
    assert connect(reactor, "both.example") == []
    assert reactor.asked == ["93.184.216.34", "2606:4700::1111"]


@pytest.mark.parametrize("host", [host for host in (*LOOPBACK, *ELSEWHERE) if host.isascii() and "%" not in host])
def test_a_name_with_an_inner_address_alone_is_refused_without_a_connection(host: str) -> None:
    address = spelled_address(host)
    assert address is not None
    reactor = NoNetwork(address)
    (failure,) = connect(reactor, "name.example")
    assert failure.check(AddressRefused) and not failure.value.final
    assert str(failure.value).startswith(f"name.example leads to {address}, which is not a public address")
    assert reactor.asked == []


@pytest.mark.parametrize("host", [*LOOPBACK, *ELSEWHERE])
def test_a_spelled_address_is_refused_for_good_before_anything_is_resolved(host: str) -> None:
    reactor = NoNetwork("93.184.216.34")
    with pytest.raises(AddressRefused) as refused:
        guarded_endpoint(reactor, host, 80, (), 10.0)
    assert refused.value.final
    assert reactor.asked == []


def test_a_public_address_is_connected_to_without_a_lookup() -> None:
    reactor = NoNetwork()
    assert connect(reactor, "[2606:4700::1111]") == connect(reactor, "93.184.216.34") == []
    assert reactor.asked == ["2606:4700::1111", "93.184.216.34"]


def test_the_spellings_are_forty_and_more_and_each_is_a_host() -> None:
    assert len({*LOOPBACK}) == len(LOOPBACK) > 40
    assert all(urlsplit(f"http://{host}:80/").netloc for host in LOOPBACK if host.isascii())
