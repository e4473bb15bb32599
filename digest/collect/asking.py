"""What an editor says of an entry in its front matter: `digest: update`, `ignore` or `pin`."""

from __future__ import annotations

import difflib
from typing import Final

from digest.collect.values import Fields, one_line
from digest.model import Word

KEY: Final = "digest"
_SENTENCE: Final = 3  # words; some sites keep a summary under this key


def word_of(fields: Fields) -> Word | None:
    """The editor's word on an entry; None without one, and with a problem where it is none that we know."""
    key = fields.key(KEY)
    if key is None:
        return None
    said = one_line(fields.values[key])
    if said.casefold() in _WORDS:
        return _WORDS[said.casefold()]
    if len(said.split()) <= _SENTENCE:
        near = difflib.get_close_matches(said.casefold(), _WORDS, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "write update, ignore or pin"
        fields.warn(key, "digest-word", f"`{key}: {said or '…'}` says nothing of what becomes of it", hint)
    return None


_WORDS: Final = {word.value: word for word in Word}
