"""Every shortcode in every medium, with arguments that make sense and ones that do not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.config import Config
from digest.errors import TemplateError
from digest.model import Entry, EntryType, Severity
from digest.render.markdown import Body, Medium, render_note, shortcode_problems
from digest.render.markdown.shortcodes import ALIASES, READERS
from digest.render.references import References
from digest.render.theme import BUILT_IN, Theme

Render = Callable[..., Body]

SERVICES = {
    "{{< youtube dQw4w9WgXcQ >}}": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "{{< youtube hC\\_qASRcBhU >}}": "https://www.youtube.com/watch?v=hC_qASRcBhU",
    '{{< youtube id="dQw4w9WgXcQ" start="42" >}}': "https://www.youtube.com/watch?v=dQw4w9WgXcQ&amp;t=42s",
    "{{< youtube https://youtu.be/dQw4w9WgXcQ?t=3 >}}": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    '{{< youtube "https://www.youtube.com/watch?a=b&v=dQw4w9WgXcQ" >}}': "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "{{< youtube https://www.youtube.com/shorts/dQw4w9WgXcQ >}}": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "{{< vimeo 146022717 >}}": "https://vimeo.com/146022717",
    '{{< vimeo url="https://player.vimeo.com/video/146022717?h=1" >}}': "https://vimeo.com/146022717",
    "{{< bilibili BV1xx411c7mD 2 >}}": "https://www.bilibili.com/video/BV1xx411c7mD?p=2",
    '{{< bilibili "https://www.bilibili.com/video/av170001/" >}}': "https://www.bilibili.com/video/av170001",
    '{{< spotify "episode/5zKGl6HNid03ExP7n5i4U8" >}}': "https://open.spotify.com/episode/5zKGl6HNid03ExP7n5i4U8",
    "{{< spotify track 5zKGl6HNid03ExP7n5i4U8 >}}": "https://open.spotify.com/track/5zKGl6HNid03ExP7n5i4U8",
    '{{< spotify type="show" id="5zKGl6HNid03ExP7n5i4U8" >}}': "https://open.spotify.com/show/5zKGl6HNid03ExP7n5i4U8",
    "{{< spotify spotify:album:5zKGl6HNid03ExP7n5i4U8 >}}": "https://open.spotify.com/album/5zKGl6HNid03ExP7n5i4U8",
    '{{< apple-podcast "tw/podcast/名-n/id1510472996?i=1000738009211" >}}': (
        "https://podcasts.apple.com/tw/podcast/%E5%90%8D-n/id1510472996?i=1000738009211"
    ),
    '{{< apple_podcasts "https://embed.podcasts.apple.com/us/podcast/id1510472996" >}}': (
        "https://podcasts.apple.com/us/podcast/id1510472996"
    ),
    "{{< tweet 1453110110599868418 >}}": "https://x.com/i/status/1453110110599868418",
    '{{< x user="name" id="1453110110599868418" >}}': "https://x.com/name/status/1453110110599868418",
    '{{< x-post "https://twitter.com/name/status/1453110110599868418?s=20" >}}': (
        "https://x.com/name/status/1453110110599868418"
    ),
    "{{< instagram CxOWiQNPXyZ hidecaption >}}": "https://www.instagram.com/p/CxOWiQNPXyZ/",
    '{{< gist user 0123456789abcdef "A b.py" >}}': "https://gist.github.com/user/0123456789abcdef#file-a-b-py",
    "{{< github owner/name >}}": "https://github.com/owner/name",
    "{{< speakerdeck 0123456789abcdef0123456789abcdef >}}": (
        "https://speakerdeck.com/player/0123456789abcdef0123456789abcdef"
    ),
    '{{< speakerdeck url="https://speakerdeck.com/a/b" >}}': "https://speakerdeck.com/a/b",
    "{{< slideshare 1234567 >}}": "https://www.slideshare.net/slideshow/embed_code/1234567",
    "{{< slideshare aBc1234567 >}}": "https://www.slideshare.net/slideshow/embed_code/key/aBc1234567",
    '{{< codepen user="name" id="abcDEF" >}}': "https://codepen.io/name/pen/abcDEF",
    '{{< codepen url="https://codepen.io/a/pen/b" >}}': "https://codepen.io/a/pen/b",
    '{{< link-card url="https://a.b/c?d=1&e=2" title="T" >}}': "https://a.b/c?d=1&amp;e=2",
    "{{< external_link https://a.b/c >}}": "https://a.b/c",
    '{{< button href="/map" >}}See the map{{< /button >}}': "https://press.example/map",
    '{{< cta "See it" "https://a.b/c" primary >}}': "https://a.b/c",
    '{{< video src="tide.mp4" poster="tea.jpg" >}}': "https://press.example/articles/tea/tide.mp4",
    '{{< audio src="https://a.b/talk.mp3" title="The talk" >}}': "https://a.b/talk.mp3",
    '{{< douban "https://book.douban.com/subject/1088065/" >}}': "https://book.douban.com/subject/1088065/",
    '{{< douban type="movie" id="1292052" >}}': "https://movie.douban.com/subject/1292052/",
    "{{< douban 1292052 >}}": "https://book.douban.com/subject/1292052/",
    '{{< meting server="netease" type="song" id="436514312" >}}': "https://music.163.com/song?id=436514312",
    '{{< meting server="tencent" type="song" id="003aAYrm3GE0Ac" >}}': (
        "https://y.qq.com/n/ryqq/songDetail/003aAYrm3GE0Ac"
    ),
    '{{< tencent "g0014r3khdw" >}}': "https://v.qq.com/x/page/g0014r3khdw.html",
    "{{% scribd 4069180 %}}": "https://www.scribd.com/document/4069180",
    "{{< gitlab 2589724 >}}": "https://gitlab.com/-/snippets/2589724",
    '{{% gslides "https://docs.google.com/presentation/d/e/2PACX-1vQY" %}}': (
        "https://docs.google.com/presentation/d/e/2PACX-1vQY"
    ),
    '{{< mastodon "https://social.example/@a/1" >}}': "https://social.example/@a/1",
    '{{< jsfiddle "ab/Cd12/3" >}}': "https://jsfiddle.net/ab/Cd12/3/",
    '{{< embed asciinema "335480" >}}': "https://asciinema.org/a/335480",
    '{{< embed service="twitch" id="1234567890" >}}': "https://www.twitch.tv/videos/1234567890",
    '{{< embed "https://a.b/c" title="T" >}}': "https://a.b/c",
}
"""A shortcode and the address that every medium links to."""

HOSTILE = [
    "{{< youtube >}}",
    "{{< youtube dQw4w9WgXc >}}",
    "{{< youtube dQw4w9WgXcé >}}",
    '{{< youtube "https://evil.example/watch?v=dQw4w9WgXcQ" >}}',
    '{{< youtube "dQw4w9WgXc\'><script>" >}}',
    "{{< vimeo abc >}}",
    "{{< bilibili BV1 >}}",
    '{{< spotify "evil/5zKGl6HNid03ExP7n5i4U8" >}}',
    '{{< apple-podcast "../../evil" >}}',
    '{{< apple-podcast "https://evil.example/podcast/id1234567" >}}',
    "{{< tweet abc >}}",
    '{{< x user="a/b" id="1453110110599868418" >}}',
    '{{< instagram "a/../b" >}}',
    "{{< gist user >}}",
    '{{< github "javascript:alert(1)" >}}',
    "{{< speakerdeck https://evil.example >}}",
    "{{< slideshare >}}",
    "{{< codepen name >}}",
    '{{< link-card url="javascript:alert(1)" >}}',
    "{{< cta >}}",
    '{{< video src="data:video/mp4,x" >}}',
    "{{< audio >}}",
    '{{< figure src="javascript:alert(1)" >}}',
    "{{< figure >}}",
    '{{< douban "https://evil.example/subject/1/" >}}',
    '{{< gslides "" >}}',
    "{{< bluesky abc >}}",
    "{{< embed nothing 1 >}}",
    "{{< gallery dir=images/evil >}}",
]
"""Shortcodes whose arguments make no sense, or harm."""


@pytest.mark.parametrize("medium", Medium)
@pytest.mark.parametrize(("shortcode", "url"), SERVICES.items(), ids=lambda value: str(value)[:40])
def test_links_to_what_it_stands_for(body: Render, shortcode: str, url: str, medium: Medium) -> None:
    """On its own line a shortcode is a card with one plain link; within a line it is that link."""
    block = body(shortcode, medium)
    assert f'href="{url}"' in block.html
    assert len(re.findall("<a ", block.html)) == 1
    assert block.unknown == ()
    assert not re.search("<(?:iframe|script|form)", block.html)
    inline = body(f"see {shortcode} here", medium).html
    assert inline.startswith("<p")
    assert f'href="{url}"' in inline
    assert not re.search("<(?:table|div|aside|figure|blockquote)", inline)


@pytest.mark.parametrize("medium", Medium)
@pytest.mark.parametrize("shortcode", HOSTILE)
def test_leaves_out_what_makes_no_sense(body: Render, shortcode: str, medium: Medium) -> None:
    """Nothing of it is shown but a way to the page, and the editor is told."""
    result = body(shortcode, medium, url="https://own.example/tea")
    assert [problem.rule for problem in result.unknown] == ["shortcode-argument"]
    assert re.sub(r"<p>.*?</p>", "", result.html).strip() == ""
    assert 'href="https://press.example/articles/tea/"' in result.html
    assert "evil" not in result.html


@pytest.mark.parametrize("medium", Medium)
def test_shows_all_it_is_told(body: Render, medium: Medium) -> None:
    """Titles and descriptions are escaped text."""
    html = body(
        '{{< youtube id="dQw4w9WgXcQ" title="A \\"b\\" & <i>c</i>" description="<d>" >}}', medium
    ).html
    assert "A &#34;b&#34; &amp; &lt;i&gt;c&lt;/i&gt;" in html
    assert "&lt;d&gt;" in html
    assert "https://i.ytimg.com/vi/dQw4w9WgXcQ/mqdefault.jpg" in html
    assert 'alt=""' in html


def test_speaks_the_readers_language(body: Render) -> None:
    """What one does with a card is said in the reader's language."""
    shortcode = "{{< spotify episode/5zKGl6HNid03ExP7n5i4U8 >}}"
    assert "在 Spotify 收聽" in body(shortcode, language="zh-Hant-TW").html
    assert "Spotify에서 듣기" in body(shortcode, language="ko").html
    assert "Listen on Spotify" in body(shortcode).html


