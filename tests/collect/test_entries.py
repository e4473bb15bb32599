"""Documents understood: every field from every spelling, every fault at its place, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.entries import parse
from digest.collect.mistakes import Report
from digest.collect.values import Fields
from digest.model import Document, Entry, EntryType, Problem, Word

TAIPEI = ZoneInfo("Asia/Taipei")


def document(
    text: str | bytes, path: str = "articles/a-b.md", kind: EntryType = EntryType.ARTICLE
) -> Document:
    """A document of the site."""
    data = text.encode() if isinstance(text, str) else text
    return Document(path=path, data=data, type=kind, language="zh-Hant-TW", tags=("All",))


def understood(
    text: str, path: str = "articles/a-b.md", kind: EntryType = EntryType.ARTICLE
) -> tuple[Entry, list[str]]:
    """The entry of a text, and its problems as `rule line:column`."""
    entry, problems = parse(document(text, path, kind), TAIPEI)
    assert entry
    return entry, [told(problem) for problem in problems]


def told(problem: Problem) -> str:
    """Rule and place."""
    return f"{problem.rule} {problem.position.line}:{problem.position.column}"


def article(front: str, body: str = "words\n") -> tuple[Entry, list[str]]:
    """An article with a title and these lines."""
    return understood(f"---\ntitle: T\n{front}\n---\n{body}")


def test_an_article_is_understood_whole() -> None:
    """Every field has its value, its place and nothing more."""
    entry, problems = understood(
        "---\ntitle: 標題\ndate: 2026-01-23T10:00:00+08:00\nlastmod: 2026-01-24\n"
        "tags: [AI, '#ai', 深度學習]\ncategories: 技術、產業\n"
        "description: 一句話\nauthor: Ann Smith, PhD\n"
        "source_url: https://www.youtube.com/watch?v=x\nsource_name: MLST\n"
        "image: {src: a.png, alt: 圖}\nkey_points:\n- 一\n- 二\nlead: true\nid: 42\n---\n\n一 ![b](c.png)\n"
    )
    assert problems == []
    assert (entry.key, entry.slug, entry.title, entry.kind) == ("42", "a-b", "標題", "video")
    assert entry.date
    assert entry.date.at == datetime.fromisoformat("2026-01-23T10:00:00+08:00")
    assert entry.updated
    assert entry.updated.day_only
    assert entry.tags == ("AI", "深度學習", "All")
    assert entry.categories == ("技術", "產業")
    assert entry.authors == ("Ann Smith, PhD",)
    assert (entry.source_name, entry.source_url) == ("MLST", "https://www.youtube.com/watch?v=x")
    assert entry.image
    assert (entry.image.src, entry.image.alt, entry.image.position.line) == ("a.png", "圖", 11)
    assert [str(image.position) for image in entry.images] == ["articles/a-b.md:19:3"]
    assert entry.key_points == ("一", "二")
    assert entry.lead
    assert not entry.draft
    assert (entry.body, entry.body_line) == ("一 ![b](c.png)", 19)
    assert str(entry.place("tags")) == "articles/a-b.md:5:1"
    assert str(entry.position) == "articles/a-b.md:2:1"
    assert entry.fields["id"] == 42


@pytest.mark.parametrize(
    ("front", "tags"),
    [
        ("tags: [a, b]", ("a", "b")),
        ("tags: a, b，c、d; e", ("a", "b", "c", "d", "e")),
        ("tags:", ()),
        ("tags: []", ()),
        ("tags: one", ("one",)),
        ("tags: 2026", ("2026",)),
        ("tags: true", ()),
        ("tags:\n- {name: a}\n- [x]\n- null\n- 3.10", ("a", "3.10")),
        ("tags: [AI 產業, AI產業, 'San Francisco, CA']", ("AI 產業", "San Francisco, CA")),
        ("Tags: [a]", ("a",)),
        ("tag: a", ("a",)),
        ("taxonomies: {tags: [a], categories: [c]}", ("a",)),
        ("extra: {tags: [a]}", ("a",)),
        ("params: {tags: [a]}\ntags: [b]", ("b",)),
        ("tags: '#a #b/c'", ("a", "b/c")),
        ("tags: a b", ("a b",)),
    ],
)
def test_tags_are_read_in_every_shape(front: str, tags: tuple[str, ...]) -> None:
    """List, commas of both widths, null, one word, Zola's taxonomies; spellings of one tag are one."""
    assert article(front)[0].tags == (*tags, "All")


