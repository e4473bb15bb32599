"""The files that `init` and `new` write, as text."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from digest import config
from digest.collect.naming import slugify
from digest.config import SourceTable
from digest.errors import ConfigError, UsageError
from digest.press import Site
from digest.text.phrases import LANGUAGES, match_language

Ask = Callable[[str, str], str]
_BUILT: Final = resources.files("digest.cli") / "sites"
_ZONES: Final = {"zh-Hant-TW": "Asia/Taipei", "ko": "Asia/Seoul", "en": "UTC"}


def local_zone() -> str:
    """The IANA name of this machine's zone where it can be known, else nothing."""
    if os.environ.get("TZ", "") in available_timezones():
        return os.environ["TZ"]
    _, _, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    return name if name in available_timezones() and name not in {"Etc/UTC", "UTC"} else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a new site is made of."""

    title: str
    url: str
    language: str
    zone: str
    sender: str

    @classmethod
    def complete(
        cls,
        *,
        ask: Ask | None,
        title: str | None,
        url: str | None,
        language: str | None,
        zone: str | None,
        sender: str | None,
        name: str,
        here: str,
    ) -> Answers:
        """Fill in what was not said: by asking where somebody can be asked, else by what is likely.

        `name` is the folder's, `here` the machine's zone.
        """

        def settle(said: str | None, question: str, likely: str) -> str:
            if said is not None:
                return said
            return ask(question, likely) if ask else likely

        title = settle(title, "Title of the newsletter", name)
        language = settle(language, f"Its language ({', '.join(LANGUAGES)})", "en")
        zone = settle(zone, "Its time zone", here or _ZONES[match_language(language)])
        url = settle(url, "Address of its site", "https://newsletter.example")
        host = urlsplit(url).hostname or "newsletter.example"
        sender = settle(sender, "Sender of its mails", f"{_unquoted(title)} <newsletter@{host}>")
        return cls(title=title, url=url, language=language, zone=zone, sender=sender)


def _unquoted(title: str) -> str:
    return re.sub(r'[<>"@,;:\\()\[\]]', "", title).strip() or "Newsletter"


def plan(answers: Answers, *, now: datetime, github: bool) -> dict[str, str]:
    """Every file of a new site, by path. Raises UsageError where an answer cannot stand in config.toml."""
    config_text = _filled(_read("config.toml"), answers)
    try:
        checked = config.parse(config_text)
    except ConfigError as error:
        problem = error.problems[0]
        raise UsageError(problem.sentence, hint=problem.hint or "answer otherwise") from None
    local = now.astimezone(ZoneInfo(checked.site.timezone))
    files = {"config.toml": config_text, ".gitignore": _read("gitignore")}
    files["templates/shortcodes/README.md"] = _read("shortcodes.md")
    files["static/.gitkeep"] = ""
    folder = _BUILT / match_language(answers.language)
    for index, each in enumerate(sorted(folder.iterdir(), key=lambda path: path.name)):
        text = each.read_text(encoding="utf-8")
        written = (local - timedelta(hours=index + 1)).replace(microsecond=0)
        place = "articles/profiles/" if each.name.startswith("profile-") else "articles/"
        name = each.name.removeprefix("profile-")
        files[place + name] = Template(text).substitute(date=written.isoformat(), day=f"{written:%Y-%m-%d}")
    if github:
        files[".github/workflows/digest.yml"] = _read("workflow.yml")
    return files


def _read(name: str) -> str:
    return (_BUILT / name).read_text(encoding="utf-8")


def _filled(text: str, answers: Answers) -> str:
    """The answers as TOML strings; JSON's escapes are TOML's."""
    values = {
        "title": answers.title,
        "url": answers.url,
        "language": answers.language,
        "zone": answers.zone,
        "sender": answers.sender,
    }
    return Template(text).substitute(
        {key: json.dumps(each, ensure_ascii=False) for key, each in values.items()}
    )


def kind_of_source(site: Site, what: str) -> SourceTable:
    """The first source that an article or a profile belongs into. Raises UsageError where there is none."""
    kind = f"{what}s"
    for source in site.config.folders:
        if source.kind == kind:
            return source
    raise UsageError(
        f"config.toml has no source of kind {kind}",
        subject="config.toml",
        hint=f'add [[sources]] with kind = "{kind}" and a path',
    )


def target(source: SourceTable, what: str, title: str, at: datetime) -> str:
    """The path of a new file in its source: `articles/2026-01-26-標題.md`, `articles/profiles/名字.md`."""
    slug = slugify(title) or what
    stem = f"{at:%Y-%m-%d}-{slug}" if what == "article" else slug
    return f"{source.path.rstrip('/')}/{stem}.md"


def page(what: str, title: str, at: datetime, *, tags: list[str], language: str, draft: bool) -> str:
    """A new file: front matter in YAML (JSON's strings and lists are YAML's), and room to write."""
    written = at.replace(microsecond=0).isoformat()
    lines = [f"title: {_quoted(title)}"]
    lines += [f"date: {written}"] if what == "article" else ["type: person", f"last_updated: {written}"]
    lines += [f"tags: {json.dumps(tags, ensure_ascii=False)}"]
    lines += [f"language: {_quoted(language)}"] if language else []
    lines += ['description: ""'] if what == "article" else ['position: ""', 'organization: ""']
    lines += ["draft: true"] if draft else []
    return "---\n" + "\n".join(lines) + "\n---\n\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
