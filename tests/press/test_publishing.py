"""Publishing once, whatever happens in the middle."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from digest import archive, press
from digest.errors import DigestError, GateError, NothingNewError, SealError, StoreError
from digest.press import Site, publishing
from tests.press.conftest import LATER, NOW, tree
from tests.store.conftest import postgresql  # noqa: F401 - a fixture

MORE = "---\ntitle: More\ndate: 2026-01-30\ntags: [maps]\n---\nText.\n"


def test_publishing_seals_records_and_builds_the_site(make_site):
    """Archive, ledger and site, all of one story."""
    site = make_site()
    sealed = press.publish(site, now=NOW)
    assert sealed.issue.id == "weekly/1"
    assert site.seals() == {("weekly", 1): sealed.seal}
    assert (site.public / "weekly" / "1" / "index.html").is_file()
    assert list((site.public / "weekly" / "1" / "assets").iterdir())
    assert press.verify(site) == ()
    assert press.sealed(site) == press.sealed(site, "weekly") == [sealed]
    assert press.sealed_issue(site, "weekly", 1) == press.sealed_issue(site) == sealed


def test_what_is_sealed_is_what_was_built(make_site):
    """The renditions of the draft, byte for byte."""
    site = make_site()
    draft = press.build(site, now=NOW)
    press.publish(site, now=NOW)
    for rendition in draft.renditions:
        assert archive.read(site.archive, "weekly", 1, rendition.name) == rendition.text.encode()


def test_an_entry_is_published_once(make_site):
    """A second run has nothing new, a third only what came since."""
    site = make_site()
    press.publish(site, now=NOW)
    before = tree(site.root)
    with pytest.raises(NothingNewError):
        press.publish(site, now=LATER)
    assert tree(site.root) == before
    (site.root / "articles" / "more.md").write_text(MORE)
    second = press.publish(site, edition="weekly", now=LATER)
    assert [item.entry.slug for item in second.issue.everything] == ["more"]
    assert press.sealed_issue(site).issue.number == 2


def test_a_changed_profile_returns(make_site):
    """Compared with the issue that brought it, after a walk through the archive's JSON."""
    site = make_site()
    press.publish(site, now=NOW)
    path = site.root / "articles" / "profiles" / "surveyor.md"
    path.write_text(path.read_text().replace("position: 測量師", "position: 首席測量師"))
    (item,) = press.publish(site, now=LATER).issue.profiles
    assert [(change.field, change.old, change.new) for change in item.changes] == [
        ("position", ("測量師",), ("首席測量師",))
    ]


def test_nothing_sealed_yet(make_site):
    """There is no newest issue."""
    with pytest.raises(DigestError, match="no issue of weekly is sealed yet"):
        press.sealed_issue(make_site())


@pytest.mark.parametrize("step", ["record", "build_site"])
def test_a_crash_after_the_seal_is_made_good(make_site, monkeypatch, step):
    """The rename is the commit: the next command records it and builds its pages, and no article is twice."""
    site = make_site()

    def crash(*_, **__):
        raise KeyboardInterrupt

    if step == "record":
        monkeypatch.setattr(publishing.Site, "store", crash_after(publishing.Site.store, 2, crash))
    else:
        monkeypatch.setattr(publishing, "_write_site", crash)
    with pytest.raises(KeyboardInterrupt):
        press.publish(site, now=NOW)
    monkeypatch.undo()
    assert (site.archive / "weekly" / "1").is_dir()
    assert not (site.public / "weekly" / "1" / "index.html").exists()
    with pytest.raises(NothingNewError):
        press.build(site, now=LATER)
    assert press.replay(site) == (1 if step == "record" else 0)
    assert (site.public / "weekly" / "1" / "index.html").is_file()
    assert list(site.seals()) == [("weekly", 1)]
    with pytest.raises(NothingNewError):
        press.publish(site, now=LATER)


def crash_after(inner, calls, crash):
    """What `inner` does for the first calls; then a crash."""
    counted = iter(range(calls))

    def run(*values):
        return inner(*values) if next(counted, None) is not None else crash()

    return run


@pytest.mark.parametrize("target", ["build", "archive.seal"])
def test_ctrl_c_before_the_seal_leaves_nothing(make_site, monkeypatch, target):
    """No folder, no row, no page; and the lock is free again."""
    site = make_site()

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    owner, _, name = target.rpartition(".")
    monkeypatch.setattr(publishing if not owner else archive, name, interrupt)
    with pytest.raises(KeyboardInterrupt):
        press.publish(site, now=NOW)
    monkeypatch.undo()
    assert not site.archive.exists()
    assert not site.public.exists()
    assert site.seals() == {}
    assert press.publish(site, now=NOW).issue.number == 1


def test_replay_is_idempotent(make_site):
    """Again and again, nothing changes."""
    site = make_site()
    press.publish(site, now=NOW)
    before = tree(site.root)
    assert press.replay(site) == 0
    assert press.replay(site) == 0
    assert tree(site.root) == before


def test_a_fresh_clone_rebuilds_its_ledger_and_site(make_site, tmp_path):
    """The archive is in git; database and public are not."""
    site = make_site()
    press.publish(site, now=NOW)
    public = tree(site.public)
    clone = tmp_path / "clone"
    shutil.copytree(site.root, clone, ignore=shutil.ignore_patterns("var", "public"))
    other = Site.load(clone)
    with pytest.raises(NothingNewError):
        press.publish(other, now=LATER)
    assert press.replay(other) == 0
    assert other.seals() == site.seals()
    assert tree(other.public) == public


