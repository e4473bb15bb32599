"""The built site's folder: written file by file, nothing of the editor's deleted."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from digest.archive import site as site_module
from digest.archive import write_site
from digest.errors import DigestError
from digest.model import Page


def page(path: str, text: str = "x") -> Page:
    return Page(path=path, data=text.encode())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_only_what_changed(tmp_path):
    """A second build of the same pages touches nothing; a changed page is written alone."""
    public = tmp_path / "public"
    assert write_site(public, [page("index.html"), page("a/b/index.html")]) == 2
    before = {path: path.stat().st_ino for path in public.rglob("*.html")}
    assert write_site(public, [page("index.html"), page("a/b/index.html")]) == 0
    assert {path: path.stat().st_ino for path in public.rglob("*.html")} == before
    assert write_site(public, [page("index.html"), page("a/b/index.html", "y")]) == 1
    assert (public / "a/b/index.html").read_text() == "y"
    assert tree(public) == [".digest-site.json", "a/b/index.html", "index.html"]


def test_vanished(tmp_path):
    """Files that are built no more go, with the folders that they leave empty; the editor's files stay."""
    public = tmp_path / "public"
    write_site(public, [page("index.html"), page("tags/old/index.html"), page("tags/new/index.html")])
    (public / "CNAME").write_text("example.org")
    (public / "tags/old/mine.txt").write_text("mine")
    assert write_site(public, [page("index.html")]) == 2
    assert tree(public) == [".digest-site.json", "CNAME", "index.html", "tags/old/mine.txt"]
    assert not (public / "tags/new").exists()


def test_already_gone(tmp_path):
    """A vanished file that somebody deleted before us is no fault."""
    write_site(tmp_path, [page("a/index.html"), page("b/index.html")])
    (tmp_path / "a/index.html").unlink()
    (tmp_path / "b/index.html").unlink()
    (tmp_path / "b").rmdir()
    (tmp_path / "b").write_text("a file now")
    assert write_site(tmp_path, []) == 0
    assert (tmp_path / "b").read_text() == "a file now"


@pytest.mark.parametrize("index", ["", "[]", '{"files": ["../out.txt"]}', '{"files": 3}', '{"files": [3]}'])
def test_broken_index(tmp_path, index):
    """With a broken list of our files nothing is deleted, and never anything outside the folder."""
    public = tmp_path / "public"
    (tmp_path / "out.txt").write_text("mine")
    write_site(public, [page("old.html")])
    (public / ".digest-site.json").write_text(index)
    write_site(public, [page("index.html")])
    assert (tmp_path / "out.txt").exists()
    assert tree(public) == [".digest-site.json", "index.html", "old.html"]
    assert json.loads((public / ".digest-site.json").read_text())["files"] == ["index.html"]


def test_copies(tmp_path):
    """Assets are copied beside the pages, once."""
    source = tmp_path / "picture.jpg"
    source.write_bytes(b"picture")
    public = tmp_path / "public"
    copies = [("weekly/1/assets/picture.jpg", source)]
    assert write_site(public, [page("index.html")], copies) == 2
    assert (public / "weekly/1/assets/picture.jpg").read_bytes() == b"picture"
    assert write_site(public, [page("index.html")], copies) == 0
    assert write_site(public, [page("index.html")]) == 1


@pytest.mark.parametrize("path", ["../x", "/x", "", "a/../x", "a//b", "./a", "a/", "a\0b"])
def test_unsafe_path(tmp_path, path):
    """A page that would lie outside the folder, or under another name than its own, is refused."""
    with pytest.raises(DigestError, match="is not a path on the site"):
        write_site(tmp_path / "public", [page(path)])
    assert tree(tmp_path) == []


def test_crash_in_the_middle(tmp_path, monkeypatch):
    """A build that stops half-way keeps every file whole; the next one still knows which files are ours."""
    write_site(tmp_path, [page("a.html"), page("b.html")])
    real = Path.replace
    calls: list[Path] = []

    def replace(path: Path, target: Path) -> Path:
        if target.name == "z.html":
            calls.append(target)
            raise KeyboardInterrupt
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        write_site(tmp_path, [page("b.html", "new"), page("c.html"), page("z.html")])
    monkeypatch.undo()
    assert calls
    assert tree(tmp_path) == [".digest-site.json", "b.html", "c.html"]
    assert write_site(tmp_path, []) == 2
    assert tree(tmp_path) == [".digest-site.json"]


def test_crash_while_removing(tmp_path, monkeypatch):
    """A build that stops before it removed what vanished leaves that to the next one."""
    write_site(tmp_path, [page("a.html")])

    def interrupt(path: Path, **_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "unlink", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_site(tmp_path, [page("b.html")])
    monkeypatch.undo()
    write_site(tmp_path, [page("b.html")])
    assert tree(tmp_path) == [".digest-site.json", "b.html"]


def test_file_in_the_way(tmp_path):
    """A file where the site's folder should be is an error that names it."""
    (tmp_path / "public").write_text("mine")
    with pytest.raises(DigestError, match="the site could not be written") as error:
        write_site(tmp_path / "public", [page("index.html")])
    assert error.value.subject == str(tmp_path / "public")
    assert "digest archive build" in error.value.hint
    assert names(tmp_path) == ["public"]


def test_folder_in_the_way(tmp_path):
    """A folder of the editor's in a page's place is an error too, and no draft is left behind."""
    (tmp_path / "index.html").mkdir()
    with pytest.raises(DigestError):
        write_site(tmp_path, [page("index.html")])
    assert tree(tmp_path) == [".digest-site.json"]


def test_folder_that_will_not_go(tmp_path, monkeypatch):
    """A folder that cannot be removed for another reason than its content is told of."""
    write_site(tmp_path, [page("a/index.html")])

    def refuse(path: Path) -> None:
        raise OSError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(site_module.Path, "rmdir", refuse)
    with pytest.raises(DigestError, match="Permission denied"):
        write_site(tmp_path, [])
