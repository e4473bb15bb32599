"""From a sealed issue to an inbox: the message, byte for byte, and the ways that it leaves by."""

from __future__ import annotations

from digest.deliver.identities import message_id
from digest.deliver.message import Message, message, message_for_test
from digest.deliver.settings import Server, secret, server
from digest.deliver.transports import send, send_smtp, write_eml

__all__ = [
    "Message",
    "Server",
    "message",
    "message_for_test",
    "message_id",
    "secret",
    "send",
    "send_smtp",
    "server",
    "write_eml",
]
