"""An issue as the text of `issue.json`, and back."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from digest.errors import SealError
from digest.model import Issue


@cache
def _issues() -> TypeAdapter[Issue]:
    # Built at first use: it costs some 20 ms, which commands that read no archive need not pay.
    return TypeAdapter(Issue)


def dump_issue(issue: Issue) -> bytes:
    """An issue as JSON: UTF-8, indented by one space, keys in the order of the model's fields.

    Raises:
        SealError: where a text holds half of a surrogate pair, which no file can.
    """
    try:
        return _issues().dump_json(issue, indent=1) + b"\n"
    except PydanticSerializationError as error:
        raise SealError(
            f"the issue cannot be written: {error}",
            subject=issue.id,
            hint="an entry holds a broken character; `digest collect` shows where it comes from",
        ) from None


def load_issue(data: bytes, subject: str) -> Issue:
    """The issue that `dump_issue` wrote; `subject` is the file that a fault is told of. Raises SealError."""
    try:
        return _understood(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SealError(
            f"is not an issue that this digest understands: {place or 'the file'}: {first['msg']}",
            subject=subject,
            hint="restore the folder from git or a backup, or use the version of digest that sealed it",
        ) from None


def _understood(data: bytes) -> Issue:
    """The issue, of our own form or of the one before it. Raises ValidationError, of what is in neither."""
    try:
        return _issues().validate_json(data)
    except ValidationError as error:
        if all("positions" not in each["loc"] for each in error.errors(include_url=False)):
            raise
    return _issues().validate_json(json.dumps(_with_short_positions(json.loads(data))))


def _with_short_positions(value: Any) -> Any:
    """What the first issues said of a key's place (path, line and column) as line and column alone."""
    if isinstance(value, list):
        return [_with_short_positions(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _with_short_positions(each) for key, each in value.items()}
    if isinstance(places := found.get("positions"), dict):
        found["positions"] = {
            key: (each.get("line"), each.get("column")) if isinstance(each, dict) else each
            for key, each in places.items()
        }
    return found
