"""Markdown and shortcodes as the HTML of one medium; the only door to markdown-it."""

from digest.render.markdown.body import render_body, render_note, shortcode_problems
from digest.render.markdown.views import Body, Medium, PictureSize, PictureView

__all__ = ["Body", "Medium", "PictureSize", "PictureView", "render_body", "render_note", "shortcode_problems"]
