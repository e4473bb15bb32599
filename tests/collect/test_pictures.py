"""Where the images of entries lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.collect.pictures import Looks


@pytest.mark.parametrize(
    ("lies", "src"),
    [
        ("vault/a/b/x.png", "x.png"),
        ("vault/a/b/attachments/x.png", "x.png"),
        ("vault/a/x.png", "x.png"),
        ("vault/assets/x.png", "x.png"),
        ("vault/img/x.png", "img/x.png"),
        ("x.png", "x.png"),
        ("static/x.png", "/x.png"),
    ],
)
def test_an_image_that_is_named_alone_is_found(tmp_path: Path, lies: str, src: str) -> None:
    """Beside the entry, in the static folders, then in the folders above and their attachments."""
    (tmp_path / lies).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / lies).touch()
    missing, _ = Looks(tmp_path, ("static",)).look("vault/a/b/note.md", (src,))
    assert missing == frozenset()


@pytest.mark.parametrize("src", ["/x.png", "./x.png", "../../x.png", "y.png", "c/x.png"])
def test_another_address_means_its_own_place_only(tmp_path: Path, src: str) -> None:
    """What is written as a way from somewhere is not looked for elsewhere."""
    (tmp_path / "x.png").touch()
    missing, _ = Looks(tmp_path, ("static",)).look("vault/a/b/note.md", (src,))
    assert missing == frozenset((src,))
