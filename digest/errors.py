"""The exceptions of the edges: each carries the path, URL or key that it is about, and an exit code."""

from __future__ import annotations

from typing import ClassVar

from digest.model import Problem


class DigestError(Exception):
    """Something outside the content failed: the disk, the network, the database, a template.

    `hint` says what to do. `code` is the exit code of the command line (0 ok, 1 error, 2 usage, 3 gate,
    4 nothing to publish or send, 5 partly done).
    """

    code: ClassVar[int] = 1

    def __init__(self, sentence: str, *, subject: str = "", hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.subject = subject
        self.hint = hint


class ProblemError(DigestError):
    """A fault with a place in a file, met where no entry can be returned: a config, a template."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].sentence, subject=str(problems[0].position), hint=problems[0].hint)
        self.problems = problems


class ConfigError(ProblemError):
    """config.toml cannot be used."""


class TemplateError(ProblemError):
    """A template of the theme or of the site does not compile or render."""


class UsageError(DigestError):
    """The command was asked for something that does not exist."""

    code = 2


class GateError(DigestError):
    """A check or a missing word of the editor stands in the way."""

    code = 3


class NothingNewError(DigestError):
    """There is nothing to publish or send."""

    code = 4


class SealError(DigestError):
    """A sealed issue would be overwritten, or is not what its manifest says."""


class UnsealedError(SealError):
    """There is no sealed issue of that name."""

    code = 2


class DeliveryError(DigestError):
    """A message could not be made or handed over; `reply` is the server's code (RFC 5321), if it gave one."""

    def __init__(self, sentence: str, *, subject: str = "", hint: str = "", reply: int | None = None) -> None:
        super().__init__(sentence, subject=subject, hint=hint)
        self.reply = reply


class StoreError(DigestError):
    """The database cannot be read or written."""


class StoreBusyError(StoreError):
    """Somebody else is writing to the database, and whoever asked would not wait for them."""
