"""What a mail shows of an issue."""

import dataclasses
from datetime import datetime

import pytest

from digest.model import (
    Change,
    EntryType,
    ImageRef,
    IssueQuote,
    Operation,
    Picture,
    PictureFile,
    Position,
    Quote,
    Stamp,
)
from digest.render.mail import Said
from digest.render.mailing import DEK, LISTED, QUOTES, ROWS, mail
from digest.text.scripts import quoted, script_language
from digest.text.widths import cells

HERE = Position(path="x.md")


@pytest.fixture
def shown(rich_issue, rich_config, make_item):
    """The mail of an issue whose lead is one item, in a language."""

    def show(entry, language="zh-Hant-TW", config=rich_config, **values):
        issue = dataclasses.replace(rich_issue, lead=make_item(entry, **values))
        return mail(issue, config, language).lead

    return show


def test_totals_and_pills(rich_issue, rich_config):
    """Articles are counted without profiles; every part that one can jump to has a pill."""
    seen = mail(rich_issue, rich_config, "en")
    assert (seen.item_counts, seen.minute_counts) == ((("n=9", "9 items"),), (("m=45", "about 45 minutes"),))
    shown = [(pill.titles[0][1], pill.counts[0][1], pill.anchor) for pill in seen.pills]
    anchors = [group.anchor for group in seen.groups]
    assert shown == [
        ("Print and paper", "3", anchors[0]),
        ("한글", "2", anchors[1]),
        ("語錄", "3", anchors[2]),
        ("Profile updates", "2", "profiles"),
        ("Quotes", "3", "quotes"),
    ]
    assert len(set(anchors)) == 3
    assert (seen.number, seen.day) == ("No. 14", "Monday, 26 January 2026")
    empty = dataclasses.replace(rich_issue, lead=None, sections=(), profiles=(), quotes=(), overflow=())
    assert mail(empty, rich_config, "ko").pills == ()
    assert mail(empty, rich_config, "ko").item_counts == ()  # not “0 items, about 0 minutes”


def test_an_edition_that_the_config_no_longer_has_is_still_shown(rich_issue, rich_config):
    """A sealed issue outlives its edition's table: headings stay as composed, nothing is in full."""
    gone = dataclasses.replace(rich_issue, edition="gone")
    seen = mail(gone, rich_config, "en")
    assert seen.groups[0].title.text == "印刷與紙"
    assert not seen.lead.full


def test_a_language_that_the_interface_does_not_speak_is_not_claimed(rich_issue, rich_config):
    """A mail for Japanese readers has English words, and says so in its lang."""
    seen = mail(dataclasses.replace(rich_issue, language="ja", languages=("ja",)), rich_config, "ja")
    assert (seen.language, seen.foreign) == ("en", "ja")


@pytest.mark.parametrize(
    ("kind", "text", "away"),
    [
        ("podcast", "Listen to the episode", True),
        ("video", "Watch the video", True),
        ("paper", "Read the paper", True),
        ("interview", "Read the interview", False),
        ("wiki", "Read the wiki page", False),
        ("quotes", "Read the quotes", False),
        ("article", "Read the article", False),
        ("whatever", "Read the article", False),
    ],
)
def test_the_lead_button_says_what_it_opens(make_article, shown, kind, text, away):
    """What is heard or watched opens where it plays; what is read opens on the site."""
    entry = make_article("a", "t", "en", kind=kind, source_url="https://play.example/1")
    action = shown(entry, "en").action
    assert (action.text, action.url == "https://play.example/1") == (text, away)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "ftp://x/", "https://"])
def test_a_button_never_opens_what_is_no_web_address(make_article, shown, url):
    """Without a source that can be opened, the button opens the entry's page."""
    entry = make_article("a", "t", "en", kind="video", source_url=url)
    assert shown(entry, "en").action.url == "https://paper.example/articles/a/"


def test_a_link_says_whose_page_it_opens(make_article, shown):
    """An item of somebody else's feed is read there."""
    entry = make_article("a", "t", "en", type=EntryType.LINK, kind="link", source_name="Elsewhere")
    assert shown(entry, "en").action.text == "Read it at Elsewhere"
    unnamed = dataclasses.replace(entry, source_name="")
    assert shown(unnamed, "en").action.text == "Read the article"


