"""The words of a returned mail: the text before the mail that it returns, and the codes in it."""

from __future__ import annotations

import re
from email.message import Message
from typing import Final

_LONGEST: Final = 20_000
_STATUS: Final = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_BASIC: Final = re.compile(
    r"(?<![\d.:/-])([45][0-5]\d)(?=[ \-#:;,)>]|$)(?!\s*(bytes|kb|mb|seconds|days|messages))", re.I
)
_RETURNED: Final = re.compile(
    r"^(-{3,} ?(this is a copy|original message|message header|returned message|the header|below this line"
    r"|included is|unsent message|transcript of)|--- ?below this line|received: from |return-path: ?<"
    r"|message headers? follow|the original message|original message headers)",
    re.IGNORECASE | re.MULTILINE,
)


def text_of(part: Message) -> str:
    """The text of one part, decoded as far as it can be; never raises."""
    try:
        data = part.get_payload(decode=True)
    except Exception:  # broken base64, foreign charsets of headers: the payload as it stands will do
        data = None
    if not isinstance(data, bytes):
        whole = part.get_payload()
        return str(whole)[:_LONGEST] if isinstance(whole, str) else ""
    try:
        return data[:_LONGEST].decode(str(part.get_content_charset() or "utf-8"), "replace")
    except (LookupError, ValueError):
        return data[:_LONGEST].decode("utf-8", "replace")


def head_of(message: Message) -> str:
    """What a bounce says in words: its subject, and its text up to the mail that it returns."""
    words = [str(message.get("Subject", ""))[:500]]
    waiting, seen = [message], 0
    while waiting and seen < 30:
        part = waiting.pop(0)
        seen += 1
        kind = part.get_content_type()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting = [each for each in part.get_payload() if isinstance(each, Message)] + waiting
        elif kind == "text/plain":
            words.append(text_of(part))
        elif kind == "text/html" and len(words) == 1:
            words.append(re.sub(r"<[^>]{0,500}>", " ", text_of(part)))
    text = "\n".join(words)[:_LONGEST]
    returned = _RETURNED.search(text, len(words[0]) + 1)
    before = text[: returned.start()] if returned else text
    # Some say nothing but "the transcript follows": then that is what they say.
    return before if returned and len(before.strip()) > 200 else text


def code_in(text: str) -> tuple[str, int]:
    """The first status code (RFC 3463) in a text and the first reply code (RFC 5321); "" and 0: none."""
    status = _STATUS.search(text)
    basic = _BASIC.search(text)
    return (status[1] if status else ""), int(basic[1]) if basic else 0
