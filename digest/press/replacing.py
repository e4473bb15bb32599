"""A file that an editor keeps, put in the place of what it was: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from digest.errors import DigestError


def replaced(path: Path, data: bytes) -> None:
    """Put `data` in place, with its folders; a link stays one, and what was there keeps its mode.

    Raises:
        DigestError: the disk refuses; nothing was changed then.
    """
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o644)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DigestError(
            f"cannot write {path.name}: {error.strerror or error}",
            subject=str(path),
            hint="nothing was changed; the file and its folder must be writable",
        ) from error
