"""The address of a browser, as limits count it."""

import ipaddress
from collections.abc import Mapping
from typing import Any

UNKNOWN = "unknown"  # a Unix socket has no address


def client_address(scope: Mapping[str, Any]) -> str:
    """Return the address in an ASGI scope: an IPv4 address, or the /64 network of an IPv6 address.

    One person has a whole /64 network of IPv6 addresses. uvicorn has already replaced the address of a trusted proxy
    by the one that the proxy names.
    """
    client = scope.get("client")
    if not client:
        return UNKNOWN
    try:
        address = ipaddress.ip_address(str(client[0]).partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
