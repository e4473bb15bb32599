"""Arguments as template languages write them: words, quoted text, `name="value"`, lists, commas or none."""

from __future__ import annotations

import re
from typing import Final

_ARGUMENT: Final = re.compile(
    r"""[\s,]*(?:(?P<name>[A-Za-z_][\w.-]*)\s*[=:]\s*(?!//))?"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|`(?P<tick>[^`]*)`|\[(?P<list>[^\[\]]*)\]|"""
    r"""\{(?P<braces>(?:[^{}]|\{[^{}]*\})*)\}|(?P<bare>[^\s,"'`\[{][^\s,]*))"""
)
_ITEM: Final = re.compile(r""""([^"]*)"|'([^']*)'|([^\s,"']+)""")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?|true|false")


def arguments(text: str, *, variables: bool = False) -> tuple[tuple[str, ...], dict[str, str]]:
    """Positional and named arguments. A bare named value that is no number is a variable of the other tool.

    It is left out, unless `variables`.
    """
    args: list[str] = []
    params: dict[str, str] = {}
    at = 0
    while found := _ARGUMENT.match(text, at):
        at = found.end()
        value = _value(found)
        if not found["name"]:
            args.append(value)
        elif found["bare"] is None or variables or _NUMBER.fullmatch(value):
            params.setdefault(found["name"], value)
    return tuple(args), params


def _value(found: re.Match[str]) -> str:
    if found["list"] is not None:
        return " ".join("".join(parts) for parts in _ITEM.findall(found["list"]))
    if found["braces"] is not None:
        return found["braces"].strip()
    return next(found[name] for name in ("double", "single", "tick", "bare") if found[name] is not None)
