"""A newsletter press: what is dated or updated is collected, composed, rendered, archived and delivered."""

from typing import Final

__version__: Final = "0.1.0"
