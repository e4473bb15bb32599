"""Characters that documents may not hold."""

from __future__ import annotations

import re
from typing import Final

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text without what no XML 1.0 document may hold, and no file as UTF-8: controls, half surrogates.

    Source: https://www.w3.org/TR/xml/#charsets
    """
    return _ILLEGAL.sub("", text)


_C1: Final = re.compile("[\x7f-\x9f]")


def mailable(text: str) -> str:
    """A legal text without DEL and C1 controls either: Gmail cuts mails off at these."""
    return _C1.sub("", legal(text))
