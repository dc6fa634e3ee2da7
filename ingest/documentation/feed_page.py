"""The page of one feed, and the list of all of them, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.contract.model import Contract, Field, Table
from ingest.documentation.year_notes import year_notes
from ingest.reading.row_checks import date_in_words

MADE = "<!-- Made by `send contracts docs --write` from ingest/contracts/{where}: change that. -->"
SNAPSHOTS = {
    "full": "each delivery holds everything",
    "per_period": "each delivery holds one period; the newest of each period counts",
    "incremental": "each delivery holds what has changed since the one before",
}
BAD_ROWS = """\
## What happens with what is wrong

Every value is loaded as text, as it came. A row goes to quarantine, with its line and its text, when a value that
must be there is missing (`MISSING_REQUIRED`), a text is too long (`TOO_LONG`), a date or whole number is none
(`BAD_DATE`, `BAD_INTEGER`), the line cannot be read as a row (`WRONG_FIELD_COUNT`, `BAD_ELEMENT`), or two rows of a
file share a key and differ (`KEY_CONFLICT`, both). An exact repeat is counted as a duplicate. A code that is not
listed is loaded and named in `send deliveries drift`, and the feeds page says that there are such for as long as they
come. A file with another layout, or of which no row holds, is refused whole and kept. See `send quarantine list` and
`send deliveries list`."""


def feed_page(contract: Contract) -> str:
    """The documentation of one feed."""
    where = f"{contract.sector}/{contract.feed}.yml"
    lines = [MADE.format(where=where), f"# {contract.title}", ""]
    lines += [f"Feed `{contract.feed}`, contract [`{where}`](../../ingest/contracts/{where}).", ""]
    lines += _markdown_table(("", ""), _facts(contract))
    if contract.layouts:
        lines += ["", "## Years", "", "A file is held against the layout of one year, the one its headings fit.", ""]
        for year, why, differences in year_notes(contract):
            lines.append(f"- **{year}**: {why}{'' if why.endswith('.') else '.'}")
            lines += [f"  - {each}" for each in differences]
    for table in contract.tables:
        lines += ["", *_table_section(contract, table)]
    return "\n".join([*lines, "", BAD_ROWS]) + "\n"


def index_page(contracts: Iterable[Contract]) -> str:
    """The list of all feeds."""
    rows = [
        (
            f"[{contract.title}]({contract.feed}.md)",
            contract.sector.replace("_", " "),
            contract.owner,
            contract.arrives,
            _age(contract),
            "yes" if contract.required else "no",
            str(len(contract.tables)),
        )
        for contract in contracts
    ]
    head = ("Feed", "Sector", "Owner", "Arrives", "May be old", "Needed", "Tables")
    lines = [MADE.format(where=""), "# Feeds", ""]
    lines += ["What each source has promised. An area may settle owner, contact, connection, ages and expectations for"]
    lines += ["itself (`feeds.overrides`), and map its own supplier's files: [mapping.md](../mapping.md).", ""]
    return "\n".join([*lines, *_markdown_table(head, rows)]) + "\n"


def _age(contract: Contract) -> str:
    return "any age" if contract.allowed_age_days is None else f"{contract.allowed_age_days} days"


def _facts(contract: Contract) -> list[tuple[str, str]]:
    said = [f"{name} `{_said(value)}`" for name, value in contract.transport.items() if name not in ("kind", "tables")]
    written = [
        f"{name} `{_said(value)}`" for name, value in contract.format.items() if name not in ("kind", "other_layouts")
    ]
    return [
        ("Owner", contract.owner),
        ("Arrives", contract.arrives),
        ("May be old", f"{_age(contract)}{'' if contract.required else '; the night does without it'}"),
        ("Holds", SNAPSHOTS[contract.snapshot]),
        ("Comes by", ", ".join([str(contract.transport["kind"]), *said])),
        ("Written as", ", ".join([str(contract.format["kind"]), *written])),
        ("In dbt", f"source `{contract.source_name}`"),
    ]


def _said(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_said(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value))
    return str(value)


def _table_section(contract: Contract, table: Table) -> list[str]:
    lines = [f"## `{table.name}`", ""]
    lines += [table.about, ""] if table.about else []
    said = [f"Key: {', '.join(f'`{name}`' for name in table.key)}."]
    said += [f"File: `{table.file}`."] if table.file else []
    said += [f"Read from the list `{table.within}`."] if table.within else []
    said += ["A delivery may do without it."] if table.optional else []
    said += [f"At least {table.min_rows:,} row(s)."] if table.min_rows else []
    if table.largest_change is not None:
        said.append(f"Held for a person when its rows fall by more than {table.largest_change:.0%}.")
    years = [
        year for year in sorted(contract.layouts) if any(each.name == table.name for each in contract.layouts[year])
    ]
    if contract.layouts and len(years) < len(contract.layouts):
        said.append(f"In the layouts of {', '.join(map(str, years))}.")
    head = ("Field", "In the file", "Type", "Codes", "Personal", "About")
    return [*lines, " ".join(said), "", *_markdown_table(head, [_field_row(field) for field in table.fields])]


def _field_row(field: Field) -> Sequence[str]:
    heading = field.source + (f" (also {', '.join(field.also)})" if field.also else "")
    kind = f"{field.kind} {date_in_words(field.date_format)}" if field.date_format else field.kind
    kind += f", at most {field.max_length}" if field.max_length else ""
    kind += ", required" if field.required else ", column may be missing" if field.optional else ""
    return (
        f"`{field.name}`",
        heading,
        kind,
        ", ".join(field.codes),
        (field.personal or "").replace("_", " "),
        field.about,
    )


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return lines + [f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows]
