"""Front matter and body apart, in three dialects."""

from __future__ import annotations

import time

import frontmatter
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.frontmatter import DIALECTS, split
from digest.collect.mistakes import MistakeError, Report

VALUES = {"title": "x: y", "tags": ["a", "b"], "n": 1}
TEXTS = {
    "yaml": '---\ntitle: "x: y"\ntags: [a, b]\nn: 1\n---\nbody\n',
    "toml": '+++\ntitle = "x: y"\ntags = ["a", "b"]\nn = 1\n+++\nbody\n',
    "json": '{\n"title": "x: y",\n"tags": ["a", "b"],\n"n": 1}\nbody\n',
}


@pytest.mark.parametrize("dialect", TEXTS)
def test_each_dialect_gives_the_same_values_places_and_body(dialect: str) -> None:
    """YAML, TOML and JSON differ in nothing; python-frontmatter reads them by our handlers."""
    text = TEXTS[dialect]
    parts = split(text)
    report = Report("f", text)
    places = {key: str(report.place(parts.start + at)) for key, at in parts.block.offsets.items()}
    assert (parts.dialect, parts.block.values) == (dialect, VALUES)
    assert places == {"title": "f:2:1", "tags": "f:3:1", "n": "f:4:1"}
    assert text[parts.body_start :] == "body\n"
    assert frontmatter.parse(text, handler=DIALECTS[dialect]) == (VALUES, "body")


@pytest.mark.parametrize(
    ("text", "values", "body"),
    [
        ("---\ntitle: x\n...\nbody", {"title": "x"}, "body"),
        ("\n\n--- \ntitle: x\n----\nq", {"title": "x"}, "q"),
        ("---\n---\nx", {}, "x"),
        ("---\ntitle: x\n---", {"title": "x"}, ""),
        ('{ "a": 1 }', {"a": 1}, ""),
        ('+++\na="""\nb = 1\n"""\n[t]\nb = 2\n+++\n', {"a": "b = 1\n", "t": {"b": 2}}, ""),
    ],
)
def test_fences_are_taken_as_people_write_them(text: str, values: object, body: str) -> None:
    """Dots close, blanks are no matter, more dashes are dashes, an empty block is a block."""
    parts = split(text)
    assert parts.block.values == values
    assert text[parts.body_start :] == body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\n\nhello\n",
        "# hi",
        "{{< youtube x >}}",
        "{% raw %}",
        "{#a}",
        "a\n---\nb: 1\n---\n",
        "----\na rule\n",
    ],
)
def test_a_text_without_front_matter_is_all_body(text: str) -> None:
    """A ruled line, a shortcode or a template tag at the beginning is no front matter."""
    parts = split(text)
    assert (parts.dialect, parts.block.values, parts.body_start) == ("", {}, 0)
    assert not any(handler.detect("# hi") for handler in DIALECTS.values())
    for handler in DIALECTS.values():
        with pytest.raises(ValueError, match="no front matter"):
            handler.split("x")


