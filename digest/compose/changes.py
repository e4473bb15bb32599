"""What changed in a profile since it was last published, field by field, in a reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from digest.compose.passages import Thresholds
from digest.compose.rewriting import body_changes
from digest.compose.significance import USUAL, Significance
from digest.compose.values import Norm, aligned, norm, summary, word
from digest.model import Change, Entry, Operation, Position, Weight


def compare(
    old: Entry,
    new: Entry,
    significance: Significance = USUAL,
    thresholds: Thresholds = Thresholds(),  # noqa: B008  # frozen
) -> tuple[Change, ...]:
    """What a reader of `old` has missed, in the order of the fields of `new`, then the removed ones.

    Empty equals missing, fields to ignore are ignored, list items are matched whatever their order, nested
    maps go leaf by leaf (`social.twitter`), and the body counts, by its sections, once it changed
    meaningfully. Nothing: `()`.
    """
    found: list[Change] = []
    if old.fields != new.fields:
        found += _maps(old.fields, new.fields, "", _Telling(new, significance))
    if old.body != new.body:
        found += body_changes(old.body, new.body, new, thresholds)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Telling:
    """Whose changes are told, and what each field weighs."""

    entry: Entry
    significance: Significance

    @property
    def language(self) -> str:
        return self.entry.language


def _maps(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str, telling: _Telling) -> Iterator[Change]:
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key), new.get(key)
        if before != after and telling.significance.weight(f"{prefix}{key}") is not Weight.IGNORE:
            yield from _values(before, after, f"{prefix}{key}", telling)


def _values(old: Any, new: Any, field: str, telling: _Telling) -> Iterator[Change]:
    if norm(old) == norm(new):
        return
    shapes = {type_of(old), type_of(new)} - {"nothing"}
    if shapes == {"map"}:
        yield from _maps(_map(old), _map(new), f"{field}.", telling)
    elif "list" in shapes:
        yield from _lists(_items(old), _items(new), field, telling)
    elif _said(old, telling) != _said(new, telling):  # `true` and `yes` are the same word to a reader
        yield _scalar(old, new, field, telling)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def type_of(value: Any) -> str:
    """The shape of a front matter value: nothing (which empty is), map, list or scalar."""
    if norm(value) is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "map"
    return "list" if isinstance(value, Sequence) and not isinstance(value, str) else "scalar"


def _scalar(old: Any, new: Any, field: str, telling: _Telling) -> Change:
    before, after = aligned(_said(old, telling), _said(new, telling))
    operation = _operation(before, after)
    return Change(
        operation=operation,
        field=field,
        old=(before,) if before else (),
        new=(after,) if after else (),
        position=place(telling.entry, field),
        weight=telling.significance.weight(field),
    )


def _said(value: Any, telling: _Telling) -> str:
    say = summary if isinstance(value, Mapping) else word
    return say(value, telling.language)


def _operation(before: str, after: str) -> Operation:
    if not before:
        return Operation.ADDED
    return Operation.CHANGED if after else Operation.REMOVED


def _items(value: Any) -> list[Any]:
    """The items of a list, of a scalar as its only one; empty ones left out."""
    items = value if type_of(value) == "list" else [value]
    return [item for item in items if norm(item) is not None]


def _lists(old: list[Any], new: list[Any], field: str, telling: _Telling) -> Iterator[Change]:
    removed, added, pairs = match(old, new)
    language = telling.language
    before, after = zip(*(_pair(*pair, language) for pair in pairs), strict=True) if pairs else ((), ())
    for operation, was, now in (
        (Operation.ADDED, (), tuple(summary(item, language) for item in added)),
        (Operation.CHANGED, before, after),
        (Operation.REMOVED, tuple(summary(item, language) for item in removed), ()),
    ):
        if was or now:
            yield Change(
                operation=operation,
                field=field,
                old=was,
                new=now,
                position=place(telling.entry, field),
                weight=telling.significance.weight(field),
            )


def _pair(old: Any, new: Any, language: str) -> tuple[str, str]:
    """One item before and after; where its line says the same, what differs is added to it."""
    before, after = summary(old, language), summary(new, language)
    if before != after:
        return before, after
    keys = [key for key in {**new, **old} if norm(old.get(key)) != norm(new.get(key))]
    was, now = aligned(_told(old, keys, language), _told(new, keys, language))
    return " · ".join(filter(None, (before, was))), " · ".join(filter(None, (after, now)))


def _told(item: Mapping[str, Any], keys: Iterable[str], language: str) -> str:
    return " · ".join(filter(None, (word(item.get(key), language) for key in keys)))


def match(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any], list[tuple[Any, Any]]]:
    """The items removed, the items added, and the pairs that are one item before and after, but differ.

    Equal items go first; then those that share an identity, the narrowest first: `organization` with position
    and years before `organization` alone. Order plays no part; what is returned keeps the order of its list.
    """
    olds, news = {i: norm(item) for i, item in enumerate(old)}, {i: norm(item) for i, item in enumerate(new)}
    _take(olds, news, olds, news)
    pairs: list[tuple[int, int]] = []
    for stage in _STAGES:
        if not olds or not news:
            break
        pairs += _take(
            olds,
            news,
            {i: _identity(old[i], stage) for i in olds},
            {i: _identity(new[i], stage) for i in news},
        )
    differing = [(old[i], new[j]) for i, j in sorted(pairs, key=lambda pair: pair[1])]
    return [old[i] for i in sorted(olds)], [new[i] for i in sorted(news)], differing


def _take(
    olds: dict[int, Norm], news: dict[int, Norm], left: Mapping[int, Norm], right: Mapping[int, Norm]
) -> list[tuple[int, int]]:
    """Pair the items whose identities are equal, and take them out of `olds` and `news`."""
    waiting: dict[Norm, list[int]] = {}
    for i in sorted(left, key=lambda i: repr(olds[i])):
        if left[i] is not None:
            waiting.setdefault(left[i], []).append(i)
    pairs = []
    for j in sorted(right, key=lambda j: repr(news[j])):
        if waiting.get(right[j]):
            pairs.append((waiting[right[j]].pop(0), j))
    for i, j in pairs:
        del olds[i], news[j]
    return pairs


_KEYS: Final = (
    "id",
    "slug",
    "name",
    "title",
    "organization",
    "company",
    "institution",
    "quote",
    "label",
    "url",
)
_ROLES: Final = ("position", "role", "degree", "field", "relation")
_TIMES: Final = ("years", "year", "period", "date")
_STAGES: Final = tuple((key, *more) for key in _KEYS for more in ((*_ROLES, *_TIMES), _ROLES, _TIMES, ()))


def _identity(item: Any, stage: tuple[str, ...]) -> Norm:
    """What makes an item itself at one stage of matching; None where it lacks the stage's first key."""
    if not isinstance(item, Mapping) or norm(item.get(stage[0])) is None:
        return None
    return tuple(norm(item.get(key)) for key in stage)


def place(entry: Entry, field: str) -> Position:
    """Where a field stands now; the map or the file that it stood in where it is gone."""
    while field:
        if field in entry.positions:
            return entry.positions[field]
        field = field.rpartition(".")[0]
    return entry.position
