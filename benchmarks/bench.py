"""What the benchmarks share: a small config.toml, measurements of fresh processes, and their verdicts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
THREE_LANGUAGES: Final = 'timezone = "Asia/Taipei"\nlanguages = ["zh-Hant-TW", "ko", "en"]\n'


def config_toml(base_url: str, *, site: str = "", articles: str = "articles", edition: str = "") -> str:
    """A config.toml of one folder and one edition; `site` and `edition` are more lines of these tables."""
    return f"""\
[site]
title = "bench"
base_url = "{base_url}"
{site}
[[sources]]
kind = "articles"
path = "{articles}"

[[editions]]
name = "weekly"
title = "bench"
{edition}"""


def measured(program: str, what: str, site: Path) -> dict[str, Any]:
    """One measurement in a fresh process: what the program beside us prints as JSON."""
    line = [sys.executable, str(HERE / program), what, str(site)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def met(is_met: bool) -> str:
    """In words."""
    return "met" if is_met else "NOT met"