def test_curly_quotes_around_tags_are_removed_and_told() -> None:
    """They are letters to YAML and slips to an editor."""
    entry, problems = article("tags: [“a”, “b”]")
    assert entry.tags == ("a", "b", "All")
    assert problems == ["yaml-fullwidth 3:1"]


@pytest.mark.parametrize(
    ("front", "problem"),
    [
        ("date: 2026-13-45", "date-wrong 3:1"),
        ("tags: [x]\ndate: soon", "date-wrong 4:1"),
        ("last_updated: 2026", "date-wrong 3:1"),
        ("title: U", "duplicate-key 3:1"),
        ("description: [a, b]", "value-shape 3:1"),
        ("description: {a: b}", "value-shape 3:1"),
        ("draft: perhaps", "value-flag 3:1"),
        ("kind: odd", "kind-unknown 3:1"),
        ("language: 中文", "language-unknown 3:1"),
        ("url: javascript:alert(1)", "url-wrong 3:1"),
        ("url: //evil.example", "url-wrong 3:1"),
    ],
)
def test_a_wrong_value_is_a_warning_at_its_line_and_the_entry_goes_on(front: str, problem: str) -> None:
    """One bad value costs that value."""
    entry, problems = article(front)
    assert problems == [problem]
    assert entry.date is None
    assert entry.url == ""


def test_a_warning_has_a_frame_and_a_hint() -> None:
    """An editor sees the line and what to write."""
    _, problems = parse(document("---\ntitle: T\ndate: soon\n---\nx"), TAIPEI)
    (problem,) = problems
    assert problem.frame == ((1, "---"), (2, "title: T"), (3, "date: soon"), (4, "---"), (5, "x"))
    assert "2026-01-31" in problem.hint
    assert problem.severity == "warning"


@pytest.mark.parametrize(
    ("front", "day"),
    [
        ("date: 2026-01-02", "2026-01-02"),
        ("pubdate: 2026-01-02", "2026-01-02"),
        ("published: 2026-01-02", "2026-01-02"),
        ("published: true\ncreated_at: 2026-01-02", "2026-01-02"),
        ("date: 2026-01-02\npublishDate: 2026-02-02", "2026-01-02"),
        ("date: 2026-01-02\npublishDate: 2025-02-02", "2026-01-02"),
        ("date: ''\nPubDate: 2026-01-02", "2026-01-02"),
        ("date: soon\ncreated: 2026-01-02", "2026-01-02"),
    ],
)
def test_the_date_is_found_under_its_many_names(front: str, day: str) -> None:
    """A publish date stands in for a date, and else only tells when the article may appear."""
    date = article(front)[0].date
    assert date
    assert date.at.date().isoformat() == day


def test_a_date_in_the_files_name_counts_when_no_other_is_given() -> None:
    """As in Jekyll; then the slug is the rest of the name."""
    entry, _ = understood("---\ntitle: T\n---\nx", "articles/2026-01-31-some_thing.md")
    assert entry.date
    assert (entry.date.at.date().isoformat(), entry.date.origin, entry.slug) == (
        "2026-01-31",
        "file name",
        "some_thing",
    )
    dated, _ = understood("---\ntitle: T\ndate: 2026-02-01\n---\nx", "articles/2026-01-31-some.md")
    assert dated.slug == "2026-01-31-some"
    impossible, _ = understood("---\ntitle: T\n---\nx", "articles/2026-13-31-some.md")
    assert impossible.date is None


@pytest.mark.parametrize("written", ["none", "'0001-01-01T00:00:00Z'", "true", "null", "''"])
def test_a_date_that_is_none_leaves_the_question_to_the_files_name(written: str) -> None:
    """A wrong one does not: no guess stands in for what an editor meant."""
    path = "articles/2026-01-31-some.md"
    entry, problems = understood(f"---\ntitle: T\ndate: {written}\n---\nx", path)
    assert entry.date
    assert (entry.date.at.date().isoformat(), problems) == ("2026-01-31", [])
    for wrong in ("2026-02-30", "[2026-01-01]", "soon"):
        assert understood(f"---\ntitle: T\ndate: {wrong}\n---\nx", path)[0].date is None


