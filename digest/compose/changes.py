"""What changed in a profile since it was last published, field by field, in a reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from digest.compose.passages import Thresholds
from digest.compose.rewriting import body_changes
from digest.compose.significance import USUAL, Significance, rank
from digest.compose.values import Norm, is_bookkeeping, is_empty, norm, summary, word
from digest.model import Change, Entry, Operation, Position, Weight


def compare(
    old: Entry,
    new: Entry,
    significance: Significance = USUAL,
    thresholds: Thresholds = Thresholds(),  # noqa: B008  # frozen
) -> tuple[Change, ...]:
    """What a reader of `old` has missed, whole: the major changes first, each kind in the order of its news.

    Empty equals missing, fields to ignore are ignored, list items are matched whatever their order, nested
    maps go leaf by leaf (`social.twitter`), and the body counts, by its sections, once it changed
    meaningfully. Nothing: `()`. Values are not cut: that is done where they are shown.
    """
    found: list[Change] = []
    if old.fields != new.fields:
        found += _maps(old.fields, new.fields, "", _Telling(new, significance))
    if old.body != new.body:
        found += body_changes(old.body, new.body, new, thresholds)
    return tuple(found) if len(found) < 2 else tuple(sorted(found, key=_importance))


def _importance(change: Change) -> tuple[bool, int]:
    """Where a change stands among others; of two that are alike, the one that stands earlier in the file."""
    return (change.weight is not Weight.MAJOR, rank(change.field))


@dataclass(frozen=True, slots=True)
class _Telling:
    """Whose changes are told, and what each field weighs."""

    entry: Entry
    significance: Significance

    @property
    def language(self) -> str:
        return self.entry.language


def _maps(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str, telling: _Telling) -> Iterator[Change]:
    for key, after in new.items():
        before = old.get(key)
        if before != after:
            yield from _field(before, after, prefix, key, telling)
    if not old.keys() <= new.keys():
        for key, before in old.items():
            if key not in new:
                yield from _field(before, None, prefix, key, telling)


def _field(old: Any, new: Any, prefix: str, key: str, telling: _Telling) -> Iterator[Change]:
    """The changes of one field, unless it is to be ignored, or links files within a table."""
    field = f"{prefix}{key}"
    ignored = telling.significance.weight(field) is Weight.IGNORE or (prefix and is_bookkeeping(key))
    return iter(()) if ignored else _values(old, new, field, telling)


def _values(old: Any, new: Any, field: str, telling: _Telling) -> Iterator[Change]:
    if isinstance(old, str) and isinstance(new, str):
        return _scalar(old, new, field, telling)
    if isinstance(old, list) and isinstance(new, list):
        return _lists(old, new, field, telling)
    return _shaped(old, new, field, telling)


def _shaped(old: Any, new: Any, field: str, telling: _Telling) -> Iterator[Change]:
    """The changes of a value that may have another shape than it had."""
    shapes = {type_of(old), type_of(new)}
    shapes.discard("nothing")
    if shapes == {"map"}:
        yield from _maps(_map(old), _map(new), f"{field}.", telling)
    elif "list" in shapes:
        yield from _lists(_items(old), _items(new), field, telling)
    elif shapes and norm(old) != norm(new):
        yield from _scalar(old, new, field, telling)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def type_of(value: Any) -> str:
    """The shape of a front matter value: nothing (which empty is), map, list or scalar."""
    if is_empty(value):
        return "nothing"
    if isinstance(value, str):
        return "scalar"
    if isinstance(value, dict):
        return "map"
    return "list" if isinstance(value, list | tuple) else "scalar"


def _scalar(old: Any, new: Any, field: str, telling: _Telling) -> Iterator[Change]:
    before, after = _said(old, telling), _said(new, telling)
    if before != after:  # `true` and `yes` are the same word to a reader
        operation = _operation(before, after)
        yield _change(operation, field, (before,) if before else (), (after,) if after else (), telling)


def _change(
    operation: Operation, field: str, old: tuple[str, ...], new: tuple[str, ...], telling: _Telling
) -> Change:
    return Change(
        operation=operation,
        field=field,
        old=old,
        new=new,
        position=place(telling.entry, field),
        weight=telling.significance.weight(field),
    )


def _said(value: Any, telling: _Telling) -> str:
    say = summary if isinstance(value, dict) else word
    return say(value, telling.language)


def _operation(before: str, after: str) -> Operation:
    if not before:
        return Operation.ADDED
    return Operation.CHANGED if after else Operation.REMOVED


def _items(value: Any) -> Sequence[Any]:
    """The items of a list, of a scalar as its only one."""
    if type_of(value) == "list":
        return value  # type: ignore[no-any-return]  # a sequence, as type_of says
    return () if is_empty(value) else (value,)


def _lists(old: Sequence[Any], new: Sequence[Any], field: str, telling: _Telling) -> Iterator[Change]:
    removed, added, pairs = match(*_unequal(old, new))
    language = telling.language
    if added:
        yield _change(Operation.ADDED, field, (), tuple(summary(item, language) for item in added), telling)
    if pairs:
        before, after = zip(*(_pair(*pair, language) for pair in pairs), strict=True)
        yield _change(Operation.CHANGED, field, before, after, telling)
    if removed:
        yield _change(
            Operation.REMOVED, field, tuple(summary(item, language) for item in removed), (), telling
        )


def _unequal(old: Sequence[Any], new: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Two lists without the items that are equal at their beginning and at their end, and without empty ones.

    What is left is little where something was added, and it alone is looked at closely.
    """
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and _same(old[start], new[start]):
        start += 1
    end = 0
    while end < shorter - start and _same(old[-1 - end], new[-1 - end]):
        end += 1
    return _moved_apart(_telling_items(old, start, end), _telling_items(new, start, end))


