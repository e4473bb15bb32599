"""Emphasis in CJK text, against hand-checked cases and the JavaScript reference."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from digest.render.markdown.engine import parser
from digest.render.markdown.views import Medium

JS = Path(__file__).parents[2] / "js"

HARD = {
    "**他說：「走吧。」**然後": "<strong>他說：「走吧。」</strong>然後",
    "**前線。**後面": "<strong>前線。</strong>後面",
    "這是**「重點」**的意思": "這是<strong>「重點」</strong>的意思",
    "這是**（重點）**的意思": "這是<strong>（重點）</strong>的意思",
    "**《書名》**出版了": "<strong>《書名》</strong>出版了",
    "讀**《書名》**吧": "讀<strong>《書名》</strong>吧",
    "結果是**50%**的人": "結果是<strong>50%</strong>的人",
    "約**+5**度": "約<strong>+5</strong>度",
    "用**C++**寫的": "用<strong>C++</strong>寫的",
    "叫**“引號”**的": "叫<strong>“引號”</strong>的",
    "**注意！**請看": "<strong>注意！</strong>請看",
    "**為什麼？**因為": "<strong>為什麼？</strong>因為",
    "**一、**二": "<strong>一、</strong>二",
    "*「斜體」*的字": "<em>「斜體」</em>的字",
    "***「粗斜」***的字": "<em><strong>「粗斜」</strong></em>的字",
    "~~（刪去）~~的字": "<s>（刪去）</s>的字",
    "**これは太字。**次の文": "<strong>これは太字。</strong>次の文",
    "これは**「強調」**です": "これは<strong>「強調」</strong>です",
    "**カタカナ！**です": "<strong>カタカナ！</strong>です",
    "**스크립트(Script)**라고": "<strong>스크립트(Script)</strong>라고",
    "**‘인용’**이라는 말": "<strong>‘인용’</strong>이라는 말",
    '**"인용"**이라는 말': "<strong>&quot;인용&quot;</strong>이라는 말",
    "이것은**(강조)**입니다": "이것은<strong>(강조)</strong>입니다",
    "**[連結](https://a.example/)**的字": '<strong><a href="https://a.example/">連結</a></strong>的字',
    "**`code`**的字": "<strong><code>code</code></strong>的字",
    "看**`code`**的": "看<strong><code>code</code></strong>的",
    "**𠮷野家。**吃": "<strong>𠮷野家。</strong>吃",
    "**葛󠄀城。**町": "<strong>葛󠄀城。</strong>町",
    "中文**English.**中文": "中文<strong>English.</strong>中文",
    "字\ufe00**「b」**c": "字\ufe00<strong>「b」</strong>c",
    "“\ufe01**b。**c": "“\ufe01<strong>b。</strong>c",
}
"""What CommonMark leaves as asterisks, and what a reader of these languages means."""

KEPT = {
    "a**“b”**c": "a**“b”**c",
    "一__「二」__三": "一__「二」__三",
    "world.**Next": "world.**Next",
    "snake_case_name": "snake_case_name",
    "2 * 3 * 4": "2 * 3 * 4",
    "**not closed": "**not closed",
    "👩‍💻**“b”**c": "👩‍💻**“b”**c",
}
"""What stays as it is: in words of spaced writing, and where nothing closes."""

PIECES = [
    *"漢字中文。，、；：？！「」『』（）《》…—・ーかなカナ한글조사abcXYZ019.,;:!?()[]{}\"'“”‘’%+-/#&=|",
    *("*", "*", "**", "**", "**", "***", "_", "__", "~~", "`", " ", " ", "　", "\u00a0", "é", "ß", "é", "Ω"),
    *("👍", "👩\u200d💻", "❤\ufe0f", "㊗", "㊗\ufe0f", "〰", "〰\ufe0f", "𠮷", "葛\U000e0100"),
    *("“\ufe01", "”\ufe01", "‘\ufe00", "\u3000\ufe00", "。\ufe00", "\ufe0e"),
    *("₩", "﷼", "ㄅ", "ㆠ", "ᄀ", "ᅡ", "ᆨ", "ｱ", "ﾊﾟ", "￦", "①", "Ⅳ", "±", "♪"),
    *("\\*", "\\_", "[a](b)", "![i](j)"),
]


def ours(line: str) -> str:
    """One line as our parser renders it, without the surroundings of a body."""
    env = {"medium": Medium.WEB, "heading": 2, "ids": False}
    return parser().renderInline(line, env)


def cases(count: int, seed: int) -> list[str]:
    """Lines of pieces that are hard for emphasis; the same ones every time."""
    dice = random.Random(seed)
    return ["".join(dice.choices(PIECES, k=dice.randint(2, 16))) for _ in range(count)]


def reference(lines: list[str]) -> list[str]:
    """What the JavaScript reference makes of the lines, by one run of node."""
    node = shutil.which("node")
    installed = (JS / "node_modules" / "markdown-it-cjk-friendly").is_dir()
    if not node or not installed:
        reason = "node and tests/js/node_modules are needed: `make test` installs them"
        if any(os.environ.get(name, "").lower() in {"1", "true"} for name in ("CI", "DIGEST_STRICT")):
            pytest.fail(reason)
        pytest.skip(reason)
    run = subprocess.run(
        [node, "reference.mjs"], cwd=JS, input=json.dumps(lines), capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize(("markdown", "html"), (HARD | KEPT).items())
def test_reads_emphasis_as_its_readers_do(markdown: str, html: str) -> None:
    """Emphasis next to CJK punctuation opens and closes; between spaced words nothing changes."""
    assert ours(markdown) == html


def test_hard_cases_agree_with_the_reference() -> None:
    """The JavaScript reference says the same of every hand-checked case."""
    lines = [*HARD, *KEPT]
    assert [ours(line) for line in lines] == reference(lines)


def _disagreements(count: int, seed: int) -> list[tuple[str, str, str]]:
    lines = cases(count, seed)
    pairs = zip(lines, map(ours, lines), reference(lines), strict=True)
    return [(line, mine, theirs) for line, mine, theirs in pairs if mine != theirs]


def test_ten_thousand_lines_agree_with_the_reference() -> None:
    """No fuzzed line of any script, quotes, selectors and markers is read otherwise than there."""
    assert _disagreements(10_000, 20260126) == []


@pytest.mark.soak
def test_a_quarter_million_lines_agree_with_the_reference() -> None:
    """The same, at length and with other dice."""
    for seed in range(25):
        assert _disagreements(10_000, seed) == []


def test_leaves_other_parsers_alone() -> None:
    """The rule lives in one instance: a MarkdownIt made elsewhere still follows CommonMark."""
    from markdown_it import MarkdownIt

    assert "**" in MarkdownIt().renderInline("**「詞。」**後")
