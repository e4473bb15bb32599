"""What a returned mail says: whose it is, and whether the address is gone, busy, or its reader complains.

A bounce is hostile until a token proves otherwise: whose it is, is told by signed tokens alone (VERP), never
by the addresses and subjects in it. What it says is told by reports (RFC 3464, RFC 5965) where there are any,
else by status codes and reasons in its text, and by flufl.bounce where neither tells anything.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Final

from digest.deliver.bounces_reasons import Class, Reason, judged
from digest.deliver.bounces_text import code_in, head_of, text_of, words_of
from digest.deliver.tokens import LENGTH, Claim, Purpose, Tokens, token_of
from digest.model.people import ReturnKind

LARGEST: Final = 1_000_000
"""Octets of a mail that are read; what is longer is cut, and its beginning says enough."""

_PARTS: Final = 60
_CANDIDATES: Final = 40
_ADDRESSED: Final = (
    *("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To"),
    *("X-Failed-Recipients", "To", "Cc", "Resent-To"),
)
_TOKEN: Final = re.compile(rb"(?<![a-zA-Z2-7])[a-zA-Z2-7]{%d}(?![a-zA-Z2-7])" % LENGTH)
_SUBJECT: Final = re.compile(rf"(?<![a-z2-7])[a-z2-7]{{{LENGTH}}}(?![a-z2-7])", re.IGNORECASE)
_AWAY: Final = re.compile(
    r"out of (the )?office|auto(matic)?[- ]?(reply|response)|vacation|away from"
    r"|自動回覆|外出|休假|부재|자동 ?(응답|회신)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a mail says, by which way it was found (`dsn`, `arf`, `text`, `flufl`, `mail`, `smtp`).

    `status` is an enhanced status code (RFC 3463) where one was given. `claim` is whose it is: None where no
    token proves it.
    """

    kind: ReturnKind
    reason: Reason = Reason.UNCLEAR
    status: str = ""
    way: str = ""
    claim: Claim | None = None


def read(raw: bytes, tokens: Tokens, now: datetime, recipients: Sequence[str] = ()) -> Finding:
    """What a raw mail says; it never raises, whatever somebody put into it.

    Args:
        recipients: whom it was sent to by its envelope, where that is known (LMTP).
    """
    raw = raw[:LARGEST]
    message = _parsed_mail(raw)
    envelope = [*recipients, *_addresses(message)]
    report = _is_report(message)
    if not report:
        leaving = _leaving(message, envelope, tokens, now)
        if leaving:
            return leaving
    found = _said(message, raw)
    return replace(
        found, claim=_whose(raw, envelope, tokens, now, complaint=found.kind is ReturnKind.COMPLAINT)
    )


def of_reply(code: int, said: str) -> Finding:
    """What an SMTP reply to RCPT or DATA says of the address: its code (RFC 5321), and the text after it."""
    status, _ = code_in(f"{code} {said}")
    status = status if status[:1] == str(code)[:1] else ""
    kind, reason = judged(status or f"{code // 100}.0.0", said, basic=code)
    return Finding(kind=_KINDS[kind], reason=reason, status=status, way="smtp")


def _said(message: Message, raw: bytes) -> Finding:
    """What the mail says, the surest way first."""
    for way in (_complaint, _report, _away):
        found = way(message)
        if found:
            return found
    return _from_text(message) or _from_flufl(raw) or Finding(kind=ReturnKind.UNKNOWN)


def _parsed_mail(raw: bytes) -> Message:
    """The mail in its parts; only its headers where it is a nest so deep that the parser gives up."""
    try:
        return message_from_bytes(raw)
    except Exception:  # RecursionError; whatever else a foreign mail brings out, its headers will do
        return BytesHeaderParser().parsebytes(raw)


_KINDS: Final = {Class.HARD: ReturnKind.HARD, Class.SOFT: ReturnKind.SOFT, Class.BLOCKED: ReturnKind.BLOCKED}


def _is_report(message: Message) -> bool:
    return any(
        part.get_content_type() in ("message/delivery-status", "message/feedback-report", "multipart/report")
        for part in _parts(message)
    )


def _complaint(message: Message) -> Finding | None:
    """A feedback report (ARF, RFC 5965): somebody pressed "spam", or the opposite."""
    for part in _parts(message):
        if part.get_content_type() != "message/feedback-report":
            continue
        kind = re.search(r"^Feedback-Type:\s*([\w-]+)", _fields_of(part), re.IGNORECASE | re.MULTILINE)
        said = kind[1].lower() if kind else ""
        if said in ("abuse", "fraud", "opt-out", "opt-out-list", "other"):
            return Finding(kind=ReturnKind.COMPLAINT, reason=Reason.COMPLAINT, way="arf")
        return Finding(kind=ReturnKind.NOTHING, way="arf")
    return None


def _report(message: Message) -> Finding | None:
    """A delivery status notification (RFC 3464): of several recipients the luckiest counts."""
    for part in _parts(message):
        if part.get_content_type() == "message/delivery-status":
            groups = list(_groups(part))
            found = [_of_group(group, message) for group in groups if "action" in group or "status" in group]
            if found:
                return min(found, key=lambda each: _LUCK.index(each.kind))
    return None


_LUCK: Final = (ReturnKind.NOTHING, ReturnKind.BLOCKED, ReturnKind.SOFT, ReturnKind.HARD)