@pytest.mark.parametrize(
    ("text", "rule", "where"),
    [
        ("---\ntitle: x\n\n# Hi\n", "fence-missing", "3:1"),
        ("---\ntitle: x\n# Hi\n", "fence-missing", "3:1"),
        ("---\ntitle: x\n--\nbody", "fence-missing", "3:1"),
        ("---\ntitle: x", "fence-missing", "2:9"),
        ("---\n# note\ntitle：x", "fence-missing", "2:1"),
        ("---\na: b: c\n---\n", "yaml-colon", "2:5"),
        ("+++\ntitle: x\n+++\n", "toml-colon", "2:6"),
        ("+++\ntitle = x\n+++\n", "toml-value", "2:9"),
        ('+++\ntitle = "x\nb = 1\n+++\n', "toml-quote", "2:11"),
        ('+++\ntitle = """x\nb = 1\n+++\n', "toml-quote", "3:6"),
        ("+++\na = 1\na = 2\n+++\n", "duplicate-key", "3:6"),
        ("+++\n[a]\n[a]\n+++\n", "duplicate-key", "3:3"),
        ("+++\na = [1\nb = 2\n+++\n", "toml-bracket", "3:1"),
        ("+++\na = {b = 1\n+++\n", "toml-bracket", "2:11"),
        ("+++\nd = 2026-13-45\n+++\n", "toml-date", "2:9"),
        ("+++\nd = 2026-02-31\n+++\n", "toml-date", "2:5"),
        ('+++\na = "x" y\n+++\n', "toml-end", "2:9"),
        ('+++\na = "C:\\Users"\n+++\n', "toml-escape", "2:10"),
        ('+++\na = "\\q"\n+++\n', "toml-escape", "2:8"),
        ("+++\n= 1\n+++\n", "toml-value", "2:1"),
        ('+++\ntitle "x"\n+++\n', "toml-equals", "2:7"),
        ("+++\na = \x01\n+++\n", "toml-value", "2:5"),
        ("+++\n# \x01\n+++\n", "toml-syntax", "2:3"),
        ("+++\na = " + "[" * 100_000 + "\n+++\n", "toml-syntax", "2:1"),
        ('{ "a": 1, }', "json-comma", "1:9"),
        ('{\n"a": 1\n"b": 2}', "json-comma", "3:1"),
        ("{ 'a': 1 }", "json-quotes", "1:3"),
        ("{\na: 1}", "json-quotes", "2:1"),
        ('{ "a" 1 }', "json-colon", "1:7"),
        ('{\n"a": x}', "json-value", "2:6"),
        ('{\n"a": “x”}', "json-quotes", "2:6"),
        ('{\n"a": "x\n"}', "json-quotes", "2:8"),
        ('{\n"a": "x', "json-quotes", "2:6"),
        ('{\n"a": "\\q"}', "json-escape", "2:7"),
        ('{\n"a": 1', "json-bracket", "2:7"),
        ('{ "a": 1 } title', "json-end", "1:12"),
        ('{"a": ' + "[" * 100_000, "json-syntax", "1:1"),
        ("---\na: " + "x" * 1_000_001 + "\n---\n", "front-matter-size", "2:1"),
    ],
)
def test_a_mistake_is_placed_in_the_file_not_in_the_block(text: str, rule: str, where: str) -> None:
    """Lines count from the file's first, the fence among them, in every dialect."""
    with pytest.raises(MistakeError) as caught:
        split(text)
    mistake = caught.value.mistake
    assert (mistake.rule, str(Report("f", text).place(mistake.offset))[2:]) == (rule, where)
    assert mistake.sentence
    assert "\n" not in mistake.sentence


def test_a_key_twice_in_json_is_a_warning_and_the_last_counts() -> None:
    """As in YAML."""
    parts = split('{"a": 1,\n"a": 2}')
    assert parts.block.values == {"a": 2}
    assert [mistake.rule for mistake in parts.block.mistakes] == ["duplicate-key"]


def test_values_that_json_lacks_become_text() -> None:
    """TOML's dates and both dialects' endless numbers fit the archive's JSON."""
    toml = split(
        "+++\nd = 2026-01-02\nt = 2026-01-02T03:04:05Z\nl = 07:32:00\nn = nan\ni = [inf]\n+++\n"
    ).block.values
    assert toml == {
        "d": "2026-01-02",
        "t": "2026-01-02T03:04:05+00:00",
        "l": "07:32:00",
        "n": "nan",
        "i": ["inf"],
    }
    json = split('{"n": NaN, "i": 123456789012345678901234567890}').block.values
    assert json == {"n": "NaN", "i": "123456789012345678901234567890"}


PIECES = st.lists(
    st.sampled_from(
        (
            "---\n",
            "+++\n",
            "...\n",
            "a",
            "title",
            ": ",
            " = ",
            *"{}[]\",\n\t#\\'\x01é字",
            "1",
            "2026-01-02",
            " ",
        )
    ),
    max_size=40,
).map("".join)


@given(PIECES)
def test_any_text_is_split_or_has_a_mistake_inside_it(text: str) -> None:
    """Nothing else is raised; the body is a part of the text."""
    try:
        parts = split(text)
    except MistakeError as error:
        offset = error.mistake.offset
    else:
        offset = parts.body_start
    assert 0 <= offset <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "---\n" + "\n" * 300_000,
        "\n" * 300_000 + "x",
        "+++\n" + "a = 1\n" * 30_000,
        "{\n" + '"a": 1,' * 30_000,
    ],
)
def test_large_blocks_do_not_hang(text: str) -> None:
    """Every search is linear."""
    begin = time.perf_counter()
    try:
        split(text)
    except MistakeError as error:
        assert error.mistake.sentence  # noqa: PT017 - either outcome is right, only time is tested
    assert time.perf_counter() - begin < 5