@pytest.mark.parametrize(
    ("language", "reading", "said_in", "code"),
    [
        ("zh-Hant-TW", "閱讀 5 分鐘", "", ""),
        ("zh-Hans", "閱讀 5 分鐘", "", ""),
        ("ko", "읽는 시간 5분", "", "한"),
        ("en-GB", "5 min read", "", "EN"),
        ("ja", "5 min read", "en", "日"),
    ],
)
def test_reading_time_is_said_in_the_entry_s_own_language(
    make_article, shown, language, reading, said_in, code
):
    """A foreign card shows its language; where we do not speak it, the words are English and say so."""
    card = shown(make_article("a", "t", language), minutes=5)
    assert (card.reading, card.code) == (Said(text=reading, language=said_in), code)


def test_badges(make_article, shown):
    """YouTube is named where the source is YouTube; a kind that we do not know is an article."""

    def worn(**values):
        badge = shown(make_article("a", "t", "en", **values), "en").badge
        return badge.sign.rstrip("\ufe0e"), badge.word, badge.colour

    assert worn(kind="video", source_name="YouTube") == ("▶", "YouTube", "video")
    assert worn(kind="video", source_name="Vimeo") == ("▶", "Video", "video")
    assert worn(kind="saga") == ("¶", "Article", "article")


def test_dates_are_those_of_the_site_s_zone(make_article, shown):
    """An article of 23:00 UTC is of the next day in Taipei; another year is said; no date, no words."""

    def day(stamp):
        return shown(make_article("a", "t", "en", date=stamp), "en").day

    assert day(Stamp(at=datetime.fromisoformat("2026-01-23T23:00:00+00:00"))) == "24 Jan"
    assert day(Stamp(at=datetime.fromisoformat("2026-01-23T23:00:00+00:00"), day_only=True)) == "23 Jan"
    assert day(Stamp(at=datetime.fromisoformat("2025-12-31T00:00:00+00:00"))) == "31 December 2025"
    assert day(None) == ""


def test_a_long_description_is_cut(make_article, shown):
    """At most 120 Han characters, ended by an ellipsis."""
    card = shown(make_article("a", "t", "zh-Hant-TW", description="字" * 500))
    assert cells(card.dek) <= DEK
    assert card.dek.endswith("…")


def test_at_most_three_tags(make_article, shown):
    """None of them so long that a phone could not show it on a line."""
    tags = shown(make_article("a", "t", "en", tags=("a b", "字" * 40, "d", "e"))).tags
    assert [cells(tag.text) <= 30 for tag in tags] == [True] * 3
    assert [tag.language for tag in tags] == ["", "zh-Hant", ""]
    tags = shown(make_article("a", "t", "zh-Hant-TW", tags=("印刷", "한글", "CSS"))).tags
    assert [tag.language for tag in tags] == ["", "ko", ""]  # Latin letters are at home everywhere


def test_positions_go_through(rich_issue, rich_config):
    """A card points at its title's line, its description at its own; without lines, at the file."""
    lead = mail(rich_issue, rich_config, "en").lead
    assert (str(lead.place), str(lead.dek_place)) == (
        "articles/lead-type.md:2:1",
        "articles/lead-type.md:4:1",
    )


def test_pictures_have_twice_the_pixels(make_article, rich_issue, rich_config, make_item):
    """Local ones travel with the issue, remote ones are linked, what is neither is not shown."""
    ref = ImageRef(src="p.png", alt="", position=HERE)
    entry = dataclasses.replace(make_article("a", "t", "en"), image=ref)
    files = tuple(PictureFile(name=f"n-{width}.png", width=width, height=width) for width in (200, 380, 2400))
    picture = Picture(entry=entry.key, src="p.png", alt="of the picture", files=files)

    def image(entry, pictures):
        lead = make_item(entry)
        issue = dataclasses.replace(rich_issue, lead=lead, pictures=pictures)
        return mail(issue, rich_config, "en").lead.image

    large = image(entry, (picture,))
    assert (large.src, large.width, large.height, large.alt) == (
        "https://paper.example/weekly/14/assets/n-2400.png",
        372,
        372,
        "of the picture",
    )
    assert large.is_tall  # made narrower: mail programs that cannot crop show all of it on half a screen
    small = dataclasses.replace(picture, files=files[:2])
    assert image(entry, (small,)).src.endswith("n-380.png")
    assert image(entry, ()) is None
    assert image(entry, (dataclasses.replace(picture, files=()),)) is None
    remote = dataclasses.replace(
        entry, image=dataclasses.replace(ref, src="https://x.example/p.png", alt="far")
    )
    assert (image(remote, ()).src, image(remote, ()).height, image(remote, ()).is_tall) == (
        "https://x.example/p.png",
        0,
        False,
    )


