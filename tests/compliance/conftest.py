"""What the statements about readers need: a live house."""

from tests.web.reader.conftest import house, open_house

__all__ = ["house", "open_house"]
