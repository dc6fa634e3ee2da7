"""`send statistics`: what the DfE statistics API has, for whoever looks for figures or must know why some changed.

The address is that of the connection AIRFLOW_CONN_SEND_DFE_STATISTICS, as for the nightly feed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from area.call import CALL, require_file_or_nothing
from area.errors import SettingsError
from area.files import write_atomically
from ingest.commands.options import print_whole
from ingest.contract.model import load_contract
from ingest.transports.endpoint import Endpoint
from ingest.transports.http_session import Session
from ingest.transports.retry import Limits
from ingest.transports.statistics.changes import named_changes
from ingest.transports.statistics.client import SHORTEST_SEARCH, StatisticsClient

app = typer.Typer(help="What the DfE statistics API has.", no_args_is_help=True)
FEED = "dfe_statistics"
PATIENCE = Limits(attempts=3, longest_wait=5.0, total=60.0)  # somebody is waiting

DataSet = Annotated[str, typer.Argument(help="The id of a data set, as `send statistics data-sets` prints it.")]

Version = Annotated[str | None, typer.Option("--version", help="A version (2.0, or 2.* for the latest of 2).")]


@app.command("search")
def search(
    words: Annotated[str, typer.Argument(help="Words of a publication's title or summary, three characters or more.")],
) -> None:
    """Find publications: title, when last published, id."""
    if len(words.strip()) < SHORTEST_SEARCH:
        raise SettingsError("WORDS", expected="three characters or more", came=repr(words), where=CALL)
    table = Table("Publication", "Last published", "Id")
    with _client() as client:
        for each in client.publications(words.strip()):
            table.add_row(_text(each, "title"), _text(each, "lastPublished")[:10], _text(each, "id"))
    if not table.row_count:
        typer.echo(f"No publication was found for '{words.strip()}'.")
        return
    print_whole(table)


@app.command("data-sets")
def data_sets(publication: Annotated[str, typer.Argument(help="The id or the title of a publication.")]) -> None:
    """The data sets of a publication: title, status, latest version, periods, rows, id."""
    table = Table("Data set", "Status", "Version", "Published", "Periods", "Rows", "Id")
    with _client() as client:
        for each in client.data_sets(_publication_id(client, publication)):
            latest = each.get("latestVersion") or {}
            head = _text(each, "title"), _text(each, "status")
            table.add_row(*head, *_version_cells(latest), _text(each, "id"))
    print_whole(table)


@app.command("versions")
def versions(data_set: DataSet) -> None:
    """The versions of a data set, the newest first. A new major version broke with the one before."""
    table = Table("Version", "Type", "Status", "Release", "Published", "Periods", "Rows")
    with _client() as client:
        for each in client.versions(_data_set_id(data_set)):
            release = _text(each.get("release") or {}, "title")
            version, *rest = _version_cells(each)
            table.add_row(version, _text(each, "type"), _text(each, "status"), release, *rest)
    print_whole(table)


@app.command("changes")
def changes(
    data_set: DataSet,
    version: Version = None,
    patches: Annotated[bool, typer.Option("--patches", help="With the corrections since.")] = False,
) -> None:
    """What a version changed against the one before it. Major changes break what was built on the one before."""
    ident = _data_set_id(data_set)
    table = Table("Change", "What")
    with _client() as client:
        wanted = version or str(client.data_set(ident)[0]["latestVersion"]["version"])
        said = client.changes(ident, wanted, patches=patches)
    for step in [said, *(said.get("patchHistory") or [])]:
        _add_changes(table, step)
    print_whole(table)


def _add_changes(table: Table, said: dict[str, Any]) -> None:
    for kind, member in (("major", "majorChanges"), ("minor", "minorChanges")):
        for phrase in named_changes(said.get(member) or {}):
            table.add_row(kind, phrase)
    if said.get("notes"):
        table.add_row("notes", _text(said, "notes"))


@app.command("meta")
def meta(
    data_set: DataSet,
    version: Version = None,
) -> None:
    """The filters, indicators, places and periods of a data set, as a contract or a query names them."""
    with _client() as client:
        said, _ = client.meta(_data_set_id(data_set), version)
    table = Table("What", "Column", "Label", "Values", "Id")
    for each in said.get("filters") or []:
        labels = "; ".join(_text(option, "label") for option in each.get("options") or [])
        table.add_row("filter", _text(each, "column"), _text(each, "label"), labels, _text(each, "id"))
    for each in said.get("indicators") or []:
        unit = _text(each, "unit")
        table.add_row("indicator", _text(each, "column"), _text(each, "label"), unit, _text(each, "id"))
    for each in said.get("locations") or []:
        level = each.get("level") or {}
        number = len(each.get("options") or [])
        table.add_row("places", _text(level, "code"), _text(level, "label"), f"{number:,}", "")
    periods = said.get("timePeriods") or []
    shown = "; ".join(f"{_text(each, 'period')} {_text(each, 'code')}" for each in periods)
    table.add_row("periods", "", "", shown, "")
    print_whole(table)


@app.command("csv")
def csv(
    data_set: DataSet,
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    version: Version = None,
) -> None:
    """Write a whole data set as the CSV file it was made from. Symbols: z not applicable, x not available, c
    confidential, low rounds to nought."""
    require_file_or_nothing(out)
    with _client() as client:
        content = client.csv(_data_set_id(data_set), version)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(out, content)
    Console(soft_wrap=True).print(f"{out}: {len(content):,} bytes", highlight=False)


@contextmanager
def _client() -> Iterator[StatisticsClient]:
    endpoint = Endpoint.from_environment(str(load_contract(FEED).transport["connection"]))
    session = Session(FEED, endpoint, PATIENCE, accept="application/json")
    try:
        yield StatisticsClient(session)
    finally:
        session.close()


def _publication_id(client: StatisticsClient, named: str) -> str:
    """The id itself, or that of the publication with this title (letter case does not matter)."""
    if _is_id(named):
        return named
    found = list(client.publications(named)) if len(named) >= SHORTEST_SEARCH else []
    for each in found:
        if _text(each, "title").casefold() == named.casefold():
            return _text(each, "id")
    titles = "; ".join(_text(each, "title") for each in found) or "none"
    raise SettingsError("PUBLICATION", expected=f"an id or a title (found: {titles})", came=repr(named), where=CALL)


def _data_set_id(named: str) -> str:
    if not _is_id(named):
        raise SettingsError("DATA_SET", expected="the id of a data set", came=repr(named), where=CALL)
    return named


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _version_cells(version: dict[str, Any]) -> tuple[str, str, str, str]:
    """Version, day of publication, periods and rows of a version, as cells."""
    periods = version.get("timePeriods") or {}
    span = " to ".join(dict.fromkeys(part for name in ("start", "end") if (part := _text(periods, name))))
    rows = version.get("totalResults")
    number = f"{rows:,}" if isinstance(rows, int) else ""
    return _text(version, "version"), _text(version, "published")[:10], span, number


def _text(said: dict[str, Any], name: str) -> str:
    return str(said.get(name) or "")
