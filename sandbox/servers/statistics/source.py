"""Where the published figures come from: tables of text, one a published file."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.csv as pa_csv


class Figures(Protocol):
    """A store of published files."""

    def names(self) -> set[str]:
        """The names of the files it has."""
        ...

    def read(self, name: str) -> pa.Table:
        """All rows of a file in published order, every column text and an empty cell an empty string.

        A heading that occurs twice has `_1` behind the second.
        """
        ...


class CsvFigures:
    """Published CSV files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> set[str]:
        return {file.stem for file in self._folder.glob("*.csv")}

    def read(self, name: str) -> pa.Table:
        path = self._folder / f"{name}.csv"
        with path.open(encoding="utf-8-sig") as file:
            headings = file.readline().rstrip("\r\n").split(",")
        names: list[str] = []
        for heading in headings:
            names.append(heading if heading not in names else f"{heading}_1")
        return pa_csv.read_csv(
            path,
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