@pytest.mark.parametrize("medium", Medium)
def test_boxes_hold_markdown(body: Render, medium: Medium) -> None:
    """Callouts, quotes, details and plain wrappers show the Markdown that they enclose, nested ones too."""
    inside = "\n    **in** {{< ref tea.md >}}\n\n    {{< youtube dQw4w9WgXcQ >}}\n"
    for name in ("callout", "quote", "details", "table"):
        html = body(f"{{{{% {name} %}}}}{inside}{{{{% /{name} %}}}}", medium).html
        assert "<strong>in</strong>" in html
        assert "watch?v=dQw4w9WgXcQ" in html
        assert "<pre" not in html


@pytest.mark.parametrize(
    ("shortcode", "words"),
    [
        ("{{% callout tip %}}x{{% /callout %}}", ["Tip"]),
        ('{{< notice warning "Mind" >}}x{{< /notice >}}', ["Warning", "Mind"]),
        ('{{< important title="Now" >}}x{{< /important >}}', ["Important", "Now"]),
        ('{{< note "All of it" >}}', ["Note", "All of it"]),
        ('{{< callout type="danger" text="Hot" >}}', ["Warning", "Hot"]),
        (
            '{{< quote "To be" author="W" source="H" link="https://a.b" >}}',
            ["To be", "— W", "H", 'href="https://a.b"'],
        ),
        ('{{< quote link="https://a.b" >}}x{{< /quote >}}', ["https://a.b</a>"]),
        ('{{< quote author="W" link="javascript:x" >}}x{{< /quote >}}', ["— W"]),
        ('{{< details "More" open=true >}}x{{< /details >}}', ["More", "<details open>"]),
        ("{{< details >}}x{{< /details >}}", ["<summary>Details"]),
        ("{{< cta https://a.b/c >}}", ['class="button"', ">https://a.b/c</a>"]),
        ('{{< cta text="Go" url="https://a.b/c" >}}', [">Go</a>"]),
        ('{{< link-card "https://a.b/c" "Words" >}}', ["a.b", ">Words</a>"]),
        ('{{< link-card url="https://www.a.b/c" image="tea.jpg" desc="D" >}}', ["tea-1200.jpg", "D", "a.b"]),
        ('{{< alert type="warning" content="Hot **tea**" />}}', ["Hot"]),
        ("{{< link-card https://a.b/c >}}The\nwords{{< /link-card >}}", [">The words</a>"]),
        ('{{< x user="name" id="1453110110599868418" >}}Quoted{{< /x >}}', ["<blockquote><p>Quoted"]),
    ],
)
def test_reads_the_forms_in_use(body: Render, shortcode: str, words: list[str]) -> None:
    """Themes differ in where they put kinds, titles and texts; all of these are read."""
    result = body(shortcode)
    for each in words:
        assert each in result.html
    assert result.unknown == ()


