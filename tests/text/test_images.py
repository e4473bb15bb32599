"""Image references: every way to write one, each with its place, none out of code."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.images import references, without_code


def found(body: str) -> list[tuple[str, str]]:
    """Addresses and alternative texts."""
    return [(image.src, image.alt) for image in references(body, "a.md", 1)]


@pytest.mark.parametrize(
    ("body", "src", "alt"),
    [
        ('![a](b.png "t")', "b.png", "a"),
        ("![中 文](圖(1).png)", "圖(1).png", "中 文"),
        ("![](<a b.png>)", "a b.png", ""),
        (r"![e\_x](f\_x.png)", "f_x.png", "e_x"),
        ("![x][Y  z]\n\n[y z]: u.png", "u.png", "x"),
        ("![y]\n\n[y]: <u.png>", "u.png", "y"),
        ("<img alt='q&amp;r' SRC=z.jpg>", "z.jpg", "q&r"),
        ('{{< figure src="/f.png" alt="A" >}}', "/f.png", "A"),
        ("{{< img f.png B >}}", "f.png", "B"),
        ('{{< figure src="f.png" caption="C" >}}', "f.png", "C"),
    ],
)
def test_each_way_to_write_an_image_is_understood(body: str, src: str, alt: str) -> None:
    """Markdown inline and by reference, HTML, shortcodes."""
    assert found(body) == [(src, alt)]


@pytest.mark.parametrize(
    "body",
    [
        "`![a](b)`",
        "``\n![a](b)\n``",
        "```\n![a](b)\n```",
        "~~~\n![a](b)",
        "<!-- ![a](b) -->",
        "[a](b)",
        "![a][nowhere]",
        "<img alt=x>",
        "![a]()",
    ],
)
def test_code_comments_and_links_hold_no_images(body: str) -> None:
    """What is shown as source is not looked for on disk."""
    assert found(body) == []


def test_backticks_of_two_paragraphs_make_no_code() -> None:
    """A code span ends with its paragraph, and an unclosed comment is text."""
    assert found("a ` b\n\n![c](d) ` e") == [("d", "c")]
    assert found("<!-- ![c](d)") == [("d", "c")]
    assert found("``` x ` ```\n![c](d)") == [("d", "c")]


def test_places_are_the_files_own() -> None:
    """Line and column count from the body's first line in the file."""
    (image,) = references("甲\n乙 ![a](b)", "p/q.md", 12)
    assert str(image.position) == "p/q.md:13:3"


@given(st.text(alphabet="`~\n ab![](){<>-", max_size=80))
def test_blanking_code_moves_nothing(body: str) -> None:
    """The text without code has the same length and line breaks, so that every offset is true."""
    text = without_code(body)
    assert len(text) == len(body)
    assert [at for at, sign in enumerate(text) if sign == "\n"] == [
        at for at, sign in enumerate(body) if sign == "\n"
    ]
    references(body, "a.md", 1)


@pytest.mark.parametrize("piece", ["![", "![](", "<img ", "``` ", "![[", " `a`` ", "<!--", "![](a"])
def test_hostile_text_takes_no_more_than_linear_time(piece: str) -> None:
    """Two hundred kilobytes of openings are passed over quickly."""
    begin = time.perf_counter()
    references(piece * (200_000 // len(piece)) + "![", "a.md", 1)
    assert time.perf_counter() - begin < 5


def test_galleries_name_images_between_commas():
    """Each is found at its gallery; what is no image's name is none."""
    found = references(
        'x\n{{< gallery images="a.jpg, b.png?v=2,notes.txt" >}} {{< photo-gallery c.webp >}}', "p.md", 5
    )
    assert [(each.src, each.position.line) for each in found] == [
        ("a.jpg", 6),
        ("b.png?v=2", 6),
        ("c.webp", 6),
    ]