@pytest.mark.parametrize(
    ("front", "draft"),
    [
        ("draft: true", True),
        ("draft: yes", True),
        ("draft: false", False),
        ("draft: flase", True),
        ("draft: [true]", True),
        ("published: yes", False),
        ("published: false", True),
        ('published: "no"', True),
        ("status: draft", True),
        ("status: published", False),
        ("status: whatever", False),
        ("x: y", False),
    ],
)
def test_a_draft_stays_in_the_drawer_also_when_misspelt(front: str, draft: bool) -> None:
    """To publish a draft by a slip is worse than to hold an article back."""
    assert article(front)[0].draft is draft


@pytest.mark.parametrize(
    ("front", "problems"),
    [
        ("embargo_until: next week", ["date-wrong 3:1", "embargo-wrong 3:1"]),
        ("embargoUntil: 2026-02-30", ["date-wrong 3:1", "embargo-wrong 3:1"]),
        ("publishDate: 2026-31-31", ["date-wrong 3:1", "embargo-wrong 3:1"]),
        ("embargo_until: TBD", ["date-wrong 3:1", "embargo-wrong 3:1"]),
        ("embargo: yes", ["embargo-wrong 3:1"]),
        ("embargo: true", ["embargo-wrong 3:1"]),
        ("not_before: [2027-01-01]", ["embargo-wrong 3:1", "value-shape 3:1"]),
    ],
)
def test_an_embargo_that_cannot_be_read_holds(front: str, problems: list[str]) -> None:
    """What goes out too early cannot be called back: such an entry is a draft, and its line is told."""
    entry, found = article(front)
    assert entry.draft
    assert found == problems


@pytest.mark.parametrize(
    "front",
    ["embargo: false", "embargo_until: none", "embargo: no", "publishDate: ''",
     "publishDate: 0001-01-01T00:00:00Z", "embargo_until: 2020-01-01", "published: yes", "published: true"],
)  # fmt: skip
def test_no_embargo_is_none(front: str) -> None:
    """Nor is a word such as `none` a wrong date."""
    entry, problems = article(front)
    assert (entry.draft, problems) == (False, [])


@pytest.mark.parametrize(
    ("written", "by"),
    [("Ann", "Ann"), ("[Ann, 王]", "Ann, 王"), ("no", ""), ("false", ""), ("none", ""), ("TBD", ""),
     ("true", ""), ("[no, Ann]", "Ann"), ("'-'", ""), ("待定", ""), ("Noa", "Noa")],
)  # fmt: skip
def test_an_approval_has_a_name(written: str, by: str) -> None:
    """`approved_by: no` is nobody's approval, and `true` nobody's name."""
    assert article(f"approved_by: {written}")[0].approved_by == by


@pytest.mark.parametrize(
    ("text", "title", "body", "line", "problems"),
    [
        ("---\ndate: 2026-01-01\n---\n\n# The *first* [one](x) #\n\nwords", "The first one", "words", 7, []),
        ("---\ndate: 2026-01-01\n---\nwords\n\n## Later\n", "Later", "words\n\n## Later", 4, []),
        ("---\ndate: 2026-01-01\n---\n```\n# no\n```\n", "a b", "```\n# no\n```", 4, ["title-missing 1:1"]),
        ("---\ntitle: T\n---\n# T\n\nwords", "T", "words", 6, []),
        ("---\ntitle: T\n---\nwords\n\n# T", "T", "words\n\n# T", 4, []),
        ("# T\nwords", "T", "words", 2, ["front-matter-missing 1:1"]),
        ("words", "a b", "words", 1, ["front-matter-missing 1:1", "title-missing 1:1"]),
    ],
)
def test_a_missing_title_is_the_first_heading_or_the_files_name(
    text: str, title: str, body: str, line: int, problems: list[str]
) -> None:
    """A heading that becomes the title leaves the body, so that no reader sees it twice."""
    entry, found = understood(text)
    assert (entry.title, entry.body, entry.body_line, found) == (title, body, line, problems)


def test_a_title_is_one_line_without_control_characters() -> None:
    """It stands in headers of mails."""
    assert article('description: "a\\u0007\\n b\\u2028c"')[0].description == "a b c"


@pytest.mark.parametrize(
    ("data", "rule", "where"),
    [
        (b"\x89PNG\r\n", "not-text", "1:1"),
        ("---\ntitle: a: b\n---\n", "yaml-colon", "2:9"),
        ("---\ntitle: a\n\n# b", "fence-missing", "3:1"),
        (" \n", "file-empty", "1:1"),
        ("---\ntitle: é\n---\n字".encode() + b"\xff", "not-utf8", "4:2"),
    ],
)
def test_an_unreadable_file_is_an_error_and_no_entry(data: str | bytes, rule: str, where: str) -> None:
    """Its place is exact, and the other files go on."""
    entry, problems = parse(document(data), TAIPEI)
    assert entry is None
    assert [told(problem) for problem in problems] == [f"{rule} {where}"]
    assert problems[0].severity == "error"