def test_shows_a_local_picture_at_its_size(body: Render) -> None:
    """Pictures have width and height, a size that fits the medium, and their own words for want of others."""
    mail = body("![](tea.jpg)", Medium.EMAIL).html
    assert 'width="528" height="352"' in mail
    assert 'alt="A tea bush"' in mail
    assert 'src="https://press.example/a/tea-1200.jpg"' in mail
    assert "max-width:100%" in mail
    web = body("![Tea](tea.jpg)").html
    assert 'width="1200" height="800"' in web
    assert "tea-600.jpg 600w, https://press.example/a/tea-1200.jpg 1200w" in web
    assert 'loading="lazy"' in web
    feed = body("![Tea](tea.jpg)", Medium.FEED).html
    assert (
        feed
        == '<p><img src="https://press.example/a/tea-1200.jpg" alt="Tea" width="1200" height="800"></p>\n'
    )
    assert 'src="https://press.example/a/small.png"' in body("![x](<茶 園.png>)").html
    assert 'width="300" height="200"' in body("![x](<茶 園.png>)", Medium.EMAIL).html


def test_keeps_remote_pictures_from_widening_a_mail(body: Render) -> None:
    """A remote picture keeps its size if it fits; else a mail says none, for Outlook would obey."""
    wide = '<img src="https://x.y/a.png" width="2000" height="10">'
    assert "2000" not in body(wide, Medium.EMAIL).html
    assert 'width="2000"' in body(wide).html
    assert 'width="100"' in body(wide.replace("2000", "100"), Medium.EMAIL).html
    assert 'src="https://press.example/articles/tea/b.png"' in body("![x](b.png)").html


