"""What a returned mail says, and whose it is."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.deliver.bounces import of_reply, read
from digest.deliver.bounces_reasons import judged
from digest.deliver.tokens import Claim, Links, Purpose, Tokens
from digest.model.people import ReturnKind
from tests.deliver.bounced import ORIGINAL, arf, dsn, words

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
TOKENS = Tokens([b"k" * 32])
LINKS = Links(
    tokens=TOKENS,
    url="https://letters.example",
    bounces="b@in.letters.example",
    unsubscribe_box="leave@in.letters.example",
)
BOX = LINKS.return_path(7, 14)
LEAVE = LINKS.unsubscribe_mailto(7, 14).removeprefix("mailto:").partition("?")[0]
CLAIM = Claim(purpose=Purpose.BOUNCE, subscriber=7, issue=14)


def said(raw: bytes, *recipients: str):
    return read(raw, TOKENS, NOW, recipients)


@pytest.mark.parametrize(
    ("status", "diagnostic", "kind", "reason"),
    [
        ("5.1.1", "smtp; 550 5.1.1 User unknown", "hard", "no-user"),
        ("5.0.0", "smtp; 550 5.1.1 no such user", "hard", "no-user"),
        ("5.0.0", "smtp; 550 Requested action not taken: mailbox unavailable", "hard", "no-user"),
        ("5.1.2", "dns; host mx.example.org not found", "hard", "no-domain"),
        ("5.4.4", "smtp; Host or domain name not found. Name service error", "hard", "no-domain"),
        ("5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is disabled", "hard", "closed"),
        ("5.2.2", "smtp; 552 5.2.2 The recipient's inbox is over quota", "soft", "full"),
        ("5.1.1", "smtp; 550 5.1.1 mailbox full", "soft", "full"),
        ("5.7.1", "smtp; 550 5.7.1 Message rejected as spam by Content Filtering", "blocked", "policy"),
        ("5.7.26", "smtp; 550 5.7.26 This mail is unauthenticated (DMARC)", "blocked", "policy"),
        ("5.3.4", "smtp; 552 5.3.4 Message too large", "soft", "size"),
        ("4.4.7", "smtp; delivery temporarily suspended: connection timed out", "soft", "network"),
        ("4.1.1", "smtp; 450 4.1.1 user unknown", "soft", "no-user"),
        ("5.0.0", "smtp; 554 transaction failed", "soft", "unclear"),
        ("5.1.1", "", "hard", "no-user"),
    ],
)
def test_reports(status: str, diagnostic: str, kind: str, reason: str) -> None:
    """RFC 3464: the reason in words outweighs the code; temporary is never hard; unclear is never hard."""
    found = said(dsn(BOX, status, diagnostic))
    assert (found.kind, found.reason, found.way, found.claim) == (kind, reason, "dsn", CLAIM)


HARD = """\
<ann@example.org> is not a known user on this system
BAD_RECIPIENT see https://mx.example.org/why
ann@example.org is not an active address at this host
Invalid final delivery userid: ann@example.org
mailbox not present
Recipient address rejected: User unknown in virtual alias table
Recipient address rejected: undeliverable address: host mx.example.org said: 550 5.1.1 user unknown
this email address is wrong or no longer valid
<ann@example.org> not found
address not present in directory
unknown local-part "ann" in domain "example.org"
sorry, badrcptto (#5.1.1)
no one at this address
Empfänger unbekannt
Destinataire inconnu
nessun utente simile in questo indirizzo
no existe ese usuario
信箱不存在：user unknown
없는 사용자입니다
The email account that you tried to reach is disabled
this account has been disabled or discontinued
is a deactivated mailbox
mailbox is frozen
user not active
this address no longer accepts mail
Host or domain name not found
example.invalid does not accept mail (nullMX)
User ann (ann@example.org) not listed in Domino Directory
There is no user by that name at this server
mailbox unavailable or not local"""
NOT_HARD = """\
Sender address rejected: Domain not found
5.1.8 <weekly@paper.example>: Sender address rejected: Domain not found
domain of sender address weekly@paper.example does not exist
Sender verify failed: no such user here
invalid sender domain
Helo command rejected: Host not found
Client host rejected: cannot find your hostname
your email address has been blacklisted
email rejected due to security policies
server is not allowed to send mail from paper.example
Spamming not allowed
you are not allowed to post to this mailing list
message contains invalid recipient header
Your message was rejected because the attachment name is invalid
the file attached does not exist in an allowed format
Your server requires confirmation: visit https://mx.example.org
they are not accepting mail with attachments or embedded images
Benutzer hat zuviele Mails auf dem Server / User has too many messages on the server
the recipient is over disk quota. This account will not be able to receive any email
user over quota (#5.1.1)
max message size exceeded
Message Rejected Class=size limit=15728640
account has been temporarily suspended
mailbox is temporarily unavailable
mailbox disabled temporarily for exceeding receiving limits
Recipient address rejected: unverified address: connect to mx.example.org: timed out
Recipient address rejected: undeliverable address: host not responding
Recipient address rejected: Greylisted, try again later
Recipient address rejected: SPF fail - not authorized
554 transaction failed"""


@pytest.mark.parametrize("said", HARD.splitlines())
def test_what_is_said_of_an_address_that_is_gone(said: str) -> None:
    """In the ways of many servers, by a report whose status says nothing, and in free words."""
    assert judged("5.0.0", said)[0] == "hard"
    assert read(words(BOX, f"550 {said}"), TOKENS, NOW).kind is ReturnKind.HARD


@pytest.mark.parametrize("said", NOT_HARD.splitlines())
def test_what_looks_like_it_and_is_not(said: str) -> None:
    """Said of the sender, the server, the message, or for a while only: it costs no reader their letters."""
    assert judged("5.0.0", said)[0] != "hard"
    assert read(words(BOX, f"550 {said}"), TOKENS, NOW).kind is not ReturnKind.HARD


@pytest.mark.parametrize(
    ("report", "kind", "reason"),
    [
        # What a report has to say may stand behind its status.
        (dsn(BOX, "5.0.0 (recipient reached disk quota)", ""), "soft", "full"),
        # A scanner's footer outweighs no status that says who is not there, but any that says nothing.
        (dsn(BOX, "5.1.1", "").replace(b"I'm sorry", b"Scanned for all viruses"), "hard", "no-user"),
        (dsn(BOX, "5.0.0", "").replace(b"I'm sorry", b"Our spam filter is sorry"), "blocked", "policy"),
        (dsn(BOX, "5.1.1", "").replace(b"I'm sorry", b"The mailbox is full"), "soft", "full"),
        # The subject quotes ours, and the text does, too: neither says why it came back.
        (words(BOX, "The recipient name is not recognized", "Undeliverable: a virus"), "hard", "no-user"),
        (words(BOX, "Subject: Spam and policy\n\nUser unknown"), "hard", "no-user"),
        (words(BOX, "-- Returned Mail --", "User unknown"), "hard", "no-user"),
        # Little is said before the mail that comes back, and it is enough.
        (
            words(BOX, "<a@b>: mailbox unavailable [550]\n---- Returned Mail ----\nSubject: spam filters"),
            "hard",
            "no-user",
        ),
        # A machine that answers with a refusal's code is nobody who is away.
        (
            words(BOX, "Returned: 550 mailbox unavailable or not local")
            .replace(b"Mail Delivery Subsystem <MAILER-DAEMON@mx.example.org>", b"Delivery <x@example.org>")
            .replace(b"\nTo:", b"\nAuto-Submitted: auto-replied\nTo:", 1),
            "hard",
            "no-user",
        ),
    ],
)
def test_where_the_reason_stands(report: bytes, kind: str, reason: str) -> None:
    """In the fields of a report first, then in its words, then in its subject."""
    found = said(report)
    assert (found.kind, found.reason) == (kind, reason)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_has_not_failed_is_nothing(action: str) -> None:
    """A delay or receipt says nothing against an address."""
    assert said(dsn(BOX, "5.1.1", action=action)).kind is ReturnKind.NOTHING


def test_of_several_recipients_the_luckiest_counts() -> None:
    """An alias of which one half is dead still reads."""
    extra = "\nFinal-Recipient: rfc822; other@example.org\nAction: relayed\nStatus: 2.0.0\n"
    assert said(dsn(BOX, extra=extra)).kind is ReturnKind.NOTHING


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out", "other", "Abuse"])
def test_complaints(kind: str) -> None:
    """ARF (RFC 5965): to the return path's mailbox, or to another one with the mail's own tokens in it."""
    found = said(arf(BOX, kind))
    assert (found.kind, found.claim) == (ReturnKind.COMPLAINT, CLAIM)
    mail = ORIGINAL.format(path=BOX, unsubscribe="x" * 32)
    assert said(arf("fbl@letters.example", kind, mail)).claim == CLAIM
    mail = ORIGINAL.format(path="redacted", unsubscribe=TOKENS.unsubscribe(7, 14))
    claim = said(arf("fbl@letters.example", kind, mail)).claim
    assert (claim.subscriber, claim.issue) == (7, 14)


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus", ""])
def test_other_feedback_is_nothing(kind: str) -> None:
    """Who takes the complaint back, or reports something else, complains of nothing."""
    assert said(arf(BOX, kind)).kind is ReturnKind.NOTHING


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<ann@example.org>: 550 5.1.1 User unknown", "hard"),
        ("Sorry, no mailbox here by that name. (#5.1.1)", "hard"),
        ("This user doesn't have a mailbox.example account", "hard"),
        ("沒有這個使用者", "hard"),
        ("The mailbox is full, please try later.", "soft"),
        ("Your message was blocked by our spam policy", "blocked"),
        ("Connection timed out after 5 days", "soft"),
        ("mehr weiß ich nicht", "unknown"),
    ],
)
def test_free_words(text: str, kind: str) -> None:
    """A bounce that is no report is read by its codes and words."""
    found = said(words(BOX, text))
    assert (found.kind, found.claim) == (kind, CLAIM)


def test_words_of_the_mail_that_is_returned_do_not_count() -> None:
    """An article about full mailboxes fills none."""
    text = (
        "Your message could not be delivered, for a reason that is stated nowhere in this text, which is "
        "long enough to be the whole of what the server wants to say, and then goes on and on without "
        "telling anything else.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <x>\n"
        "Subject: User unknown and mailbox full\n\n550 5.1.1 user unknown"
    )
    assert said(words(BOX, text)).kind is not ReturnKind.HARD


def test_flufl_is_the_last_to_be_asked() -> None:
    """A form that only flufl.bounce knows is a failure, and never a hard one: it gives no reason."""
    text = "Failed addresses follow:\n<ann@example.org>\nMessage text follows:\n\nHello"
    raw = words(BOX, text).replace(b"Delivery failure", b"Hello")
    found = said(raw)
    assert (found.kind, found.way) in ((ReturnKind.SOFT, "flufl"), (ReturnKind.UNKNOWN, ""))
    qmail = (
        "Hi. This is the qmail-send program at example.org.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<ann@example.org>:\nIt did not work.\n\n--- Below this line is a copy of the message.\n"
    )
    found = said(words(BOX, qmail, "failure notice"))
    assert (found.kind, found.way) == (ReturnKind.SOFT, "flufl")


@pytest.mark.parametrize(
    "headers",
    [
        "Subject: Out of office: No. 14\nAuto-Submitted: auto-replied\n",
        "Subject: Automatic reply: No. 14\n",
        "Subject: Re: No. 14\nAuto-Submitted: auto-replied; owner-email=ann@example.org\n",
        "Subject: 自動回覆：第 14 期\nX-Autoreply: yes\n",
    ],
)
def test_who_is_away_is_there(headers: str) -> None:
    """An automatic answer says nothing against the address, though it says that an account is unavailable."""
    raw = f"From: ann@example.org\nTo: {BOX}\n{headers}\nI am away; my account is not available.\n".encode()
    assert said(raw).kind is ReturnKind.NOTHING


def test_whose_it_is() -> None:
    """By the envelope, by headers of delivery in any case, or by the return path within the returned mail."""
    stranger = dsn("postmaster@letters.example")
    assert said(stranger).claim is None
    assert said(stranger, BOX).claim == said(stranger, BOX.upper()).claim == CLAIM
    for name in ("Delivered-To", "X-Original-To", "Envelope-To"):
        assert said(f"{name}: {BOX.upper()}\n".encode() + stranger).claim == CLAIM
    inside = dsn("postmaster@letters.example", original=ORIGINAL.format(path=BOX, unsubscribe="x"))
    assert said(inside).claim == CLAIM
    quoted = inside.replace(BOX.encode(), BOX[:20].encode() + b"=\r\n" + BOX[20:].encode())
    assert said(quoted).claim == CLAIM


def test_only_signed_tokens_tell_whose_it_is() -> None:
    """Neither addresses, nor a token of another purpose, nor one that somebody made up."""
    forged = "b+" + "a" * 32 + "@in.letters.example"
    assert said(dsn(forged)).claim is None
    assert (
        said(dsn("x@y.example", original=ORIGINAL.format(path="x", unsubscribe=TOKENS.unsubscribe(7)))).claim
        is None
    )
    assert said(dsn(f"b+{TOKENS.preferences(7)}@in.letters.example")).claim is None
    other = Tokens([b"o" * 32]).bounce(7, 14)
    assert said(dsn(f"b+{other}@in.letters.example")).claim is None


@pytest.mark.parametrize("subject", ["unsubscribe", "Re: 取消訂閱", ""])
def test_a_mail_that_asks_to_leave(subject: str) -> None:
    """The token is in the address, whatever the mail says; or in the subject of one to the bare mailbox."""
    mail = f"From: ann@example.org\nTo: {LEAVE}\nSubject: {subject}\n\n".encode()
    found = said(mail)
    assert (found.kind, found.claim.subscriber, found.claim.issue) == (ReturnKind.LEAVING, 7, 14)
    subject = f"Re: {TOKENS.unsubscribe(7).upper()} {subject}"
    mail = f"From: x@y.example\nTo: leave@in.letters.example\nSubject: {subject}\n\n".encode()
    assert said(mail).kind is ReturnKind.LEAVING


def test_a_bounce_lets_nobody_leave() -> None:
    """The token of leaving within a returned mail, or a report to the mailbox of leaving, is no wish."""
    mail = ORIGINAL.format(path=BOX, unsubscribe=TOKENS.unsubscribe(7, 14))
    assert said(dsn(BOX, original=mail)).kind is ReturnKind.HARD
    assert said(dsn(LEAVE)).kind is ReturnKind.HARD
    assert said(words("leave@in.letters.example", mail)).kind is not ReturnKind.LEAVING


@pytest.mark.parametrize(
    ("code", "text", "kind", "status"),
    [
        (550, "5.1.1 <ann@example.org> User unknown", "hard", "5.1.1"),
        (550, "No such user here", "hard", ""),
        (550, "5.7.1 blocked", "blocked", "5.7.1"),
        (552, "5.2.2 mailbox full", "soft", "5.2.2"),
        (451, "4.7.1 greylisted", "blocked", "4.7.1"),
        (450, "4.1.1 user unknown", "soft", "4.1.1"),
        (554, "something", "soft", ""),
        (550, "4.1.1 contradicts itself", "soft", ""),
    ],
)
def test_replies(code: int, text: str, kind: str, status: str) -> None:
    """What a server says in our own dialogue is judged by the same words and codes."""
    found = of_reply(code, text)
    assert (found.kind, found.status, found.way) == (kind, status, "smtp")


def _mutated(raw: bytes, cuts: list[tuple[int, bytes]]) -> bytes:
    for place, junk in cuts:
        at = place % (len(raw) + 1)
        raw = raw[:at] + junk + raw[at + len(junk) :]
    return raw


SEEDS = (
    dsn(BOX),
    arf(BOX),
    words(BOX, "550 5.1.1 User unknown"),
    f"To: {LEAVE}\nSubject: x\n\n".encode(),
    b"Content-Type: multipart/report; boundary=B\n\n--B\n" * 50,
    b'Content-Type: text/plain; charset="\xff"\nContent-Transfer-Encoding: base64\n\n'
    + base64.b64encode(b"x" * 99)[:-1],
    b"Content-Type: message/delivery-status\n\nAction: failed\n\n\n\nStatus: 5.1.1\n",
)


@settings(max_examples=300)
@given(
    st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=40)), max_size=8)
)
def test_no_mail_breaks_it(seed: bytes, cuts: list[tuple[int, bytes]]) -> None:
    """Whatever is done to a mail, it is read without a fault."""
    assert said(_mutated(seed, cuts)).kind in ReturnKind


@given(st.binary(max_size=2000))
def test_no_bytes_break_it(raw: bytes) -> None:
    """Neither do bytes that are no mail at all."""
    assert said(raw).claim is None


def test_big_and_deep_mails_are_read_in_no_time() -> None:
    """Neither a thousand nested parts, nor ten megabytes of letters that look like tokens, hold us."""
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1000))
    assert said(nested.encode()).kind in ReturnKind
    assert said(words(BOX, ("a" * 32 + " ") * 300_000)).claim == CLAIM
    assert said(words(BOX, "user " * 200_000)).claim == CLAIM
    assert said(words(BOX, "quota exceed " * 100_000 + "mailbox ( ")).claim == CLAIM
