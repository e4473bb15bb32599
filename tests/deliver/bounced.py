"""Mails that come back, as servers write them: made here, none of anybody's."""

from __future__ import annotations

ORIGINAL = """\
Return-Path: <{path}>
From: Weekly <weekly@letters.example>
To: ann@example.org
Subject: No. 14
Message-ID: <weekly.14.x@letters.example>
List-Unsubscribe: <https://letters.example/unsubscribe/{unsubscribe}>

Hello.
"""


def dsn(
    to: str,
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown",
    action: str = "failed",
    original: str = "",
    extra: str = "",
) -> bytes:
    """A delivery status notification (RFC 3464)."""
    return f"""\
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ann@example.org
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}
{extra}
--B
Content-Type: message/rfc822

{original or ORIGINAL.format(path="bounces@letters.example", unsubscribe="x")}
--B--
""".encode()


def arf(to: str, kind: str = "abuse", original: str = "") -> bytes:
    """A complaint (RFC 5965)."""
    return f"""\
From: <abuse@mailbox.example>
To: <{to}>
Subject: complaint about message from 192.0.2.1
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--B
Content-Type: message/rfc822

{original}
--B--
""".encode()


def words(to: str, text: str, subject: str = "Delivery failure") -> bytes:
    """A bounce in free words."""
    return f"""\
From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.org>
To: {to}
Subject: {subject}

{text}
""".encode()