@pytest.mark.parametrize("medium", Medium)
def test_figures_have_captions(body: Render, medium: Medium) -> None:
    """Hugo's figure: picture, caption, attribution and link."""
    html = body(
        '{{< figure src="tea.jpg" alt="A bush" title="T" caption="C & D" link="https://a.b" attr="By" '
        'attrlink="/by" >}}',
        medium,
    ).html
    assert '<a href="https://a.b"><img ' in html
    assert "<strong>T</strong>" in html
    assert "C &amp; D" in html
    assert '<a href="https://press.example/by">By</a>' in html
    assert "By</a>" not in body('{{< figure src="tea.jpg" attr="By" >}}', medium).html
    assert 'alt="Image"' in body('{{< figure src="https://x.y/a.png" >}}', medium).html
    inline = body('a {{< img src="tea.jpg" >}} b', medium).html
    assert "<figure" not in inline
    assert "<img " in inline
    assert ("max-width:100%" in inline) is (medium is Medium.EMAIL)


@pytest.mark.parametrize("medium", Medium)
def test_code_is_kept_as_written(body: Render, medium: Medium) -> None:
    """Highlighted code keeps lines and signs; a shown shortcode in it stays, others become their lines."""
    html = body(
        "{{< highlight go >}}\na < b\n\n*x* {{</* youtube y */>}}\n{{< youtube dQw4w9WgXcQ >}}{{< nope >}}"
        "{{< box >}}kept{{< /box >}}{{< table >}}in{{< /table >}}\n{{< /highlight >}}",
        medium,
    ).html
    assert "a &lt; b\n\n*x* {{&lt; youtube y &gt;}}\n" in html
    assert "▶ YouTube: https://www.youtube.com/watch?v=dQw4w9WgXcQkeptin</code></pre>" in html
    assert ('class="language-go"' in html) is (medium is Medium.WEB)


