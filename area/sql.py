"""What goes into SQL that cannot be bound as a parameter."""

from __future__ import annotations


def literal(text: object) -> str:
    """The text (or path) as a literal of SQL, its quotes doubled."""
    return "'" + str(text).replace("'", "''") + "'"
