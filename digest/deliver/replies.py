"""What a server's reply means for a delivery, by its code (RFC 5321 §4.2) and enhanced code (RFC 3463)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Final


class Step(Enum):
    """What a reply answers."""

    RSET = "RSET"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "DOT"  # the end of the message
    EMPTY = "EMPTY"  # the end of no message, where DATA was taken although the recipient was not
    QUIT = "QUIT"


class Fate(Enum):
    """What becomes of a delivery."""

    SENT = "sent"
    LATER = "later"  # tried again after a while
    FAILED = "failed"  # not tried again
    PAUSE = "pause"  # nobody's address is at fault, so the whole issue waits for an editor
    CLOSING = "closing"  # 421: the server wants no more over this connection, and said nothing of the message


class Cause(StrEnum):
    """Why a delivery failed or was skipped, as the outbox keeps it."""

    ADDRESS = "no such address"  # a hard bounce
    MAILBOX = "mailbox refuses"  # full or switched off: the address may be right
    REFUSED = "refused"
    GAVE_UP = "gave up"  # refused for now, too often
    UNREACHABLE = "connection lost"
    NOT_SUBSCRIBED = "not subscribed"  # left, suppressed or erased before it was claimed
    NO_TOPIC = "no topic"
    UNFIT = "address unfit"  # the server or the wire cannot take the address


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A server's reply: its code and its lines as one."""

    code: int
    text: str

    @property
    def enhanced(self) -> str:
        """Its enhanced code, such as 5.1.1; empty where it gave none that fits the code."""
        found = _ENHANCED.match(self.text)
        return found[0] if found and int(found[0][0]) == self.code // 100 else ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A reply's meaning; `slower` says that the server wants less for the recipient's domain (4.7.x)."""

    fate: Fate
    cause: str = ""
    slower: bool = False


_TAKEN: Final = Verdict(fate=Fate.SENT)
_ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")
_NO_ADDRESS: Final = frozenset(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"))
"""Enhanced codes by which an address does not exist."""
_OURS: Final = frozenset(("5.1.7", "5.1.8", "5.2.3", "5.3.4"))
"""The sender's address or the message's size is at fault, which is the same for everybody."""
_AUTH: Final = frozenset((530, 534, 535, 538))
_NOBODY: Final = frozenset((500, 502, 503, 504, 521, 554, 555))
"""Codes that, without an enhanced one, are about the dialogue or the service and not about a recipient."""


def verdict(step: Step, reply: Reply) -> Verdict:
    """What a reply to a step of a delivery means for it."""
    kind = reply.code // 100
    if kind == 2 or (step is Step.DATA and reply.code == 354):
        return _TAKEN
    if reply.code == 421:
        return Verdict(fate=Fate.LATER if step is Step.DOT else Fate.CLOSING, slower=True)
    if kind == 4:
        return Verdict(fate=Fate.LATER, slower=reply.enhanced.startswith("4.7."))
    return _refused(step, reply)


def _refused(step: Step, reply: Reply) -> Verdict:
    """A refusal for good: it fails a delivery only where the recipient is at fault; else all wait."""
    enhanced, code = reply.enhanced, reply.code
    if code // 100 != 5 or code in _AUTH or step in (Step.MAIL, Step.DATA):
        return Verdict(fate=Fate.PAUSE)
    if enhanced.startswith("5.7.") or enhanced in _OURS:
        return Verdict(fate=Fate.PAUSE)
    if enhanced in _NO_ADDRESS:
        return Verdict(fate=Fate.FAILED, cause=Cause.ADDRESS)
    if not enhanced.startswith("5.2.") and (
        step is Step.DOT or code in (500, 502, 503, 504) or (not enhanced and code in _NOBODY)
    ):
        return Verdict(fate=Fate.PAUSE)
    return Verdict(fate=Fate.FAILED, cause=_recipient(enhanced, code))


def _recipient(enhanced: str, code: int) -> Cause:
    """What is wrong with a recipient whose code does not say that there is none."""
    if enhanced.startswith("5.2.") or (not enhanced and code == 552):
        return Cause.MAILBOX
    return Cause.ADDRESS if not enhanced and code in (501, 550, 551, 553) else Cause.REFUSED


def parse(buffer: bytearray) -> Reply | None:
    """Take the first whole reply from what a server has sent; None where it is not whole yet.

    Raises:
        ValueError: it is no SMTP, or longer than any server's reply.
    """
    whole = buffer.find(b"\n") + 1
    single = _single(bytes(buffer[:whole])) if 0 < whole <= _SHORT else None
    if single is not None:  # nearly always
        del buffer[:whole]
        return single
    lines: list[str] = []
    start = 0
    while (end := buffer.find(b"\n", start)) >= 0:
        line = buffer[start:end].rstrip(b"\r")
        if len(line) < 3 or not line[:3].isdigit() or bytes(line[3:4]) not in (b"", b" ", b"-"):
            raise ValueError(f"no SMTP reply: {bytes(line[:80])!r}")
        lines.append(line[4:].decode("utf-8", "replace"))
        start = end + 1
        if line[3:4] != b"-":
            del buffer[:start]
            return Reply(code=int(line[:3]), text=_clean(lines))
    if len(buffer) > _LONGEST:
        raise ValueError("a reply without an end")
    return None


_SHORT: Final = 200  # octets of a line that is remembered


@lru_cache(maxsize=256)
def _single(line: bytes) -> Reply | None:
    """A reply of one line, remembered: a server says the same again and again. None where it is not."""
    code, mark, text = line[:3], line[3:4], line[4:].rstrip(b"\r\n")
    if len(code) < 3 or not code.isdigit() or mark not in b" \r\n":
        return None
    return Reply(code=int(code), text=_clean([text.decode("utf-8", "replace")]))


_LONGEST: Final = 65_536  # octets of a reply of many lines; RFC 5321 §4.5.3.1.5 has 512 for one


def _clean(lines: list[str]) -> str:
    """Lines as one, each without the enhanced code that the first has, and without control characters."""
    text = lines[0].strip()
    if len(lines) > 1:
        first = _ENHANCED.match(text)
        head = first[0] if first else ""
        text = " ".join([text, *(line.strip().removeprefix(head).strip() for line in lines[1:])])
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return text[:_KEPT]


_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_KEPT: Final = 300  # characters of a reply that are kept


def without_address(text: str, address: str) -> str:
    """A reply in which the recipient's address is not named, so that none stays when a person is erased."""
    local = address.partition("@")[0]
    if local.lower() not in text.lower():  # nearly always
        return text
    text = re.sub(re.escape(address), "…", text, flags=re.IGNORECASE)
    return re.sub(rf"(?<![\w.+-]){re.escape(local)}(?![\w+-])", "…", text, flags=re.IGNORECASE)