def test_shortcodes_in_code_are_text(body: Render) -> None:
    """Hugo runs shortcodes in code; a card has no place there, so its line of text stands."""
    line = "▶ YouTube: https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    assert f"<code>{line}</code>" in body("`{{< youtube dQw4w9WgXcQ >}}`").html
    assert f"<code>{line}\n</code>" in body("```\n{{< youtube dQw4w9WgXcQ >}}\n```").html
    assert f"<code>{line}\n</code>" in body("    {{< youtube dQw4w9WgXcQ >}}").html
    assert "<code>See: https://press.example/x</code>" in body('`{{< button "/x" "See" >}}`').html
    assert "<code>[A bush]</code>" in body('`{{< img src="tea.jpg" alt="A bush" >}}`').html
    assert "<code>words</code>" in body("`{{< note >}}words{{< /note >}}`").html


def test_raw_html_may_hold_cards(body: Render) -> None:
    """A shortcode on its own line within a raw block is a card, unless it stands among words."""
    assert "<aside" in body("<div>\n{{< youtube dQw4w9WgXcQ >}}\n</div>").html
    assert "<aside" not in body("<p>\n{{< youtube dQw4w9WgXcQ >}}\n</p>").html


def test_a_box_within_a_line_is_its_words(body: Render) -> None:
    """What has no address gives the words in it, or its own."""
    assert body("a {{< note >}}**b**{{< /note >}} c").html == "<p>a <strong>b</strong> c</p>\n"
    assert body('a {{< note "b < c" >}} d').html == "<p>a b &lt; c d</p>\n"
    assert body('a {{< quote text="b" >}} d').html == "<p>a b d</p>\n"


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("interview.md", "https://press.example/articles/interview/"),
        ("/interview.md#Part Two", "https://press.example/articles/interview/#interview-part-two"),
        ("posts/bundle/index.md", "https://press.example/articles/bundle/"),
        ("/about", "https://press.example/about"),
        ("/about#us", "https://press.example/about#us"),
        ("byPath", "https://own.example/known/"),
        ("articles/byPath.md#x", "https://own.example/known/#x"),
        ("https://a.b/c.md", "https://a.b/c.md"),
        ("#Part (two)", "#tea-part-two"),
    ],
)
def test_ref_finds_other_entries(body: Render, target: str, url: str) -> None:
    """`ref` is the address of an entry, inside a link or alone; a link to its file is the same."""
    assert f'<a href="{url}">x</a>' in body(f'[x]({{{{< ref "{target}" >}}}})').html
    if target.partition("#")[0].endswith(".md") and " " not in target:
        assert f'<a href="{url}">x</a>' in body(f"[x]({target})").html


