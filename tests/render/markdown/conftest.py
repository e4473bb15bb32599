"""A body in one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from digest.config.tables import Config
from digest.model import Entry, EntryType, Position
from digest.render.markdown import Body, Medium, PictureSize, PictureView, render_body
from digest.render.references import References
from digest.render.theme import Theme

PAGE = "https://press.example/articles/tea/"

PICTURES = {
    "tea.jpg": PictureView(
        url="https://press.example/a/tea-1200.jpg",
        width=1200,
        height=800,
        alt="A tea bush",
        sizes=(
            PictureSize(url="https://press.example/a/tea-600.jpg", width=600, height=400),
            PictureSize(url="https://press.example/a/tea-1200.jpg", width=1200, height=800),
        ),
    ),
    "茶 園.png": PictureView(url="https://press.example/a/small.png", width=300, height=200),
}


CONFIG = Config.model_validate(
    {
        "site": {
            "title": "Press",
            "base_url": "https://press.example",
            "timezone": "UTC",
            "languages": ["en"],
        },
        "sources": [{"kind": "articles", "path": "articles"}],
        "editions": [{"name": "weekly", "title": "Weekly"}],
    }
)


def make_entry(body: str, **values: Any) -> Entry:
    """An article with this body."""
    fixed: dict[str, Any] = {
        "key": "articles/tea.md",
        "type": EntryType.ARTICLE,
        "kind": "article",
        "slug": "tea",
        "title": "Tea",
        "language": "en",
        "position": Position(path="articles/tea.md"),
        "fingerprint": "0",
        "fields": {"version": "2.1_0", "params": {"Address": {"city": "臺北"}}, "price": [1, 2], "x": {}},
    }
    return Entry(body=body, **(fixed | values))


OTHERS = References(
    [
        make_entry("", key=name, position=Position(path=f"articles/{name}.md"), **values)
        for name, values in {
            "interview": {"slug": "interview"},
            "byPath": {"url": "https://own.example/known/"},
            "posts/Bundle/index": {"slug": "bundle"},
            "tides": {"slug": "tides"},
        }.items()
    ],
    CONFIG,
)
"""What a body may refer to."""


@pytest.fixture
def press() -> Config:
    """The config of the site that the bodies stand on."""
    return CONFIG


@pytest.fixture
def others() -> References:
    """What a body may refer to."""
    return OTHERS


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """Make an article."""
    return make_entry


@pytest.fixture
def body() -> Callable[..., Body]:
    """Render a body: text, medium, and what else is to be otherwise than usual."""

    def render(text: str, medium: Medium = Medium.WEB, **values: Any) -> Body:
        of_entry = {name: values.pop(name) for name in ("slug", "type", "url", "body_line") if name in values}
        usual: dict[str, Any] = {
            "theme": Theme.load("ink"),
            "medium": medium,
            "language": "en",
            "base_url": PAGE,
            "pictures": PICTURES,
            "references": OTHERS,
        }
        return render_body(make_entry(text, **of_entry), **(usual | values))

    return render
