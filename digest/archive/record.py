"""An issue as the text of `issue.json`, and back."""

from __future__ import annotations

from functools import cache

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
        return _issues().validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SealError(
            f"is not an issue that this digest understands: {place or 'the file'}: {first['msg']}",
            subject=subject,
            hint="restore the folder from git or a backup, or use the version of digest that sealed it",
        ) from None
