"""The returns there are. A return is a folder: `definitions/` (its items, a file a year) and `rules/` (a file a rule).

Everything else in this package (tables, rules, reports, overlay, submission) works on any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class ReturnKind:
    """One return. `name` begins the names of its tables and names its folder, here and in an area's data."""

    name: str
    title: str
    rule_prefix: str
    """Begins the ids of its rules: `SEN2-P01`."""

    @property
    def folder(self) -> Path:
        return _HERE / self.name

    @property
    def definitions(self) -> Path:
        return self.folder / "definitions"

    @property
    def rules(self) -> Path:
        return self.folder / "rules"


SEN2 = ReturnKind("sen2", "SEN2 person-level return", "SEN2")
AREA_INSPECTION = ReturnKind("inspection", "Area SEND inspection, child-level lists", "INSP")
RETURNS = {kind.name: kind for kind in (SEN2, AREA_INSPECTION)}
