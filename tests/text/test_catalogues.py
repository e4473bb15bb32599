"""The one catalogue: every message that is asked for exists in every language."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from digest.text.phrases import LANGUAGES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "digest" / "text" / "locale"
CALL = re.compile(
    r"""\bwords(?P<plural>\.plural)?\(\s*(?P<q>["'])(?P<message>(?:(?!(?P=q)).)+)(?P=q)"""
    r"""(?:\s*,\s*(?P<c>["'])(?P<second>(?:(?!(?P=c)).)+)(?P=c))?"""
)


def catalogue(language):
    with (FOLDER / f"{LANGUAGES[language]}.po").open("rb") as file:
        return read_po(file, locale=LANGUAGES[language])


def asked_in_templates():
    for path in sorted((ROOT / "templates").rglob("*.j2")):
        for found in CALL.finditer(path.read_text(encoding="utf-8")):
            context = None if found["plural"] else found["second"]
            yield found["message"], context, path.name


def asked_in_code():
    for path in sorted((ROOT / "digest").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = ast.unparse(node.func)
            if name.endswith(("words", "words.plural")) and isinstance(node.args[0].value, str):
                second = node.args[1] if len(node.args) > 1 else None
                context = (
                    second.value if isinstance(second, ast.Constant) and name.endswith("words") else None
                )
                yield node.args[0].value, context, path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_that_is_asked_for_is_in_the_catalogue(language):
    """A template or module that says something new must say it in three languages."""
    known = catalogue(language)
    missing = {
        (message, context, where)
        for message, context, where in (*asked_in_templates(), *asked_in_code())
        if known.get(message, context) is None
    }
    assert not missing


def test_the_three_catalogues_hold_the_same_messages():
    """A message added to one language and forgotten in another is found here."""
    kept = {
        language: {(message.id, message.context) for message in catalogue(language) if message.id}
        for language in LANGUAGES
    }
    first = kept["en"]
    for language, messages in kept.items():
        assert messages == first, f"{language}: {messages ^ first}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language):
    """A translation names the values of its English message, and no others; and none is empty."""
    for message in catalogue(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(re.findall(r"{(\w+)}", ids[-1]))
        assert all(said), f"{language}: {message.id} is empty"
        for each in said:
            assert set(re.findall(r"{(\w+)}", each)) <= wanted, f"{language}: {each}"
            assert wanted - {"n"} <= set(re.findall(r"{(\w+)}", each)), f"{language}: {each}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_stands_twice(language):
    """Babel merges a message that stands twice in silence; the later one would be lost."""
    text = (FOLDER / f"{LANGUAGES[language]}.po").read_text(encoding="utf-8")
    blocks = [block for block in re.split(r"\n\s*\n", text) if "msgid" in block][1:]
    keys = [tuple(re.findall(r'^msg(?:ctxt|id) ".*"$', block, re.M)) for block in blocks]
    assert len(keys) == len(set(keys)), [key for key in set(keys) if keys.count(key) > 1]
