"""The page of the year: one HTML file that needs no server and no JavaScript, and the plans of the bridge as CSV."""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from area.files import write_atomically, written_text
from returns.cells import plain_cell
from returns.kinds import ReturnKind
from returns.report.year import Deadline, Step, Year, gather_year

TEMPLATES = Path(__file__).with_name("templates")
COLUMNS = ("movement", "in_words", "person", "start", "ceased", "reason", "came_from", "person_in_last_return")
TOTALS = ("opening", "closing")
NO_STEP = ("still_open", "came_and_went", "difference")
MISSING = "missing_now"


@dataclass(frozen=True)
class Bar:
    """A step of the bridge with the place of its bar, in percent of the width."""

    step: Step
    left: float
    width: float
    kind: str
    """total, more, fewer or none."""


def write_year(
    con: duckdb.DuckDBPyConnection,
    kind: ReturnKind,
    year: int,
    target: Path,
    *,
    deadlines: Sequence[Deadline] = (),
    names: bool = False,
) -> list[Path]:
    """Write the page to `target` (….html) and the bridge's plans beside it (….csv), readable by their owner alone;
    returns both. `deadlines` are shown as they are given. Raises SettingsError without the key of the pseudonyms."""
    found = gather_year(con, kind, year, names=names)
    table = target.with_suffix(".csv")
    write_atomically(target, page(found, deadlines).encode())
    with written_text(table) as lines:
        writer = csv.writer(lines)
        writer.writerow((*COLUMNS, *(("name",) if names else ())))
        for plan in found.moved:
            cells = (
                plan.movement,
                plan.title,
                plan.person,
                plan.start.isoformat() if plan.start else "",
                plan.ceased.isoformat() if plan.ceased else "",
                plan.reason,
                plan.came_from,
                plan.last_number,
                *((plan.name,) if names else ()),
            )
            writer.writerow([plain_cell(cell) for cell in cells])
    return [target, table]


def page(found: Year, deadlines: Sequence[Deadline]) -> str:
    """The whole page: nothing in it is fetched from anywhere."""
    bars, begins = waterfall(found.bridge) if found.has_earlier else ([], 0)
    return _template().render(
        found=found,
        deadlines=deadlines,
        bars=bars,
        begins=begins,
        steps={step.step: step for step in found.bridge},
        missing=[plan for plan in found.moved if plan.movement == MISSING],
        headlines=[each for each in found.measures if each.headline],
        others=[each for each in found.measures if not each.headline],
        unlikely=[each for each in found.measures if each.unlikely],
        check=f"{found.kind.name.upper()}_{found.area}_{found.year}.check.html",
        css=Markup(  # noqa: S704  files of this package
            "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("check.css", "year.css"))
        ),
    )


def waterfall(bridge: Sequence[Step]) -> tuple[list[Bar], int]:
    """The bars of the steps that move the count, each beginning where the one before ended; and the count at the left
    edge, which is not nought: against thousands of plans a step of ten would not be seen."""
    after, count = [], 0
    for step in bridge:
        if step.step in NO_STEP:
            continue
        plans = step.plans or 0
        before, count = (0, plans) if step.step in TOTALS else (count, count + plans)
        after.append((step, before, count))
    levels = [count for _, _, count in after]
    room = max(max(levels) - min(levels), 1)
    edge = max(min(levels) - room // 2, 0)
    scale = 100 / max(max(levels) - edge, 1)
    bars = []
    for step, before, count in after:
        low, high = max(min(before, count), edge), max(before, count)
        kind = "total" if step.step in TOTALS else "more" if count > before else "fewer" if count < before else "none"
        bars.append(Bar(step, round((low - edge) * scale, 2), round((high - low) * scale, 2), kind))
    return bars, edge


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["count"] = lambda number: "–" if number is None else f"{number:,}"
    environment.filters["signed"] = lambda number: "–" if number is None else f"{number:+,}" if number else "0"
    environment.filters["figure"] = lambda number: "–" if number is None else f"{number:,.1f}".removesuffix(".0")
    environment.filters["day"] = lambda day: f"{day.day} {day:%B %Y}" if day else ""
    return environment.get_template("year.html.j2")
