"""Host names that the app answers to, and origins that may call it.

Without this check DNS rebinding works: a foreign page gives its own name the address 127.0.0.1 and is then, for the
browser, of the same origin as the chat.
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
    port = int(match[2]) if match[2] else None
    return (match[1].lower(), port) if port is None or port < 65536 else None


class Hosts:
    """The hosts of an app that listens on `listen`, with the names that its owner added.

    A name without a port stands for every port. On an app that listens on all addresses, every address is accepted:
    a browser that was sent there by rebinding shows a name, never an address.
    """

    def __init__(self, listen: str, named: Iterable[str] = ()) -> None:
        self._named = {host for each in named if (host := split_host(each))}
        listen = _canonical(listen)
        own = f"[{listen}]" if ":" in listen else listen
        self._everywhere = listen in EVERYWHERE
        self._names = {*LOOPBACK} if self._everywhere else {*LOOPBACK, own}

    def allow(self, host: str) -> bool:
        """True if a request with this `Host` header is for us."""
        found = split_host(host)
        if found is None:
            return False
        name, port = found
        if name in self._names or (name, port) in self._named or (name, None) in self._named:
            return True
        return self._everywhere and _is_address(name)

    def allow_origin(self, origin: str, host: str) -> bool:
        """True if a page of this origin may call us: our own page, or that of a name that the owner added.

        A proxy may pass on another `Host` than the browser sent; then the origin is one of the added names.
        """
        scheme, separator, netloc = origin.partition("://")
        default = _DEFAULT_PORTS.get(scheme)
        found, asked = split_host(netloc), split_host(host)
        if default is None or found is None or asked is None or not separator:
            return False
        name, port = found[0], found[1] or default
        if name == asked[0] and (port == asked[1] or (asked[1] is None and port == default)):
            return self.allow(host)
        return (name, port) in self._named or (port == default and (name, None) in self._named)


def _canonical(listen: str) -> str:
    """Return an address as browsers write it, another name in lower case."""
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
