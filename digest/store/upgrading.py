"""Bringing a database to the tables that this version knows."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Final

import sqlalchemy as sa

from digest.errors import StoreError

HEAD: Final = "0006"
"""The newest migration; a test holds it to be that of `migrations/versions`."""

MIGRATIONS: Final = Path(__file__).with_name("migrations")

_LOCK: Final = 0x646967657374  # "digest": the advisory lock of those who upgrade at once


_ONE_AT_A_TIME: Final = Lock()  # Alembic keeps the migration that runs in a global of the process


def revision(connection: sa.Connection) -> str | None:
    """The migration that a database is at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def upgrade(connection: sa.Connection, place: str) -> None:
    """Run the migrations that are missing, in the connection's transaction; `place` stands in errors.

    Raises:
        StoreError: the database was made by a newer digest.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = revision(connection)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise StoreError(
            f"the database was made by a newer digest (its tables are at {found}, ours at {HEAD})",
            subject=place,
            hint="update digest",
        )
    _run(connection)


def _run(connection: sa.Connection) -> None:
    # Imported here: Alembic takes some 60 ms, and the tables are nearly always there.
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(settings, "head")
