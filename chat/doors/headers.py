"""Security headers of every response."""

from collections.abc import Sequence

Headers = list[tuple[bytes, bytes]]
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; "
    "connect-src 'self' ws://{host} wss://{host}; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)


def security_headers(host: str, embed_in: Sequence[str]) -> Headers:
    """Return the headers for a request to `host`, an accepted host name. Pages of `embed_in` may frame the page.

    Newer browsers count the socket to `'self'`; for older ones the policy names it.
    """
    ancestors = " ".join(embed_in) or "'none'"
    headers = {
        "content-security-policy": _POLICY.format(host=host, ancestors=ancestors),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if not embed_in:
        headers["x-frame-options"] = "DENY"
    return [(name.encode(), value.encode()) for name, value in headers.items()]
