"""Encodings that feeds are in, whatever is said of them; and what would stop an XML parser."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.feeds.charset import parseable, text_of

ZH = "他們在山上種茶，也在夜裡寫信給遠方的朋友；這些信後來都收在一本舊書裡。" * 4
KO = "그들은 산 위에서 차를 길렀고 밤에는 먼 곳의 벗에게 편지를 썼다. " * 4
FR = "L'été dernier, à la fenêtre, il écrivait déjà des lettres pleines de thé et de forêts. " * 4


def said(encoding: str, words: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?><rss>{words}</rss>'


@pytest.mark.parametrize(
    ("written", "declared", "header", "words", "guessed"),
    [
        ("utf-8", "utf-8", "", ZH, False),
        ("utf-8", "iso-8859-1", "iso-8859-1", KO, False),
        ("utf-8", "koi8-r", "", FR, False),
        ("big5", "big5", "iso-8859-1", ZH, False),
        ("big5", "utf-8", "iso-8859-1", ZH, True),
        ("euc_kr", "utf-8", "", KO, True),
        ("euc_kr", "no-such-encoding", "euc-kr", KO, False),
        ("gb18030", "gb18030", "", ZH, False),
        ("iso-8859-1", "iso-8859-1", "", FR, False),
        ("cp1252", "utf-8", "windows-1252", FR + "“thé”", False),
        ("iso-2022-jp", "iso-2022-jp", "utf-8", "山の上でお茶を育てた。", False),
        ("utf-16-le", "utf-16", "", KO, False),
        ("utf-16-be", "utf-16", "", KO, False),
    ],
)
def test_the_words_come_back(written: str, declared: str, header: str, words: str, guessed: bool) -> None:
    """UTF-8 first, then what is declared, then the header, then the letters; a guess is told."""
    source = said(declared, words)
    decoded = text_of(source.encode(written), f"text/xml; charset={header}")
    assert decoded.text == source
    assert bool(decoded.mistake) == guessed


@pytest.mark.parametrize(
    ("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
                           (codecs.BOM_UTF8 * 2, "utf-8"), (b"", "utf-8")]
)  # fmt: skip
def test_byte_order_marks(mark: bytes, encoding: str) -> None:
    """They decide, and go; also a double one."""
    assert text_of(mark + said("x", KO).encode(encoding), "").text == said("x", KO)


def test_bytes_in_no_encoding_are_read_as_far_as_they_go() -> None:
    """A few broken bytes in a UTF-8 feed lose letters, not the feed; that is told."""
    body = said("utf-8", ZH).encode().replace("茶".encode(), b"\xff\xfe\xff")
    decoded = text_of(body, "")
    assert decoded.readable
    assert decoded.mistake
    assert "他們在山上種" in decoded.text


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("<?xml version='1.0' encoding='big5'?><a/>", "<a/>"),
        ("a\x07b\x00c\ufffe", "abc"),
        ("&#0;&#x1F;&#xD800;&#x110000;&#99999999;x&#65;&#x4E2D;", "x&#65;&#x4E2D;"),
        ("&nbsp;&eacute;&hellip;", "\u00a0é…"),
        ("&amp;&lt;&gt;&quot;&apos;&LT;&unknown;&ltcc;", "&amp;&lt;&gt;&quot;&apos;&LT;&unknown;⪦"),
        ("<!DOCTYPE a [<!ENTITY nbsp 'x'>]><a>&nbsp;</a>", "<!DOCTYPE a [<!ENTITY nbsp 'x'>]><a>&nbsp;</a>"),
    ],
)
def test_what_stops_a_parser_is_mended(written: str, read_as: str) -> None:
    """Controls, references to them, HTML's names; XML's own and those that a document makes stay."""
    assert parseable(written) == read_as


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes_are_some_text(body: bytes, content_type: str) -> None:
    """Nothing is raised; the text has no byte order mark."""
    decoded = text_of(body, content_type)
    assert not decoded.text.startswith("\ufeff")
    parseable(decoded.text)
