"""The words of a returned mail: the text before the mail that it returns, and the codes in it."""

from __future__ import annotations

import re
from email.message import Message
from typing import Final

_LONGEST: Final = 20_000
_LITTLE: Final = 200  # characters of a bounce's own words, which may be no more than a greeting
_QUOTED: Final = re.compile(
    r"^[ \t>]{0,20}(subj(ect)?|betreff|asunto|oggetto|objet|主旨|主题|件名|제목)[ \t]{0,20}[:：].*$",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS: Final = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_BASIC: Final = re.compile(
    r"(?<![\d.:/-])([45][0-5]\d)(?=[ \-#:;,)>]|$)(?!\s*(bytes|kb|mb|seconds|days|messages))", re.I
)
_RETURNED: Final = re.compile(
    r"^(-{3,} ?(this is a copy|original message|message header|returned (message|mail)|the header"
    r"|header of the|start of returned|below this line|included is|unsent message|transcript of)"
    r"|--- ?below this line|received: from |return-path: ?<|original message follows"
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


def words_of(message: Message) -> tuple[str, ...]:
    """What a bounce says in words, the part that is to be believed most first; none of it is empty.

    First its text up to the mail that it returns; then all of it, where nearly nothing stands before that
    (some say no more than that the transcript follows); its subject, which often quotes ours, last.
    """
    subject, text = str(message.get("Subject", ""))[:500], _text_of_all(message)
    returned = _RETURNED.search(text, 1)
    before = text[: returned.start()] if returned else text
    whole = text if len(before.strip()) <= _LITTLE else ""
    return tuple(each for each in dict.fromkeys((before, whole, subject)) if each.strip())


def head_of(message: Message) -> str:
    """What a bounce says in words, all of it together."""
    return "\n".join(words_of(message))


def _text_of_all(message: Message) -> str:
    """The texts of a mail, but for lines that quote the subject of the mail that it returns."""
    words: list[str] = []
    waiting, seen = [message], 0
    while waiting and seen < 30:
        part = waiting.pop(0)
        seen += 1
        kind = part.get_content_type()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting = [each for each in part.get_payload() if isinstance(each, Message)] + waiting
        elif kind == "text/plain":
            words.append(text_of(part))
        elif kind == "text/html" and not words:
            words.append(re.sub(r"<[^>]{0,500}>", " ", text_of(part)))
    return _QUOTED.sub("", "\n".join(words)[:_LONGEST])


def code_in(text: str) -> tuple[str, int]:
    """The first status code (RFC 3463) in a text and the first reply code (RFC 5321); "" and 0: none."""
    status = _STATUS.search(text)
    basic = _BASIC.search(text)
    return (status[1] if status else ""), int(basic[1]) if basic else 0
