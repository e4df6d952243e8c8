"""Settings of the doors, read from the environment."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from chat.doors.hosts import split_host


class BadDoor(ValueError):
    """A malformed setting of the doors. The text names it, and says what is right."""


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """The settings of the doors.

    `hosts` are further accepted host names. `proxies` are the proxies that may name the browser's address. Pages of
    the origins in `embed_in` may show this page in a frame.
    """

    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    embed_in: tuple[str, ...] = ()


def read_door_settings(environment: Mapping[str, str]) -> DoorSettings:
    """Return the settings in `FULLSTOP_HOSTS`, `FULLSTOP_PROXIES` and `FULLSTOP_EMBED_IN`.

    Each is a list, separated by commas or spaces.

    Raises:
        BadDoor: if an entry is malformed.
    """
    return DoorSettings(
        hosts=tuple(_host(entry) for entry in _entries(environment, "FULLSTOP_HOSTS")),
        proxies=tuple(_proxy(entry) for entry in _entries(environment, "FULLSTOP_PROXIES")),
        embed_in=tuple(_origin(entry) for entry in _entries(environment, "FULLSTOP_EMBED_IN")),
    )


def _entries(environment: Mapping[str, str], name: str) -> list[str]:
    return environment.get(name, "").replace(",", " ").split()


def _host(entry: str) -> str:
    if split_host(entry) is None:
        raise BadDoor(f"FULLSTOP_HOSTS: {entry!r} is not a host name. Expected names such as chat.example.com")
    return entry.lower()


def _proxy(entry: str) -> str:
    """Return an address or a network, as uvicorn's `forwarded_allow_ips` expects it.

    Raises:
        BadDoor: if the entry is neither.
    """
    try:
        if "/" in entry:
            return str(ipaddress.ip_network(entry))
        return str(ipaddress.ip_address(entry))
    except ValueError:
        raise BadDoor(
            f"FULLSTOP_PROXIES: {entry!r} is not an address or a network. Expected 10.0.0.7 or 10.0.0.0/24"
        ) from None


def _origin(entry: str) -> str:
    scheme, _, netloc = entry.lower().partition("://")
    if scheme not in ("http", "https") or split_host(netloc) is None:
        raise BadDoor(f"FULLSTOP_EMBED_IN: {entry!r} is not an origin. Expected https://portal.example.com")
    return entry.lower()
