"""The Markdown of a mail, made into HTML: the editor's note, and the bodies that stand in it in full."""

from __future__ import annotations

from functools import cached_property

from digest.config import Config
from digest.model import Picture
from digest.render.address import asset_url
from digest.render.mail import Card, Mail
from digest.render.markdown import Body, Medium, PictureSize, PictureView, render_body, render_note
from digest.render.references import References
from digest.render.theme import Theme


class Pieces:
    """What one mail needs of Markdown, made once and only where it is shown."""

    def __init__(
        self, shown: Mail, theme: Theme, config: Config, references: References | None = None
    ) -> None:
        self._mail = shown
        self._theme = theme
        self._config = config
        self._references = references

    @cached_property
    def note(self) -> str:
        """The editor's note; empty where there is none."""
        markdown = self._mail.issue.note
        if not markdown.strip():
            return ""
        return render_note(
            markdown,
            theme=self._theme,
            medium=Medium.EMAIL,
            language=self._mail.language,
            base_url=self._config.site.base_url + "/",
        )

    def body(self, card: Card) -> Body:
        """The body of a card's entry."""
        entry = card.entry
        return render_body(
            entry,
            theme=self._theme,
            medium=Medium.EMAIL,
            language=self._mail.language,
            base_url=card.url,
            heading=card.level + 1,
            ignore=self._config.shortcodes.ignore,
            references=self._references,
            pictures={
                each.src: self._view(each)
                for each in self._mail.issue.pictures
                if each.entry == entry.key and each.files
            },
        )

    def _view(self, picture: Picture) -> PictureView:
        """A picture that travels with the issue, at its absolute addresses."""
        sizes = tuple(
            PictureSize(
                url=asset_url(self._mail.issue, file.name, self._config),
                width=file.width,
                height=file.height,
            )
            for file in picture.files
        )
        widest = sizes[-1]
        return PictureView(
            url=widest.url, width=widest.width, height=widest.height, alt=picture.alt, sizes=sizes
        )