@pytest.mark.parametrize(
    ("width", "height", "lead", "thumb"),
    [
        (1200, 600, (600, 300, False), (190, 95, False)),
        (600, 1200, (186, 372, True), (95, 190, True)),
        (299, 100, None, (190, 64, False)),
        (40, 30, None, (40, 30, False)),
        (10, 9000, None, (1, 190, True)),
    ],
)
def test_a_picture_neither_fills_a_screen_nor_is_blown_up(
    make_article, rich_issue, rich_config, make_item, width, height, lead, thumb
):
    """A tall one is made narrower; a stamp is no lead's picture, and as a thumbnail has its own size."""
    ref = ImageRef(src="p.png", alt="", position=HERE)
    entry = dataclasses.replace(make_article("a", "t", "en"), image=ref)
    file = PictureFile(name="n.png", width=width, height=height)
    picture = Picture(entry=entry.key, src="p.png", alt="", files=(file,))
    section = dataclasses.replace(rich_issue.sections[0], items=(make_item(entry),))
    issue = dataclasses.replace(rich_issue, lead=make_item(entry), sections=(section,), pictures=(picture,))
    seen = mail(issue, rich_config, "en")
    large, small = seen.lead.image, seen.groups[0].cards[0].image
    assert (large and (large.width, large.height, large.is_tall)) == lead
    assert (small.width, small.height, small.is_tall) == thumb


def test_a_lead_that_stands_here_in_full_is_offered_in_the_browser(make_article, shown, full_text):
    """Nobody is asked to read what they have just read; what is elsewhere is still offered."""
    article = make_article("a", "t", "en")
    episode = make_article("b", "t", "en", kind="podcast", source_url="https://pod.example/1")
    config = full_text("lead")
    assert shown(article, "en", config).action.text == "View in browser"
    assert shown(episode, "en", config).action.text == "Listen to the episode"


def test_names_that_never_end_are_cut(make_article, rich_issue, rich_config, make_item):
    """A pill that may not break, a button and a quote's credit stay within the sheet."""
    long = "字" * 200
    link = make_article("a", "t", "zh-Hant-TW", type=EntryType.LINK, source_name=long)
    section = dataclasses.replace(rich_issue.sections[0], title=long)
    quote = IssueQuote(quote=Quote(text="x", by=long, source=long), entry="", url="https://x.example/")
    issue = dataclasses.replace(
        rich_issue, lead=make_item(link), sections=(section,), profiles=(), quotes=(quote,)
    )
    seen = mail(issue, rich_config, "zh-Hant-TW")
    assert seen.groups[0].title.text == long
    assert cells(seen.pills[0].titles[0][1]) <= 30
    assert cells(seen.lead.action.text) <= 60
    assert all(cells(each.text) <= 80 for each in (seen.quotes[0].by, seen.quotes[0].source))


def test_profiles_show_four_changes_and_count_the_others(rich_issue, rich_config):
    """Fields have names in the mail's language, unknown ones are read as words."""
    person, company = mail(rich_issue, rich_config, "en").profiles
    assert (person.name, person.original.text, person.initials) == ("王禎", "Wang Zhen", "WZ")
    assert (person.state, person.is_new, company.state) == ("Updated", False, "New profile")
    assert [(row.sign, row.word, row.label) for row in person.rows] == [
        ("↻", "Updated", "Position"),
        ("＋", "Added", "Notable works"),
        ("－", "Removed", "X (Twitter)"),
        ("↻", "Updated", "About"),
    ]
    assert len(person.rows) == ROWS
    assert person.more == "2 more changes: Favourite typeface: 宋體; Text rewritten"
    one_over = dataclasses.replace(rich_issue.profiles[0], changes=rich_issue.profiles[0].changes[: ROWS + 1])
    fewer = dataclasses.replace(rich_issue, profiles=(one_over,))
    assert mail(fewer, rich_config, "en").profiles[0].more == "1 more change: Favourite typeface: 宋體"
    assert (company.more, company.rows[0].label) == ("", "Founded")
    assert person.rows[0].values == (("旌德縣尹", "永豐縣尹"),)


def test_a_change_of_many_items_shows_the_first(rich_issue, rich_config):
    """Three of a list, two of pairs, and how many others there are."""

    def row(operation, old, new):
        change = Change(operation=operation, field="awards", old=old, new=new)
        profile = dataclasses.replace(rich_issue.profiles[0], changes=(change,))
        issue = dataclasses.replace(rich_issue, profiles=(profile,))
        return mail(issue, rich_config, "en").profiles[0].rows[0]

    added = row(Operation.ADDED, (), tuple("abcde"))
    assert (added.values, added.more) == ((("", "a"), ("", "b"), ("", "c")), "5 awards in all")
    changed = row(Operation.CHANGED, ("a", "b", "c"), ("x", "y", "z"))
    assert (changed.values, changed.more) == ((("a", "x"), ("b", "y")), "3 awards in all")
    assert str(changed.place) == "articles/wang-zhen.md:1:1"


