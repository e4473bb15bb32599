"""Building a draft writes nothing, and bad input costs only itself."""

from datetime import UTC, datetime

import pytest

from digest import press
from digest.errors import ConfigError, NothingNewError, SealError, TemplateError, UsageError
from digest.model import Severity
from digest.press import Site, picturing
from tests.press.conftest import LATER, NOW, WITH_IMAGE, tree


def rules(draft):
    return [problem.rule for problem in draft.problems]


def test_a_draft_is_complete(make_site):
    """Issue, renditions in the edition's language, assets."""
    draft = press.build(make_site(), now=NOW)
    assert draft.issue.id == "weekly/1"
    assert {entry.entry.slug for entry in draft.issue.everything} >= {"tea", "clocks", "shore"}
    assert {rendition.name for rendition in draft.renditions} == {"email.html", "email.txt"}
    assert draft.problems == ()


def test_building_writes_nothing(make_site):
    """No database, no lock, only the cache: before the first issue and after."""
    site = make_site()
    before = tree(site.root)
    press.build(site, now=NOW)
    assert tree(site.root) == before
    assert {path.name for path in site.root.iterdir()} == {".digest", "config.toml", "articles", "static"}
    press.publish(site, now=NOW)
    (site.root / "articles" / "more.md").write_text("---\ntitle: More\ndate: 2026-01-30\n---\nText.\n")
    before = tree(site.root)
    assert press.build(site, now=LATER).issue.number == 2
    assert tree(site.root) == before


def test_progress_is_told_each_file(make_site):
    """For a bar on what takes longer than a second."""
    told = []
    press.build(make_site(), now=NOW, progress=told.append)
    assert "articles/tea.md" in told


def test_nothing_new_says_so(make_site):
    """Its exit code is 4."""
    with pytest.raises(NothingNewError, match="nothing new for weekly") as caught:
        press.build(make_site(), now=datetime(2020, 1, 1, tzinfo=UTC))
    assert caught.value.code == 4


def test_an_unknown_edition_names_the_known_ones(make_site):
    """Its exit code is 2."""
    with pytest.raises(UsageError, match="monthly") as caught:
        press.build(make_site(), edition="monthly", now=NOW)
    assert "weekly" in caught.value.hint


def test_a_site_without_a_config(tmp_path):
    """Told as any other fault of config.toml."""
    with pytest.raises(ConfigError):
        Site.load(tmp_path)


def test_another_config_may_be_named(make_site):
    """`--config` reads one from elsewhere."""
    site = make_site(
        {"else/other.toml": make_site().config_path.read_text().replace("Scratch Weekly", "Other")}
    )
    loaded = Site.load(site.root, site.root / "else" / "other.toml")
    assert press.build(loaded, now=NOW).issue.title == "Other"


def test_images_travel_with_the_issue(make_site):
    """Each reference, in the sizes that the picture has, each file once."""
    draft = press.build(make_site(), now=NOW)
    found = [(picture.src, [file.width for file in picture.files]) for picture in draft.issue.pictures]
    assert found == [("shore.png", [380, 600, 800]), ("/logo.png", [300])]
    assert set(draft.assets) == {file.name for each in draft.issue.pictures for file in each.files}
    html = next(each.text for each in draft.renditions if each.name == "email.html")
    assert "https://scratch.example/weekly/1/assets/" in html


@pytest.mark.parametrize("data", [b"no picture", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"<svg/>"])
def test_a_broken_image_costs_only_itself(make_site, data):
    """A warning at the line that refers to it; the entry and the other image go on."""
    draft = press.build(make_site({"articles/maps/shore.png": data}), now=NOW)
    assert [picture.src for picture in draft.issue.pictures] == ["/logo.png"]
    (problem,) = [problem for problem in draft.problems if problem.rule == "image-broken"]
    assert (problem.severity, problem.position.path) == (Severity.WARNING, "articles/maps/shore.md")
    assert problem.sentence.startswith("the image shore.png ")
    assert problem.frame


def test_a_missing_image_costs_only_itself(make_site):
    """Collecting tells it; the entry goes on."""
    draft = press.build(make_site({"articles/lost.md": WITH_IMAGE.replace("shore.png", "lost.png")}), now=NOW)
    assert "image-missing" in rules(draft)
    assert "lost" in {item.entry.slug for item in draft.issue.everything}


