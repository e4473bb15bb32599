"""An issue in its formats, from the draft to the seal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from digest.model.findings import Position, Problem
from digest.model.issues import Issue
from digest.model.parts import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stretch of a rendition (character offsets, end exclusive) and the place that it came from."""

    start: int
    end: int
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """An issue in one format and language: `name` is its file name in the sealed folder."""

    name: str
    language: str
    media_type: str
    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An issue with its renditions and assets (by file name), before it is sealed.

    `parts` are what each reader's mail will be spliced of; they are made for what is sealed or sent.
    """

    issue: Issue
    renditions: tuple[Rendition, ...]
    assets: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()
    parts: Parts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedIssue:
    """An issue whose renditions are frozen: `seal` is the sha256 of its manifest, `folder` where it lies."""

    issue: Issue
    folder: str
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A file of the built site: POSIX path relative to `public/`, and its bytes."""

    path: str
    data: bytes
