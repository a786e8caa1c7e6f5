"""The address guard: which addresses a crawl may connect to, however they are written or found.

Public ones, and those the user lists (WARRAQ_ALLOW_ADDRESSES). Checked where a connection is made, after every
name has been resolved, so that redirects, links, feeds, sitemaps, robots.txt and lying DNS all pass here.
Source: IANA's special-purpose address registries, https://www.iana.org/assignments/iana-ipv4-special-registry/
and https://www.iana.org/assignments/iana-ipv6-special-registry/ (own tables: Python's change between releases)."""

from __future__ import annotations

import re
import socket
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import unquote

from scrapy.exceptions import IgnoreRequest
from twisted.internet.endpoints import HostnameEndpoint, TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.interfaces import IReactorPluggableNameResolver
from zope.interface import implementer  # type: ignore[import-untyped]

Networks = tuple[IPv4Network | IPv6Network, ...]

_INNER = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # behind a carrier's NAT
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",  # multicast, reserved, broadcast
            "2001::/23",  # Teredo and other protocols
            "2001:db8::/32",
            "2002::/16",  # 6to4, which may carry any IPv4 address
            "3fff::/20",
        ),
    )
)
_PUBLIC_IPV6 = IPv6Network("2000::/3")  # all that is assigned for the public; the other seven eighths are not
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)  # the third quarter of an address whose last is IPv4, RFC 5214
_DOTS = str.maketrans("。．｡", "...")  # what IDNA takes for a dot
_LOOKS_NUMERIC = re.compile(r"[0-9a-fx.]+")


class AddressRefused(IgnoreRequest):
    """The URL leads to an address that is not public and not in WARRAQ_ALLOW_ADDRESSES."""

    def __init__(self, host: str, address: str, *, final: bool) -> None:
        is_address = f"{host} leads to {address}, which is" if host != address else f"{address} is"
        super().__init__(f"{is_address} not a public address, and not in WARRAQ_ALLOW_ADDRESSES")
        self.final = final  # the URL itself says the address; else DNS did, and may say another tomorrow


def may_be_fetched(address: str, allowed: Networks) -> bool:
    """Whether to speak to an address, written as sockets write it. False for what is no address."""
    try:
        host = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    forms = _with_embedded(host)
    return any(form in network for form in forms for network in allowed) or all(map(_is_public, forms))


def _with_embedded(host: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """The address, or the IPv4 address it stands for, or both where either may be reached."""
    if isinstance(host, IPv4Address):
        return (host,)
    last = IPv4Address(int(host) & 0xFFFFFFFF)
    if host.ipv4_mapped is not None or host in _NAT64:
        return (last,)
    return (host, last) if (int(host) >> 32) & 0xFFFFFFFF in _ISATAP else (host,)


def _is_public(host: IPv4Address | IPv6Address) -> bool:
    in_use = isinstance(host, IPv4Address) or host in _PUBLIC_IPV6
    return in_use and not any(host in network for network in _INNER)


def spelled_address(host: str) -> str | None:
    """The address that a URL's host spells in any way that some resolver reads; None: it is a name.

    `2130706433`, `0x7f.1`, `127.1`, `[::1%25eth0]`, `１２７.0.0.1`, `%3127.0.0.1` and `a.localhost` all spell one."""
    plain = unicodedata.normalize("NFKC", unquote(host)).translate(_DOTS).lower().strip("[]").rstrip(".")
    plain = plain.rpartition("@")[2].partition("%")[0]
    if plain == "localhost" or plain.endswith(".localhost"):  # RFC 6761
        return "127.0.0.1"
    try:
        return str(ip_address(plain))
    except ValueError:
        pass
    if _LOOKS_NUMERIC.fullmatch(plain) is None:
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(plain))
    except OSError:
        return None


def guarded_endpoint(reactor: Any, host: str, port: int, allowed: Networks, timeout_s: float) -> Any:
    """A Twisted endpoint that connects to addresses of `host` that may be fetched, and never to another.

    Raises AddressRefused at once if the host spells a refused address; connecting fails with it if DNS gives one."""
    address = spelled_address(host)
    guarded = _GuardedReactor(reactor, host, allowed)
    if address is None:
        return HostnameEndpoint(guarded, host, port, timeout_s)
    if not may_be_fetched(address, allowed):
        raise AddressRefused(host, address, final=True)
    endpoint = TCP6ClientEndpoint if ":" in address else TCP4ClientEndpoint
    return endpoint(guarded, address, port, timeout_s)


@implementer(IReactorPluggableNameResolver)
class _GuardedReactor:
    """The reactor as one endpoint sees it: every connection is asked for by address, and here."""

    def __init__(self, reactor: Any, host: str, allowed: Networks) -> None:
        self._reactor = reactor
        self._host = host
        self._allowed = allowed

    def connectTCP(self, address: str, *arguments: Any, **more: Any) -> Any:
        if not may_be_fetched(address, self._allowed):
            raise AddressRefused(self._host, address, final=False)
        return self._reactor.connectTCP(address, *arguments, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)
