"""What an XML return is laid out like: which element is a row of which table, and where its values stand.

A return is a root with very many like elements in it, the records (`Child`): each becomes a row, and so do the elements
within it that repeat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Block:
    """Which elements are the rows of a table. All paths are from the record element down.

    A field of the contract is found by its heading (`column`, `also`) among the elements directly in the row's element
    and in those named by `inside`; but for what the last three say, by the field's name.
    """

    table: str
    path: str = ""
    """`CINdetails/CINPlanDates`; empty for the record itself."""
    inside: tuple[str, ...] = ()
    """Elements within the row's element whose values are its own as well (`ChildIdentifiers`)."""
    own_text: str | None = None
    """The field that is the text of the row's element itself (`disability`)."""
    above: Mapping[str, str] = field(default_factory=dict)
    """Field -> where a value stands that an element around the row's holds (`ChildIdentifiers/LAchildID`)."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Field -> path of an element around the row's, or of the row's own, whose number among its like, from 1 within the
    element around it, is the value (`episode_number: CINdetails`)."""


@dataclass(frozen=True)
class Layout:
    """One kind of XML return."""

    root: str
    record: str
    """Path of the record element below the root: `Children/Child`."""
    blocks: tuple[Block, ...]
    needed: tuple[str, ...] = ()
    """Elements (paths from the record down) without which a record cannot be read."""

    @property
    def record_path(self) -> str:
        """Path of the record element from the root down."""
        return f"{self.root}/{self.record}"

    @property
    def row_elements(self) -> tuple[str, ...]:
        """The names of the elements that become rows."""
        return tuple((block.path or self.record).rpartition("/")[2] for block in self.blocks)
