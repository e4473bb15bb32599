"""Real mail readers open what was sent: Debian's notmuch, and Python's mailbox."""

from __future__ import annotations

import json
import mailbox
import os
import shutil
import subprocess
from collections.abc import Callable
from email import message_from_binary_file
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from digest import press
from digest.press import Site, sending
from tests.conftest import need
from tests.press.conftest import NOW
from tests.press.test_sending import join

SUBJECT = "茶樹為什麼怕鹼性土壤，以及一封很長的信的很長很長很長的標題，長到必須折成好幾行"


@pytest.fixture
def sent(make_site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which two readers' messages are."""
    for name in [each for each in os.environ if each.startswith("DIGEST_")]:
        monkeypatch.delenv(name)
    site = make_site(config=f'subject = "{SUBJECT}"\n\n[delivery]\ntransport = "folder"\n')
    join(site, "ann", "bob")
    press.publish(site, now=NOW)
    assert sending.send(site, sending.prepare(site), now=NOW).snapshot.sent == 2
    return site.root / "var/mail"


def notmuch(folder: Path, *words: str) -> str:
    program = shutil.which("notmuch")
    need(program, "notmuch is missing: apt-get install notmuch")
    config = folder.parent / "notmuch.conf"
    if not config.exists():
        config.write_text(
            f"[database]\npath={folder}\n[user]\nname=N\nprimary_email=n@n.example\n[new]\ntags=new\n"
        )
    environment = {**os.environ, "NOTMUCH_CONFIG": str(config), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [str(program), *words], env=environment, capture_output=True, check=True, text=True, timeout=60
    )
    return done.stdout


def parts(node: dict) -> list[str]:
    content = node["content"]
    below = [name for each in content for name in parts(each)] if isinstance(content, list) else []
    return [node["content-type"], *below]


def test_notmuch_reads_it(sent: Path) -> None:
    """Subject in Chinese, sender, text and HTML as alternatives, no attachment; found by a word."""
    notmuch(sent, "new", "--quiet")
    assert notmuch(sent, "count", "*").strip() == "2"
    assert notmuch(sent, "count", "tag:attachment").strip() == "0"
    assert notmuch(sent, "count", "to:ann@readers.example").strip() == "1"
    assert notmuch(sent, "count", "clocks").strip() == "2"
    shown = json.loads(notmuch(sent, "show", "--format=json", "--include-html", "to:ann@readers.example"))
    message = shown[0][0][0]
    assert message["headers"]["Subject"] == SUBJECT
    assert message["headers"]["From"] == "Scratch Weekly <weekly@scratch.example>"
    assert parts(message["body"][0]) == ["multipart/alternative", "text/plain", "text/html"]
    plain, html = (each["content"] for each in message["body"][0]["content"])
    assert "從根部的鋁說起" in plain
    assert "從根部的鋁說起" in html
    raw = notmuch(sent, "show", "--format=raw", "to:ann@readers.example")
    assert "List-Unsubscribe: <https://" in raw


def test_pythons_mailbox_reads_it(sent: Path, tmp_path: Path) -> None:
    """Through a Maildir and back: both texts decode, headers of the list are there, nothing is defective."""
    box = mailbox.Maildir(
        tmp_path / "box", factory=lambda file: message_from_binary_file(file, policy=default)
    )
    for path in sent.glob("*.eml"):
        box.add(path.read_bytes())
    found = [each for each in box.values() if isinstance(each, EmailMessage)]
    assert {each["To"] for each in found} == {"ann@readers.example", "bob@readers.example"}
    for message in found:
        assert message["Subject"] == SUBJECT
        assert not any(each.is_attachment() for each in message.walk())
        assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
        assert all("茶樹" in each.get_content() for each in message.iter_parts())
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message["List-Unsubscribe"].startswith("<https://")
        assert not [defect for part in message.walk() for defect in part.defects]
