"""Files imported from disk: text, pages and mails in, articles out, nothing overwritten."""

from __future__ import annotations

import errno
import os
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.importing import import_file, write_article
from digest.collect.loose import understand
from digest.collect.loose_html import read_html
from digest.collect.loose_mail import read_mail
from digest.errors import DigestError, UsageError

PAGE = (
    """<!DOCTYPE html><html lang="ko"><head><title>T &amp; x | Site</title>
<meta property="og:title" content="진짜 제목">
<meta property="article:published_time" content="2026-01-23T10:00:00+09:00">
<meta name="author" content="김철수"><meta property="og:site_name" content="블로그">
<meta name="keywords" content="AI, LLM">
<link rel="canonical" href="https://e.example/a"></head><body><nav>menu</nav><article><h1>진짜 제목</h1>
<p>2026년 1월 23일 · by 김철수</p><p>Hello <b>bold </b>and <i>it</i> <a href="https://x.example/(z)">link</a>
*star* <code>a*b</code>.<br>next</p>
<ul><li>one<li>two<ul><li>deep</ul></ul><ol>
<li><p>a</p></li><li>b</li></ol><blockquote><p>quoted</p><p>more</p></blockquote>
<pre><code>x = 1
  y</code></pre><h2>Sub</h2><p># not heading</p><p>1. no list</p><img src="a b.png" alt="p[i]c">
<iframe src="https://www.youtube.com/embed/DtePicx_kFY"></iframe><script>alert(1)</script><hr/><p>"""
    + "word " * 60
    + """</p>
<b>unclosed <p>para</p></i></article><footer>foot</footer></body></html>"""
)

MAIL = """From: =?utf-8?b?7J207Zi466+8?= <a@b.example>\r
Subject: Fwd: =?utf-8?q?H=C3=A9llo?=\r
Date: Fri, 23 Jan 2026 10:00:00 +0900\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=x\r
\r
--x\r
Content-Type: text/plain; charset=utf-8\r
\r
{plain}\r
-- \r
signature\r
--x\r
Content-Type: text/html\r
\r
<html lang=en><p>html <b>words</b> that go on and on,\r
much longer than the plain part of this mail ever was</p></html>\r
--x--\r
"""


def test_a_page_becomes_markdown_with_its_facts(tmp_path: Path) -> None:
    """Navigation and scripts go; marks of the text are escaped, those of the page are Markdown."""
    path = tmp_path / "a.html"
    path.write_text(PAGE)
    loose = import_file(path)
    assert (loose.title.value, loose.kind.value, loose.language.value) == ("진짜 제목", "article", "ko")
    assert loose.date
    assert loose.date.value == date(2026, 1, 23)
    assert loose.author
    assert loose.author.value == "김철수"
    assert loose.tags
    assert loose.tags.value == ("AI", "LLM")
    assert loose.source_url
    assert loose.source_url.value == "https://e.example/a"
    assert loose.body.startswith(
        "Hello **bold** and *it* [link](https://x.example/%28z%29) \\*star\\* `a*b`.  \nnext\n\n"
        "- one\n- two\n   - deep\n\n1. a\n2. b\n\n> quoted\n>\n> more\n\n```\nx = 1\n  y\n```\n\n## Sub\n\n"
        "\\# not heading\n\n1\\. no list\n\n![p\\[i\\]c](a%20b.png)\n\n"
        "{{< youtube DtePicx_kFY >}}\n\n---\n\nword word"
    )
    assert loose.body.endswith("unclosed\n\npara")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a<!-- b --><![CDATA[c]]><?php d ?>e</p>", "ae"),
        ("<p>a<!-- never closed", "a"),
        ("<p>1 < 2 & 3 &amp; &#23383;</p>", "1 \\< 2 & 3 & 字"),
        (
            "<a href='javascript:1'>j</a> <a href='#x'>k</a> <a href='http://[bad'>l</a> <a>m</a></a>",
            "j k l m",
        ),
        ("<b></b><i> </i>x", "x"),
        ("<pre>a\n```\nb</pre>", "````\na\n```\nb\n````"),
        ("<pre></pre>x", "x"),
        ("<p>- a</p><p>+ b</p><p>&gt; c</p>", "\\- a\n\n\\+ b\n\n\\> c"),
        ("</p></ul></blockquote></li></article></h1></b></nav>x", "x"),
        ("<li>a</li>", "- a"),
        ("<img><img src='data:x'>x", "x"),
        ("<nav><p>a</p><b>c</b></nav><nav/>x", "x"),
        ("<ul><li></li><li>a<br>b</li></ul>", "- a  \n  b"),
        ("<pre><code>a <b>b</b></code></pre>", "```\na **b**\n```"),
        ("<svg/><iframe src='https://evil.example/'></iframe>x", "x"),
    ],
)
def test_odd_pages_become_what_a_reader_saw(page: str, text: str) -> None:
    """Unclosed, unopened, hidden and dangerous things."""
    assert read_html(page)[0] == text


