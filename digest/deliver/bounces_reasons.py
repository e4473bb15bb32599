"""Why an address was refused, by the words of its server first and by its code second.

Codes lie: of real bounces that a detector calls permanent a third are an address that is gone; the others are
full mailboxes and policies (research/delivery.md §5). So a reason in words outweighs the code beside it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Class(StrEnum):
    """How a refusal counts."""

    HARD = "hard"
    SOFT = "soft"
    BLOCKED = "blocked"


class Reason(StrEnum):
    """Why something came back."""

    NO_USER = "no-user"  # nobody of that name there
    NO_DOMAIN = "no-domain"  # no such host, or one that takes no mail
    CLOSED = "closed"  # the mailbox is disabled or closed
    FULL = "full"
    POLICY = "policy"  # spam, reputation, authentication, rate
    SIZE = "size"
    BUSY = "busy"  # it is there, and is closed or cannot be asked for a while
    NETWORK = "network"  # timeouts, loops, servers that do not answer
    COMPLAINT = "complaint"
    UNCLEAR = "unclear"


_CLASSES: Final = {
    Reason.NO_USER: Class.HARD,
    Reason.NO_DOMAIN: Class.HARD,
    Reason.CLOSED: Class.HARD,
    Reason.FULL: Class.SOFT,
    Reason.POLICY: Class.BLOCKED,
    Reason.SIZE: Class.SOFT,
    Reason.BUSY: Class.SOFT,
    Reason.NETWORK: Class.SOFT,
    Reason.UNCLEAR: Class.SOFT,
}

_PATTERNS: Final = {
    Reason.FULL: (
        r"mail ?(box|folder) (is |was |has been )?(full|exceed)",
        r"full mail ?(box|folder)",
        r"overquota",
        r"\bquota\b",  # whatever is done to it: exceeded, reached, violated, over it
        r"quota_?exceed",
        r"exceed(ed|s|ing)? (the |their |his |its |your )?(maximum |mailbox |storage |disk |"
        r"allowed )*(quota|space|storage|size of mailbox)",
        r"(in|not )sufficient (system )?(storage|disk|space)",
        r"insufficient (system )?storage",
        r"not enough (disk |storage )?space",
        r"space not enough",
        r"too many (messages|mails) (on|in) (the|your|this|his|their) (server|mail ?box|folder|inbox)",
        r"zu ?viele (e-?)?mails",
        r"postfach( ist)? voll",
        r"out of (storage|disk) ?space",
        r"storage limit",
        r"disk full",
        r"mailbox size limit",
        r"信箱已滿",
        r"容量已滿",
        r"용량 ?초과",
        r"용량이",
    ),
    Reason.POLICY: (
        r"\bspam(?!haus)",
        r"\bspamhaus\b",
        r"block(ed|ing|list)",
        r"black ?list",
        r"\brbl\b",
        r"\bdnsbl\b",
        r"reputation",
        r"\bdmarc\b",
        r"\bspf\b",
        r"\bdkim\b",
        r"rate ?limit",
        r"too many (messages|connections|recipients|errors)",
        r"grey ?list",
        r"gray ?list",
        r"banned",
        r"bulk mail",
        r"unsolicited",
        r"polic(y|ies)\b",
        r"not allowed to send",
        r"not accepting (e-?)?mail (from|with)",
        r"requires? confirmation",
        r"content (rejected|filter)",
        r"virus",
        r"not authori[sz]ed",
        r"access denied",
        r"reverse dns",
        r"\bptr\b",
        r"suspicious",
        r"relay(ing)? (access )?(denied|not (permitted|allowed))",
        r"unable to relay",
        r"authentication required",
        r"rejected for (abuse|policy)",
        r"message (was )?(refused|rejected) (due to|because of|by) (content|our)",
        # What is said of the sender, of our server or of the message says nothing of its reader.
        r"sender('s)? (e-?mail )?(address|domain|host|id|verif\w+|unknown|rejected|denied|is|was)",
        r"(invalid|unrouteable|unroutable|unknown|bad|unverified|null|empty|valid) (envelope )?sender",
        r"domain of (the )?sender",
        r"\bmail from\b",
        r"(helo|ehlo)( command)? (rejected|name|domain|argument)|(client|your) (host|server|ip|address)",
        r"(find|resolve) your (host|reverse)",
        r"non-?member|members?-?only|allowed to post|not a registered",
        r"(invalid|bad|illegal|missing|malformed) (\S+ ){0,2}headers?|headers? (\S+ ){0,3}(invalid|syntax)",
        r"(attachment|attached|file|link|urls?|page)s?\b[^.\n]{0,40} (is |was )?"
        r"(invalid|not (allowed|accepted|exist))",
    ),
    Reason.SIZE: (
        r"message (size|is|was)? ?(too (large|big)|exceeds)",
        r"size (limit )?exceed",
        r"exceed(s|ed|ing)? (the )?(fixed )?(max(imum)? )?(inbound |allowed )?(message )?size",
        r"max(imum)? message size",
        r"\bsize limit",
    ),
    Reason.BUSY: (
        r"(?<!delivery )temporar\w+ (un|in|dis|de|lock|suspend|block|clos|reject)\w*",
        r"(disabled|locked|suspended|unavailable|inactive|closed) temporar\w+",
        r"verif\w+[^\n]{0,80}(timed ?out|time ?out|refused|later|not respond)",
        r"(host|server)s? (is |are |was )?not respond\w+",
    ),
    Reason.CLOSED: (
        r"(is|was) (a )?(deactivated|disabled|closed|archived|frozen) (mail ?box|account|address)",
        r"(mail ?box|account|address) (that )?you (tried|are trying) to (reach|contact) (is|was|has been) "
        r"(disabled|suspended|inactive|closed)",
        r"(mail ?box|account|user) (is )?(frozen|not active|archived)|archived recipient",
        r"(is|has been) (currently )?suspended",
        r"no longer accepts? (e-?)?mail",
        r"mail ?box unavailable or access denied",
        r"(mail ?box|account|user|address|recipient)('s)? ?(\S+ ){0,3}(is |has been |was |"
        r"currently )?(\S+ )?(disabled|deactivated|suspended|inactive|closed|terminated|expired|"
        r"locked|no longer (valid|active|available|in use))",
        r"(disabled|inactive|suspended|closed) (mail ?box|account|user|recipient)",
        r"no longer (works?|employed|on this)",
        r"not (an )?active (user|account|mail ?box|address|recipient)",
    ),
    Reason.NO_DOMAIN: (
        r"(host|domain)( name)?( \S+){0,3} (not found|unknown|does not (exist|resolve|accept "
        r"mail)|lookup fail\w+|doesn't exist|couldn't be found)",
        r"(host|domain)(/\w+)? (name )?(not found|unknown)",
        r"unknown (host|domain)",
        r"name or service not known",
        r"no such (host|domain)",
        r"nxdomain",
        r"couldn't find (a mail exchanger|any host)",
        r"null ?mx",
        r"does not accept (e-?)?mail",
        r"(unrouteable|unroutable) (mail )?domain",
        r"no mx",
        r"can't resolve",
        r"illegal host",
    ),
    Reason.NO_USER: (
        r"(user|mail ?box|recipient|addressee?|account|alias|login|name|person|recipient address|"
        r"e-?mail)s?'?s?( \S+){0,4}? (is |are |was )?(unknown|not (be )?(found|exist|known|listed|"
        r"valid|recogni[sz]ed|local|defined)|(does|do|did)( not|n't|n’t) exist|doesn'?t (exist|"
        r"have)|invalid|unavailable|non-?existent|not here)",
        r"(?<!e-mail )(?<!email )(user|mail ?box|recipient|addressee?|alias)s?'?s?( \S+){0,4}?"
        r" (is |was )?rejected",
        r"not (a |an )?(known|valid|recogni[sz]ed|existing) (user|mail ?box|recipient|address|account|alias)",
        r"(?<!ip )(?<!from )(?<!client )(?<!your )(?<!host )(?<!network )\baddress (is )?"
        r"(unknown|invalid|wrong|not (present|found|known|valid|recogni[sz]ed))",
        r"mail ?box (is )?(not present|unavai\w+)",
        r"not a local (address|user)|unknown local[- ]part",
        r"<[^<>\s]{1,300}@[^<>\s]{1,300}>:? (is )?not found",
        r"(bad|valid)(rcptto|recipientto)",
        r"no ?(body|one) (here )?(at|by|with) (this|that) (address|name)",
        r"bad[_ -](recipient|destination|user)",
        r"invalid (final )?(delivery )?user ?id",
        r"no(t have a)? final e-?mail delivery point",
        r"(unknown|invalid|no such|bad|unrouteable|undeliverable|non-?existent|unrecogni[sz]ed|"
        r"illegal) (local |destination |virtual |mail |e-?mail |recipient |to )*(user|mail ?box|"
        r"recipient|address|account|alias|person|name|part|here)",
        r"no mail ?box (here )?by that name",
        r"no (such )?(user|recipient|mail ?box|account|person) (here|by|with|named|found|in)",
        r"(couldn't|could not|can't|cannot) (find|locate|match|verify) (any |a |the )?(user|mail "
        r"?box|recipient|account|address|local)",
        r"not (listed|found) in (\S+ ){0,3}(directory|name|address book)",
        r"no mail ?box",
        r"user ?unknown",
        r"doesn't have a (\S+ )?account",
        r"not our customer",
        r"does not exist",
        r"recipnotfound",
        r"nosuchuser",
        r"unknownuser",
        r"never existed",
        r"empf(ä|ae)nger (ist )?unbekannt|unbekannter empf(ä|ae)nger",
        r"(utilisateur|destinataire)s? (inconnu|invalide)",
        r"nessun utente|utente sconosciuto|no existe (dicha |ese |el |la )?(persona|usuario|cuenta|direcci)",
        r"沒有這個使用者",
        r"無此(使用者|帳號|用戶)",
        r"用户不存在",
        r"存在しません",
        r"(존재하지|없는) ?(않는|사용자|계정|메일)",
    ),
    Reason.NETWORK: (
        r"timed? ?out",
        r"time ?out",
        r"connection (refused|reset|dropped|lost|closed)",
        r"could not connect",
        r"couldn't connect",
        r"unable to connect",
        r"no route to host",
        r"network is unreachable",
        r"too many hops",
        r"mail loop",
        r"loops? back",
        r"looping",
        r"hop count",
        r"retry time(out)? (not reached|exceeded)",
        r"delivery (time|attempts?) (\S+ )?(expired|exceeded)",
        r"expired",
        r"temporar(y|ily)",
        r"try again",
        r"service (is )?unavailable",
        r"system (not|un)",
    ),
}
"""Words that tell a reason, in the order in which they are looked for: a full mailbox is unavailable, too."""

_WORDS: Final = {
    reason: re.compile("|".join(patterns), re.IGNORECASE) for reason, patterns in _PATTERNS.items()
}

_STATUSES: Final = {
    "1.0": Reason.NO_USER, "1.1": Reason.NO_USER, "1.2": Reason.NO_DOMAIN, "1.3": Reason.NO_USER,
    "1.6": Reason.NO_USER, "1.10": Reason.NO_DOMAIN, "2.1": Reason.CLOSED, "2.2": Reason.FULL,
    "2.3": Reason.SIZE, "3.4": Reason.SIZE, "4.4": Reason.NO_DOMAIN, "4.6": Reason.NETWORK,
    "4.7": Reason.NETWORK,
}  # fmt: skip
"""Subject and detail of a status of class 5 (RFC 3463, RFC 7505) → what it means, where no words say it."""


def judged(status: str, said: str, *, basic: int = 0) -> tuple[Class, Reason]:
    """How a refusal counts and why, by its enhanced status code, its words and its reply code.

    What is of class 4 is never hard; nor is what is of class 5 for no reason that anybody gives.
    """
    reason = next((reason for reason, words in _WORDS.items() if words.search(said[:6000])), Reason.UNCLEAR)
    detail = status[2:]
    if reason in (Reason.UNCLEAR, Reason.NETWORK) and status.startswith("5"):
        reason = _STATUSES.get(detail, Reason.POLICY if detail.startswith("7.") else reason)
    if (
        reason is Reason.POLICY
        and detail in ("1.1", "1.2", "1.3", "1.6", "1.10", "2.1")
        and status[:1] == "5"
    ):
        # "policy" and "blocked" are in footers and addresses of help pages, too: the exact code wins.
        reason = _STATUSES[detail] if _names_user(said) else reason
    kind = _CLASSES[reason]
    temporary = status.startswith("4") or (not status and 400 <= basic < 500)
    if temporary and kind is Class.HARD:
        kind = Class.SOFT
    return kind, reason


def _names_user(said: str) -> bool:
    return _WORDS[Reason.NO_USER].search(said[:6000]) is not None
