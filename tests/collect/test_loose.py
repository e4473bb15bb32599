"""Loose text understood: what it says, how surely, and nothing that it does not say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.entries import parse
from digest.collect.loose import Hints, Loose, article, file_name, understand
from digest.collect.loose_body import markdown, unglued
from digest.collect.loose_header import read_header
from digest.collect.loose_script import language_of
from digest.collect.naming import slugify
from digest.errors import UsageError
from digest.model import Document, Entry, EntryType
from digest.text.counts import reading_minutes
from digest.text.markup import plain_text


def entry_of(text: str) -> Entry:
    """What our own parser makes of a written article; it must have nothing to complain of."""
    document = Document(path="articles/x.md", data=text.encode(), type=EntryType.ARTICLE, language="en")
    entry, problems = parse(document, ZoneInfo("Asia/Taipei"))
    assert problems == ()
    assert entry
    return entry


def test_seed_001_is_a_wiki_page_with_a_date_of_update(seeds: Callable[[str], Path]) -> None:
    """Title, last review, kind; headings over nothing and the way back are left out and told."""
    text = seeds("001").read_text()
    loose = understand(text, "001.txt")
    assert loose.title.value == "Łukasz Kaiser"
    assert loose.date
    assert (loose.date.value, loose.date_is_update) == (date(2026, 5, 20), True)
    assert loose.date.evidence == loose.kind.evidence == text.split("\n", maxsplit=1)[0]
    assert (loose.kind.value, loose.language.value) == ("wiki", "en")
    assert loose.left_out == ("Snapshot", "Open Questions", "Sources", "Return to Wiki")
    assert loose.body.count("\n## ") == 6
    entry = entry_of(article(loose))
    assert (entry.title, entry.kind, entry.date, entry.body) == ("Łukasz Kaiser", "wiki", None, loose.body)
    assert entry.updated
    assert entry.updated.at.date() == date(2026, 5, 20)
    assert reading_minutes(plain_text(text)) == reading_minutes(plain_text(loose.body)) == 4


def test_seed_002_has_75_quotes_and_no_invented_date(seeds: Callable[[str], Path]) -> None:
    """The years in its sources are not its date; `--date` gives one."""
    text = seeds("002").read_text()
    loose = understand(text, "002.txt")
    assert (loose.title.value, loose.kind.value, loose.date) == ("Lessons from Lukasz Kaiser", "quotes", None)
    assert loose.quotes
    assert len(loose.quotes.value) == 75
    assert loose.speaker
    assert loose.speaker.value == "Lukasz Kaiser"
    assert loose.body.count("## Part ") == 8
    entry = entry_of(article(loose))
    assert (entry.kind, entry.date, entry.quotes) == ("quotes", None, loose.quotes.value)
    dated = entry_of(article(loose, date=date(2026, 2, 1), tags=("Reasoning",)))
    assert dated.date
    assert (dated.date.at.date(), dated.tags) == (date(2026, 2, 1), ("Reasoning",))
    assert reading_minutes(plain_text(text)) == reading_minutes(plain_text(loose.body)) == 10


def test_seed_004_is_mended(seeds: Callable[[str], Path]) -> None:
    """Its repeated title goes, its glued list numbers are numbers no more, its lists are lists."""
    text = seeds("004").read_text()
    loose = understand(text, "004.txt")
    entry = entry_of(article(loose))
    assert entry.title == text.split("\n", maxsplit=1)[0]
    assert entry.title not in entry.body
    assert entry.date
    assert (entry.date.at.date(), entry.date.day_only) == (date(2026, 1, 23), True)
    assert (entry.source_name, entry.authors, entry.kind, entry.language) == (
        "YouTube",
        ("이호민",),
        "video",
        "en",
    )
    assert entry.tags == ("Transformer", "LLM", "Reasoning", "AI", "OpenAI")
    assert len(entry.key_points) == 3
    assert not any(point[0].isdigit() for point in entry.key_points)
    assert "\n1. Chain of Thought" in entry.body
    assert "\n   - Self-Correction" in entry.body
    assert reading_minutes(plain_text(text)) == 4


@pytest.mark.parametrize("number", ["000", "003"])
def test_a_text_with_front_matter_goes_in_as_it_is(seeds: Callable[[str], Path], number: str) -> None:
    """Byte for byte; nothing can be added to it."""
    text = seeds(number).read_text()
    loose = understand(text, "x.txt")
    assert loose.finished
    assert loose.date
    assert article(loose) == text
    assert loose.is_profile == (number == "000")
    assert file_name(loose) == ("lukasz-kaiser.md" if number == "000" else f"{slugify(loose.title.value)}.md")
    with pytest.raises(UsageError):
        article(loose, tags=["x"])


def test_what_is_finished_takes_nothing_more() -> None:
    """Whoever gives a title for a text with front matter is told to edit the file."""
    loose = understand("---\ntitle: a\n---\nb\n", "x.md")
    assert article(loose) == "---\ntitle: a\n---\nb\n"
    with pytest.raises(UsageError, match="has front matter already"):
        article(loose, title="c")


def test_front_matter_that_cannot_be_read_is_loose_text() -> None:
    """So is an empty or broken one: the import shows what it found."""
    assert not understand("---\na: b: c\n---\nwords", "x.txt").finished
    undated = understand("---\ntitle: T\n---\nwords", "x.txt")
    assert (undated.finished, undated.date, undated.tags) == (True, None, None)
    assert article(undated) == "---\ntitle: T\n---\nwords\n"


def header(*lines: str) -> Loose:
    """A text with a title, these lines and a body."""
    return understand(
        "\n".join(["The Title", *lines, "", "These are the words of the text, and they go on."]), "x.txt"
    )


@pytest.mark.parametrize(
    ("line", "day", "is_update"),
    [
        ("2026-01-23", "2026-01-23", False),
        ("2026.01.23", "2026-01-23", False),
        ("January 20, 2026", "2026-01-20", False),
        ("20 Jan 2026", "2026-01-20", False),
        ("Posted: Mon, 02 Jan 2026", "2026-01-02", False),
        ("Published on Jan 2, 2026 at 10:30 AM", "2026-01-02", False),
        ("2026年1月23日 星期五", "2026-01-23", False),
        ("發佈於 2026-01-23", "2026-01-23", False),
        ("2026년 1월 23일", "2026-01-23", False),
        ("입력 2026.01.23 오후 3:20", "2026-01-23", False),
        ("民國115年1月23日", "2026-01-23", False),
        ("令和8年1月23日 公開", "2026-01-23", False),
        ("Last reviewed May 20, 2026", "2026-05-20", True),
        ("Updated: 2026-05-20", "2026-05-20", True),
        ("更新日期：2026/01/23", "2026-01-23", True),
        ("최종 수정일: 2026. 1. 23.", "2026-01-23", True),
        ("by Ann | 20 January 2026 | 5 min read", "2026-01-20", False),
    ],
)
def test_a_date_is_found_in_many_forms_and_told_from_an_update(line: str, day: str, is_update: bool) -> None:
    """With the line as evidence."""
    loose = header(line)
    assert loose.date
    assert (loose.date.value.isoformat(), loose.date_is_update, loose.date.evidence) == (day, is_update, line)


@pytest.mark.parametrize(
    "line",
    [
        "Founded January 1, 2010",
        "© 2017 Foo",
        "Copyright 2026-01-01 Foo Inc",
        "Attention Is All You Need (June 12, 2017)",
        "Updated 3 days ago",
        "Reviewed by John, May 1 2020",
        "Jan 2026",
        "Version 1.2.2026",
        "2026-13-45",
        "Born 1981-05-01 in Wrocław",
        "2026-01-02 to 2026-01-05",
    ],
)
def test_no_false_date_is_found(line: str) -> None:
    """A false date is worse than none."""
    assert header(line).date is None


def test_publication_comes_before_an_update_and_a_date_at_the_end_must_be_called_one() -> None:
    """The text's last line may say when it was written; a day in the last sentence does not."""
    both = header("Updated 2026-02-01", "Published 2026-01-01")
    assert both.date
    assert (both.date.value, both.date_is_update) == (date(2026, 1, 1), False)
    words = "T\n\nWords that go on and on for a long while and then some, as words of a text do.\n\n"
    last = understand(words + "Last updated: 2026-02-01", "x.txt")
    assert last.date
    assert (last.date.value, last.date_is_update, "2026" in last.body) == (date(2026, 2, 1), True, False)
    assert understand(words + "2026-02-01", "x.txt").date is None


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("by 이호민", "author", "이호민"),
        ("作者：王小明", "author", "王小明"),
        ("文／王小明", "author", "王小明"),
        ("글쓴이: 김철수", "author", "김철수"),
        ("·YouTube·by A", "source", "YouTube"),
        ("來源：天下雜誌", "source", "天下雜誌"),
        ("Source: https://a.example/x", "source_url", "https://a.example/x"),
        ("https://a.example/x", "source_url", "https://a.example/x"),
        ("#AI#深度學習 ＃LLM", "tags", ("AI", "深度學習", "LLM")),
        ("Tags: AI, LLM", "tags", ("AI", "LLM")),
        ("標籤：技術、產業", "tags", ("技術", "產業")),
        ("Wiki · Person", "kind", "wiki"),
        ("影片", "kind", "video"),
        ("팟캐스트", "kind", "podcast"),
        ("Title: Another", "title", "Another"),
    ],
)
def test_facts_are_read_from_the_lines_under_the_title(line: str, field: str, value: object) -> None:
    """In three languages, each with a confidence and its line."""
    found = getattr(header(line), field)
    assert (found.value, found.evidence) == (value, line)
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("T\nSpotify\n\nWords.", "podcast"),
        ("T\nhttps://youtu.be/x\n\nWords.", "video"),
        ("T\n\nWords.", "article"),
        ('T\n\n- On A: "b"\n- On C: "d"\n- On E: "f"', "quotes"),
    ],
)
def test_a_kind_may_follow_from_the_source(text: str, kind: str) -> None:
    """With less confidence than when it is said."""
    assert understand(text, "x.txt").kind.value == kind