def test_an_unwritten_article_counts_as_a_draft() -> None:
    """What `digest new` made goes to no reader before somebody writes it; a link to a source may."""
    entry, problems = understood("---\ntitle: T\n---\n")
    assert (entry.draft, problems) == (True, ["body-empty 4:1"])
    entry, problems = understood("---\ntitle: T\nsource: https://a.example/\n---\n")
    assert (entry.draft, problems) == (False, [])


def test_an_unwritten_profile_counts_as_a_draft() -> None:
    """A name alone is no profile; one fact is."""
    blank = "---\ntitle: Mei Lin\nslug: mei-lin\nposition: ''\nlast_updated: 2026-01-02\n---\n"
    entry, problems = understood(blank, kind=EntryType.PROFILE)
    assert (entry.draft, problems) == (True, ["body-empty 7:1"])
    entry, problems = understood(blank.replace("position: ''", "position: Editor"), kind=EntryType.PROFILE)
    assert (entry.draft, problems) == (False, [])


def test_an_older_encoding_is_read_with_a_warning() -> None:
    """Big5 from an old disk."""
    text = (
        "---\ntitle: 繁體中文的文章標題\n---\n"
        + "人工智慧正在改變世界，許多研究者認為語言模型會成為基礎建設。" * 10
    )
    entry, problems = parse(document(text.encode("big5")), TAIPEI)
    assert entry
    assert entry.title == "繁體中文的文章標題"
    assert [problem.rule for problem in problems] == ["encoding-guessed"]


@pytest.mark.parametrize(
    ("front", "body", "kind"),
    [
        ("kind: interview", "{{< youtube x >}}", "interview"),
        ("type: wiki", "x", "wiki"),
        ("type: post", "x", "article"),
        ("x: y", "{{< youtube x >}} {{< spotify y >}}", "video"),
        ("x: y", "{{< spotify y >}} {{< youtube x >}}", "podcast"),
        ("x: y", "{{% note %}}{{< apple-podcast y >}}{{% /note %}}", "podcast"),
        ("x: y", "https://youtu.be/abc\n", "video"),
        ("x: y", "see https://youtu.be/abc\n", "article"),
        ("source_url: https://arxiv.org/abs/1", "x", "paper"),
        ("source: https://en.wikipedia.org/wiki/X", "x", "wiki"),
        ("source_url: http://[bad", "https://arxiv.org/x\nhttp://[x", "article"),
        ("x: y", '- On A: "b" — C\n- On D: "e" — F\n- On G: "h"', "quotes"),
        ("x: y", '- On A: "b"\n- c\n- d\n- e\n- On D: "e"\n- On G: "h"\n- i', "article"),
        (
            "quotes: [a, {quote: b, topic: c, source: d, by: e, language: en}, {text: f}, {}, '']",
            "x",
            "quotes",
        ),
        ("kind: quotes", '- "a"', "quotes"),
    ],
)
def test_the_kind_is_given_or_guessed(front: str, body: str, kind: str) -> None:
    """The first player, the source's host, a list of quotes; else an article."""
    assert article(front, body)[0].kind == kind


def test_quotes_come_from_the_front_matter_or_the_lists_of_a_collection() -> None:
    """Each with its topic, its source and who said it."""
    given_quotes = article(
        "quotes: [a, {quote: b, topic: c, source: d, by: e, language: en}, {text: f}, {}, '']\nspeaker: S"
    )[0].quotes
    assert [(quote.text, quote.topic, quote.source, quote.by, quote.language) for quote in given_quotes] == [
        ("a", "", "", "S", ""),
        ("b", "c", "d", "e", "en"),
        ("f", "", "", "S", ""),
    ]
    found = article(
        "speaker: S", '- On A: "b" — C\n- On D: "e" — Source: [F (2017)]\n- On G: "h"\n```\n- On N: "o"\n```'
    )[0].quotes
    assert [(quote.topic, quote.text, quote.source, quote.by) for quote in found] == [
        ("A", "b", "C", "S"),
        ("D", "e", "F (2017)", "S"),
        ("G", "h", "", "S"),
    ]


