"""`send explain`: one cell of the return, back to the row of the file it came from."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from area.pages import day_in_words
from cli.sen2.published import HIDDEN, Area, Collection, collection_of
from returns.kinds import SEN2
from warehouse.lineage.explain import Cell, Passed, SourceRow
from warehouse.lineage.explain import explain as explain_cell


def explain(
    area: Area,
    item: Annotated[str, typer.Option("--item", help="XML tag of the item, as UPN or StartDate.")],
    person: Annotated[str | None, typer.Option("--person", help="The case system's reference, or a pseudonym.")] = None,
    collection: Collection = None,
    module: Annotated[str | None, typer.Option("--module", help="Module, where several have the item.")] = None,
    record: Annotated[str | None, typer.Option("--record", help="Key of one record, where there are several.")] = None,
    names: Annotated[bool, typer.Option("--names", help="Show the values of personal items.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Explain a cell of the published return: its value, the models it passed, corrections, rules, source row."""
    year = collection_of(area, collection)
    cells = explain_cell(area, year, item, kind=SEN2, person=person, module=module, record=record)
    shown = cells if names else [masked(cell) for cell in cells]
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(cell) for cell in shown], indent=1, default=str))
        return
    typer.echo("\n\n".join("\n".join(_lines(cell)) for cell in shown))


def masked(cell: Cell) -> Cell:
    """The cell with every personal value hidden: the item's, those of the columns it was made from, corrections'."""
    corrections = tuple(
        dataclasses.replace(each, was=_hidden(each.was), value=_hidden(each.value)) if cell.personal else each
        for each in cell.corrections
    )
    return dataclasses.replace(
        cell,
        value=_hidden(cell.value) if cell.personal else cell.value,
        passed=tuple(_masked_step(step) if step.personal else step for step in cell.passed),
        corrections=corrections,
    )


def _masked_step(step: Passed) -> Passed:
    rows = tuple(dataclasses.replace(row, value=_hidden(row.value)) for row in step.rows)
    values = None if step.values is None else tuple(_hidden(value) for value in step.values)
    return dataclasses.replace(step, values=values, rows=rows)


def _hidden(value: str | None) -> str | None:
    return None if value is None else HIDDEN


def _lines(cell: Cell) -> Iterator[str]:
    yield f"{cell.title} ({cell.item}) of {cell.module} {cell.record_key}, night {cell.night}"
    yield f"Value      {_value(cell.value)}"
    yield "Made from"
    for step in cell.passed:
        yield f"  {'  ' * step.depth}{step.column}  {_step(step)}"
        for row in step.rows:
            for line in _source(row):
                yield f"  {'  ' * step.depth}  {line}"
    yield "Corrections" if cell.corrections else "Corrections: none"
    for each in cell.corrections:
        yield f"  {each.id} {each.state}: {_value(each.was)} -> {_value(each.value)}, by {each.made_by} {each.made_at}"
        yield f"    {each.reason}"
    yield "Rules" if cell.rules else "Rules: none looks at this item"
    for rule in cell.rules:
        yield f"  {rule.rule_id} {rule.severity}, {rule.outcome}: {rule.message}"


def _step(step: Passed) -> str:
    more = f" and {step.more} more rows" if step.more else ""
    if not step.traced:
        return "(not traced further)"
    if step.values is None:
        return "(a view: passes it on)"
    if not step.values and not step.rows:
        return "(no row of this record)"
    return ", ".join(_value(value) for value in dict.fromkeys(step.values)) + more


def _source(row: SourceRow) -> Iterator[str]:
    day = f", extract of {row.extract_date}" if row.extract_date else ""
    yield f"{row.file_name} row {row.row}{day}: {_value(row.value)}"
    if row.put_right is not None:
        said = row.put_right
        fields = f"fields {', '.join(said.fields)}" + ("; carried from an earlier delivery" if said.carried else "")
        made_on = day_in_words(dt.datetime.fromisoformat(said.made_at).date())
        yield f"put right in quarantine by {said.made_by} on {made_on}: {said.reason} ({fields})"
    yield f"{row.landing} (SHA-256 {row.sha256})"


def _value(value: Any) -> str:
    return "(blank)" if value is None else str(value)
