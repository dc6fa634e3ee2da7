"""The SSDA903 as one XML file: a record a CHILD element, read into the same tables as the CSV set (facts 1.1).

Root EXPSSDA903 > CHILD > HEADER (the child's own values, and blocks that repeat) and EPISODE. Some tables of the set
are values of the header here, and a child without them has no row in those. Social workers and deprivation of liberty
orders are in no XML file that is known; their tables get no row from one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract.model import Field, Table
from ingest.formats import SourceFile, TableRows
from ingest.formats.xml_blocks import read_blocks
from ingest.formats.xml_layout import Block, Layout
from ingest.formats.xml_survey import survey

KEY = "CHILDID"
BIRTH = "DOB"
OF_CHILD = {"child": f"HEADER/{KEY}", "dob": f"HEADER/{BIRTH}"}
OTHER_NAMES = {"CHILD": KEY, "PLACE": "PL"}  # columns of the CSV set that have another name in XML

LAYOUT = Layout(
    root="EXPSSDA903",
    record="CHILD",
    needed=("HEADER",),
    blocks=(
        Block("s903_header", "HEADER"),
        Block("s903_episodes", "EPISODE", above={"child": OF_CHILD["child"]}),
        Block("s903_reviews", "HEADER/AREVIEW", above=OF_CHILD),
        Block("s903_uasc", "HEADER"),
        Block("s903_oc2", "HEADER/OC2", above=OF_CHILD),
        Block("s903_oc3", "HEADER"),
        Block("s903_ad1", "HEADER"),
        Block("s903_placed_adoption", "HEADER/AD_PLACED", above=OF_CHILD),
        Block("s903_prev_perm", "HEADER/PERMANENCE", above=OF_CHILD),
        Block("s903_missing", "HEADER/AMISSING", above=OF_CHILD),
    ),
)
ASYLUM = Field("_uasc", "UASC", "text")  # 1 or 0: the CSV set has it as a file of its own
# Tables that are values of the header: which children are in them.
IN_HEADER: dict[str, Callable[[pa.Table], pa.ChunkedArray]] = {
    "s903_uasc": lambda cells: pc.or_(pc.equal(pc.fill_null(cells["_uasc"], "0"), "1"), pc.is_valid(cells["duc"])),
    "s903_oc3": lambda cells: pc.is_valid(cells["in_touch"]),
    "s903_ad1": lambda cells: pc.is_valid(cells["date_int"]),
}


def read(file: SourceFile) -> Iterator[TableRows]:
    """The tables of the set, some thousand children at a time (`read_blocks` says how, and what `_row` is).

    Refuses a file with another root, with a document type, or not well formed. A child in which an element is repeated,
    nested or missing so that it cannot be read goes to quarantine with all its rows.
    """
    known = {block.table for block in LAYOUT.blocks}
    asked = {table.name: table for table in file.contract.tables}
    tables = tuple(_as_in_xml(table) for table in asked.values() if table.name in known)
    found = survey(file, LAYOUT)
    for rows in read_blocks(replace(file, contract=replace(file.contract, tables=tables)), LAYOUT, found):
        yield _told(rows, asked[rows.table.name])
    for table in asked.values():
        if table.name not in known:
            nothing = pa.table({name: pa.array([], pa.string()) for name in table.columns})
            yield TableRows(table, nothing, pa.array([], pa.int64()), lambda _: [])


def _as_in_xml(table: Table) -> Table:
    fields = tuple(
        replace(field, source=OTHER_NAMES[field.source], also=(field.source, *field.also))
        if field.source in OTHER_NAMES
        else field
        for field in table.fields
    )
    return replace(table, fields=(*fields, ASYLUM) if table.name == "s903_uasc" else fields)


def _told(rows: TableRows, table: Table) -> TableRows:
    """A batch as the contract has the table, with only those children whose header tells of it. A header that cannot
    be read is a bad row of `s903_header` already and not once more of each of these tables."""
    if table.name not in IN_HEADER:
        return replace(rows, table=table)
    there = pa.chunked_array(IN_HEADER[table.name](rows.cells)) if rows.cells.num_rows else None
    places = pc.indices_nonzero(there).to_pylist() if there is not None else []

    def originals(positions: Sequence[int]) -> list[str]:
        return rows.originals([places[position] for position in positions])

    taken = pa.array(places, pa.int64())
    cells = rows.cells.take(taken).select(list(table.columns))
    return TableRows(table, cells, rows.rows.take(taken), originals)
