"""What a site puts into its own templates/ is used wherever an issue is read, without a line of code."""

from __future__ import annotations

from digest import press
from digest.press import Site
from tests.conftest import FILES
from tests.press.conftest import NOW

STARS = '<p>{{ "★" * (get("n", 0) | int) }} {{ medium }} {{ words("Issues") }}</p>\n'
ARTICLE = """\
---
title: A rated map
date: 2026-01-25
language: en
lead: true
---

Before {{< stars 4 >}} within.

{{< stars n="3" >}}

{{< box/x >}}kept{{< /box/x >}}
"""


def files() -> dict[str, str | bytes]:
    """A site with a shortcode, a changed footer and a changed page of its own."""
    return {
        "articles/rated.md": ARTICLE,
        "templates/shortcodes/stars.html.j2": STARS,
        "templates/shortcodes/youtube.html.j2": "<p>our player {{ card.url }}</p>\n",
        "templates/ink/email/footer.mjml.j2": (
            '<mj-section><mj-column><mj-text>OUR FOOTER <a href="{{ personal.unsubscribe }}">x</a></mj-text>'
            "</mj-column></mj-section>"
        ),
        "templates/ink/web/404.html.j2": "<p>OUR MISSING PAGE</p>",
        "articles/film.md": "---\ntitle: Film\ndate: 2026-01-24\n---\n\n{{< youtube dQw4w9WgXcQ >}}\n",
        "config.toml": str(FILES["config.toml"]).replace(
            "[[editions]]", '[[editions]]\nfull_text = "always"', 1
        ),
    }


def test_one_file_adds_a_shortcode_everywhere(make_site):
    """A template file is a shortcode in mail, its text part, web pages and feeds, within a line and alone."""
    site: Site = make_site(files())
    draft = press.build(site, now=NOW)
    made = {each.name: each.text for each in draft.renditions}
    assert "★★★★ email" in made["email.html"]
    assert "★★★ email" in made["email.html"]
    assert "★★★★" in made["email.txt"]
    assert "★★★" in made["email.txt"]
    assert [each.rule for each in draft.problems if "stars" in each.sentence] == []
    assert ["box/x" in each.sentence for each in draft.problems if each.rule == "shortcode-unknown"] == [True]
    press.publish(site, now=NOW)
    page = (site.public / "articles/rated/index.html").read_text()
    assert "★★★★ web" in page
    assert "★★★ feed" in (site.public / "feeds/entries.rss").read_text()


def test_a_file_of_the_same_name_wins_over_the_theme_s(make_site):
    """Any template of a theme and any built-in shortcode gives way to the site's file in its place."""
    site: Site = make_site(files())
    press.publish(site, now=NOW)
    (sealed,) = site.archive.glob("*/1/email.html")
    html = sealed.read_text()
    assert "OUR FOOTER" in html
    assert "our player https://www.youtube.com/watch?v=dQw4w9WgXcQ" in html
    assert (site.public / "404.html").read_text() == "<p>OUR MISSING PAGE</p>"
    assert "our player" in (site.public / "articles/film/index.html").read_text()


PROFILE = """\
---
wer: Jane Doe
echtname: 제인 도
tut: Setzerin
bei: {name: Werkstatt}
bild: https://img.example/jane.png
kennt: [bi-sheng]
date: 2026-01-25
language: en
---

She sets type.
"""
ROLES = """
[profile_roles]
name = ["wer"]
native_name = ["echtname"]
role = ["tut"]
organization = ["bei.name"]
photo = ["bild"]
related = ["kennt"]

[[sources]]
kind = "profiles"
path = "people"
"""


def test_a_table_of_config_toml_says_what_a_profile_s_keys_mean(make_site):
    """Name, original name, role, organization, photo and relations come out on the card and on the page."""
    site: Site = make_site({"people/jane.md": PROFILE}, config=ROLES)
    press.publish(site, now=NOW)
    html = next(site.archive.glob("*/1/email.html")).read_text()
    assert all(
        each in html for each in ("Jane Doe", "제인 도", "Setzerin · Werkstatt", "img.example/jane.png")
    )
    page = (site.public / "profiles/jane/index.html").read_text()
    assert '<span class="original" lang="ko">제인 도</span>' in page
    assert "Setzerin · Werkstatt" in page
    assert page.count("Setzerin") == 1 + page.count('content="Setzerin')
    assert ">Wer<" not in page
