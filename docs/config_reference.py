"""Write docs/config.md from the descriptions of the tables that config.toml is checked by."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from digest.config import Config, Table

TARGET: Final = Path(__file__).resolve().parent.parent / "docs" / "config.md"
HEAD: Final = """\
# config.toml

Every key, from the tables that the file is checked by (`docs/config_reference.py` writes this page). An
unknown key is refused with the nearest known one. `digest config show` tells a site's values with every
default; `digest config schema` gives editors a JSON Schema, for completion and checking as you type.

Secrets never stand here. The environment has them, and wins over the file:

| variable | means |
|---|---|
| `DIGEST_SMTP_HOST`, `_PORT`, `_TLS`, `_USERNAME` | the keys of `[delivery]` |
| `DIGEST_SMTP_PASSWORD`, `DIGEST_SMTP_PASSWORD_FILE` | the password, or the file that holds it |
| `DIGEST_DKIM_KEY_FILE` | the file of the private key of `[dkim]`, in PEM |
| `DIGEST_SECRET`, `DIGEST_SECRET_FILE` | the site's secret, or the file that holds it; `var/secret.key` is made where there is none |
| `DIGEST_SECRET_OLD`, `DIGEST_SECRET_OLD_2` … | former secrets, which still verify ([subscribers.md](subscribers.md#the-secret)) |
| `DIGEST_DATABASE_URL` | `[database] url`, where it holds a password |
"""
NAMES: Final = {str: "text", int: "number", float: "number", bool: "true or false", time: '"HH:MM"'}


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_tables(Config, ""))


def _tables(model: type[Table], name: str) -> Iterator[str]:
    rows, deeper = [], []
    for key, field in model.model_fields.items():
        table, many = _table(field.annotation)
        if table:
            deeper.append((table, f"{name}.{key}".lstrip("."), many))
        else:
            rows.append(
                f"| `{key}` | {_type(field.annotation)} | {_default(field)} | {field.description} |\n"
            )
    if rows and name:
        yield "| key | value | default | means |\n|---|---|---|---|\n"
        yield from rows
    for table, path, many in deeper:
        yield f"\n## {'`[[' if many else '`['}{path}{']]`' if many else ']`'}\n\n{_purpose(table)}\n\n"
        yield from _tables(table, path)
    if not name:
        for key, field in model.model_fields.items():
            if not _table(field.annotation)[0]:
                yield f"\n## `[{key}]`\n\n{field.description}\n"


def _purpose(table: type[Table]) -> str:
    said = " ".join((table.__doc__ or "").split()).partition(": ")[2]
    return said[:1].upper() + said[1:]


def _table(annotation: Any) -> tuple[type[Table] | None, bool]:
    """The table that a key holds, and whether there may be many."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation, False
    for each in get_args(annotation):
        table, _ = _table(each)
        if table:
            return table, get_origin(annotation) is tuple
    return None, False


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{each}`" if each else "empty" for each in arguments)
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"table of {_type(arguments[1])}"
    if origin in (Union, types.UnionType):
        return _type(next(each for each in arguments if each is not type(None)))
    return NAMES[annotation]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default if field.default is not PydanticUndefined else ()
    if value in ("", (), None):
        return "—"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{each}"' for each in value) + "]`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{str(value).lower()}`"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.name} written\n")
