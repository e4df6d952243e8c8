"""A response whose body ends with its connection, even if aiohttp has stopped parsing it."""

import asyncio

import aiohttp


class WatchedResponse(aiohttp.ClientResponse):
    """A response that watches its connection.

    If a chunked body is malformed, aiohttp closes the connection, but a reader of the body waits forever.
    """

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        """Read the head of the response, and watch the connection until the end of the body."""
        protocol = connection.protocol
        await super().start(connection)
        closed = None if protocol is None else protocol.closed
        if closed is not None and not self.content.is_eof():
            closed.add_done_callback(self._fail)
            self.content.on_eof(lambda: _forget(closed, self))
        return self

    def _fail(self, _: asyncio.Future[None]) -> None:
        """Raise an error in the body's reader unless the body has ended. It has read all data by then."""
        if not self.content.is_eof() and self.content.exception() is None:
            self.content.set_exception(aiohttp.ClientPayloadError("The connection was closed within the body."))


def _forget(closed: asyncio.Future[None], response: WatchedResponse) -> None:
    """Remove the callback from a connection that will be used again."""
    closed.remove_done_callback(response._fail)
