"""The site's secret: where it comes from, and that it is made once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from digest.deliver.secrets import keyring, site_secret
from digest.errors import DeliveryError

ONE = "one secret of the site"
TWO = "two secrets of the site"


def test_the_environment_comes_first(tmp_path: Path) -> None:
    """And nothing is made beside it."""
    assert site_secret({"DIGEST_SECRET": ONE}, tmp_path) == ONE.encode()
    assert not (tmp_path / "var").exists()


def test_a_file_may_hold_it(tmp_path: Path) -> None:
    """Without the line end that editors add."""
    path = tmp_path / "key"
    path.write_text(f"{ONE}\n")
    assert site_secret({"DIGEST_SECRET_FILE": str(path)}, tmp_path) == ONE.encode()


def test_without_one_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """In var/secret.key, mode 0600; the second time it is the same."""
    first = site_secret({}, tmp_path)
    path = tmp_path / "var" / "secret.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(first) == 64
    assert site_secret({}, tmp_path) == first
    assert [each.name for each in path.parent.iterdir()] == ["secret.key"]


def test_old_secrets_verify_and_do_not_sign(tmp_path: Path) -> None:
    """Those of DIGEST_SECRET_OLD, and the one that was made before there was another."""
    made = site_secret({}, tmp_path)
    given = {"DIGEST_SECRET": ONE, "DIGEST_SECRET_OLD": TWO, "DIGEST_SECRET_OLD_2": TWO + "!", "OTHER": "x"}
    ring = keyring(given, tmp_path)
    assert ring.secrets == (ONE.encode(), made, TWO.encode(), TWO.encode() + b"!")
    assert ring.key("tokens") == ring.keys("tokens")[0] != ring.key("suppressions")
    assert TWO not in repr(ring)


def test_all_who_make_one_at_once_get_the_same(tmp_path: Path) -> None:
    """Whoever is first has made it."""
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(site_secret({}, tmp_path))) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_file_system_without_links_has_a_secret_too(tmp_path: Path, monkeypatch) -> None:
    """The file is given its name by renaming it."""

    def refuse(*_):
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr("os.link", refuse)
    assert site_secret({}, tmp_path) == site_secret({}, tmp_path)


@pytest.mark.parametrize("given", [{"DIGEST_SECRET": "short"}, {"DIGEST_SECRET_FILE": "/nowhere/key"}])
def test_what_is_no_secret_is_refused(given: dict[str, str], tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(DeliveryError) as caught:
        site_secret(given, tmp_path)
    assert caught.value.hint


def test_where_none_can_be_made_it_must_be_given(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "var").write_text("")
    with pytest.raises(DeliveryError, match="cannot be made") as caught:
        site_secret({}, tmp_path)
    assert "DIGEST_SECRET" in caught.value.hint
