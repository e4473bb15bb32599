"""What a mail counts, and where its parts stand: of all, or each number that a reader may have."""

from __future__ import annotations

from digest.model import Issue, Parts
from digest.render.mail import Variants
from digest.text.phrases import Phrases


class Tallies:
    """The numbers of an issue in the words of one language; every variant of them where it has `parts`."""

    def __init__(self, issue: Issue, words: Phrases, parts: Parts | None) -> None:
        self.issue = issue
        self.words = words
        self.parts = parts

    def places(self, place: int) -> tuple[str, ...]:
        """Whether something stands first or next to another; both where readers differ."""
        return ("first", "next") if self.parts else ("next" if place else "first",)

    def counted(self, part: str, most: int, singular: str, plural: str) -> Variants:
        """How many of a part there are, in words: of all, or of each number that a reader may have."""
        counts = range(1 if self.parts else most, most + 1) if most > 0 else ()
        return tuple((f"{part}={n}", self.words.plural(singular, plural, n)) for n in counts)

    def minutes(self) -> Variants:
        """The reading time of what is shown; nothing for an issue of profiles only."""
        sums = {0}
        for item in self.issue.items:
            sums |= {each + item.minutes for each in sums}
        sums = sums - {0} if self.parts else {self.issue.minutes}
        say = self.words.plural
        return tuple(
            (f"m={n}", say("about {n} minute", "about {n} minutes", n)) for n in sorted(sums) if n > 0
        )

    def numbers(self, part: str, most: int) -> Variants:
        """As `counted`, in digits."""
        return self.counted(part, most, "{n}", "{n}")

    def profiles_titles(self) -> Variants:
        """The heading of the profiles: people only, or others, too; both where readers differ."""
        profiles = self.issue.profiles
        people = sum(item.entry.kind == "person" for item in profiles)
        titles = [("people", self.words("People updates")), ("mixed", self.words("Profile updates"))]
        if self.parts:
            return tuple(titles)
        return tuple(titles[:1] if people == len(profiles) else titles[1:])

    def profiles_counts(self) -> tuple[Variants, ...]:
        """How many profiles, for each of the titles."""
        count = len(self.issue.profiles)
        words = {"people": ("{n} person", "{n} people"), "mixed": ("{n} profile", "{n} profiles")}
        return tuple(self.counted("p", count, *words[kind]) for kind, _ in self.profiles_titles())