@pytest.mark.parametrize("medium", Medium)
def test_a_reference_to_nothing_is_its_words(body: Render, medium: Medium) -> None:
    """Where no entry is meant the words of the link stay, alone nothing does; the editor hears it once."""
    text = (
        '[**a** b]({{< ref "nowhere" >}}) [c](nowhere.md) {{% relref "/no.md" %}} [d]({{< ref "" >}}) '
        '[e]({{< ref "#^1" >}}) f'
    )
    result = body(text, medium, body_line=3)
    assert re.sub(r"</?p[^<>]*>|</?strong>", "", result.html).split() == ["a", "b", "c", "d", "e", "f"]
    assert [(each.rule, each.sentence, each.position.line) for each in result.unknown] == [
        ("reference-unknown", "the shortcode `ref` leads to no entry that has been published (3 times)", 3),
        ("reference-unknown", "the shortcode `relref` leads to no entry that has been published", 3),
    ]
    assert "nowhere" in result.unknown[0].hint
    alone = body("{{< ref nowhere >}}", medium, references=None)
    assert (alone.html, alone.unknown[0].rule) == ("", "reference-unknown")


def test_an_address_with_brackets_stays_whole(
    body: Render, entry: Callable[..., Entry], press: Config
) -> None:
    """It stands between brackets of Markdown's own."""
    known = References([entry("", slug="a", url="https://a.b/x_(y")], press)
    assert 'href="https://a.b/x_%28y"' in body("[x]({{< ref a >}})", references=known).html


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("version", "2.1_0"),
        ("params.address.city", "臺北"),
        ("address.city", "臺北"),
        ("price", "1, 2"),
    ],
)
def test_param_is_a_value_of_the_front_matter(body: Render, asked: str, value: str) -> None:
    """`param` stands for a value in words, in code and in links, with Hugo's `params` or without."""
    assert f"<p>v {value}</p>" in body(f"v {{{{< param {asked} >}}}}").html
    assert f"<code>v{value}</code>" in body(f"`v{{{{% param {asked} %}}}}`").html


@pytest.mark.parametrize("asked", ["", "nothing", "x", "version.more"])
def test_param_of_nothing(body: Render, asked: str) -> None:
    """A value that is not there is told."""
    result = body(f'a {{{{< param "{asked}" >}}}}')
    assert [each.rule for each in result.unknown] == ["shortcode-argument"]
    assert "a" in result.html


def test_param_in_a_note_has_nothing_to_ask() -> None:
    """An editor's note has no front matter."""
    html = render_note("a {{< param x >}}", theme=Theme.load("ink"), language="en", base_url="https://a.b/")
    assert html == "<p>a</p>\n"


def test_a_gallery_is_its_pictures(body: Render) -> None:
    """In mail two stand beside each other; the web lays them out; a single one takes the line."""
    shortcode = '{{< gallery images="tea.jpg, https://a.b/c.png,notes.txt" caption="Two" >}}'
    for medium in Medium:
        html = body(shortcode, medium).html
        assert html.count("<img") == 2
        assert "https://press.example/a/tea-" in html
        assert "https://a.b/c.png" in html
        assert "Two" in html
    mail = body(shortcode, Medium.EMAIL).html
    assert mail.count("<tr>") == 1
    assert mail.count('width="258"') == 2
    assert body('{{< gallery "tea.jpg" >}}', Medium.EMAIL).html.count('width="528"') == 1
    inside = '{{< gallery >}}\n{{< img src="tea.jpg" >}}\n![b](https://a.b/b.png)\n{{< /gallery >}}'
    assert body(inside).html.count("<img") == 2
    assert 'class="gallery"' in body(inside).html
    assert body("{{< gallery >}}{{< /gallery >}}").unknown[0].rule == "shortcode-argument"


