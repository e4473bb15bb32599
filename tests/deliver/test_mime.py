"""Bodies in their transfer encodings."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.deliver.mime import image_part, multipart, text_part

TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from("\r\n .=注에é")), max_size=300
)


def unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(deadline=None)  # the machine may be busy
@given(TEXTS)
@example("line with space at its end \nand a dot\n.\n..\nFrom here on\n")
@example("注" * 5000)
@example("a" * 20_000)
@example("")
def test_text_comes_back_as_it_was(text: str) -> None:
    """Any text, of any line length, is read back as it was, and no line is over 76 octets."""
    part = bytes(text_part(text, "html"))
    assert max(map(len, part.split(b"\r\n"))) <= 78
    assert b"\n" not in part.replace(b"\r\n", b"")
    parsed = message_from_bytes(b"MIME-Version: 1.0\r\n" + part, policy=policy.default)
    assert parsed.get_content_type() == "text/html"
    assert unix(parsed.get_payload(decode=True).decode()).rstrip("\n") == unix(text).rstrip("\n")
    assert not parsed.defects


def test_encoding_is_the_shorter_one() -> None:
    """Chinese goes in base64, which is half of its quoted-printable; English in quoted-printable."""
    assert b"base64" in text_part("注意力週報" * 50, "plain").headers
    assert b"quoted-printable" in text_part("Attention is all you need. " * 50, "plain").headers


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"?", "image/png"),
    ],
)
def test_picture_says_what_it_is(data: bytes, expected: str) -> None:
    """A picture's type is known by its first bytes, and its bytes come back."""
    part = message_from_bytes(
        bytes(image_part(data * 99, "a.b@example.org", "tea.png")), policy=policy.default
    )
    assert part.get_content_type() == expected
    assert part["Content-ID"] == "<a.b@example.org>"
    assert part.get_filename() == "tea.png"
    assert part.get_content() == data * 99


@settings(deadline=None)  # the machine may be busy
@given(TEXTS)
@example("--=_alternative_0123456789abcdef")
def test_boundary_never_stands_in_a_body(text: str) -> None:
    """Parts are told apart whatever they say, and the same parts give the same bytes."""
    parts = [text_part(text, "plain"), text_part(f"<p>{text}</p>", "html")]
    whole = bytes(multipart("alternative", parts))
    assert whole == bytes(multipart("alternative", list(parts)))
    parsed = message_from_bytes(b"MIME-Version: 1.0\r\n" + whole, policy=policy.default)
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert not parsed.defects
