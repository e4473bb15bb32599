"""The build folder, opened by a double click."""

import re

import pytest

from digest import press
from digest.errors import DigestError, UsageError
from digest.press import drafts
from tests.press.conftest import NOW, tree


@pytest.fixture
def site(make_site):
    """The site with pictures."""
    return make_site()


@pytest.fixture
def draft(site):
    """Its first issue."""
    return press.build(site, now=NOW)


def test_a_draft_can_be_looked_at_without_a_network(site, draft):
    """Mail and page show their images from the folder; no placeholder is left."""
    folder = press.write_draft(site, draft)
    assert folder == site.root / "build" / "weekly" / "1"
    assert set(tree(folder)) == {
        *(".digest-draft", "issue.json", "email.html", "email.txt", "index.html"),
        *(f"assets/{name}" for name in draft.assets),
    }
    for name in ("email.html", "index.html"):
        text = (folder / name).read_text(encoding="utf-8")
        images = re.findall(r'<img[^>]*src="([^"]+)"', text)
        assert images
        assert all((folder / src).is_file() for src in images)
        assert "@@digest" not in text
    assert "@@digest" not in (folder / "email.txt").read_text(encoding="utf-8")


def test_a_draft_replaces_an_earlier_one_whole(site, draft):
    """Nothing of the earlier one stays."""
    folder = press.write_draft(site, draft)
    (folder / "assets" / "old.png").write_bytes(b"old")
    assert press.write_draft(site, draft) == folder
    assert not (folder / "assets" / "old.png").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["1"]


def test_a_folder_may_be_named(site, draft, tmp_path):
    """A new one, or an empty one."""
    (tmp_path / "empty").mkdir()
    for name in ("new/deep", "empty"):
        assert (press.write_draft(site, draft, tmp_path / name) / "email.html").is_file()


def test_a_folder_of_other_files_is_never_replaced(site, draft, tmp_path):
    """`--out ~` would be a disaster."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    (tmp_path / "file").write_text("x")
    for name in ("home", "file"):
        with pytest.raises(UsageError, match="holds other files"):
            press.write_draft(site, draft, tmp_path / name)
    assert (tmp_path / "home" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("failing", ["write_bytes", "rename"])
def test_a_failure_in_the_middle_keeps_the_earlier_draft(site, draft, monkeypatch, failing):
    """A full disk, a Ctrl-C: the old folder is whole, and nothing lies around."""
    folder = press.write_draft(site, draft)
    before = tree(folder)
    count = iter(range(100))
    inner = getattr(drafts.Path, failing)

    def run(path, *values):
        if next(count) == 1:
            raise OSError(28, "No space left on device", str(path))
        return inner(path, *values)

    monkeypatch.setattr(drafts.Path, failing, run)
    with pytest.raises(DigestError, match="No space left"):
        press.write_draft(site, draft)
    monkeypatch.undo()
    assert tree(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["1"]
