"""Finding a key of config.toml in its text."""

from digest.config import dotted, known_keys, locate


def test_a_path_is_said_with_dots_and_brackets():
    """Index and key read as an editor would write them."""
    assert dotted(("editions", 1, "schedule", "day")) == "editions[1].schedule.day"


def test_a_key_written_with_dots_is_found():
    """`site.title = …` at the top is the key title of the table site."""
    assert locate('x = 1\nsite.title = "a"\n', ("site", "title")) == (2, 1)


def test_keys_of_the_second_nested_array_are_found():
    """A section of the second edition is counted within that edition."""
    text = "\n".join(
        [
            "[[editions]]",
            "[[editions.sections]]",
            'tag = "a"',
            "[[editions.sections]]",
            'tag = "b"',
            "[[editions]]",
            "[[editions.sections]]",
            '  tag = "c"',
        ]
    )
    assert locate(text, ("editions", 1, "sections", 0, "tag")) == (8, 3)
    assert locate(text, ("editions", 0, "sections", 1, "tag")) == (5, 1)


def test_what_is_nowhere_points_at_the_first_line():
    """An absent table has no better place."""
    assert locate("a = 1", ("site",)) == (1, 1)


def test_the_keys_of_tables():
    """Known keys go through lists and optional tables; a table of free names has none."""
    assert "title" in known_keys(("editions", 0))
    assert "day" in known_keys(("editions", 0, "schedule"))
    assert "titles" in known_keys(("editions", 0, "sections", 0))
    assert known_keys(("aliases",)) == []
