"""The national validators of the social care returns, asked about our files.

Each reads the files with its own reader and runs the rules of a year; what comes back is which rules are broken, in
which values, which could not be run, and how many rows it found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.peers import ask_peer

# Postcodes decide nothing we are after; the council is one the peer's list has.
_ASK_903 = """
import importlib, json, logging, sys, warnings
logging.disable(logging.CRITICAL); warnings.filterwarnings("ignore")
from lac_validator.lac_validator import LacValidator
rules, year, *names = sys.argv[1:]
files = [{"name": n, "description": "This year", "file_content": open(n, "rb").read()} for n in names]
registry = importlib.import_module("lac_validator.rules." + rules).registry
found = LacValidator({"collectionYear": year, "localAuthority": "E10000025"}, files, registry)
broken = {}
for table, rows in found.ds_results.items():
    for column in [] if table == "metadata" else [c for c in rows.columns if c.startswith("ERR_")]:
        flagged = rows[rows[column] == True]
        if len(flagged):
            told = broken.setdefault(column[4:], {"message": registry[column[4:]].message, "rows": {}, "values": {}})
            told["rows"][table] = len(flagged)
            for field in set(registry[column[4:]].affected_fields) & set(rows.columns):
                told["values"].setdefault(field, []).extend(sorted(set(flagged[field].dropna().astype(str)))[:20])
print(json.dumps({
    "rows": {name: len(rows) for name, rows in found.dfs.items()}, "broken": broken, "failed": found.fails,
    "run": len(found.dones),
}))
"""
_ASK_CIN = """
import importlib, json, sys, warnings
import xml.etree.ElementTree as ET
warnings.filterwarnings("ignore")
from cin_validator.cin_validator import CinValidator, convert_data, process_data
rules, name = sys.argv[1:]
tables = convert_data(ET.parse(name).getroot())
rows = {table: len(data) for table, data in tables.items()}
registry = importlib.import_module("cin_validator.rules." + rules).registry
found = CinValidator(process_data(tables), registry)
broken = {}
for code, issues in found.full_issue_df.groupby("rule_code"):
    where = issues.drop_duplicates(["tables_affected", "row_id"])["tables_affected"].value_counts()
    broken[code] = {"message": registry[code].message, "rows": {t: int(n) for t, n in where.items()}, "values": {}}
for code in found.multichild_issues["rule_code"]:
    broken[code] = {"message": registry[code].message, "rows": {"Header": 1}, "values": {}}
print(json.dumps({"rows": rows, "broken": broken, "failed": [], "run": len(registry)}))
"""


@dataclass(frozen=True)
class Broken:
    """One rule that is broken: what it says, in how many rows of each table, and some of the values it names."""

    message: str
    rows: dict[str, int]
    values: dict[str, list[str]]


@dataclass(frozen=True)
class Verdict:
    """What a validator said. `rows` it found in each of its tables; `failed` rules could not be run by it."""

    rows: dict[str, int]
    broken: dict[str, Broken]
    failed: list[str]
    run: int

    def __str__(self) -> str:
        lines = [f"{self.run} rules run; rows: {self.rows}; could not run: {self.failed}"]
        lines += [f"{code}: {sum(each.rows.values())} rows, {each.message[:90]}" for code, each in self.broken.items()]
        return "\n".join(lines)


def verdict_903(files: Iterable[Path], *, year: int) -> Verdict:
    """Of the return that ends in March of `year`; CSV files, or one XML file."""
    return _verdict("903", _ASK_903, f"lac{year - 1}_{year % 100}", str(year), *files)


def verdict_cin(census: Path, *, year: int) -> Verdict:
    """Of the census that ends in March of `year`."""
    return _verdict("cin", _ASK_CIN, f"cin{year - 1}_{year % 100}", census)


def _verdict(peer: str, code: str, *arguments: str | Path) -> Verdict:
    answer = ask_peer(peer, code, *arguments)
    broken = {rule: Broken(**told) for rule, told in sorted(answer["broken"].items())}
    return Verdict(answer["rows"], broken, answer["failed"], answer["run"])
