"""Each statement of compliance has a test that gives its number."""

from __future__ import annotations

import ast
import re
from pathlib import Path

STATEMENTS = range(1, 24)


def test_every_statement_is_proved(root: Path) -> None:
    """A test of tests/compliance named `test_NN_…`, with words that say what it proves, for 1 to 23."""
    proved: dict[int, list[str]] = {}
    for path in sorted((root / "tests/compliance").glob("test_*.py")):
        for each in ast.walk(ast.parse(path.read_text())):
            if isinstance(each, ast.FunctionDef) and (found := re.match(r"test_(\d\d)_", each.name)):
                assert ast.get_docstring(each), each.name
                proved.setdefault(int(found[1]), []).append(each.name)
    assert sorted(proved) == list(STATEMENTS)
