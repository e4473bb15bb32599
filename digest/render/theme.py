"""A theme: the folders of templates an issue is rendered with, and one Jinja environment over them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.exceptions import UndefinedError

from digest.errors import DigestError, TemplateError
from digest.model import Position, Problem, Severity
from digest.render.filters import FILTERS
from digest.text.frames import frame

FALLBACK: Final = "ink"
"""The theme that supplies what another one leaves out."""

_PACKAGE: Final = Path(__file__).resolve().parents[1]
BUILT_IN: Final = next(
    (each for each in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if each.is_dir()),
    _PACKAGE / "templates",
)
"""The templates that come with digest: in the wheel beside the code, in a checkout beside the package."""


class _Folders(BaseLoader):
    """Finds a template in the first folder that has it, and notices one put before it later."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)

    def find(self, template: str) -> Path:
        parts = template.split("/")
        if all(part and part not in (".", "..") and "\\" not in part for part in parts):
            for folder in self.folders:
                path = folder.joinpath(*parts)
                if path.is_file():
                    return path
        raise TemplateNotFound(template)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        path = self.find(template)
        text, stamp = path.read_text(encoding="utf-8"), _stamp(path)
        return text, str(path), lambda: self._is_current(template, path, stamp)

    def _is_current(self, template: str, path: Path, stamp: tuple[int, int]) -> bool:
        try:
            return self.find(template) == path and _stamp(path) == stamp
        except (OSError, TemplateNotFound):
            return False