@pytest.mark.parametrize(
    ("front", "kind"),
    [
        ("birth_year: 1", "person"),
        ("founded: 1900\nheadquarters: X", "company"),
        ("kind: company", "company"),
        ("x: y", "person"),
    ],
)
def test_a_profile_is_a_person_or_a_company_by_its_fields(front: str, kind: str) -> None:
    """Its name may be its title."""
    entry, problems = understood(f"---\nname: N\n{front}\n---\nWords.\n", kind=EntryType.PROFILE)
    assert (entry.title, entry.kind, problems) == ("N", kind, [])


@pytest.mark.parametrize(
    ("front", "language"),
    [
        ("lang: ko_KR", "ko-KR"),
        ("language: zh_hant_tw", "zh-Hant-TW"),
        ("x: y", "zh-Hant-TW"),
        ("language: English!", "zh-Hant-TW"),
    ],
)
def test_the_language_is_given_or_the_sources(front: str, language: str) -> None:
    """As a BCP 47 tag in its usual case."""
    assert article(front)[0].language == language


def test_a_translation_is_told_by_the_files_name() -> None:
    """`title.en.md` and `title/index.zh-tw.md`; the slug is the same for all languages."""
    entry, _ = understood("---\ntitle: T\n---\nx", "a/some.en.md")
    assert (entry.slug, entry.language) == ("some", "en")
    entry, _ = understood("---\ntitle: T\n---\nx", "a/那一天/index.zh-tw.md")
    assert (entry.slug, entry.language) == ("那一天", "zh-TW")


@pytest.mark.parametrize(
    ("front", "src", "alt"),
    [
        ("cover: c.png\ncover_alt: A", "c.png", "A"),
        ("photo: /p.jpg\nphoto_alt: P", "/p.jpg", "P"),
        ("cover: {image: c.png, caption: C}", "c.png", "C"),
        ("images: [a.png, b.png]", "a.png", ""),
        ("featuredImage: f.png", "f.png", ""),
    ],
)
def test_the_picture_has_many_names(front: str, src: str, alt: str) -> None:
    """A text, a table or the first of a list."""
    image = article(front)[0].image
    assert image
    assert (image.src, image.alt) == (src, alt)


def test_what_is_no_picture_is_none() -> None:
    """A yes, a table without address, an empty list."""
    assert [
        article(front)[0].image for front in ("image: true", "image: {alt: x}", "image: [1]", "images: [[]]")
    ] == [None] * 4


@pytest.mark.parametrize(
    ("front", "url"),
    [
        ("url: https://a.example/x", "https://a.example/x"),
        ("permalink: /p/x/", "/p/x/"),
        ("url: p/x", "/p/x"),
    ],
)
def test_an_address_of_its_own_is_kept(front: str, url: str) -> None:
    """Absolute, or a path of the site."""
    assert article(front)[0].url == url


def test_lead_may_be_a_paragraph_as_in_some_themes() -> None:
    """Then it is the description, and no claim to be the lead story."""
    entry, problems = article("lead: A first paragraph.")
    assert (entry.lead, entry.description, problems) == (False, "A first paragraph.", [])


def test_source_may_be_a_name_or_an_address() -> None:
    """Whichever it looks like."""
    assert article("source: MLST")[0].source_name == "MLST"
    entry = article("source: https://a.example/")[0]
    assert (entry.source_name, entry.source_url) == ("", "https://a.example/")


def test_authors_in_the_plural_are_parted_by_commas() -> None:
    """One author may have a comma in the name; several are a list."""
    assert article("authors: A, B")[0].authors == ("A", "B")
    assert article("author: [{name: A}, B]")[0].authors == ("A", "B")


def test_key_points_may_be_lines_with_bullets() -> None:
    """A block of text becomes a point a line."""
    assert article("key_points: |\n  - a\n  • b\n\n  c")[0].key_points == ("a", "b", "c")
    assert article("key_points: 3")[0].key_points == ()


@pytest.mark.parametrize(
    ("slug", "found"),
    [("/2020/09/A b/", "2020-09-a-b"), ("自訂", "自訂"), ("..", "a-b"), ("a" * 100, "a" * 60)],
)
def test_a_slug_is_safe_in_an_address_and_a_path(slug: str, found: str) -> None:
    """No slash, no dots alone, not too long; CJK is kept."""
    assert article(f"slug: '{slug}'")[0].slug == found


