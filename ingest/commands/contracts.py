"""`send contracts`: what each feed has promised, and whether a mapping keeps the promise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from area.call import CALL
from area.errors import SettingsError
from ingest.commands.options import print_whole
from ingest.contract.model import load_contracts
from ingest.documentation.files import differing, doc_files, source_files
from ingest.documentation.files import write as write_files
from ingest.mapping.file import mapping_of
from ingest.mapping.trial import SampleCheck, TableCheck, check_sample

Write = Annotated[bool, typer.Option("--write", help="Write those that differ; else only name them.")]
app = typer.Typer(
    help="What each feed has promised; a council's mapping of its supplier's files.", no_args_is_help=True
)


@app.command("check-mapping")
def check_mapping(
    mapping: Annotated[Path, typer.Argument(help="The mapping file.")],
    sample: Annotated[Path, typer.Option("--sample", help="An export of the supplier's, or its first thousand lines.")],
    kind: Annotated[str | None, typer.Option("--as", help="Which of the mapping's files the sample is.")] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Show every word that is no code; they may be children's names.")
    ] = False,
) -> None:
    """Try a mapping on a sample: what maps, what is left over, what is missing. Exit code 1: rows would be held back.

    Nothing is loaded. Headings, counts and short codes are shown; other words only with --names.
    """
    for path, word in ((mapping, "FILE"), (sample, "--sample")):
        if not path.is_file():
            raise SettingsError(word, expected="a file", came=f"none at {path}", where=CALL)
    contracts = {contract.feed: contract for contract in load_contracts()}
    said = mapping_of(mapping, contracts)
    found = check_sample(contracts[said.feed], said, sample, kind=kind)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{sample.name} as {found.theirs.name} of {said.supplier}: {found.lines:,} line(s)")
    for table in found.tables:
        _show(table, console, names=names)
    _show_hidden(found, console, names=names)
    _show_name(found, sample.name, console)
    _show_headings(found, console)
    if not found.good:
        raise typer.Exit(1)


@app.command("docs")
def docs(write: Write = False) -> None:
    """Make the pages of `docs/feeds/` from the contracts. Exit code 1: some differ and stay so."""
    _make(doc_files(load_contracts()), write=write)


@app.command("sources")
def sources(write: Write = False) -> None:
    """Make dbt's sources (`_sources.yml` of staging) from the contracts. Exit code 1: some differ and stay so."""
    _make(source_files(load_contracts()), write=write)


def _make(files: Mapping[Path, str], *, write: bool) -> None:
    for path in write_files(files) if write else differing(files):
        typer.echo(f"{'Written' if write else 'Differs'}: {path}")
    if differing(files):
        raise typer.Exit(1)


def _show(check: TableCheck, console: Console, *, names: bool) -> None:
    table = Table("Field", "From", "Held back", "Unknown codes", title=f"{check.table.name}: {check.rows:,} row(s)")
    for field in check.table.fields:
        broken = ", ".join(f"{reason} {n:,}" for (reason, name), n in check.broken.items() if name == field.name)
        said = check.unknown.get(field.name)
        unknown = "" if said is None else f"{said.rows:,} row(s), see below" if names else str(said)
        table.add_row(field.name, escape(check.source_of(field.name)) or "(nothing: stays empty)", broken, unknown)
    print_whole(table)
    for name, words in check.words.items() if names else ():
        console.print(f"Words of {check.table.name}.{name} that are no code, and their rows:")
        for word, number in sorted(words.items(), key=lambda each: (-each[1], each[0])):
            console.print(f"  {word} ({number:,})")
    console.print()


def _show_hidden(found: SampleCheck, console: Console, *, names: bool) -> None:
    if not names and any(each.hidden for table in found.tables for each in table.unknown.values()):
        console.print("Words not shown: `--names` shows them. They may be children's where a column is mapped wrongly.")


def _show_name(found: SampleCheck, name: str, console: Console) -> None:
    """A sample may be called anything; a delivered file is known by its name alone."""
    theirs, other = found.theirs, found.named_as
    if other is not theirs:
        instead = f"as {other.name} (it fits {other.file})" if other is not None else "in the feed's own layout"
        console.print(
            f"A delivered file of the name {name} would not be recognised as {theirs.name} but read {instead}:"
            f" its name has to fit {theirs.file}."
        )


def _show_headings(found: SampleCheck, console: Console) -> None:
    if found.missing:
        console.print(f"Missing, though the mapping uses it: {', '.join(found.missing)}")
    if found.left_over:
        # In a file without a header the first line is a child's record, and most of what is mapped is missing.
        named = 2 * len(found.missing) <= len(found.theirs.headings)
        left_over = ", ".join(found.left_over) if named else f"{len(found.left_over)} column(s); is there a header?"
        console.print(f"Left over, not read: {left_over}")
    if found.unreadable:
        console.print(f"{found.unreadable:,} line(s) are no records (another number of fields than the first line)")
    console.print("The mapping fits." if found.good else "As it is, what is named above would be refused or held back.")