class _Compiled(BytecodeCache):
    """Compiled templates by their place and text: sites in one process share the built-in ones."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(self._codes) >= 512:  # so many texts only who edits for days has had
            self._codes.clear()
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()
"""One for all themes: their environments differ in nothing that is compiled in."""


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


class Theme:
    """A named folder of templates, searched in the site's own folders first, then in the built-in ones.

    A template is named relative to the theme (`email/issue.mjml.j2`) or to the folder of templates
    (`shortcodes/youtube.html`). What the theme leaves out comes from the theme `ink`. Values are escaped for
    HTML, except in templates whose name ends in `.txt` or `.txt.j2`; a value that is not there is an error.
    """

    def __init__(self, name: str, folders: Sequence[Path]) -> None:
        self.name = name
        self.folders = (*folders, BUILT_IN)
        names = dict.fromkeys((name, "", FALLBACK))
        self._loader: Final = _Folders([folder / each for each in names for folder in self.folders])
        self._sources: dict[Path, tuple[tuple[int, int], str]] = {}
        self._checked: dict[Path, tuple[int, int]] = {}
        self.environment = Environment(
            loader=self._loader,
            autoescape=lambda template: not (template or "").endswith((".txt", ".txt.j2")),  # noqa: S701 text
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            cache_size=-1,
            bytecode_cache=_COMPILED,
            optimized=False,  # folding constants takes longer than it saves
        )
        self.environment.filters.update(FILTERS)

    @staticmethod
    def load(name: str, folders: Sequence[Path] = ()) -> Theme:
        """The theme of this name; `folders` are the site's template folders, before the built-in ones.

        Cheap: themes are kept, and a template is read again only when its file changed.
        """
        return _load(name, tuple(folders))

    def has(self, template: str) -> bool:
        """Whether there is such a template."""
        try:
            return bool(self._loader.find(template))
        except TemplateNotFound:
            return False

    def is_built_in(self, template: str) -> bool:
        """Whether a template is ours, not the site's own; it need not compile. Raises TemplateNotFound."""
        return self._loader.find(template).is_relative_to(BUILT_IN)

    def source(self, template: str) -> str:
        """The text of a template as written. Raises TemplateError where there is no text."""
        try:
            path = self._loader.find(template)
        except TemplateNotFound as error:
            raise self._not_found(error) from None
        try:
            stamp = _stamp(path)
            if path not in self._sources or self._sources[path][0] != stamp:
                self._sources[path] = (stamp, path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, OSError) as error:
            raise self._problem(error, path, 1) from error
        return self._sources[path][1]

    def style(self, template: str) -> str:
        """A style sheet behind `base.css`, which all pages share. Raises TemplateError where one is lost."""
        return f"{self.source('base.css')}\n{self.source(template)}"

    def render(self, template: str, /, **values: Any) -> str:
        """The text of a template filled with values.

        Raises:
            TemplateError: with the template's file, its line and a code frame, for whatever goes wrong in it.
        """
        return self.render_with(template, values)

    def render_with(self, template: str, values: Mapping[str, Any]) -> str:
        """As `render`, for values whose names clash with its own."""
        try:
            return self.environment.get_template(template).render(values)
        except DigestError:
            raise
        except TemplateNotFound as error:
            raise self._not_found(error) from None
        except TemplateSyntaxError as error:
            raise self._problem(error, Path(error.filename or template), error.lineno) from None
        except (UnicodeDecodeError, OSError) as error:
            raise self._problem(error, self._loader.find(template), 1) from error
        except Exception as error:
            path, line = self._innermost(error.__traceback__)
            if path is None:
                raise
            raise self._problem(error, path, line) from error

    def check(self) -> None:
        """Compile every template of the site's own, so that a fault is found before an issue needs it.

        Each is compiled once for as long as its file stays. Raises TemplateError for the first fault, and
        for a theme that no folder has: every part of it would come from `ink` without a word.
        """
        if not any((folder / self.name).is_dir() for folder in self.folders):
            raise self._missing(f"there is no theme {self.name}")
        for folder in self.folders[:-1]:
            for path in sorted(folder.rglob("*.j2")) if folder != BUILT_IN else ():
                try:
                    stamp = _stamp(path)
                    if self._checked.get(path) != stamp:
                        self.environment.compile(path.read_text(encoding="utf-8"), path.name, str(path))
                        self._checked[path] = stamp
                except TemplateSyntaxError as error:
                    raise self._problem(error, path, error.lineno) from None
                except (UnicodeDecodeError, OSError) as error:
                    raise self._problem(error, path, 1) from error

    def fault(self, template: str, line: int, sentence: str, *, hint: str, rule: str) -> TemplateError:
        """A TemplateError at a line of a template, with its code frame."""
        return self._error(self._loader.find(template), line, sentence, hint, rule)

    def _innermost(self, trace: TracebackType | None) -> tuple[Path | None, int]:
        """The last template file in a traceback; Jinja has put the templates' own lines into it."""
        path, line = None, 1
        while trace is not None:
            file = Path(trace.tb_frame.f_code.co_filename)
            if any(file.is_relative_to(folder) for folder in self._loader.folders):
                path, line = file, trace.tb_lineno
            trace = trace.tb_next
        return path, line

    def _not_found(self, error: TemplateNotFound) -> TemplateError:
        path, line = self._innermost(error.__traceback__)
        sentence = f"there is no template {error.name}"
        if path is None:
            return self._missing(sentence)
        return self._error(path, line, sentence, "check the name in {% include %}", "template-missing")

    def _missing(self, sentence: str) -> TemplateError:
        return TemplateError(
            Problem(
                severity=Severity.ERROR,
                rule="template-missing",
                sentence=sentence,
                position=Position(path=f"templates/{self.name}"),
                hint=f"looked in {', '.join(self._shown(each) for each in self.folders)}",
            )
        )

    def _problem(self, error: Exception, path: Path, line: int) -> TemplateError:
        sentence = re.sub(r"\s+", " ", str(error)) or type(error).__name__
        if not isinstance(error, JinjaError):
            sentence = f"{type(error).__name__}: {sentence}"
        undefined = isinstance(error, UndefinedError)
        hint = "the values that a template gets are listed in docs/extending.md" if undefined else ""
        return self._error(path, line, sentence, hint, "template-error")

    def _error(self, path: Path, line: int, sentence: str, hint: str, rule: str) -> TemplateError:
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        return TemplateError(
            Problem(
                severity=Severity.ERROR,
                rule=rule,
                sentence=sentence,
                position=Position(path=self._shown(path), line=line),
                hint=hint,
                frame=frame(text, line),
            )
        )

    def _shown(self, path: Path) -> str:
        """A template's path without the machine's folders: `templates/ink/email/issue.mjml.j2`."""
        for folder in self.folders:
            if path.is_relative_to(folder):
                return (Path(folder.name) / path.relative_to(folder)).as_posix()
        return path.as_posix()


@lru_cache(maxsize=32)
def _load(name: str, folders: tuple[Path, ...]) -> Theme:
    return Theme(name, folders)