def test_broken_shortcodes_are_warnings_at_their_lines() -> None:
    """The rest of the article is good."""
    _, problems = article("x: y", "a\n\n{{< youtube x\n\n{{% note %}}\n{{< /b >}}\n{{% /note %}}\n")
    assert problems == ["shortcode-unclosed 7:1", "shortcode-unopened 10:1"]


def test_the_same_words_have_the_same_fingerprint() -> None:
    """Spaces, emphasis, composition, volatile keys, empty values and the order of lists are no change."""
    first, _ = article(
        "date: 2026-01-01\nawards: [{name: A}, {name: é}]\nx: ''", "Some **bold** words.\n\nMore 字。"
    )
    same, _ = article(
        "weight: 3\nlast_updated: 2026-01-02\ntags: [t]\nawards: [{name: e\u0301}, {name: ' A'}]\ny: []",
        "Some bold\nwords.\n\n\nMore *字*。",
    )
    assert first.fingerprint == same.fingerprint
    for changed in ("Some words.\n\nMore 字。", "Some **bold** words.\n\nMore 宇。"):
        assert article("awards: [{name: A}, {name: é}]", changed)[0].fingerprint != first.fingerprint
    assert (
        article("awards: [{name: A}]", "Some **bold** words.\n\nMore 字。")[0].fingerprint
        != first.fingerprint
    )
    assert replace(first) == first


def test_seed_000_is_a_profile_with_its_fields_and_quote(seeds: Callable[[str], Path]) -> None:
    """As it is: no problem, a person, its quote, its date of update, its whole front matter."""
    path = seeds("000")
    entry, problems = parse(document(path.read_bytes(), "articles/profiles/k.md", EntryType.PROFILE), TAIPEI)
    assert entry
    assert problems == ()
    assert (entry.kind, entry.slug, entry.date, len(entry.tags)) == ("person", "lukasz-kaiser", None, 8)
    assert entry.updated
    assert entry.updated.at.date().isoformat() == "2026-01-26"
    assert (len(entry.quotes), entry.quotes[0].by) == (1, entry.title)
    assert len(entry.fields["career_history"]) == 3
    assert entry.body.startswith("## ")
    assert path.read_text().split("\n")[entry.body_line - 1].startswith("## ")


def test_seed_003_is_a_video_of_its_day(seeds: Callable[[str], Path]) -> None:
    """As it is: no problem, its date with zone, five tags, its category and source."""
    entry, problems = parse(document(seeds("003").read_bytes()), TAIPEI)
    assert entry
    assert problems == ()
    assert entry.date
    assert entry.date.at.isoformat() == "2026-01-23T10:00:00+08:00"
    assert (entry.kind, len(entry.tags), len(entry.categories)) == ("video", 6, 1)
    assert entry.source_url.startswith("https://www.youtube.com/")


def test_the_corpus_is_read_without_a_crash(root: Path) -> None:
    """Some hundred real files of five sites; what is no entry has a problem with a place."""
    files = sorted((root.parent / "shared" / "corpora" / "markdown").rglob("*.md"))
    if not files:
        pytest.skip("the corpus is not beside the checkout")
    for path in files:
        entry, problems = parse(document(path.read_bytes(), path.name), TAIPEI)
        told = [one for one in problems if one.severity == "error" or one.rule == "file-passed"]
        assert entry or told, path


@given(st.binary(max_size=200))
def test_any_bytes_are_an_entry_or_a_problem(data: bytes) -> None:
    """Nothing is raised whatever a file holds."""
    entry, problems = parse(document(data), TAIPEI)
    assert entry or problems


ODD = """\
title: x
date: 2026-01-01
date: [a]
tags: {a: b}
image: [[], {}]
quotes: 3
slug: ''
id: []
draft: {}
language: [x]
url: [a]
key_points: {a: b}
source: 1
notable_quotes: [[1]]
authors: {a: 1}
taxonomies: 3
published: [1]
kind: []
description: 1.50
status: {a: 1}
lead: [1]
tags: [[1], {}]
---
+++
{{< x
# h
{
"""
LINES = st.lists(st.sampled_from(ODD.splitlines()), max_size=8)


@given(LINES, st.sampled_from(list(EntryType)))
def test_values_of_the_wrong_shape_never_raise(lines: list[str], kind: EntryType) -> None:
    """A list where a word belongs, a table where a list belongs."""
    entry, problems = parse(document("---\n" + "\n".join(lines) + "\n---\nbody", kind=kind), TAIPEI)
    assert entry or problems