def _same(one: Any, other: Any) -> bool:
    """Whether two items are equal, and said alike: to Python `false` is 0."""
    return type(one) is type(other) and one == other


def _moved_apart(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
    """Two lists without the items that only moved, where they are short enough to look for each."""
    if not old or not new or len(old) * len(new) > _SHORT:
        return old, new
    left = []
    for item in old:
        if isinstance(item, dict | str) and item in new:  # to Python `false` is 0, which is said otherwise
            new.remove(item)
        else:
            left.append(item)
    return left, new


_SHORT: Final = 400
"""Pairs of items that are compared as they are, before they are looked at closely."""


def _telling_items(items: Sequence[Any], start: int, end: int) -> list[Any]:
    return [item for item in items[start : len(items) - end] if not is_empty(item)]


def _pair(old: Any, new: Any, language: str) -> tuple[str, str]:
    """One item before and after; where its line says the same, what differs is added to it."""
    before, after = summary(old, language), summary(new, language)
    if before != after:
        return before, after
    keys = [key for key in {**new, **old} if norm(old.get(key)) != norm(new.get(key))]
    was, now = _told(old, keys, language), _told(new, keys, language)
    return " · ".join(filter(None, (before, was))), " · ".join(filter(None, (after, now)))


def _told(item: Mapping[str, Any], keys: Iterable[str], language: str) -> str:
    return " · ".join(filter(None, (word(item.get(key), language) for key in keys)))


def match(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any], list[tuple[Any, Any]]]:
    """The items removed, the items added, and the pairs that are one item before and after, but differ.

    Equal items go first; then those that share an identity, the narrowest first: `organization` with position
    and years before `organization` alone. Order plays no part; what is returned keeps the order of its list.
    """
    if not old or not new:
        return old, new, []
    if len(old) == len(new) == 1:
        return _match_alone(old[0], new[0])
    olds, news = _norms(old), _norms(new)
    if len(set(olds.values())) < len(olds) or len(set(news.values())) < len(news):
        _take(olds, news, _written(old), _written(new))
    _take(olds, news, olds, news)
    pairs: list[tuple[int, int]] = []
    for key, stages in _STAGES.items():
        if not olds or not news:
            break
        left, right = _known(old, olds, key), _known(new, news, key)
        if left.isdisjoint(right):
            continue
        if len(olds) == len(news) == 1:
            pairs += _take(olds, news, dict.fromkeys(olds, key), dict.fromkeys(news, key))
            break
        for stage in stages:
            pairs += _take(
                olds,
                news,
                {i: _identity(old[i], stage) for i in olds},
                {i: _identity(new[i], stage) for i in news},
            )
    differing = [(old[i], new[j]) for i, j in sorted(pairs, key=lambda pair: pair[1])]
    return [old[i] for i in sorted(olds)], [new[i] for i in sorted(news)], differing


def _match_alone(old: Any, new: Any) -> tuple[list[Any], list[Any], list[tuple[Any, Any]]]:
    """As `match`, of one item each: the same, or one that shares the first value that names an item."""
    if norm(old) == norm(new):
        return [], [], []
    if isinstance(old, dict) and isinstance(new, dict):
        for key in _KEYS:
            if (
                key in old
                and key in new
                and (named := norm(old[key])) is not None
                and named == norm(new[key])
            ):
                return [], [], [(old, new)]
    return [old], [new], []


def _known(items: Sequence[Any], left: Iterable[int], key: str) -> set[Norm]:
    """What the items that are left have under a key; only among equal values is a pair to be found."""
    return {norm(items[i][key]) for i in left if isinstance(items[i], dict) and key in items[i]} - {None}


def _norms(items: list[Any]) -> dict[int, Norm]:
    """Each item as it is compared; of several alike (`false` and 0) the order of the list does not count."""
    found = {i: norm(item) for i, item in enumerate(items)}
    if len(set(found.values())) == len(found):
        return found
    return {i: found[i] for i in sorted(found, key=lambda i: repr(items[i]))}


def _written(items: list[Any]) -> dict[int, Norm]:
    """Each item as it is written: among several alike, first those are paired that are said alike, too."""
    return {i: repr(item) for i, item in enumerate(items)}


def _take(
    olds: dict[int, Norm], news: dict[int, Norm], left: Mapping[int, Norm], right: Mapping[int, Norm]
) -> list[tuple[int, int]]:
    """Pair the items whose identities are equal, and take them out of `olds` and `news`."""
    waiting: dict[Norm, list[int]] = {}
    for i in sorted(left, key=lambda i: repr(olds[i])) if len(left) > 1 else left:
        if left[i] is not None:
            waiting.setdefault(left[i], []).append(i)
    pairs = []
    for j in sorted(right, key=lambda j: repr(news[j])) if len(right) > 1 else right:
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
_STAGES: Final = {
    key: tuple((key, *more) for more in ((*_ROLES, *_TIMES), _ROLES, _TIMES, ())) for key in _KEYS
}


def _identity(item: Any, stage: tuple[str, ...]) -> Norm:
    """What makes an item itself at one stage of matching; None where it lacks the stage's first key."""
    if not isinstance(item, dict) or norm(item.get(stage[0])) is None:
        return None
    return tuple(norm(item.get(key)) for key in stage)


def place(entry: Entry, field: str) -> Position:
    """Where a field stands now; the map or the file that it stood in where it is gone."""
    names = [field]
    while field := field.rpartition(".")[0]:
        names.append(field)
    return entry.place(*names)
