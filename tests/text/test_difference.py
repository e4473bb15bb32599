"""Two texts that differ, cut so that the difference is still to be seen."""

from __future__ import annotations

from digest.text.difference import aligned


def test_long_values_are_cut_around_their_difference():
    """A paragraph with a changed end is shown from shortly before the change."""
    start = "多年來他在同一家機構從事研究工作，很少公開談論自己。" * 4
    old, new = aligned(f"{start}他住在台北。", f"{start}他搬到釜山了。", 120)
    assert old.startswith("…")
    assert old.endswith("他住在台北。")
    assert new.endswith("他搬到釜山了。")
    english = "For many years the surveyor walked along the same shore with the same instruments. " * 2
    assert aligned(f"{english}He rests.", f"{english}He works.", 120)[0] == "…instruments. He rests."
    assert aligned("", start, 120)[1].endswith("…")


def test_short_values_stay_whole():
    """Two values that fit are not touched, however alike they begin."""
    assert aligned("OpenAI · 2021", "OpenAI · 2026", 120) == ("OpenAI · 2021", "OpenAI · 2026")
    assert aligned("same", "same and more", 20) == ("same", "same and more")
