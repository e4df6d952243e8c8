"""Host names that the app answers to, and origins that may call it.

Without this check DNS rebinding works: a foreign page gives its own name the address 127.0.0.1. For the browser, it
then has the same origin as the chat.
"""

import ipaddress
import re
from collections.abc import Iterable

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
EVERYWHERE = ("0.0.0.0", "::", "")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)\.?(?::([0-9]{1,5}))?", re.IGNORECASE)


def split_host(text: str) -> tuple[str, int | None] | None:
    """Return the name in lower case and the port of `name`, `name:port` or `[address]:port`; None if malformed."""
    match = _HOST.fullmatch(text)
    if match is None or len(text) > 300:
        return None
    name = match[1].lower()
    if not match[2]:
        return name, None
    port = int(match[2])
    if port > 65535:
        return None
    return name, port


class Hosts:
    """The hosts of an app that listens on `listen`, with the names that its owner added.

    A name without a port matches every port. An app that listens on all addresses accepts every address: after
    rebinding, a browser sends a name, never an address.
    """

    def __init__(self, listen: str, named: Iterable[str] = ()) -> None:
        self._named = {host for each in named if (host := split_host(each))}
        listen = _canonical(listen)
        self._everywhere = listen in EVERYWHERE
        self._names = {*LOOPBACK}
        if not self._everywhere:
            self._names.add(f"[{listen}]" if ":" in listen else listen)

    def allow(self, host: str) -> bool:
        """True if a request with this `Host` header is for this app."""
        found = split_host(host)
        if found is None:
            return False
        name, port = found
        if name in self._names or (name, port) in self._named or (name, None) in self._named:
            return True
        return self._everywhere and _is_address(name)

    def allow_origin(self, origin: str, host: str) -> bool:
        """True if a page of this origin may call: the app's own page, or the page of an added name.

        A proxy may send another `Host` than the browser did. Then the origin must be one of the added names.
        """
        scheme, separator, netloc = origin.partition("://")
        default = _DEFAULT_PORTS.get(scheme)
        found, called = split_host(netloc), split_host(host)
        if default is None or found is None or called is None or not separator:
            return False
        name, port = found[0], found[1] or default
        if name == called[0] and (port == called[1] or (called[1] is None and port == default)):
            return self.allow(host)
        return (name, port) in self._named or (port == default and (name, None) in self._named)


def _canonical(listen: str) -> str:
    """Return an address as browsers write it, or a name in lower case."""
    try:
        return str(ipaddress.ip_address(listen))
    except ValueError:
        return listen.lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
