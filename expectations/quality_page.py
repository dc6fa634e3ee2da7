"""The data-quality page: one HTML file that first answers 'can I use last night's data?', then shows why.

It needs no scripts, no network and no other file. It names records by file and row number only.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb

from area.pages import render_page, write_page
from area.paths import RunPaths
from expectations import quality_queries as q
from expectations.answers import GATE_TITLES, actions, answer
from expectations.load import newest_extract, read_gates

TEMPLATES = Path(__file__).parent / "templates"
SYSTEMS = {
    "ehc": "EHC casework",
    "census": "School census",
    "mis": "School management systems",
    "s903": "SSDA903 (looked after)",
    "cin": "Children in need census",
    "csds": "Community health services",
    "waiting": "Health waiting list",
    "sen2_return": "Earlier SEN2 returns",
    "census_leaver": "School census, pupils no longer on roll",
}
# What became of a correction or a note -> how it is said, and what to do.
OVERLAY_WORDS = {
    ("correction", "applied"): ("Corrections applied", "Have the source put right; then they are not needed."),
    ("correction", "no_longer_needed"): ("Corrections no longer needed", "Withdraw them: the source says the same."),
    ("correction", "source_changed"): (
        "Corrections not applied: the source has changed",
        "Look again: correct what the source says now, or withdraw them.",
    ),
    ("correction", "record_gone"): ("Corrections of records that have gone", "Withdraw them."),
    ("note", "explained"): ("Queries explained by a note", "Nothing."),
    ("note", "lapsed"): ("Notes lapsed: a value they depend on has changed", "Explain the query again."),
    ("note", "no_longer_found"): ("Notes on queries no longer found", "Nothing; or withdraw them."),
}
METHODS = {
    "upn": "UPN",
    "former_upn": "Former UPN",
    "uln": "ULN",
    "nhs_number": "NHS number",
    "social_care_id": "Social care id",
    "name_dob_postcode": "Name, birth date and postcode",
    "self": "Nothing to match on but itself",
}


def write_quality_page(
    con: duckdb.DuckDBPyConnection, path: Path, *, run: RunPaths, as_of: dt.date | None = None
) -> None:
    """Write the page of night `run` to `path`.

    Reads the schemas raw, matching, returns and quality of the warehouse `con` (after `load_results`), and the gates'
    results of the run. `as_of` is the night's date; the newest extract's when not given.
    """
    page = page_content(con, run=run, as_of=as_of or newest_extract(con))
    write_page(path, render_page(TEMPLATES, "quality.html.j2", page))


def page_content(con: duckdb.DuckDBPyConnection, *, run: RunPaths, as_of: dt.date) -> dict[str, Any]:
    """Everything the template shows."""
    gates = read_gates(run)
    feeds = q.feeds(con)
    deliveries = q.deliveries(con)
    for feed in feeds:
        feed["tables"] = [d for d in deliveries if d["feed"] == feed["feed"]]
        for name in ("read_rows", "loaded_rows", "quarantined_rows", "duplicate_rows", "lost_rows"):
            feed[name] = sum(d[name] or 0 for d in feed["tables"])
    facts = q.has_table(con, "matching", "int_person_links")
    rules = q.has_table(con, "returns", "sen2_rule_breach")
    quarantine = q.quarantine(con)
    problems = q.problems(con) if q.has_table(con, "raw", "problem") else []
    breaches = q.breaches(con) if rules else []
    return {
        "area": run.area,
        "area_name": q.area_name(con, run.area),
        "as_of": as_of,
        "answer": answer(gates, feeds, problems),
        "actions": actions(gates, feeds, quarantine, breaches, problems),
        "feeds": feeds,
        "owners": {feed["feed"]: feed["owner"] for feed in feeds},
        "totals": {
            name: sum(feed[name] for feed in feeds)
            for name in ("read_rows", "loaded_rows", "quarantined_rows", "duplicate_rows", "lost_rows")
        },
        "quarantine": quarantine,
        "fixed": q.fixed(con),
        "dismissed": q.dismissed(con),
        "matching": q.matching(con) if facts else [],
        "methods": q.methods(con) if facts else [],
        "unmatched": q.unmatched(con) if facts else [],
        "gates": gates,
        "gate_titles": GATE_TITLES,
        "breaches": breaches,
        "overlay": q.overlay(con),
        "overlay_words": OVERLAY_WORDS,
        "rules_checked": q.rules_checked(con) if rules else (0, 0),
        "systems": SYSTEMS,
        "method_names": METHODS,
    }
