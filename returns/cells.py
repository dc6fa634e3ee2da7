"""Text that goes into a cell of a spreadsheet."""

from __future__ import annotations

import re

# A cell that begins like this would be run as a formula by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def plain_cell(text: str) -> str:
    """The text, made harmless where a spreadsheet would take it for a formula, and without characters no cell holds."""
    clean = _CONTROL.sub("�", text) if _CONTROL.search(text) else text
    return f"'{clean}" if clean.startswith(FORMULA) else clean
