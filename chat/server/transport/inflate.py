"""Decompression in small pieces: a compressed kilobyte can contain a megabyte."""

import zlib
from collections.abc import Callable, Iterator

PIECE_BYTES = 32_768
_HEADER_BYTES = 2
Inflate = Callable[[bytes], Iterator[bytes]]


class BadCompression(ValueError):
    """A body that is not compressed as its header says."""


def inflate_for(encoding: str) -> Inflate | None:
    """Return the decompressor of that Content-Encoding; None if it cannot work in bounded pieces."""
    match encoding.strip().lower():
        case "" | "identity":
            return lambda data: iter((data,))
        case "gzip" | "x-gzip":
            return _Inflate(zlib.MAX_WBITS | 16)
        case "deflate":
            return _Inflate(zlib.MAX_WBITS)
        case _:
            return None


class _Inflate:
    """The state of one compressed body."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream: zlib._Decompress | None = None
        self._head = b""  # the bytes before the kind of compression is known

    def __call__(self, data: bytes) -> Iterator[bytes]:
        """Yield the decompressed data, in pieces.

        Raises:
            BadCompression: if the data is not compressed in this way.
        """
        if self._stream is None:
            self._head = data = self._head + data
            if len(data) < _HEADER_BYTES:
                return
            self._stream = zlib.decompressobj(_actual_window(data, self._window))
        full = False
        while (data or full) and not self._stream.eof:
            try:
                piece = self._stream.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                raise BadCompression(str(error)) from error
            data, full = self._stream.unconsumed_tail, len(piece) == PIECE_BYTES
            if piece:
                yield piece


def _actual_window(data: bytes, window: int) -> int:
    """Return the window for the data. Some servers send `deflate` without the header of zlib (RFC 1950)."""
    is_zlib = data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:_HEADER_BYTES]) % 31 == 0
    if window == zlib.MAX_WBITS and not is_zlib:
        return -zlib.MAX_WBITS
    return window
