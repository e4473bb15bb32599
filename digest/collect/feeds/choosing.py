"""Which items of a feed are wanted: words and patterns that one must have, or must not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from digest.collect.feeds.patterns import Pattern, PatternError, folded
from digest.text.counts import HAN_AND_KANA, HANGUL

_READ: Final = 5_000  # characters of an item that the rules look at
_CJK: Final = re.compile(f"[{HAN_AND_KANA}{HANGUL}]")


class RuleError(ValueError):
    """A rule that cannot be read: the rule as written, and one sentence that says why not."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(f"`{rule}`: {sentence}")
        self.rule = rule
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Word:
    """Words that stand in a text as they are: whole ones, where the script parts words with spaces."""

    words: str

    def found_in(self, text: str) -> bool:
        """Whether the words are in a text that is `folded`."""
        at = text.find(self.words)
        while at >= 0:
            end = at + len(self.words)
            if not _joined(text[at - 1 : at], self.words[0]) and not _joined(
                self.words[-1], text[end : end + 1]
            ):
                return True
            at = text.find(self.words, at + 1)
        return False


def _joined(left: str, right: str) -> bool:
    """Whether two neighbours are of one word, as in Latin; CJK and what is beside it may be cut anywhere."""
    return all(each.isalnum() and not _CJK.match(each) for each in (left, right))


Rule: TypeAlias = Word | Pattern


@dataclass(frozen=True, slots=True)
class Rules:
    """What a feed's items must have one of, and what they must have none of."""

    include: tuple[Rule, ...] = ()
    exclude: tuple[Rule, ...] = ()

    def want(self, *, title: str, tags: Iterable[str] = (), summary: str = "") -> bool:
        """Whether an item is wanted, by its title, tags and summary (5,000 characters in all)."""
        text = folded("\n".join((title, *tags, summary))[:_READ])
        if any(rule.found_in(text) for rule in self.exclude):
            return False
        return not self.include or any(rule.found_in(text) for rule in self.include)


def rules(include: Iterable[str], exclude: Iterable[str]) -> Rules:
    """Rules as they stand in config.toml; `/…/` is a pattern. Raises RuleError."""
    return Rules(
        include=tuple(_rule(each) for each in include),
        exclude=tuple(_rule(each) for each in exclude),
    )


def _rule(said: str) -> Rule:
    if len(said) > 2 and said.startswith("/") and said.endswith("/"):
        try:
            return Pattern(said[1:-1])
        except PatternError as error:
            raise RuleError(said, f"{error.sentence} (character {error.offset + 1})") from None
    words = " ".join(folded(said).split())
    if not words:
        raise RuleError(said, "it holds no word")
    return Word(words)
