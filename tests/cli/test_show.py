"""Problems as people read them, and as JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from digest.cli.show import closing, count, in_order, jsonable, printable, problem_text, shortened
from digest.model import Position, Problem, Severity


def _problem(
    line: str, column: int, severity: Severity = Severity.ERROR, path: str = "articles/005.md"
) -> Problem:
    return Problem(
        severity=severity,
        rule="yaml-colon",
        sentence='front matter does not parse: a second ":" on the line',
        position=Position(path=path, line=2, column=column),
        hint="put the value in double quotes",
        frame=((1, "---"), (2, line), (3, "---")),
    )


def test_form_of_the_house() -> None:
    """A problem reads as design says: severity, sentence, rule; place; frame with a caret under CJK; hint."""
    text = problem_text(_problem("title: 「我發明了 Transformer」: Llion Jones 為何離開", 27)).plain
    assert text == (
        'error  front matter does not parse: a second ":" on the line   yaml-colon\n'
        "  articles/005.md:2:27\n"
        "  2 │ title: 「我發明了 Transformer」: Llion Jones 為何離開\n"
        "    │                                 ^\n"
        "  hint  put the value in double quotes"
    )


def test_lines_around_are_for_the_curious() -> None:
    """The neighbours of the faulty line are shown when they are asked for."""
    assert "  1 │ ---" in problem_text(_problem("title: x", 1), around=True).plain
    assert "  1 │ ---" not in problem_text(_problem("title: x", 1)).plain


def test_no_frame_and_no_hint() -> None:
    """A problem with a place only is two lines."""
    bare = Problem(severity=Severity.WARNING, rule="x", sentence="s", position=Position(path="a"))
    assert problem_text(bare).plain == "warning  s   x\n  a:1:1"


@given(st.text(max_size=300).filter(lambda line: "\n" not in line and "\r" not in line), st.integers(1, 310))
def test_caret_stands_under_its_character(line: str, column: int) -> None:
    """However long or strange a line is, the caret is in the frame, under the character that it means."""
    shown = problem_text(_problem(line, column)).plain.split("\n")
    assert cell_len(shown[2]) <= 120
    assert shown[3].strip().endswith("^")
    assert cell_len(shown[3]) <= 130 + max(0, column - len(line))


def test_long_line_is_cut_around_the_place() -> None:
    """A line longer than a terminal shows the part that matters."""
    line = "甲" * 200 + "X" + "乙" * 200
    shown = problem_text(_problem(line, 201)).plain.split("\n")
    body, caret = shown[2].removeprefix("  2 │ "), shown[3].removeprefix("    │ ")
    assert body.startswith("…")
    assert body.endswith("…")
    assert cell_len(body[: body.index("X")]) == len(caret) - 1


def test_tab_before_the_place() -> None:
    """A tab is four cells wide in the frame, and the caret knows."""
    shown = problem_text(_problem("\tx", 2)).plain.split("\n")
    assert shown[2:4] == ["  2 │     x", "    │     ^"]


def test_control_characters_cannot_drive_the_terminal() -> None:
    """An escape sequence in a file's name or title is shown, not obeyed."""
    assert printable("a\x1b[31mb\x9b\u202e") == "a␛[31mb��"
    assert "\x1b" not in problem_text(_problem("\x1b]0;x\x07", 2, path="\x1b[2J.md")).plain


def test_errors_come_last() -> None:
    """Errors stand next to the line that counts them; within a severity the order is by place."""
    a, b, c = (
        _problem("x", 1, Severity.ERROR, "a"),
        _problem("x", 1, Severity.WARNING, "b"),
        _problem("x", 1, Severity.WARNING, "a"),
    )
    assert in_order([a, b, c]) == [c, b, a]


def test_closing_line() -> None:
    """The closing line counts in words that agree with their numbers."""
    problems = [_problem("x", 1), _problem("x", 1, Severity.WARNING)]
    assert (
        closing(problems, 5, 0.21, "Nothing was sent.")
        == "1 error, 1 warning in 5 files, 0.21 s. Nothing was sent."
    )
    assert closing([], 1, 0, "x") == "0 errors, 0 warnings in 1 file, 0.00 s. x"
    assert count(2, "entry") == "2 entries"


def test_shortened() -> None:
    """A cell's text is cut by cells, on one line."""
    assert shortened("甲乙\n丙丁", 6) == "甲乙…"
    assert shortened("甲 乙", 6) == "甲 乙"


def test_jsonable() -> None:
    """Dataclasses, enums and times become JSON's types."""
    value = jsonable({"p": Position(path="a"), "s": Severity.ERROR, "t": datetime(2026, 1, 1, tzinfo=UTC)})
    assert value == {"p": {"path": "a", "line": 1, "column": 1}, "s": "error", "t": "2026-01-01T00:00:00Z"}


def test_a_feed_stands_by_its_address_alone() -> None:
    """What is wrong with a whole feed names an address that can be opened; a line within it is named."""
    from digest.model import Position, Problem, Severity

    def told(line: int) -> str:
        place = Position(path="https://a.example/feed", line=line)
        return problem_text(
            Problem(severity=Severity.ERROR, rule="feed-gone", sentence="gone", position=place)
        ).plain

    assert "  https://a.example/feed" in told(1).split("\n")
    assert "  https://a.example/feed:3:1" in told(3).split("\n")
