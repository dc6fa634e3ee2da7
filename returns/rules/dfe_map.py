"""Which of the DfE's validation rules are which of ours: `<settings folder>/dfe_rules/<return>_<year>.csv`.

The DfE's workbook is not public. A council imports its own copy (dfe_workbook.py), which proposes lines here; a person
then sets each to `confirmed` or `not_covered`, and those lines stay as they are when a newer workbook is imported.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from area.errors import ContractError
from area.settings import config_root
from returns.cells import FORMULA, plain_cell
from returns.kinds import ReturnKind

PROPOSED, CONFIRMED, NOT_COVERED = "proposed", "confirmed", "not_covered"
STATES = (PROPOSED, CONFIRMED, NOT_COVERED)


@dataclass(frozen=True)
class Mapped:
    """One rule of the DfE's workbook and what covers it."""

    dfe_number: str
    dfe_severity: str
    dfe_message: str
    dfe_items: str
    our_rules: str
    """Ids of our rules, separated by blanks."""
    score: str
    """How sure a proposal is, 0 to 100."""
    state: str
    note: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(self.our_rules.split())


COLUMNS = tuple(field.name for field in fields(Mapped))


def map_file(kind: ReturnKind, year: int) -> Path:
    """Where the map of a year is."""
    name = f"{kind.name}_{year}.csv"
    return config_root() / "dfe_rules" / name


def read_map(kind: ReturnKind, year: int) -> list[Mapped]:
    """The map of a year; empty where nothing has been imported. Raises ContractError for a file that is not a map."""
    file = map_file(kind, year)
    if not file.exists():
        return []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise ContractError(file.name, field="(header)", expected=", ".join(COLUMNS), came="other columns")
            mapped = [Mapped(**{column: plain(row[column] or "") for column in COLUMNS}) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ContractError(
            file.name, field="(whole file)", expected="a CSV file in UTF-8", came=type(error).__name__
        ) from None
    for line in mapped:
        if line.state not in STATES:
            raise ContractError(
                file.name, field=f"state of {line.dfe_number}", expected=f"one of {STATES}", came=line.state[:40]
            )
    return mapped


def write_map(kind: ReturnKind, year: int, mapped: Iterable[Mapped]) -> Path:
    """Write the map of a year, cells that a spreadsheet would run made harmless. Returns the file."""
    file = map_file(kind, year)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerows({column: plain_cell(text) for column, text in asdict(line).items()} for line in mapped)
    part.replace(file)
    return file


def plain(text: str) -> str:
    """The cell without the mark that keeps a spreadsheet from running it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def merged(before: Sequence[Mapped], proposed: Sequence[Mapped]) -> list[Mapped]:
    """The proposals with the lines a person has settled in place of theirs. A settled line that the workbook no longer
    has stays at the end."""
    settled = {line.dfe_number: line for line in before if line.state != PROPOSED}
    new = [settled.pop(line.dfe_number, line) for line in proposed]
    return [*new, *settled.values()]


def dfe_numbers(kind: ReturnKind, year: int) -> dict[str, str]:
    """Our rule -> the DfE's numbers for it, of lines a person has confirmed."""
    numbers: dict[str, list[str]] = {}
    for line in read_map(kind, year):
        if line.state == CONFIRMED:
            for rule in line.rules:
                numbers.setdefault(rule, []).append(line.dfe_number)
    return {rule: ", ".join(listed) for rule, listed in numbers.items()}