@pytest.mark.parametrize(
    ("title", "speaker"),
    [
        ("Lessons from Ann Smith", "Ann Smith"),
        ("Ann Smith Quotes", "Ann Smith"),
        ("王小明語錄", "王小明"),
        ("A title", None),
    ],
)
def test_a_collections_title_says_whose_words_they_are(title: str, speaker: str | None) -> None:
    """Only for collections of quotes."""
    loose = understand(f'{title}\n\n- On A: "b"\n- On C: "d"\n- On E: "f"', "x.txt")
    assert (loose.speaker.value if loose.speaker else None) == speaker
    assert understand(f"{title}\n\nWords.", "x.txt").speaker is None


def test_a_subtitle_stays_in_the_body_and_long_strange_parts_are_no_facts() -> None:
    """A line that is not understood is never dropped."""
    loose = header("A subtitle without a date")
    assert "A subtitle without a date" in loose.body
    loose = header("2026-01-23 | and here are a good many other words that are no facts at all")
    assert "good many other words" in loose.body


def test_a_title_is_less_sure_when_it_looks_like_a_sentence_or_is_only_a_name() -> None:
    """The file's name is the last resort."""
    assert understand("It was a day.\nwords here", "x.txt").title.confidence == 0.5
    assert understand("# H #\n\nwords", "x.txt").title.confidence == 0.95
    assert understand("- a\n- b", "my-notes_2.txt").title.value == "my notes 2"
    assert understand("", ".txt").title.value == ".txt"
    long = "w" * 200
    assert understand(f"{long}\nmore", "x.txt").body.startswith(long)
    assert understand("!!!\n\nT\n\nwords", "x.txt").title.value == "T"