def test_profiles_of_people_only_are_called_people(rich_issue, rich_config):
    """Companies among them make them profiles; one without a date shows none."""
    undated = dataclasses.replace(rich_issue.profiles[0].entry, updated=None)
    profile = dataclasses.replace(rich_issue.profiles[0], entry=undated)
    seen = mail(dataclasses.replace(rich_issue, profiles=(profile,)), rich_config, "zh-Hant-TW")
    assert (seen.profiles_titles, seen.profiles_counts) == (
        (("people", "人物檔案更新"),),
        ((("p=1", "1 位"),),),
    )
    assert seen.profiles[0].day == ""


def test_quotes_are_in_the_marks_of_their_language(rich_issue, rich_config):
    """At most three; the language is the quote's, else its entry's, else the mail's."""
    quote = Quote(text="x")
    many = tuple(IssueQuote(quote=quote, entry=rich_issue.quotes[0].entry, url="u") for _ in range(5))
    seen = mail(dataclasses.replace(rich_issue, quotes=many), rich_config, "en")
    assert len(seen.quotes) == QUOTES
    assert (seen.quotes[0].text, seen.quotes[0].language, seen.quotes[0].is_latin) == (
        "「x」",
        "zh-Hant-TW",
        True,
    )
    assert str(seen.quotes[0].place) == "articles/on-reading.md:1:1"
    orphan = (IssueQuote(quote=quote, entry="gone", url="u"),)
    seen = mail(dataclasses.replace(rich_issue, quotes=orphan), rich_config, "ko")
    assert (seen.quotes[0].language, seen.quotes[0].place) == ("ko", None)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("說", "zh-Hant-TW", "「說」"),
        ("言う", "ja", "「言う」"),
        ("말", "ko", "“말”"),
        ("say", "en", "“say”"),
        (" “said” ", "en", "“said”"),
        ("「已有」", "zh-Hant-TW", "「已有」"),
        ("「半", "zh-Hant-TW", "「「半」"),
    ],
)
def test_quoted(text, language, said):
    """Marks that are there are kept, none are doubled."""
    assert quoted(text, language) == said


@pytest.mark.parametrize(
    ("text", "around", "language"),
    [
        ("한글 Hangul", "zh-Hant-TW", "ko"),
        ("ひらがなと漢字", "zh-Hant-TW", "ja"),
        ("漢字", "ko", "zh-Hant"),
        ("漢字", "zh-Hant-TW", ""),
        ("Latin", "zh-Hant-TW", "en"),
        ("Latin", "en", ""),
        ("123", "en", ""),
    ],
)
def test_script_language(text, around, language):
    """Names carry the language of their letters where it is not that of the card."""
    assert script_language(text, around) == language


def test_the_overflow_is_listed_up_to_a_dozen(rich_issue, rich_config):
    """The others are counted, with a link to the web page."""
    many = dataclasses.replace(rich_issue, overflow=rich_issue.overflow * 6)
    seen = mail(many, rich_config, "en")
    assert (len(seen.overflow), seen.overflow_more) == (LISTED, (("o=6", "6 more on the web"),))
    assert mail(rich_issue, rich_config, "en").overflow_more == ()


@pytest.mark.parametrize(("setting", "lead", "others"), [("never", 0, 0), ("lead", 1, 0), ("always", 1, 1)])
def test_full_text_is_the_edition_s_choice(rich_issue, full_text, setting, lead, others):
    """An entry without a body never stands in full."""
    seen = mail(rich_issue, full_text(setting), "en")
    assert (seen.lead.full, seen.groups[0].cards[0].full) == (bool(lead), bool(others))
    assert not seen.groups[0].cards[2].full


def test_a_heading_that_the_editor_gave_in_another_language(rich_issue, rich_config):
    """What an issue's overrides call a section comes before config.toml's and the tag's own word."""
    first = dataclasses.replace(rich_issue.sections[0], titles={"en": "An editor's word"})
    issue = dataclasses.replace(rich_issue, sections=(first, *rich_issue.sections[1:]))
    assert mail(issue, rich_config, "en").groups[0].title.text == "An editor's word"