def test_shortcodes_are_for_bodies_only() -> None:
    """No field shows a shortcode to a reader, however deep it lies; the editor is told where it was."""
    entry, problems = article(
        "description: 'See {{< youtube abc >}} this'\ntags: ['a {{% b %}}']\n"
        "quotes: ['x {{< q >}}y{{< /q >}}', z]\nlinks: [{'k {{< a >}}': [{n: 'v {{< c >}}'}]}]\n"
        "note: 'write {{</* x */>}}'\n"
    )
    assert (entry.description, entry.tags) == ("See this", ("a", "All"))
    assert [quote.text for quote in entry.quotes] == ["x y", "z"]
    assert entry.fields["links"] == [{"k ": [{"n": "v "}]}]
    assert entry.fields["note"] == "write {{< x >}}"
    misplaced = [one for one in problems if one.startswith("shortcode-misplaced")]
    assert [one.split()[1].split(":")[0] for one in misplaced] == ["3", "4", "5", "6", "7"]


def test_shortcodes_of_a_heading_are_not_in_the_title() -> None:
    """A title or a quote that is taken from the body has no shortcode in it."""
    entry, _ = understood(
        "---\ndate: 2026-01-23\n---\n# Title {{< icon x >}}\n\n"
        '- On A: "one {{< b >}} two" — Source: c\n- On D: "e"\n- On F: "g"\n'
    )
    assert entry.title == "Title"
    assert [quote.text for quote in entry.quotes] == ["one  two", "e", "g"]


def test_half_surrogates_of_json_are_replaced() -> None:
    """What JSON can write and UTF-8 cannot hold stops no issue."""
    entry, _ = understood(
        '{"title": "a \\ud800", "tags": ["\\udfff"], "x": {"\\ud800": "\\udc00"}, "s\\udfff": 1}\n\nwords\n'
    )
    assert entry.title == "a \ufffd"
    assert entry.fields["x"] == {"\ufffd": "\ufffd"}
    assert "s\ufffd" in entry.positions
    repr(entry).encode()


@pytest.mark.parametrize(
    ("front", "tags", "problems"),
    [
        ("tags: #one #two", ("one", "two"), ["tag-comment 3:1"]),
        ("tags:\n- #one\n- #二", ("one", "二"), ["tag-comment 3:1"]),
        ("tags: # one or two words", (), []),
        ("tags: #one, and #two", (), []),
        ("tags: [] #one", (), []),
        ("x:\n- #one", (), []),
    ],
)
def test_tags_that_yaml_takes_for_a_comment_are_tags(
    front: str, tags: tuple[str, ...], problems: list[str]
) -> None:
    """As they are typed in Obsidian; the editor is told, and a real comment stays one."""
    entry, found = article(front)
    assert (entry.tags, found) == ((*tags, "All"), problems)


@pytest.mark.parametrize(
    ("front", "path", "key"),
    [
        ("x: y", "articles/a.md", "articles/a.md"),
        ("x: y", "articles/a.en.md", "articles/a.en.md"),
        ("x: y", "articles/a/index.md", "articles/a"),
        ("x: y", "articles/a/index.en.md", "articles/a:en"),
        ("x: y", "articles/a/index.zh-hant-tw.md", "articles/a"),
        ("lang: en", "articles/a.md", "articles/a.md:en"),
        ("lang: en", "articles/a.en.md", "articles/a.en.md"),
        ("lang: zh-Hant-TW", "articles/a.md", "articles/a.md"),
        ("id: 7", "articles/a.md", "7"),
        ("id: 7\nlang: en", "articles/a.md", "7:en"),
        ("id: 7", "articles/a.en.md", "7:en"),
        ("uid: u-1", "articles/a/index.md", "u-1"),
    ],
)
def test_an_entry_is_known_by_its_id_or_place_and_language(front: str, path: str, key: str) -> None:
    """A bundle is its folder; a translation is an entry of its own, also where the path does not tell."""
    assert understood(f"---\ntitle: T\n{front}\n---\nx", path)[0].key == key


@pytest.mark.parametrize(
    ("front", "src"),
    [
        ("extra: {image: e.png}", "e.png"),
        ("params: {cover: {image: p.png}}", "p.png"),
        ("header: {teaser: h.png}", "h.png"),
        ("image: true\nextra: {image: e.png}", "e.png"),
        ("ogImage: o.png", "o.png"),
    ],
)
def test_a_picture_may_lie_in_a_themes_table(front: str, src: str) -> None:
    """Zola's, Hugo's, minimal-mistakes's; its place is the table's."""
    image = article(front)[0].image
    assert image
    assert image.src == src
    assert image.position.line in (3, 4)