def test_a_page_says_its_facts_in_many_ways() -> None:
    """The first heading is the title when no other is told; what is no address or date is none."""
    page = '<title>A | B</title><h1>H &lt;1&gt;</h1><time datetime="2026-01-02">x</time>'
    hints = read_html(page + '<meta itemprop="author" content="https://x.example/">')[1]
    assert (hints.title, hints.date, hints.author) == ("H <1>", date(2026, 1, 2), "")
    page = '<title>A\n B</title><title>C</title><meta name="date" content="soon">'
    hints = read_html(page + '<link rel=canonical href="/x"><meta name=x>')[1]
    assert (hints.title, hints.date, hints.source_url) == ("A B", None, "")


@pytest.mark.parametrize(
    "piece", ["<b>", "<a href=x>", "<ul><li>", "<!--", "<", "<p ", "&", "<![CDATA[", "<blockquote>", "<b>x"]
)
def test_hostile_pages_do_not_hang(piece: str) -> None:
    """The standard parser alone takes minutes over some of these."""
    begin = time.perf_counter()
    read_html(piece * (100_000 // len(piece)))
    assert time.perf_counter() - begin < 10


TAGS = (
    "<b> </b> <a_href=x> </a> <li> <ul> </ul> <pre> </pre> <code> </code> <h1> </h1> <blockquote> <br> "
    "<img_src=x> <nav> </nav> <title> <a_href=javascript:x> < a * &lt; <!-- --> 字"
)


@given(st.lists(st.sampled_from([*(tag.replace("_", " ") for tag in TAGS.split()), " ", "\n"])).map("".join))
def test_any_page_is_read(page: str) -> None:
    """Nothing raises, and no script address is left."""
    text, _ = read_html(page)
    assert "javascript:" not in text


def test_a_mail_is_its_plain_words_subject_sender_and_day(tmp_path: Path) -> None:
    """Encoded headers are read, prefixes and the signature go."""
    path = tmp_path / "mail.eml"
    path.write_bytes(
        MAIL.format(plain="These are the plain words of the mail, quite a few of them.").encode()
    )
    loose = import_file(path)
    assert (loose.title.value, loose.body) == (
        "Héllo",
        "These are the plain words of the mail, quite a few of them.",
    )
    assert loose.author
    assert loose.author.value == "이호민"
    assert loose.date
    assert loose.date.value == date(2026, 1, 23)


def test_the_html_part_counts_when_the_plain_one_says_nothing(tmp_path: Path) -> None:
    """ "View in browser" is no article. A mail is told by its headers, too."""
    path = tmp_path / "mail.txt"
    path.write_bytes(MAIL.format(plain="Look.").encode())
    assert import_file(path).body.startswith("html **words** that go on")


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: x\n\nwords",
        b"From: a\nDate: never\nSubject: =?x?q?=FF?=\nContent-Type: text/plain; charset=odd\n\n\xe5\xad\x97",
        b"From: <a@b>\nDate: Fri, 99 Jan 2026 10:00:00 +0900\nContent-Type: text/plain\n\n\xff",
        b"From: =?utf-8?q?\nSubject: \nContent-Type: multipart/mixed; boundary=\n\n--\n",
        b"Content-Type: text/html\nContent-Disposition: attachment\n\n<p>x</p>",
        b"To: <>\nFrom: @\nDate:\n\n",
    ],
)
def test_odd_mails_are_read(data: bytes) -> None:
    """Unknown charsets, impossible dates, broken headers."""
    text, hints, _ = read_mail(data)
    assert isinstance(text, str)
    assert hints.date is None


def test_a_subject_in_an_unknown_charset_stays_as_it_is() -> None:
    """Better signs than nothing."""
    assert read_mail(b"Subject: =?nonsense?q?a?=\n\nwords")[1].title == "=?nonsense?q?a?="


