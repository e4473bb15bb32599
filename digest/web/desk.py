"""What the preview shows, as values: made by a desk, held by the page, free of HTTP and of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from digest.model import Problem


class State(StrEnum):
    """What the issue on the desk is."""

    DRAFT = "draft"  # composed of what is new
    SEALED = "sealed"  # nothing is new: the last issue that was sealed
    EMPTY = "empty"  # nothing is new, and nothing was ever sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The mail in one language; `size` is the octets of the HTML as it would be sent."""

    language: str
    html: str
    text: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """An issue as the desk shows it: addresses of its assets are local (`/assets/NAME`).

    `date` is in words, `notice` one sentence for the editor, `site` the public address of the site;
    `problems` is what was found on the way.
    """

    state: State
    edition: str
    title: str
    language: str
    number: int = 0
    label: str = ""
    date: str = ""
    sender: str = ""
    subject: str = ""
    preheader: str = ""
    notice: str = ""
    site: str = ""
    mails: tuple[Mail, ...] = ()
    web: str = ""
    assets: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warn_bytes: int = 75_000
    max_bytes: int = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What to watch: folders with all in them, and single names in the root (a config, a folder to come)."""

    root: Path
    folders: tuple[Path, ...] = ()
    names: frozenset[str] = frozenset()

    def name(self, path: Path) -> str:
        """A path as problems name it: POSIX and relative to the root, where it lies in it."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()


class Desk(Protocol):
    """Who makes what is shown. Both methods are called in a worker thread."""

    def build(self) -> Showing:
        """The issue as the files are now. Raises DigestError."""
        ...

    def places(self) -> Places:
        """What a save must happen in to be noticed."""
        ...
