"""The browser's connection that is being answered."""

import hmac
import secrets

import chainlit as cl
from chainlit.session import WebsocketSession

from chat.doors.address import UNKNOWN, client_address
from chat.words.texts import Language, language

_KEY = secrets.token_bytes(32)


def current_connection() -> WebsocketSession:
    """Return the connection that is being answered."""
    session = cl.context.session
    assert isinstance(session, WebsocketSession)
    return session


def current_language() -> Language:
    """Return the language of the page that is being answered."""
    return language(current_connection().language)


def connection_address(session: WebsocketSession) -> str:
    """Return the browser's address, as limits count it."""
    scope = session.environ.get("asgi.scope")
    return client_address(scope) if scope else UNKNOWN


def public_id(session_id: str) -> str:
    """Return the name of a chat that the model server may see: 32 hexadecimal digits.

    The session id itself is all that is needed to take over the chat.
    """
    return hmac.digest(_KEY, session_id.encode(), "sha256").hex()[:32]
