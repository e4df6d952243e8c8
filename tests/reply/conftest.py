"""The fixtures of tests with the real client on real bytes."""

from tests.wire.fixtures import chat, server, web

__all__ = ["chat", "server", "web"]
