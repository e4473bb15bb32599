"""Fetching that cannot reach private networks: for feeds, and for the checking of links."""

from digest.net.fetching import Net
from digest.net.reply import Fault, FetchError, Redirect, Reply

__all__ = ["Fault", "FetchError", "Net", "Redirect", "Reply"]