def test_unknown_shortcodes_keep_what_they_can(body: Render) -> None:
    """Around text the text stays, an address becomes a link card, all else goes; each name is told once."""
    text = (
        "{{< box >}}**kept**{{< /box >}}\n\n{{< go href=https://a.b/c >}}\n\n"
        "a {{< gone 1 >}}\n\n{{< gone 2 >}}"
    )
    result = body(text, Medium.EMAIL, body_line=7)
    assert "<strong>kept</strong>" in result.html
    assert 'href="https://a.b/c"' in result.html
    assert "Part of this can only be shown on the web" in result.html
    found = [(each.sentence, each.severity, each.position.line) for each in result.unknown]
    assert found == [
        ("the shortcode `box` is not known; the text in it was kept", Severity.INFO, 7),
        ("the shortcode `go` is not known; a link was made of it", Severity.INFO, 9),
        ("the shortcode `gone` is not known and was left out (2 times)", Severity.WARNING, 11),
    ]
    assert result.unknown[2].position.column == 3
    assert {each.rule for each in result.unknown} == {"shortcode-unknown"}
    assert (11, "a {{< gone 1 >}}") in result.unknown[2].frame


def test_problems_are_found_without_rendering(entry: Callable[..., Entry]) -> None:
    """What is wrong with an entry's shortcodes, nested ones too, is told before anything is made of it."""
    text = "{{< note >}}\n{{< gone >}} {{< youtube >}} {{< ads >}}\n{{< /note >}} {{< video src=a.mp4 >}}"
    found = shortcode_problems(entry(text, body_line=5), theme=Theme.load("ink"), ignore=["ads"])
    assert [(each.rule, each.position.line) for each in found] == [
        ("shortcode-unknown", 6),
        ("shortcode-argument", 6),
    ]
    assert render_note("{{< gone >}}", theme=Theme.load("ink"), language="en", base_url="https://a.b/") == ""


def test_hints_at_the_name_that_was_meant(body: Render) -> None:
    """A name that is nearly right is guessed."""
    assert body("{{< youtub dQw4w9WgXcQ >}}").unknown[0].hint.startswith("did you mean youtube?")


def test_the_page_itself_needs_no_way_to_it(body: Render) -> None:
    """On a page that we build nothing points to that page; on one's own site something is there to see."""
    assert body("a {{< nope >}}").html == "<p>a</p>\n"
    assert "own.example" not in body("a {{< nope >}}", url="https://own.example/tea").html
    assert "Part of this" in body("a {{< nope >}}", url="https://own.example/tea").html


def test_ignored_names_go_without_a_word(body: Render) -> None:
    """What the config ignores is not there, with all that is in it."""
    result = body(
        "a{{< ads >}}\n\n{{< ads >}}x{{< /ads >}}{{< highlight x >}}{{< ads >}}{{< /highlight >}}",
        ignore=["ads"],
    )
    assert result.html.startswith("<p>a</p>\n")
    assert "x<" not in result.html
    assert result.unknown == ()


def test_what_cannot_be_read_is_not_shown(body: Render) -> None:
    """Unclosed and stray shortcodes leave nothing."""
    assert "{{" not in body("a {{< youtube").html
    assert body("{{< youtube dQw4w9WgXcQ").html == ""
    assert "{{" not in body("{{< /note >}} {{% x\n\nb").html


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str, str], Theme]:
    """A theme over a site's own folder with one shortcode template."""

    def write(name: str, text: str) -> Theme:
        folder = tmp_path / "templates"
        (folder / "shortcodes").mkdir(parents=True, exist_ok=True)
        (folder / "shortcodes" / f"{name}.html.j2").write_text(text, encoding="utf-8")
        return Theme("ink", [folder])

    return write


