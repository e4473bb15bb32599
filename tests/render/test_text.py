"""The text part."""

import dataclasses
import re

import pytest

from digest.render.mailing import mail
from digest.render.text import CELLS, render_text
from digest.text.widths import cells
from digest.text.wrap import NOT_AT_END, NOT_AT_START


def said(issue, config, language):
    return render_text(mail(issue, config, language), config, "x")


@pytest.mark.parametrize("language", ["zh-Hant-TW", "ko", "en"])
@pytest.mark.parametrize("setting", ["never", "always"])
def test_lines_are_72_cells_and_break_where_readers_expect(rich_issue, full_text, language, setting):
    """Only addresses and a reader's tokens are longer; no line begins with ，。」 or ends with 「（."""
    text = said(rich_issue, full_text(setting), language).text
    for line in text.split("\n"):
        if "://" not in line and "@@" not in line:
            assert cells(line) <= CELLS, line
        assert line == line.rstrip(" ")
        if "def pick" not in line and cells(line) > 40:
            assert line[0] not in NOT_AT_START - {"‧", "・", "."}
            assert line[-1] not in NOT_AT_END
    assert "\n\n\n" not in text
    assert text.endswith("\n")


def test_hangul_words_stay_whole(rich_issue, rich_config):
    """Korean breaks at spaces only."""
    words = set(rich_issue.sections[1].items[0].entry.description.split())
    text = said(rich_issue, rich_config, "ko").text
    assert words <= set(text.split())


def test_the_address_stands_under_each_title(rich_issue, rich_config):
    """One reads the title, then where it leads."""
    lines = said(rich_issue, rich_config, "zh-Hant-TW").text.split("\n")
    for item in (*rich_issue.items, *rich_issue.profiles):
        at = lines.index(item.url)
        title = re.sub(r"\s", "", "".join(lines[max(0, at - 2) : at]))
        assert re.sub(r"\s", "", item.entry.title)[:12] in title


def test_changes_are_one_list(rich_issue, rich_config):
    """Sign and word, field, old and new; the count of the others with the way to them."""
    text = said(rich_issue, rich_config, "zh-Hant-TW").text
    assert (
        "↻ 更新 · 現職 · 旌德縣尹 → 永豐縣尹\n＋ 新增 · 代表作品 · 《農書》 · 1313、〈造活字印書法〉\n－ 移除"
        in text
    )
    more = "另有 2 項變更：Favourite typeface：宋體；改寫內文 · 查看完整變更"
    assert f"{more}\nhttps://paper.example/weekly/14/#c-6784518f" in text


def test_what_is_not_there_leaves_no_empty_line(rich_issue, rich_config, make_article, make_item):
    """A card without source, date, description or tags; an issue without note; a site without address."""
    bare = make_item(make_article("a", "標題", "zh-Hant-TW", date=None, body=""))
    issue = dataclasses.replace(
        rich_issue,
        lead=bare,
        note=" ",
        tagline="",
        sections=(),
        profiles=(),
        quotes=(),
        overflow=rich_issue.overflow * 6,
    )
    site = rich_config.site.model_copy(update={"postal_address": ""})
    text = said(issue, rich_config.model_copy(update={"site": site}), "zh-Hant-TW").text
    assert "\n\n¶ 文章\n標題\nhttps://paper.example/articles/a/\n閱讀 4 分鐘\n\n閱讀文章\n" in text
    assert "另有 6 篇在網頁上\nhttps://paper.example/weekly/14/#overflow\n" in text
    assert "\n\n\n" not in text


def test_a_quote_without_a_name_has_no_dash(rich_issue, rich_config):
    """Nobody is quoted as nobody."""
    first = rich_issue.quotes[0]
    nameless = dataclasses.replace(first, quote=dataclasses.replace(first.quote, by="", source=""))
    text = said(dataclasses.replace(rich_issue, quotes=(nameless,)), rich_config, "en").text
    assert "毀於隨。」\n\n" in text