def test_an_article_that_vanishes_meanwhile_loses_only_its_frame(make_site, monkeypatch):
    """The file is gone between collecting and telling of its image."""
    site = make_site({"articles/maps/shore.png": b"broken"})
    inner = picturing.load_image

    def vanish(*values):
        (site.root / "articles" / "maps" / "shore.md").unlink(missing_ok=True)
        return inner(*values)

    monkeypatch.setattr(picturing, "load_image", vanish)
    (problem,) = [each for each in press.build(site, now=NOW).problems if each.rule == "image-broken"]
    assert problem.frame == ()


def test_prepared_pictures_are_remembered(make_site, monkeypatch):
    """A preview that builds on every save prepares each picture once; it forgets the oldest."""
    picturing._ready.clear()
    site = make_site()
    first = press.build(site, now=NOW)
    monkeypatch.setattr(picturing, "prepare", None)
    assert press.build(site, now=NOW).assets == first.assets
    monkeypatch.undo()
    monkeypatch.setattr(picturing, "_KEPT", 1)
    assert press.build(site, now=NOW).assets == first.assets
    assert len(picturing._ready) <= 2


def test_a_broken_file_is_left_out(make_site):
    """Its problem is told, and the others go on."""
    draft = press.build(make_site({"articles/bad.md": "---\ntitle: [\n---\nText\n"}), now=NOW)
    assert any(problem.position.path == "articles/bad.md" for problem in draft.problems)
    assert len(draft.issue.everything) >= 4


def test_a_broken_subject_is_told_at_its_line(make_site):
    """config.toml, line, column and code frame."""
    site = make_site(config='subject = "{{ leed }}"\n')
    with pytest.raises(TemplateError) as caught:
        press.build(site, now=NOW)
    (problem,) = caught.value.problems
    assert problem.position.path == "config.toml"
    assert "subject" in dict(problem.frame)[problem.position.line]
    with pytest.raises(TemplateError) as caught:
        press.build(Site(root=site.root, config=site.config), now=NOW)
    assert str(caught.value.problems[0].position) == "config.toml:1:1"


def test_a_broken_template_stops_the_build(make_site):
    """A site's own template that does not compile is told with its file and line."""
    site = make_site({"templates/ink/email/issue.mjml.j2": "<mjml>\n{% if %}\n"})
    with pytest.raises(TemplateError) as caught:
        press.build(site, now=NOW)
    assert caught.value.problems[0].position.path.endswith("issue.mjml.j2")


def many(count):
    return {
        f"articles/many/{number:03}.md": f"---\ntitle: Article {number}\ndate: 2026-01-2{number % 6}\n"
        f"description: {'some words about it ' * 8}\n---\nText.\n"
        for number in range(count)
    }


def test_a_mail_that_is_too_large_is_shortened(make_site):
    """What does not fit goes to the web page, and the editor is told."""
    site = make_site(many(40), config="[email]\nwarn_bytes = 40000\nmax_bytes = 45000\n")
    draft = press.build(site, now=NOW)
    size = max(len(each.text.encode()) for each in draft.renditions if each.name.endswith(".html"))
    assert size <= 45_000
    assert draft.issue.overflow
    assert len(draft.issue.everything) >= 44
    assert "mail-shortened" in rules(draft)


def test_a_large_mail_is_a_warning(make_site):
    """Before mail programs begin to cut it, at the limit's line in config.toml."""
    draft = press.build(make_site(config="[email]\nwarn_bytes = 1000\n"), now=NOW)
    (problem,) = draft.problems
    assert (problem.rule, problem.severity) == ("mail-large", Severity.WARNING)
    assert problem.position.line > 1


def test_a_folder_that_is_missing_from_the_archive_stops_the_build(make_site):
    """Else its articles would go out again, under its number."""
    import shutil

    site = make_site()
    press.publish(site, now=NOW)
    shutil.rmtree(site.archive / "weekly" / "1")
    with pytest.raises(SealError, match="missing from the archive") as caught:
        press.build(site, now=LATER)
    assert caught.value.subject.endswith("archive/weekly/1")


def test_an_unknown_shortcode_is_told_at_its_line(make_site):
    """The issue is made without it, and the editor learns its name, its line and how to mend it."""
    text = "---\ntitle: More\ndate: 2026-01-23\n---\nText.\n\n{{< mystery 1 >}} {{< youtube >}}\n"
    draft = press.build(make_site({"articles/more.md": text}), now=NOW)
    found = {each.rule: each for each in draft.problems}
    assert str(found["shortcode-unknown"].position) == "articles/more.md:7:1"
    assert (7, "{{< mystery 1 >}} {{< youtube >}}") in found["shortcode-unknown"].frame
    assert found["shortcode-argument"].position.column == 19