def test_what_a_file_says_of_itself_is_believed() -> None:
    """A page's head and a mail's headers come before guesses, the text's own lines before both."""
    hints = Hints(
        title="T",
        date=date(2026, 1, 2),
        author="A",
        source="S",
        source_url="https://s.example/",
        language="ko",
        description="D",
        tags=("t",),
    )
    loose = understand("T\nby B\n\nWords.", "x.html", hints, is_markdown=True)
    entry = entry_of(article(loose))
    assert (entry.title, entry.authors, entry.source_name, entry.language, entry.description, entry.tags) == (
        "T",
        ("B",),
        "S",
        "ko",
        "D",
        ("t",),
    )
    assert entry.body == "Words."
    updated = understand("Words.", "x.html", Hints(title="T", updated=date(2026, 1, 2)))
    assert updated.date
    assert updated.date_is_update


def test_given_values_replace_found_ones() -> None:
    """As on the command line."""
    entry = entry_of(
        article(
            header("#a", "2026-01-23"),
            title="N",
            kind="wiki",
            language="ko",
            date=date(2025, 1, 1),
            tags=["b", "A", " "],
        )
    )
    assert entry.date
    assert (entry.title, entry.kind, entry.language, entry.tags) == ("N", "wiki", "ko", ("a", "b"))
    assert entry.date.at.year == 2025