def _of_group(group: dict[str, str], message: Message) -> Finding:
    action = group.get("action", "").split(" ")[0].strip().lower()
    # Some write what they have to say behind the status: `5.0.0 (over quota)`.
    diagnostic = group.get("diagnostic-code", "") or group.get("status", "").lstrip("0123456789. ")
    if action in ("delivered", "relayed", "expanded", "delayed"):
        return Finding(kind=ReturnKind.NOTHING, way="dsn")
    status, basic = code_in(diagnostic)
    written = re.search(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})", group.get("status", ""))
    # Servers write 5.0.0 where they know no better, while the other server's own words stand beside it.
    if written and (not status or not written[1].endswith(".0.0")):
        status = written[1]
    kind, reason = judged(status, diagnostic, basic=basic)
    if not diagnostic:
        # Text of the whole mail, with footers of virus scanners: it tells more than a status that says
        # nothing, but of "policy" less than one that says that nobody is there.
        weak = {Reason.UNCLEAR} if reason is Reason.UNCLEAR else {Reason.UNCLEAR, Reason.POLICY}
        said = (judged(status, words, basic=basic) for words in words_of(message))
        kind, reason = next((each for each in said if each[1] not in weak), (kind, reason))
    return Finding(kind=_KINDS[kind], reason=reason, status=status, way="dsn")


def _groups(part: Message) -> Iterator[dict[str, str]]:
    """The groups of fields of a delivery-status: of the message first, then of each recipient."""
    for block in re.split(r"\n[ \t]*\n", _fields_of(part).replace("\r\n", "\n")):
        fields: dict[str, str] = {}
        name = ""
        for line in block.split("\n")[:200]:
            if line[:1] in (" ", "\t") and name:
                fields[name] += " " + line.strip()
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields.setdefault(name, value.strip())
        if fields:
            yield fields


def _fields_of(part: Message) -> str:
    """The fields of a report's part, which the parser takes for a mail within the mail, or for several."""
    if not part.is_multipart():
        return text_of(part)
    inner = [each for each in part.get_payload() if isinstance(each, Message)]
    return "\n\n".join("\n".join(f"{name}: {value}" for name, value in each.items()) for each in inner)


def _away(message: Message) -> Finding | None:
    """An answer that a machine gave for somebody who is away (RFC 3834): it says that the address lives."""
    if _is_report(message):
        return None
    automatic = _header(message, "Auto-Submitted").lower().startswith("auto-replied")
    marked = any(
        _header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
    )
    from_daemon = re.match(
        r"(mailer-daemon|postmaster|mail delivery)", _header(message, "From").strip('" <'), re.IGNORECASE
    )
    if _AWAY.search(_header(message, "Subject")) or ((automatic or marked) and not from_daemon):
        text = head_of(message)
        if not any(code_in(text)):
            return Finding(kind=ReturnKind.NOTHING, way="text")
    return None


def _from_text(message: Message) -> Finding | None:
    """A bounce in free words: its first status code, and what it says before the mail that it returns."""
    unclear = None
    for words in words_of(message):
        status, basic = code_in(words)
        kind, reason = judged(status, words, basic=basic)
        found = Finding(kind=_KINDS[kind], reason=reason, status=status, way="text")
        if reason is not Reason.UNCLEAR:
            return found
        if status or basic:
            unclear = unclear or found
    return unclear


def _from_flufl(raw: bytes) -> Finding | None:
    """What flufl.bounce makes of it: a failure of an unknown reason, for "permanent" alone proves nothing."""
    from flufl.bounce import all_failures

    logging.getLogger("flufl.bounce").disabled = True  # it tells of every mail that it cannot read
    try:
        temporary, permanent = all_failures(_parsed_mail(raw))
    except Exception:  # whatever a foreign mail does to it, this one is a mail that tells nothing
        return None
    if permanent:
        return Finding(kind=ReturnKind.SOFT, way="flufl")
    return Finding(kind=ReturnKind.NOTHING, way="flufl") if temporary else None


def _leaving(message: Message, envelope: Iterable[str], tokens: Tokens, now: datetime) -> Finding | None:
    """A mail to the address of unsubscribing: its token is behind the plus, or in the subject."""
    behind = [token for address in envelope if (token := token_of(address))]
    named = [found[0].lower() for found in _SUBJECT.finditer(_header(message, "Subject")[:500])]
    for token in (*behind, *named):
        claim = tokens.read(Purpose.UNSUBSCRIBE, token, now)
        if claim:
            return Finding(kind=ReturnKind.LEAVING, way="mail", claim=claim)
    return None


def _whose(
    raw: bytes, envelope: Iterable[str], tokens: Tokens, now: datetime, *, complaint: bool
) -> Claim | None:
    """Whose mail came back: the return path that it was sent to, else one within the mail that it returns.

    A complaint goes to another mailbox, often with the address blacked out: there the token of its
    List-Unsubscribe tells, too.
    """
    for address in envelope:
        claim = tokens.read(Purpose.BOUNCE, token_of(address), now)
        if claim:
            return claim
    purposes = (Purpose.BOUNCE, Purpose.UNSUBSCRIBE) if complaint else (Purpose.BOUNCE,)
    unfolded = re.sub(rb"=\r?\n", b"", raw)
    candidates = dict.fromkeys(found[0].decode().lower() for found in _TOKEN.finditer(unfolded))
    for token in list(candidates)[:_CANDIDATES]:
        for purpose in purposes:
            claim = tokens.read(purpose, token, now)
            if claim:
                return claim
    return None


def _addresses(message: Message) -> Iterator[str]:
    values = [value for name in _ADDRESSED for value in _headers(message, name)[:20]]
    for value in values:
        yield from (address for _, address in _parsed(value) if "@" in address)


def _parsed(value: str) -> list[tuple[str, str]]:
    return getaddresses([value[:2000]])


def _headers(message: Message, name: str) -> list[str]:
    return [str(value) for value in message.get_all(name, [])]


def _header(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())[:2000]


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a mail, so many that no nest of them holds us; never those of the mail that it returns."""
    waiting, seen = [message], 0
    while waiting and seen < _PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting += [each for each in part.get_payload() if isinstance(each, Message)]
