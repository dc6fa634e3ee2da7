"""An area's ten nearest statistical neighbours, to set its figures beside (config/statistical_neighbours.csv)."""

from __future__ import annotations

import csv
from pathlib import Path

from area.errors import SettingsError
from area.paths import PROJECT_ROOT
from area.settings import config_root

FILE = "statistical_neighbours.csv"


def statistical_neighbours(area: str) -> tuple[str, ...]:
    """DfE codes of the neighbours of `area`, nearest first.

    The file of the settings folder is used where there is one, else the project's own. Raises SettingsError when
    the file cannot be read or does not know the area.
    """
    own = config_root() / FILE
    path = own if own.exists() else PROJECT_ROOT / "config" / FILE
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        rows = [(row["la_code"], int(row["rank"]), row["neighbour_la_code"]) for row in csv.DictReader(lines)]
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise SettingsError(
            FILE, expected="columns la_code, rank, neighbour_la_code", came=type(error).__name__, where=_where(path)
        ) from error
    found = sorted((rank, neighbour) for code, rank, neighbour in rows if code == area)
    if not found:
        raise SettingsError(FILE, expected=f"neighbours of area {area}", came="none", where=_where(path))
    return tuple(neighbour for _, neighbour in found)


def _where(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
