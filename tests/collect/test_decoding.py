"""Bytes as text: marks, encodings, and what is no text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.decoding import decode

CHINESE = "人工智慧正在改變世界，許多研究者認為語言模型會成為下一個世代的基礎建設。" * 20
KOREAN = "인공지능이 세상을 바꾸고 있으며 많은 연구자들은 언어 모델을 다음 세대의 기반으로 생각한다. " * 20


@pytest.mark.parametrize(
    "data",
    [
        "字\na".encode(),
        codecs.BOM_UTF8 + "字\r\na".encode(),
        codecs.BOM_UTF8 * 2 + "字\ra".encode(),
        codecs.BOM_UTF16_LE + "字\na".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "字\r\na".encode("utf-16-be"),
        codecs.BOM_UTF32_LE + "字\na".encode("utf-32-le"),
        codecs.BOM_UTF32_BE + "字\na".encode("utf-32-be"),
    ],
)
def test_marks_and_line_ends_leave_the_same_text(data: bytes) -> None:
    """One, two or wide byte order marks, and all line ends, come to the same."""
    decoded = decode(data)
    assert (decoded.text, decoded.readable, decoded.mistake) == ("字\na", True, None)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CHINESE, "big5"), (CHINESE, "gb18030"), (KOREAN, "euc-kr"), ("日本語の文章です。" * 30, "shift_jis")],
)
def test_an_older_encoding_is_guessed_when_it_is_sure_and_told(text: str, encoding: str) -> None:
    """The words are right, and the editor is asked to look."""
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.mistake
    assert (decoded.mistake.rule, decoded.mistake.severity) == ("encoding-guessed", "warning")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"a\0b", "NUL"),
        (b"\x01\x02\x03abc", "control"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8a", "UTF-16"),
    ],
)
def test_what_is_no_text_is_said_to_be_what_it_is(data: bytes, words: str) -> None:
    """An image renamed to .md is an error that names it."""
    decoded = decode(data)
    assert not decoded.readable
    assert decoded.mistake
    assert decoded.mistake.rule == "not-text"
    assert words in decoded.mistake.sentence


def test_one_broken_byte_in_utf8_has_its_place() -> None:
    """The file is not guessed to be something else: the editor is led to the byte."""
    decoded = decode("一\r\n二".encode() + b"\xff" + "三".encode())
    assert not decoded.readable
    assert decoded.mistake
    assert (decoded.mistake.rule, decoded.mistake.offset) == ("not-utf8", 3)
    assert "0xff" in decoded.mistake.sentence


def test_a_few_odd_bytes_are_no_sure_encoding() -> None:
    """Nothing is guessed from three bytes, nor by an encoding that the whole file does not keep to."""
    assert decode(b"\x81\x8d\x9d").readable is False
    assert decode(CHINESE.encode("big5") * 60 + b"\xff\xff").readable is False


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    """Nothing raises; text has LF line ends only; refused bytes have a mistake."""
    decoded = decode(data)
    assert "\r" not in decoded.text
    assert decoded.readable or decoded.mistake


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_known_by_its_zeros(encoding: str) -> None:
    """Editors of old save so; with half a character missing it is no text."""
    text = "---\ntitle: 茶與海 tea\ndate: 2019-05-01\n---\nThe tide was out.\n"
    assert decode(text.replace("\n", "\r\n").encode(encoding)).text == text
    assert not decode(text.encode(encoding) + b"\0").readable


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_chinese_without_a_mark_is_known_by_how_it_begins(encoding: str) -> None:
    """Few bytes are zeros, and 一 (4E00) has one where no other sign has; what is no text stays none."""
    text = "---\ntitle: 一海\n---\n" + "一葉知秋\u3000，天下一家。\n" * 60
    assert decode(text.replace("\n", "\r\n").encode(encoding)).text == text
    assert not decode((text + "\x01\ufff0").encode(encoding)).readable
    assert not decode(text.encode(encoding) + b"\xd8\xd8\xd8\xd8").readable
    assert not decode("\x01\x02\x03".encode(encoding) + text.encode(encoding)).readable


def test_a_configured_encoding_is_taken_without_a_word() -> None:
    """The source says what its old files are; those in UTF-8 among them stay UTF-8."""
    decoded = decode(CHINESE.encode("big5"), "big5")
    assert (decoded.text, decoded.mistake) == (CHINESE, None)
    assert decode(CHINESE.encode(), "big5").text == CHINESE
    short = decode("제목\n".encode("euc-kr"), "euc-kr")
    assert (short.text, short.mistake) == ("제목\n", None)


@pytest.mark.parametrize(
    ("encoding", "words", "offset"),
    [("euc-kr", "neither UTF-8 nor euc-kr", 2), ("klingon", "no encoding klingon", 0)],
)
def test_a_configured_encoding_that_does_not_fit_is_told(encoding: str, words: str, offset: int) -> None:
    """The byte and its place, or that the name is none: never a traceback."""
    decoded = decode("가\n".encode("euc-kr") + b"\xff\xff", encoding)
    assert not decoded.readable
    assert decoded.mistake
    assert words in decoded.mistake.sentence
    assert decoded.mistake.offset == offset
