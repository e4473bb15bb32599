"""`init` and `new`: a site that builds at once, and files to write in."""

from __future__ import annotations

import shlex
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.app import Desk, app, command
from digest.cli.given import Now, clock
from digest.errors import UsageError

FolderName = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="The site's folder; here when absent.")
]


@command(app, "init")
def init(
    desk: Desk,
    folder: FolderName = None,
    title: Annotated[str | None, typer.Option("--title", help="The newsletter's title.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where its site will be served.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="zh-Hant-TW, ko or en.")] = None,
    zone: Annotated[str | None, typer.Option("--timezone", help="Such as Asia/Taipei.")] = None,
    sender: Annotated[str | None, typer.Option("--sender", help='"Name <name@example.org>".')] = None,
    github: Annotated[bool, typer.Option("--github", help="Add a workflow that checks each change.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also in a folder with files; none is changed.")
    ] = False,
    now: Now = None,
) -> int:
    """Make a site that builds at once."""
    from digest.cli.skeleton import Answers, local_zone, plan

    root = desk.folder / folder if folder else desk.folder
    _refuse_full(root, force)
    name = root.resolve().name.replace("-", " ").replace("_", " ").strip().title() or "Digest"
    answers = Answers.complete(
        ask=desk.terminal.ask if desk.terminal.interactive else None,
        title=title,
        url=url,
        language=language,
        zone=zone,
        sender=sender,
        name=name,
        here=local_zone(),
    )
    made, kept = _write(root, plan(answers, now=clock(now), github=github))
    desk.terminal.say(f"A site in {root}:", *(f"  {each}" for each in made))
    if kept:
        desk.terminal.note("Left as they were:", *(f"  {each}" for each in kept))
    step = "" if root.resolve() == Path.cwd() else f"-C {shlex.quote(str(root))} "
    desk.terminal.say(f"Next: digest {step}preview")
    desk.terminal.emit({"site": str(root), "made": made, "kept": kept})
    return 0


def _refuse_full(root: Path, force: bool) -> None:
    if root.exists() and not root.is_dir():
        raise UsageError("this is a file, not a folder", subject=str(root), hint="name another folder")
    if not force and root.is_dir() and any(each.name != ".git" for each in root.iterdir()):
        raise UsageError(
            "this folder is not empty",
            subject=str(root),
            hint="name a new one, or add --force: files that are there stay as they are",
        )


def _write(root: Path, files: dict[str, str]) -> tuple[list[str], list[str]]:
    """Write what is not there yet, all of it or nothing; the paths made and the paths left alone."""
    made: list[str] = []
    kept: list[str] = []
    try:
        for name, text in files.items():
            (made if _write_new(root / name, text) else kept).append(name)
    except BaseException:
        for name in made:
            (root / name).unlink(missing_ok=True)
        raise
    return made, kept


def _write_new(path: Path, text: str) -> bool:
    """Write a file that must not exist yet, whole or not at all; False when it exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(text)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # a full disk does not say where
        raise
    return True


class What(StrEnum):
    """What `new` makes."""

    ARTICLE = "article"
    PROFILE = "profile"


@command(app, "new")
def new(
    desk: Desk,
    what: Annotated[What, typer.Argument(metavar="article|profile", help="What to make.")],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="Its title.")],
    tag: Annotated[list[str] | None, typer.Option("--tag", help="A tag; as often as you like.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="Its language (BCP 47).")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Keep it out of issues for now.")] = False,
    now: Now = None,
) -> int:
    """Make a file with front matter in the right folder; it never overwrites one."""
    from digest.cli.skeleton import kind_of_source, page, target

    site = desk.site()
    at: datetime = clock(now).astimezone(site.config.zone)
    said = " ".join(title.split())
    if not said:
        raise UsageError("a title must have words", hint='such as: digest new article "A title"')
    source = kind_of_source(site, what.value)
    name = target(source, what.value, said, at)
    text = page(what.value, said, at, tags=tag or [], language=language or "", draft=draft)
    made, _ = _write(site.root, {name: text})
    if not made:
        raise UsageError(
            "there is such a file already", subject=name, hint="choose another title, or edit it"
        )
    path = site.root / name
    desk.terminal.say(str(path))
    desk.terminal.emit({"made": str(path), "origin": name})
    return 0