@given(
    st.binary(max_size=200)
    | st.text(alphabet="From:Date SubjctMIE-Version/=?utf8q@<>\n\r ;,", max_size=200).map(str.encode)
)
def test_any_bytes_are_a_mail_of_some_sort(data: bytes) -> None:
    """Nothing raises."""
    assert isinstance(read_mail(data)[0], str)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"\x89PNG\r\n", "PNG"),
        ("b.txt", b" \n", "no words"),
        ("c.html", b"<script>x</script>", "no words"),
        ("d.eml", b"Subject: x\n\n", "no words"),
        ("e.txt", b"x" * 5_000_001, "5 MB"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_reason(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    """A sentence, the path and a hint."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DigestError) as caught:
        import_file(path)
    assert words in caught.value.sentence
    assert caught.value.subject == str(path)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a folder; an unreadable file is a fault of the disk."""
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(UsageError):
            import_file(path)
    (tmp_path / "a.txt").write_text("x")
    monkeypatch.setattr(
        Path, "read_bytes", lambda self: (_ for _ in ()).throw(OSError(errno.EIO, "Input/output error"))
    )
    with pytest.raises(DigestError, match="input/output error"):
        import_file(tmp_path / "a.txt")


def test_a_page_is_told_by_its_first_tag_and_markdown_keeps_its_blocks(tmp_path: Path) -> None:
    """Whatever the name ends with; Markdown without front matter is not rewritten."""
    page = tmp_path / "page.txt"
    page.write_text("<!-- x -->\n<!DOCTYPE html><title>T</title><p>a <b>c</b></p>")
    assert import_file(page).body == "a **c**"
    notes = tmp_path / "notes.md"
    notes.write_text("# T\n\nshort line\n\n```\na\n\n\nb\n```\n")
    assert import_file(notes).body == "short line\n\n```\na\n\n\nb\n```"


def test_an_article_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    """The same again is left alone; another of that name gets a number."""
    first = understand("Hello\n\nWords are here.", "x.txt")
    other = understand("Hello\n\nOther words.", "x.txt")
    path = write_article(tmp_path, first, "articles/in", date=date(2026, 1, 2), tags=["t"])
    assert path == tmp_path / "articles/in/hello.md"
    written = path.read_bytes()
    assert b"date: 2026-01-02" in written
    assert path.stat().st_mode & 0o777 == 0o644
    assert write_article(tmp_path, first, "articles/in", date=date(2026, 1, 2), tags=["t"]) == path
    assert write_article(tmp_path, other, "articles/in").name == "hello-2.md"
    assert path.read_bytes() == written
    assert sorted(each.name for each in path.parent.iterdir()) == ["hello-2.md", "hello.md"]


def test_nothing_is_written_outside_the_site(tmp_path: Path) -> None:
    """A folder with `..` is refused."""
    with pytest.raises(UsageError, match="outside"):
        write_article(tmp_path, understand("T\n\nx", "x.txt"), "../elsewhere")


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the folder, and the folder is empty."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(DigestError, match="no space left"):
        write_article(tmp_path, understand("T\n\nx", "x.txt"), "articles")
    assert list((tmp_path / "articles").iterdir()) == []


def test_a_thousand_files_of_one_name_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop for a free name ends."""
    monkeypatch.setattr("digest.collect.importing._write_new", lambda path, data: False)
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"")
    with pytest.raises(DigestError, match="thousand"):
        write_article(tmp_path, understand("T\n\nx", "x.txt"), "articles")


def test_a_few_words_without_a_full_stop_are_a_body(tmp_path: Path) -> None:
    """A mail of two words is not a heading over nothing: its words are kept."""
    path = tmp_path / "m.eml"
    path.write_text("From: A <a@example.org>\nSubject: Hi\n\nhello world\n")
    assert import_file(path).body == "hello world"


@pytest.mark.parametrize("charset", ["undefined", "utf-8\0", "zlib_codec", "no-such"])
def test_mail_of_an_impossible_charset_is_read(tmp_path: Path, charset: str) -> None:
    """A charset that Python cannot decode by, whatever it raises, leaves the words as UTF-8."""
    mail = tmp_path / "a.eml"
    mail.write_text(
        f'From: a@b.c\nSubject: Title\nContent-Type: text/plain; charset="{charset}"\n\nHello, words.\n'
    )
    assert import_file(mail).body == "Hello, words."


def test_mail_of_a_bottomless_nest_is_told(tmp_path: Path) -> None:
    """A mail whose parts nest thousands deep ends in a sentence."""
    nest = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000))
    mail = tmp_path / "a.eml"
    mail.write_text(f"From: a@b.c\nSubject: Title\n{nest}Content-Type: text/plain\n\nhello\n")
    with pytest.raises(DigestError, match="too deeply"):
        import_file(mail)
