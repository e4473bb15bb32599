"""A desk without a press: `issue.txt` is the issue, so that the preview can be tested by itself.

A line `! sentence` in it is a fault with its place, `!!` one of a template, `? sentence` a warning, the word
`boom` a fault of ours; an empty file means that nothing is new. `edge.txt` is a fault of the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from digest.errors import DigestError, TemplateError
from digest.model import Position, Problem, Severity
from digest.text.frames import frame
from digest.web.desk import Mail, Places, Showing, State

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0004820180e1a1d6a50000000049454e44ae426082"
)
STYLE = """\
body{margin:0;background:#F2EDE4;color:#211E1B;font:16px/1.7 Georgia,'Noto Serif CJK TC',serif}
.sheet{max-width:600px;margin:0 auto;background:#FFFDF9;border-top:4px solid #B5381F;padding:36px}
img{width:100%;height:240px;background:#F3E9DC;color:#211E1B;font-size:13px}
@media (prefers-color-scheme: dark){body{background:#141210;color:#F2ECE2}.sheet{background:#1E1B18}}
@media (max-width: 520px){.sheet{padding:20px}}
"""


@dataclass
class PaperDesk:
    """Reads `issue.txt` of a folder."""

    root: Path
    languages: tuple[str, ...] = ("zh-Hant-TW",)

    def build(self) -> Showing:
        edge = self.root / "edge.txt"
        if edge.exists():
            raise DigestError("the disk is gone", subject=edge.name, hint="find it")
        text = (self.root / "articles" / "issue.txt").read_text(encoding="utf-8")
        if "boom" in text:
            raise KeyError("boom")
        problems = tuple(self._problems(text))
        if "!!" in text:
            raise TemplateError(*problems)
        if not text.strip():
            return Showing(
                state=State.EMPTY,
                edition="weekly",
                title="注意力週報",
                language="zh-Hant-TW",
                notice="There is nothing new for weekly. Write an article, and it appears here.",
            )
        mails = tuple(self._mail(language, text) for language in self.languages)
        return Showing(
            state=State.DRAFT,
            edition="weekly",
            title="注意力週報",
            language="zh-Hant-TW",
            number=14,
            label="2026-W05",
            date="2026 年 1 月 26 日 09:00",
            sender="注意力週報",
            subject="發明 Transformer 的人，想取代它",
            preheader="Llion Jones 談「局部最小值」；Kaiser 說推理是新的第一層。",
            notice="",
            site="https://weekly.example.org",
            mails=mails,
            web=mails[0].html.replace("<h1", "<p>web page</p><h1"),
            assets={
                "pixel.png": PIXEL,
                "evil.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                "a.x-y": b"?",
            },
            problems=problems,
        )

    def places(self) -> Places:
        folders = tuple(each for each in (self.root / "articles", self.root / "more") if each.is_dir())
        return Places(root=self.root, folders=folders, names=frozenset({"config.toml", "edge.txt", "more"}))

    def _problems(self, text: str) -> Iterator[Problem]:
        for number, line in enumerate(text.split("\n"), 1):
            if line[:1] in ("!", "?"):
                yield Problem(
                    severity=Severity.ERROR if line[0] == "!" else Severity.WARNING,
                    rule="paper",
                    sentence=line[1:].strip(" !?"),
                    position=Position(path="articles/issue.txt", line=number, column=4),
                    hint="take the line out",
                    frame=frame(text, number),
                )

    def _mail(self, language: str, text: str) -> Mail:
        body = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line[:1] not in ("!", "?"))
        html = (
            f"<!doctype html><html lang='{language}'><head><title>issue</title><style>{STYLE}</style>"
            "<div class='sheet'><h1 style='color:#9A2B16'>發明 Transformer 的人，想取代它</h1>"
            "<img src='/assets/pixel.png' alt='由點組成的螺旋' width='528' height='240'>"
            f"{body}<p><a href='#end'>end</a> <a href='https://example.org/x'>out</a></p>"
            + "<p>他說，推理是新的第一層。這一期的兩位主角，都是論文的共同作者。</p>" * 30
            + "<h2 id='end'>完</h2></div></body></html>"
        )
        return Mail(
            language=language, html=html, text=f"{language}\n\n{text}\n" * 3, size=len(html.encode()) + 48_000
        )
