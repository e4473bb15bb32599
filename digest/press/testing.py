"""The verb `test`: one message of an issue by the real path, to an editor, marked [TEST]."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest import archive, deliver
from digest.deliver.addresses import mailbox
from digest.errors import DeliveryError, NothingNewError, UsageError
from digest.model import Issue, SealedIssue
from digest.press.building import build
from digest.press.coming import next_number
from digest.press.places import Site
from digest.render.address import asset_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A test message that left: the issue, whether it was sealed, its size in bytes, and where it went.

    `server` and `reply` are the SMTP server and its last word; without a server `file` is the .eml.
    """

    issue: Issue
    sealed: bool
    message_id: str
    bytes: int
    server: str = ""
    reply: str = ""
    file: Path | None = None


def send_test(
    site: Site,
    *,
    to: str,
    now: datetime,
    edition: str | None = None,
    number: int | None = None,
    language: str = "",
    outbox: Path | None = None,
) -> Tested:
    """Send one message of an issue to an editor; where no SMTP server is named, write it into `outbox`.

    The issue is the sealed one of the number; without a number the draft of the next issue, or the newest
    sealed issue where there is nothing new. The outbox is `var/outbox` unless named.

    Raises:
        DeliveryError: the sender's address is wrong, or the message could not be handed over.
        UsageError: `to` is no address, there is no such issue, or no mail in that language.
        NothingNewError: there is nothing new and nothing sealed.
    """
    table = site.edition(edition)
    _check(to)
    server = deliver.server(site.config.delivery, os.environ)
    issue, mails, assets, is_sealed = _found(site, table.name, number, now)
    suffix = f".{language}" if language and language != issue.language else ""
    html, text = f"email{suffix}.html", f"email{suffix}.txt"
    if html not in mails:
        known = ", ".join(issue.languages)
        raise UsageError(f"issue {issue.id} has no mail in {language!r}", hint=f"it has: {known}")
    message = deliver.message_for_test(
        issue=issue,
        html=mails[html],
        text=mails[text],
        subject=issue.subject,
        sender=table.sender,
        to=to,
        now=now,
        key=deliver.secret(os.environ, site.config.site.base_url),
        site=site.config.site.base_url,
        language=language,
        reply_to=table.reply_to,
        pictures={asset_url(issue, name, site.config): data for name, data in assets.items()},
    )
    file, reply = None, ""
    if server:
        reply = deliver.send(server, message)
    else:
        name = f"{issue.edition}-{issue.number}{suffix}-{now:%Y%m%dT%H%M%S}"
        file = deliver.write_eml(outbox or site.root / "var" / "outbox", message.data, name)
    return Tested(
        issue=issue,
        sealed=is_sealed,
        message_id=message.message_id,
        bytes=len(message.data),
        server=server.name if server else "",
        reply=reply,
        file=file,
    )


def _check(to: str) -> None:
    try:
        mailbox(to, "recipient")
    except DeliveryError as error:
        raise UsageError(error.sentence, subject="--to", hint=error.hint) from None


def _found(
    site: Site, edition: str, number: int | None, now: datetime
) -> tuple[Issue, Mapping[str, str], Mapping[str, bytes], bool]:
    """The issue to show, its mails by name, its assets by name, and whether it is sealed."""
    issues = archive.sealed(site.archive, edition)
    for each in issues:
        if each.issue.number == number:
            return _from_archive(site, each)
    coming = next_number(site, edition)
    if number not in (None, coming):
        raise UsageError(
            f"there is no issue {edition}/{number}",
            subject=f"{edition}/{number}",
            hint=f"the next one is {edition}/{coming}; `digest archive list` shows those that are sealed",
        )
    try:
        draft = build(site, edition=edition, now=now, number=number)
    except NothingNewError:
        if not issues or number is not None:
            raise
        return _from_archive(site, max(issues, key=lambda each: each.issue.number))
    return draft.issue, {each.name: each.text for each in draft.renditions}, draft.assets, False


def _from_archive(
    site: Site, sealed: SealedIssue
) -> tuple[Issue, Mapping[str, str], Mapping[str, bytes], bool]:
    issue = sealed.issue

    def read(name: str) -> bytes:
        return archive.read(site.archive, issue.edition, issue.number, name)

    suffixes = ["" if each == issue.language else f".{each}" for each in issue.languages]
    names = [f"email{suffix}.{kind}" for suffix in suffixes for kind in ("html", "txt")]
    pictures = {file.name for picture in issue.pictures for file in picture.files}
    mails = {name: read(name).decode() for name in names}
    return issue, mails, {name: read(f"assets/{name}") for name in sorted(pictures)}, True
