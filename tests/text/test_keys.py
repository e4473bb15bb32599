"""Keys of front matter in every spelling."""

import pytest

from digest.text.keys import folded


@pytest.mark.parametrize(
    "written", ["last_updated", "last-updated", "lastUpdated", "Last Updated", "LAST_UPDATED"]
)
def test_every_spelling_is_one_key(written):
    """Case, hyphens, underscores and blanks do not count."""
    assert folded(written) == "lastupdated"
