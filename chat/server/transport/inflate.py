"""Decompression in small pieces: a compressed kilobyte can hold a megabyte."""

import zlib
from collections.abc import Callable, Iterator

PIECE_BYTES = 32_768
_HEADER_BYTES = 2
Inflate = Callable[[bytes], Iterator[bytes]]


class BadCompression(ValueError):
    """A body that is not compressed in the way that its header says."""


def inflate_for(encoding: str) -> Inflate | None:
    """Return what decompresses that Content-Encoding; None for one that cannot be read in bounded pieces."""
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
        self._begun = b""  # what has come before there is a stream

    def __call__(self, data: bytes) -> Iterator[bytes]:
        """Yield what the data holds, in pieces.

        Raises:
            BadCompression: if the data is not compressed so.
        """
        if self._stream is None:
            self._begun = data = self._begun + data
            if len(data) < _HEADER_BYTES:
                return
            self._stream = zlib.decompressobj(self._window if _fits(data, self._window) else -zlib.MAX_WBITS)
        full = False
        while (data or full) and not self._stream.eof:
            try:
                piece = self._stream.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                raise BadCompression(str(error)) from error
            data, full = self._stream.unconsumed_tail, len(piece) == PIECE_BYTES
            if piece:
                yield piece


def _fits(data: bytes, window: int) -> bool:
    """True if the data has the header that it should have; some servers send `deflate` without one."""
    is_zlib = data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:_HEADER_BYTES]) % 31 == 0
    return window != zlib.MAX_WBITS or is_zlib
