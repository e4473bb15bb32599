"""From a composed issue to its renditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.config import Config
from digest.model import Issue, Rendition

if TYPE_CHECKING:
    from digest.render.references import References
    from digest.render.theme import Theme


def render(
    issue: Issue, theme: Theme, config: Config, references: References | None = None
) -> tuple[Rendition, ...]:
    """The mail of an issue, HTML and text, in each of its languages.

    `email.html` and `email.txt` are in its own language, `email.LANG.…` in the others.
    `references` are the entries that articles may refer to, those of the issue when absent. The same issue,
    theme, config and references give the same bytes.

    Raises:
        TemplateError: for a fault in a template.
    """
    # Here, so that who asks the package for an address alone waits for no renderer.
    from digest.render.email import render_email
    from digest.render.mailing import mail
    from digest.render.references import References
    from digest.render.text import render_text

    known = references or References((item.entry for item in issue.everything), config)
    renditions = []
    for language in issue.languages or (issue.language,):
        stem = "email" if language == (issue.languages or (issue.language,))[0] else f"email.{language}"
        shown = mail(issue, config, language)
        renditions.append(render_email(shown, theme, config, f"{stem}.html", known))
        renditions.append(render_text(shown, config, f"{stem}.txt", known, theme))
    return tuple(renditions)