def test_a_sites_own_template_wins(body: Render, own: Callable[[str, str], Theme]) -> None:
    """One's own template comes before the built-in one, for an alias too, and may do without a card."""
    theme = own("youtube", "<b>{{ get('id', 0) }} {{ medium }} {{ card.url if card else 'none' }}</b>")
    assert body("{{< youtube dQw4w9WgXcQ >}}", theme=theme).html == (
        "<b>dQw4w9WgXcQ web https://www.youtube.com/watch?v=dQw4w9WgXcQ</b>\n"
    )
    assert body("{{< youtube mine >}}", theme=theme).html == "<b>mine web none</b>\n"
    theme = own("tip", "<i>{{ inner }}</i>")
    assert body("{{< tip >}}**x**{{< /tip >}}", theme=theme).html == "<i><p><strong>x</strong></p>\n</i>\n"


def test_a_new_template_is_a_new_shortcode(body: Render, own: Callable[[str, str], Theme]) -> None:
    """A file is all that a shortcode needs; within a line it stands as it is."""
    theme = own("kbd", "<kbd>{{ args[0] }}</kbd>\n")
    assert body('Press {{< kbd "a&b" >}}.', theme=theme).html == "<p>Press <kbd>a&amp;b</kbd>.</p>\n"
    theme = own(
        "all",
        "{{ params.x }} {{ text }} {{ link('/p') }} {{ picture('tea.jpg').width }} "
        "{{ words('Note') }} {{ page }} {{ name }}",
    )
    html = body('{{< all x="a<b" >}}**t**{{< /all >}}', theme=theme).html
    assert html == "a&lt;b **t** https://press.example/p 1200 Note https://press.example/articles/tea/ all\n"
    assert body("`{{< all x=y >}}inside{{< /all >}}`", theme=theme).html == "<p><code>inside</code></p>\n"


def test_parts_of_templates_are_no_shortcodes(body: Render) -> None:
    """A file that begins with an underscore cannot be called by an article."""
    assert [each.rule for each in body("{{< _card >}}").unknown] == ["shortcode-unknown"]


def test_a_broken_template_is_told(body: Render, own: Callable[[str, str], Theme]) -> None:
    """A template that fails names its file and line."""
    with pytest.raises(TemplateError, match="nowhere"):
        body("{{< mine >}}", theme=own("mine", "\n{{ nowhere }}"))


def test_an_article_is_never_a_template(body: Render) -> None:
    """Braces in a text are text."""
    html = body(
        '{{ 7 * 7 }} {% raw %} {{< note >}}{{ 7 * 7 }}{{< /note >}}\n\n{{< quote text="{{ 7 * 7 }}" >}}'
    ).html
    assert "49" not in html
    assert html.count("{{ 7 * 7 }}") == 3
    assert "{% raw %}" in html


def test_profiles_have_names_of_their_own(body: Render) -> None:
    """A profile and an article of one slug may stand on one page."""
    assert 'id="profile-tea-h"' in body("# h", type=EntryType.PROFILE).html
    assert 'id="a-b-h"' in body("# h", slug="a/b").html


def test_every_template_is_documented(root: Path) -> None:
    """docs/shortcodes.md has a row with an example for each built-in shortcode and names all its aliases."""
    text = (root / "docs" / "shortcodes.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.*)$", text, re.MULTILINE))
    templates = {
        file.name.removesuffix(".html.j2") for file in (BUILT_IN / "shortcodes").glob("[!_]*.html.j2")
    }
    assert templates == set(READERS)
    assert templates <= set(rows)
    for name in templates:
        aliases = {other for other, known in ALIASES.items() if known == name}
        assert set(re.findall(r"`([\w-]+)`", rows[name].partition("|")[0])) == aliases
        example = re.search(r"\{\{[<%] ([\w-]+) .*\}\}", rows[name])
        assert example
        assert example[1] in aliases | {name}


def test_every_example_works(body: Render, root: Path) -> None:
    """What docs/shortcodes.md shows makes sense in every medium."""
    text = (root / "docs" / "shortcodes.md").read_text(encoding="utf-8")
    for example in re.findall(r"\| `([^|]*\{\{[<%] [^|]*\}\}[^|]*)` \|$", text, re.MULTILINE):
        for medium in Medium:
            result = body(example, medium)
            assert result.unknown == ()
            assert result.html.strip()
