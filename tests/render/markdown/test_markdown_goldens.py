"""One rich article, as it goes out in each medium and in plain text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from digest.model import Entry
from digest.render.markdown import Medium, PictureSize, PictureView, render_body
from digest.render.plain import plain_body
from digest.render.references import References
from digest.render.theme import Theme

PAGE = "https://press.example/articles/clocks/"
BALL = PictureView(
    url="https://press.example/a/ball-1200.jpg",
    width=1200,
    height=900,
    sizes=(
        PictureSize(url="https://press.example/a/ball-600.jpg", width=600, height=450),
        PictureSize(url="https://press.example/a/ball-1200.jpg", width=1200, height=900),
    ),
)


@pytest.fixture
def article(root: Path, entry: Callable[..., Entry]) -> Entry:
    """The article beside the goldens."""
    text = (root / "tests" / "goldens" / "markdown" / "article.md").read_text(encoding="utf-8")
    return entry(text, slug="clocks", body_line=9)


@pytest.mark.parametrize("medium", Medium)
def test_body_is_as_it_was(
    medium: Medium, article: Entry, golden: Callable[..., None], others: References
) -> None:
    """The HTML of a rich article, and the lines that it comes from, change only when we mean it."""
    body = render_body(
        article, theme=Theme.load("ink"), medium=medium, language="zh-Hant-TW", base_url=PAGE,
        pictures={"ball.jpg": BALL}, references=others,
    )  # fmt: skip
    golden(f"markdown/article.{medium}.html", body.html)
    lines = [
        f"{mark.position.line} {body.html[mark.start : mark.end].split(chr(10))[0][:60]}"
        for mark in body.marks
    ]
    golden(f"markdown/article.{medium}.marks.txt", "\n".join(lines) + "\n")


def test_plain_text_is_as_it_was(article: Entry, golden: Callable[..., None], others: References) -> None:
    """So does its plain text."""
    golden(
        "markdown/article.txt", plain_body(article, language="ko", base_url=PAGE, references=others) + "\n"
    )
