"""The manifest: one sequence of bytes for one content, and names that stay in their folder."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.archive import manifest as manifests
from digest.archive.manifest import Manifest, SealedFile
from digest.errors import SealError

PLAIN = Manifest(
    edition="weekly",
    number=3,
    date="2026-01-26T09:00:00+08:00",
    files={"b.txt": SealedFile.of(b"b"), "assets/a.jpg": SealedFile.of(b"a")},
)


def test_round_trip():
    """A manifest is read back as it was written, its files in order, its seal among its keys."""
    table = json.loads(PLAIN.dump())
    assert list(table) == ["format", "edition", "number", "date", "files", "seal"]
    assert list(table["files"]) == ["assets/a.jpg", "b.txt"]
    assert table["seal"] == PLAIN.seal
    assert manifests.parse(PLAIN.dump(), "manifest.json") == PLAIN


@given(st.integers(0, len(PLAIN.dump()) - 1), st.integers(1, 255))
def test_flipped_byte(place, bits):
    """No byte of the manifest can change unseen, whitespace included."""
    data = bytearray(PLAIN.dump())
    data[place] ^= bits
    with pytest.raises(SealError):
        manifests.parse(bytes(data), "manifest.json")


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\n", b"\n\n"), (b" ", b"\t"), (b"}\n", b"}"), (b'"format"', b'"format": 9, "format"')],
)
def test_same_table_in_other_bytes(old, new):
    """Other white space, or a key told twice, is not the manifest that was sealed."""
    data = PLAIN.dump()
    changed = data.replace(old, new, 1)
    assert changed != data
    assert json.loads(changed) == json.loads(data)
    with pytest.raises(SealError, match="is not the manifest that was sealed"):
        manifests.parse(changed, "manifest.json")


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"edition": "../weekly"},
        {"edition": None},
        {"number": 0},
        {"number": True},
        {"files": {"../x": {"sha256": "0", "bytes": 1}}},
        {"files": {"assets/../../x": {"sha256": "0", "bytes": 1}}},
        {"files": {"/etc/passwd": {"sha256": "0", "bytes": 1}}},
        {"files": {"a": {}}},
        {"files": []},
    ],
)
def test_foreign(change):
    """A manifest of another format, or one that names files elsewhere, is refused before anything is read."""
    with pytest.raises(SealError, match="understands"):
        manifests.parse(json.dumps(json.loads(PLAIN.dump()) | change).encode(), "manifest.json")


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_not_json(data):
    """What is not JSON at all is refused too."""
    with pytest.raises(SealError):
        manifests.parse(data, "manifest.json")