def test_an_archive_without_its_folder_stops_everything(make_site):
    """With what to do; `verify` tells it as a finding."""
    site = make_site()
    press.publish(site, now=NOW)
    shutil.move(site.archive / "weekly" / "1", site.root / "elsewhere")
    for verb in (lambda: press.publish(site, now=LATER), lambda: press.replay(site)):
        with pytest.raises(SealError, match="weekly/1 was sealed, but its folder is missing") as caught:
            verb()
        assert "restore it" in caught.value.hint
    (problem,) = press.verify(site)
    assert (problem.rule, problem.position.path) == ("archive-missing", "archive/weekly/1")


def test_another_issue_under_its_number_stops_everything(make_site):
    """An issue that was sealed again from other articles is not what was sent."""
    site = make_site()
    press.publish(site, now=NOW)
    shutil.rmtree(site.archive)
    (site.root / "var" / "digest.db").rename(site.root / "kept.db")
    (site.root / "articles" / "more.md").write_text(MORE.replace("01-30", "01-25"))
    press.publish(site, now=NOW)
    for path in (site.root / "var").glob("digest.db*"):
        path.unlink()
    (site.root / "kept.db").rename(site.root / "var" / "digest.db")
    with pytest.raises(SealError, match="not the one that was sealed"):
        press.build(site, now=LATER)
    (problem,) = press.verify(site)
    assert (problem.rule, problem.position.path) == ("archive-changed", "archive/weekly/1")


def test_a_missing_file_of_the_archive_is_told(make_site):
    """By `verify`, once; and by what needs the file."""
    site = make_site()
    press.publish(site, now=NOW)
    (site.archive / "weekly" / "1" / "manifest.json").unlink()
    assert [problem.rule for problem in press.verify(site)] == ["archive-manifest"]
    with pytest.raises(SealError):
        press.build(site, now=LATER)


def test_a_flipped_byte_is_found(make_site):
    """Wherever it lies."""
    site = make_site()
    press.publish(site, now=NOW)
    path = site.archive / "weekly" / "1" / "email.html"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    (problem,) = press.verify(site)
    assert problem.position.path == "archive/weekly/1/email.html"


def test_a_mail_over_the_limit_stops_the_issue(make_site):
    """One item that is too large by itself cannot be shortened; nothing is sealed."""
    site = make_site(config="[email]\nwarn_bytes = 1000\nmax_bytes = 2000\n")
    with pytest.raises(GateError, match="over the limit") as caught:
        press.publish(site, now=NOW)
    assert caught.value.code == 3
    assert not site.archive.exists()


def test_a_number_is_sealed_once(make_site):
    """Asking for a number that is taken is refused."""
    site = make_site()
    press.publish(site, now=NOW)
    (site.root / "articles" / "more.md").write_text(MORE)
    with pytest.raises(SealError, match="sealed already"):
        press.publish(site, now=LATER, number=1)


RACE = """
import sys
from datetime import datetime
from pathlib import Path
from digest import press
from digest.errors import NothingNewError
try:
    print(press.publish(press.Site.load(Path(sys.argv[1])), now=datetime.fromisoformat(sys.argv[2])).issue.id)
except NothingNewError:
    print("nothing new")
"""


def test_two_publishers_make_one_issue(make_site):
    """The second waits for the first, and finds nothing new."""
    site = make_site()
    command = [sys.executable, "-c", RACE, str(site.root), NOW.isoformat()]
    root = Path(__file__).parents[2]
    racing = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) for _ in range(3)]
    said = sorted(each.communicate(timeout=120)[0].strip() for each in racing)
    assert said == ["nothing new", "nothing new", "weekly/1"]


def test_who_waits_too_long_is_told(make_site, monkeypatch):
    """A stuck process does not hold the others for ever."""
    site = make_site()
    monkeypatch.setattr(publishing, "_PATIENCE", 0.1)
    with publishing.alone(site), pytest.raises(DigestError, match="another digest"):
        press.publish(site, now=NOW)


def test_a_place_that_cannot_be_locked(make_site):
    """A file where the folder should be is told with its path."""
    site = make_site({"var": "a file"})
    with pytest.raises(DigestError, match="cannot lock the site") as caught:
        press.publish(site, now=NOW)
    assert caught.value.subject.endswith("var")


def test_a_database_that_is_none_stops_before_the_seal(make_site):
    """Nothing is published that could not be recorded."""
    site = make_site({"var/digest.db": b"# notes\n" * 100})
    with pytest.raises(StoreError, match="not a database"):
        press.publish(site, now=NOW)
    assert not site.archive.exists()


def test_publishing_on_postgresql(make_site, monkeypatch, postgresql):  # noqa: F811
    """By the environment's URL, which wins over the config's."""
    import psycopg

    name = f"press{os.getpid()}"
    with psycopg.connect(f"host={postgresql} user=digest dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    monkeypatch.setenv("DIGEST_DATABASE_URL", f"postgresql://digest@/{name}?host={postgresql}")
    site = make_site()
    sealed = press.publish(site, now=NOW)
    assert site.seals() == {("weekly", 1): sealed.seal}
    assert not (site.root / "var" / "digest.db").exists()
    with pytest.raises(NothingNewError):
        press.publish(site, now=LATER)
