"""Two entries that are one story: a feed's item of which the address is another entry's, too."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from digest.compose.judging import Chosen, Ruled, first_date
from digest.compose.rules import Rule
from digest.model import Entry, EntryType, Reason
from digest.text.canonical import canonical

_ANYWHERE: Final = (("youtu", "youtube"), ("arxiv.org", "arxiv"), ("doi.org/", "doi"))
"""Sites whose pages have several addresses that look nothing alike."""
_NO_NAMES: Final = frozenset(("amp", "index", "default"))


def told_elsewhere(
    taken: Sequence[Chosen], entries: Iterable[Entry], known: Container[str]
) -> Mapping[str, Ruled]:
    """The new links whose page another entry tells, by key: one that is out (`known`), ours, an earlier link.

    So an article about something and the item of the feed that reported it are one entry: the article.
    """
    links = sorted((each.entry for each in taken if _is_new_link(each)), key=_earliest)
    wanted = {_look(address) for link in links for address in _addresses(link)}
    if not links:
        return {}
    fresh = {link.key for link in links}
    own = {each.entry.key for each in taken} - fresh
    told: dict[str, str] = {}
    for entry in entries:
        if not (entry.url or entry.source_url):
            continue
        if entry.key in own or (entry.key in known and entry.key not in fresh):
            for address in _addresses(entry):
                if _look(address) in wanted:
                    told.setdefault(canonical(address), entry.key)
    found: dict[str, Ruled] = {}
    for link in links:
        pages = [page for address in _addresses(link) if (page := canonical(address))]
        first = next((told[page] for page in pages if page in told), None)
        if first is None:
            told |= dict.fromkeys(pages, link.key)
        else:
            found[link.key] = Ruled(rule=Rule.SAME_STORY, detail=f"as {first}")
    return found


def _is_new_link(each: Chosen) -> bool:
    return each.entry.type is EntryType.LINK and each.reason is Reason.NEW


def _earliest(entry: Entry) -> tuple[float, str]:
    stamp = first_date(entry)
    return (stamp.at.timestamp() if stamp else float("inf"), entry.key)


def _addresses(entry: Entry) -> tuple[str, ...]:
    """Where the story of an entry stands; of an article of ours where it comes from, too."""
    one, other = entry.url, entry.source_url
    both = (one, other) if other and other != one else (one,)
    return tuple([each for each in both if "://" in each])


def _look(address: str) -> str:
    """What addresses of one page have in common at first sight: reading each as a whole takes too long."""
    for part, name in _ANYWHERE:
        if part in address:
            return name
    path = address.partition("?")[0].partition("#")[0].rstrip("/")
    name = _name(path)
    if name in _NO_NAMES:
        name = _name(path.rpartition("/")[0])
    return name


def _name(path: str) -> str:
    last = path.rpartition("/")[2].partition(".")[0].lower()
    return unquote(last) if "%" in last else last
