"""The same inputs and the same `now` give the same bytes, wherever and however they are made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.press.conftest import LATER, NOW, PICTURED

ROOT = Path(__file__).parents[2]

PUBLISH = """
import hashlib, json, sys
from datetime import datetime
from pathlib import Path
from digest import press
root = Path(sys.argv[1])
for now in sys.argv[2:]:
    draft = press.build(press.Site.load(root), now=datetime.fromisoformat(now))
    press.write_draft(press.Site.load(root), draft)
    press.publish(press.Site.load(root), now=datetime.fromisoformat(now))
    path = root / "articles/profiles/surveyor.md"
    path.write_text(path.read_text(encoding="utf-8").replace("測量師", "首席測量師"), encoding="utf-8")
print(json.dumps({
    path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
    for folder in ("archive", "public", "build")
    for path in sorted((root / folder).rglob("*")) if path.is_file()
}))
"""


def published(folder, environment, *, reverse=False, utc=False):
    """Make the site in this folder, publish twice in a process of its own; hashes of all that it wrote."""
    for name in sorted(PICTURED, reverse=reverse):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = PICTURED[name]
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    from datetime import UTC

    moments = [(now.astimezone(UTC) if utc else now).isoformat() for now in (NOW, LATER)]
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH, str(folder), *moments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """What an ordinary machine makes."""
    return published(
        tmp_path_factory.mktemp("plain"), {"TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
    )


@pytest.mark.parametrize(
    ("environment", "values"),
    [
        ({"TZ": "America/New_York", "LANG": "C", "PYTHONHASHSEED": "4711"}, {"reverse": True}),
        ({"TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX", "PYTHONHASHSEED": "random"}, {"utc": True}),
    ],
)
def test_machine_and_order_leave_no_trace(tmp_path, plain, environment, values):
    """Zone, locale, hash seed, folder, working directory, order of creation, zone of `now`."""
    folder = tmp_path / "ein anderer Ordner" / "網站"
    assert published(folder, environment, **values) == plain


def test_two_issues_were_made(plain):
    """The comparison compares something: two sealed issues, their pages and drafts."""
    names = set(plain)
    for number in (1, 2):
        assert f"archive/weekly/{number}/issue.json" in names
        assert f"public/weekly/{number}/index.html" in names
        assert f"build/weekly/{number}/email.html" in names
