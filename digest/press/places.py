"""A site: its folder, its config, and where things lie in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digest.config import Config, EditionTable
from digest.config import load as load_config
from digest.errors import UsageError
from digest.store import Store

if TYPE_CHECKING:
    from digest.render.theme import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A folder with a config.toml, and what that says; `config_path` is where it was read, if anywhere."""

    root: Path
    config: Config
    config_path: Path | None = None

    @classmethod
    def load(cls, root: Path, config_path: Path | None = None) -> Site:
        """Read a site's config, `config.toml` in its folder unless another is named. Raises ConfigError."""
        path = config_path or root / "config.toml"
        return cls(root=root, config=load_config(path), config_path=path)

    @property
    def archive(self) -> Path:
        """The folder of the sealed issues."""
        return self.root / self.config.archive.path

    @property
    def public(self) -> Path:
        """The folder that the public site is built into."""
        return self.root / self.config.archive.public

    @property
    def lock(self) -> Path:
        """The file that who publishes holds locked."""
        return self.root / "var" / "press.lock"

    @property
    def database(self) -> str:
        """Its URL: DIGEST_DATABASE_URL, so that no file need hold a password, else the config's."""
        return os.environ.get("DIGEST_DATABASE_URL") or self.config.database.url

    def edition(self, name: str | None = None) -> EditionTable:
        """An edition by its name; the first where none is named. Raises UsageError."""
        if name is None:
            return self.config.editions[0]
        for edition in self.config.editions:
            if edition.name == name:
                return edition
        known = ", ".join(edition.name for edition in self.config.editions)
        raise UsageError(f"there is no edition {name!r}", subject="config.toml", hint=f"there are: {known}")

    def theme(self, edition: EditionTable | None = None) -> Theme:
        """The theme of an edition, or of the public site: that of the first edition."""
        from digest.render.theme import Theme  # here: who collects needs no renderer

        return Theme.load((edition or self.config.editions[0]).theme, (self.root / "templates",))

    def seals(self, edition: str | None = None) -> dict[tuple[str, int], str]:
        """The seals that the database knows, by edition and number; read only. Raises StoreError."""
        store = Store.peek(self.database, self.root)
        if store is None:
            return {}
        with store:
            return store.seals(edition)

    @contextmanager
    def store(self, *, tidies: bool = True) -> Iterator[Store]:
        """The database, open; made where there is none. `tidies` as of Store.open. Raises StoreError."""
        with Store.open(self.database, self.root, tidies=tidies) as opened:
            yield opened