@pytest.mark.parametrize(
    ("lines", "written"),
    [
        ("A short line\n\nA sentence follows here.", "## A short line\n\nA sentence follows here."),
        ("A sentence.\n\nPart 1: Begin\n- a\n- b", "A sentence.\n\n## Part 1: Begin\n\n- a\n- b"),
        ("第一章 開始\n文字在這裡。", "## 第一章 開始\n\n文字在這裡。"),
        ("# Own\ntext.", "# Own\n\ntext."),
        ("# A\n\n## B\n\ntext.", "# A\n\n## B\n\ntext."),
        ("•  1Lukasz\n•  2This\n", "- Lukasz\n- This"),
        ("  1. a:\n    • b\n    • c\n  2. d", "1. a:\n   - b\n   - c\n2. d"),
        ("• a\n\n• b\ntext.", "- a\n- b\n\ntext."),
        ("text.\n-----\nmore.", "text.\n\n---\n\nmore."),
        (
            "One paragraph that is\nwrapped by a program\nand ends.",
            "One paragraph that is wrapped by a program and ends.",
        ),
        (
            "這一段文字被郵件程式\n折成了幾行而且不該\n有空白。",
            "這一段文字被郵件程式折成了幾行而且不該有空白。",
        ),
        (
            "Short.\nA much longer line that is no part of it at all.",
            "Short.\n\nA much longer line that is no part of it at all.",
        ),
        ("    indented text is no code.", "indented text is no code."),
        ("text.\n\nShare this\n\nNext post", "text."),
        ('- On A: "b" — Source: [C]', '- **On A**: "b" — C'),
        ("- On A: “b” — Source: [C]", "- **On A**: “b” — C"),
        ('- On A: "b"', '- On A: "b"'),
        ("", ""),
    ],
)
def test_a_body_becomes_markdown(lines: str, written: str) -> None:
    """Headings, lists, rules and paragraphs as their lines suggest."""
    assert markdown(lines.split("\n"))[0] == written


def test_only_a_whole_count_is_unglued() -> None:
    """`3D printing` keeps its 3."""
    assert unglued(["1Lukasz", "2“This"]) == ["Lukasz", "“This"]
    for items in (["3D printing", "4K film"], ["1Password"], ["1A", "B"], ["2026 was", "2027 is"]):
        assert unglued(items) == items


def test_key_points_are_a_list_under_their_heading() -> None:
    """In three languages; a heading without a list stays."""
    for heading in ("Key Points", "重點摘要", "핵심 요약", "## TL;DR"):
        loose = understand(f"T\n\n{heading}\n\n• a b\n• c d\n\nWords follow here.", "x.txt")
        assert loose.key_points
        assert (loose.key_points.value, loose.key_points.evidence) == (("a b", "c d"), heading)
        assert loose.body == "Words follow here."
    assert understand("T\n\nKey Points\n\nWords follow here.", "x.txt").key_points is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("plain words", "en"),
        ("這個國家的說法", "zh-Hant-TW"),
        ("这个国家的说法", "zh-Hans-CN"),
        ("山水", "zh-Hant-TW"),
        ("これは日本語です", "ja"),
        ("한국어 문장", "ko"),
        ("123", "en"),
    ],
)
def test_the_language_follows_from_the_script(text: str, language: str) -> None:
    """Between those that our readers read."""
    assert language_of(text).value == language


def test_a_files_name_is_its_titles_slug() -> None:
    """Or its own name's, or none."""
    assert file_name(understand("Hello, 世界!\n\nwords", "x.txt")) == "hello-世界.md"
    assert file_name(understand("-- -\n\nWords are here.", "My File.txt")) == "words-are-here.md"
    assert file_name(understand("Title: !!!\n\nwords", "!.txt")) == "entry.md"


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(WORDS, st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=3))
def test_what_is_written_is_read_again_the_same(title: str, tags: list[str], points: list[str]) -> None:
    """Any title, any tags, any key points: our own parser finds them, with nothing to complain of."""
    bullets = "\n".join(f"• {' '.join(point.split())}" for point in points)
    loose = understand(
        f"Title: {title}\n\nKey Points\n{bullets}\n\nThese are the words of the text.", "name.txt"
    )
    text = article(loose, tags=tags)
    entry, problems = parse(
        Document(path="x.md", data=text.encode(), type=EntryType.ARTICLE, language="en"), ZoneInfo("UTC")
    )
    assert entry
    assert problems == ()
    assert entry.title == " ".join(loose.title.value.split()) or entry.title
    assert entry.key_points == entry_of(text).key_points
    assert article(understand(text, "name.txt")) == text


@given(st.text(alphabet=st.sampled_from('Ta1.-•#·|:"“”\n 字日年月[]()—`*>_{<'), max_size=200), st.booleans())
def test_any_text_is_understood(text: str, is_markdown: bool) -> None:
    """Nothing raises, and the article of it is an article."""
    loose = understand(text, "x.txt", is_markdown=is_markdown)
    assert article(loose)
    assert loose.title.value


def test_the_header_ends_where_the_text_begins() -> None:
    """A date after the first paragraph, or far below, is none of the text's facts."""
    found = read_header(
        ["T", "", "A first sentence that is certainly long enough to be one of the text.", "2026-01-01"]
    )
    assert found.dates == []
    assert read_header(["T", *["x"] * 20, "2026-01-01", "y", "z", "a"]).dates == []
