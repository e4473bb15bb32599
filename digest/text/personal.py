"""The places in a mail that differ from reader to reader, and filling them in one pass."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Final

ADDRESS: Final = "@@digest:address@@"
"""The address that the mail goes to."""
SINCE: Final = "@@digest:since@@"
"""The day since when the reader has subscribed, in words of the mail's language."""
TOPICS: Final = "@@digest:topics@@"
"""The reader's topics as a list in the mail's language, or the words for all of them."""
UNSUBSCRIBE: Final = "@@digest:unsubscribe@@"
"""Where one leaves: the whole value of an href; a line of its own in the text part."""
PREFERENCES: Final = "@@digest:preferences@@"
"""Where one changes topics and frequency: like UNSUBSCRIBE."""

TOKENS: Final = (ADDRESS, SINCE, TOPICS, UNSUBSCRIBE, PREFERENCES)
"""Every token. A sealed mail holds them in its footer only: what an article says is made inert by `inert`."""

_TOKEN: Final = re.compile("|".join(TOKENS))
OPENING: Final = "@@digest:"
"""What every token begins with."""


def fill(text: str, values: Mapping[str, str], *, markup: bool) -> str:
    """The mail with each token replaced by its value, in one pass, so that a value holding a token is inert.

    `markup` escapes the values for HTML. Raises KeyError for a token in the mail that has no value.
    """
    ready = {token: html.escape(value) for token, value in values.items()} if markup else values
    return _TOKEN.sub(lambda found: ready[found[0]], text)


def inert(text: str, *, markup: bool) -> str:
    """A text from an article in which nothing is a token any more: it reads the same, but is not filled."""
    return text.replace(OPENING, "@&#64;digest:" if markup else "@\u2060@digest:")
