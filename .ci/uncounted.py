"""Tell which tests no line depends on: counting what they visit doubles their time and finds nothing.

    .venv/bin/python -m pytest -n 2 --dist worksteal --cov --cov-context=test --junitxml build/tests.xml
    .venv/bin/python .ci/uncounted.py build/tests.xml > tests/uncounted.txt

tests/conftest.py marks what that file names `no_cover`; with --cov-context it counts all. They run as ever.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

SECONDS: Final = 0.5
"""What a test must take, all its cases together, to be worth a line."""

Line = tuple[str, int]


def chosen(visited: Mapping[str, Collection[Line]], seconds: Mapping[str, float]) -> list[str]:
    """The tests without which every line is still visited, the slowest first.

    What looks by chance may miss a line the next time: it stands in for no test that never does.
    """
    surely = Counter(line for test, lines in visited.items() if not _is_random(test) for line in lines)
    found = []
    for test in sorted(seconds, key=lambda each: -seconds[each]):
        lines, chance = visited.get(test, ()), _is_random(test)
        if seconds[test] >= SECONDS and all(surely[line] > (0 if chance else 1) for line in lines):
            found.append(test)
            if not chance:
                surely.subtract(lines)
    return sorted(found)


@functools.cache
def _tree(path: str) -> ast.Module:
    return ast.parse(Path(path).read_bytes())


def _is_random(test: str) -> bool:
    """Whether Hypothesis makes a test's cases, so that it may visit other lines next time."""
    path, _, name = test.partition("::")
    return bool(name) and any(
        "given(" in ast.unparse(decorator)
        for each in ast.walk(_tree(path))
        if isinstance(each, ast.FunctionDef) and each.name == name.rpartition("::")[2]
        for decorator in each.decorator_list
    )


def _test(node: str) -> str:
    """A test without its case and phase."""
    return node.partition("[")[0].partition("|")[0]


def _visited() -> dict[str, set[Line]]:
    from coverage import CoverageData

    data, found = CoverageData(), defaultdict[str, set[Line]](set)
    data.read()
    for path in data.measured_files():
        for line, contexts in data.contexts_by_lineno(path).items():
            for context in contexts:
                found[_test(context)].add((path, line))  # "" is what collecting the tests visits
    return found


def _seconds(junit: str) -> Counter[str]:
    found = Counter[str]()
    for case in ElementTree.parse(junit).iter("testcase"):  # noqa: S314 - our own
        module = case.attrib["classname"].replace(".", "/")
        found[f"{module}.py::{_test(case.attrib['name'])}"] += float(case.attrib["time"])
    return found


if __name__ == "__main__":
    print(*chosen(_visited(), _seconds(sys.argv[1])), sep="\n")