@pytest.mark.parametrize(
    ("front", "draft"),
    [
        ("publish: false", True),
        ("dg-publish: 'no'", True),
        ("unlisted: true", True),
        ("private: yes", True),
        ("publish: true\nunlisted: false\nprivate: false\ndraft: false", False),
    ],
)
def test_other_tools_words_for_a_draft_count(front: str, draft: bool) -> None:
    """Obsidian's, Docusaurus's, Hexo's."""
    assert article(front)[0].draft is draft


def test_authors_lie_where_zola_and_hugo_keep_them() -> None:
    """Under taxonomies, extra or params."""
    assert article("taxonomies: {authors: [A, B]}")[0].authors == ("A", "B")
    assert article("params: {author: C}\nextra: {x: y}")[0].authors == ("C",)


def test_a_note_is_called_like_its_file() -> None:
    """With its capitals and spaces; in Obsidian that is how a title is written, so nobody is warned."""
    entry, problems = understood("words\n", "vault/My Great Note.md")
    assert (entry.title, problems) == ("My Great Note", ["front-matter-missing 1:1", "title-missing 1:1"])
    obsidian = replace(document("words\n", "vault/My Great Note.md"), flavour="obsidian")
    entry_or_none, found = parse(obsidian, TAIPEI)
    assert entry_or_none
    assert (entry_or_none.title, found) == ("My Great Note", ())
    assert understood("---\ndate: 2026-01-01\n---\nx", "a/2026-01-31-some_thing.md")[0].title == "some thing"


def test_jekylls_words_are_tags_each() -> None:
    """A text without commas is parted at its blanks, as Jekyll does."""
    spaced = replace(document("---\ntitle: T\ntags: a b\ncategories: c d\n---\nx"), flavour="jekyll")
    entry, _ = parse(spaced, TAIPEI)
    assert entry
    assert (entry.tags, entry.categories) == (("a", "b", "All"), ("c", "d"))


def test_a_renamed_file_has_the_same_mark() -> None:
    """The hash of its words, where there are enough of them to be its own."""
    long = "words and more " * 20
    first, _ = article("a: 1", long)
    moved, _ = understood(f"---\ntitle: Other\n---\n**words** and more\n\n{'words and more ' * 19}", "b/c.md")
    assert first.mark == moved.mark != ""
    assert article("a: 1", "few words")[0].mark == ""
    assert article("a: 1", f"{long} and one")[0].mark != first.mark


@given(st.dictionaries(st.text(max_size=5), st.recursive(st.text(max_size=9), st.lists, max_leaves=9)))
def test_what_has_neither_braces_nor_escapes_is_plain(values: dict[str, object]) -> None:
    """Front matter without them is not searched for shortcodes: searching would change nothing."""
    written = repr(values)
    fields = Fields(values, {}, Report("a.md", ""))
    if "{{" not in written and "\\" not in written:
        assert fields.plain(written) is fields
        assert fields.plain("{{").values == values


@pytest.mark.parametrize(
    ("written", "word"),
    [("update", Word.UPDATE), ("Ignore", Word.IGNORE), ('" PIN "', Word.PIN), ("", None), ("~", None)],
)
def test_an_editors_word(written: str, word: Word | None) -> None:
    """In whatever case; nothing behind the key is no word."""
    entry, problems = article(f"digest: {written}")
    assert (entry.word, problems) == (word, [])


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("updated", "did you mean update?"),
        ("never", "write update, ignore or pin"),
        ("[update]", "write update, ignore or pin"),
        ("true", "write update, ignore or pin"),
    ],
)
def test_a_wrong_word_is_told_at_its_line(written: str, hint: str) -> None:
    """And is none."""
    text = f"---\ntitle: T\ndigest: {written}\n---\nwords\n"
    entry, (problem,) = parse(document(text, "articles/a-b.md", EntryType.ARTICLE), TAIPEI)
    assert entry is not None
    assert entry.word is None
    assert (told(problem), problem.hint) == ("digest-word 3:1", hint)


def test_a_summary_under_that_key_is_none_of_our_business() -> None:
    """Some sites keep one there."""
    entry, problems = article("digest: What the article says in short.")
    assert (entry.word, problems) == (None, [])


def test_an_editors_word_is_no_change() -> None:
    """What a reader sees is the same with it."""
    assert article("digest: update")[0].fingerprint == article("")[0].fingerprint
