"""Which addresses the program may ask on its own: public ones only, in every form they can be written."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
EMBEDDING = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::ffff:0:0:0/96"))
"""Translated networks (RFC 6052, RFC 2765): the last four bytes are an IPv4 address."""
OWN_TRANSLATION = ipaddress.IPv6Network("64:ff9b:1::/48")
"""RFC 8215: a network's own, with an IPv4 address at a place that only the network knows."""


def refused(address: str) -> str:
    """Why an address is not connected to, or an empty string where it is public."""
    try:
        found: Address = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return "is not an IP address"
    return _reason(_within(found))


def _within(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if any(address in network for network in EMBEDDING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    compatible = ipaddress.IPv4Address(int(address)) if 1 < int(address) <= 0xFFFFFFFF else None
    return address.ipv4_mapped or address.sixtofour or teredo or compatible or address


def _reason(address: Address) -> str:
    if address.is_loopback:
        return "is this computer"
    if address.is_link_local:
        return "is link-local"
    if address.is_multicast:
        return "is multicast"
    if address.is_unspecified:
        return "is no address"
    if isinstance(address, ipaddress.IPv6Address) and (address.is_site_local or address in OWN_TRANSLATION):
        return "is inside a network"
    return "" if address.is_global else "is inside a network or reserved"
