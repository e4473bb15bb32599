"""The reader's pages and the mail that asks back, as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.config import load
from digest.errors import TemplateError
from digest.render import reader
from digest.render.theme import Theme


@pytest.fixture
def config(site: Path):
    return load(site / "config.toml")


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("language", ["zh-Hant-TW", "ko", "en", "fr"])
def test_the_mail_that_asks_back(config, language: str, known: bool) -> None:
    """Its link is in HTML and text, its lines are short, and values are no markup."""
    edition = config.editions[0].model_copy(update={"title": "A < B & C"})
    made = reader.asking(
        Theme.load("ink"),
        config,
        edition,
        language,
        url="https://x.example/confirm/t",
        known=known,
        topics=("<b>",),
    )
    assert "A < B & C" in made.subject
    assert "https://x.example/confirm/t" in made.html
    assert "https://x.example/confirm/t" in made.text.split("\n")
    assert "A &lt; B &amp; C" in made.html
    assert "<b>" not in made.html
    assert ("<b>" in made.text) is not known
    assert max(map(len, made.text.split("\n"))) <= 72
    assert "1 Test Road, Taipei" in made.html
    assert "1 Test Road, Taipei" in made.text


def test_a_layout_of_the_sites_own_that_is_broken(config, tmp_path: Path) -> None:
    """Its fault names the template."""
    place = tmp_path / "ink" / "email"
    place.mkdir(parents=True)
    (place / "asking.mjml.j2").write_text("<mjml><mj-body><mj-nothing></mj-nothing></mj-body></mjml>")
    with pytest.raises(TemplateError) as caught:
        reader.asking(
            Theme.load("ink", (tmp_path,)), config, config.editions[0], "en", url="https://x.example/"
        )
    assert "asking.mjml.j2" in str(caught.value.subject)


def test_languages_and_style() -> None:
    """Each language by its own name, the first chosen where none is; the style sheet is the theme's."""
    found = reader.languages(("ko", "en"), "")
    assert [(each.key, each.text, each.chosen) for each in found] == [
        ("ko", "한국어", True),
        ("en", "English", False),
    ]
    assert reader.languages(("ko", "en"), "en")[1].chosen
    assert "--desk" in reader.style(Theme.load("ink"))
    assert reader.consent_text("ko") != reader.consent_text("en")


def test_a_page_is_under_its_prefix(config) -> None:
    """Addresses of ours begin with the path that the pages are under."""
    text = reader.page(
        "message", Theme.load("ink"), config, "en", prefix="/news", title="T", sentences=("S",), ways=()
    )
    assert 'href="/news/reader.css"' in text
    assert '<html lang="en">' in text
