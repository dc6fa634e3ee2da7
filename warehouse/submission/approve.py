"""Freezing and signing with a person's answer in between: what the approval's DAG does. Counts and hashes only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from area.errors import SignRefusedError
from area.paths import AreaPaths
from area.settings import load_settings
from returns.kinds import SEN2
from warehouse.submission.folder import Manifest
from warehouse.submission.freeze import Reasons, freeze
from warehouse.submission.sign import reasons_against, sign


def freeze_for_approval(area: str, collection: int | None) -> dict[str, Any]:
    """Freeze the SEN2 return of a collection (that of the settings when none is named).

    Returns its serial number, the hash of its manifest and a summary (Markdown) for the person who approves.
    """
    year = load_settings(area, collection=collection).collection
    frozen = freeze(area, year, kind=SEN2)
    reasons = reasons_against(AreaPaths.of(area), frozen.paths, frozen.manifest)
    return {
        "collection": year,
        "serial": frozen.paths.serial,
        "manifest_sha256": frozen.manifest_sha256,
        "summary": summary(frozen.manifest, frozen.manifest_sha256, reasons),
    }


def sign_as_answered(area: str, *, frozen: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Sign what was frozen under the name of whoever answered; returns what the approval says, without the statement.

    Raises SignRefusedError with every reason, and when nobody is known to have answered.
    """
    said, person = answer.get("params_input") or {}, answer.get("responded_by_user")
    if not person:
        raise SignRefusedError(
            f"{frozen['collection']}/{frozen['serial']}",
            [("nobody is known to have answered", "trigger the approval again and answer it when logged in")],
        )
    signed = sign(
        area,
        frozen["collection"],
        frozen["serial"],
        kind=SEN2,
        by=str(person["name"]),
        role=str(said.get("role", "")),
        statement=str(said.get("statement", "")),
        expected_sha256=frozen["manifest_sha256"],
    )
    return {
        "collection": frozen["collection"],
        "serial": frozen["serial"],
        "manifest_sha256": signed["manifest_sha256"],
        "by": signed["by"],
        "at": signed["at"],
    }


def summary(manifest: Manifest, sha256: str, reasons: Reasons) -> str:
    """What is to be approved, in Markdown: counts, findings, inputs' days, hash, and what is in the way."""
    rows = "\n".join(f"| {module} | {count:,} |" for module, count in manifest["rows"].items())
    found = ", ".join(
        f"{count:,} {severity} {state}"
        for severity, states in manifest["findings"].items()
        for state, count in states.items()
    )
    feeds = "\n".join(
        f"- {feed['feed']}: last delivered whole {feed['last'] or 'never'}" for feed in manifest["feed_ages"]
    )
    way = "\n".join(f"- {what}. What to do: {do}." for what, do in reasons)
    return (
        f"Area {manifest['area']}, SEN2 {manifest['collection']}, serial {manifest['serial']}, "
        f"night {manifest['night']}, as at {manifest['as_of']} (census day {manifest['census_date']}).\n\n"
        f"| Records | |\n| --- | ---: |\n{rows}\n\n"
        f"Findings: {found or 'none'}.\n\nData:\n{feeds}\n\n"
        f"Manifest SHA-256: `{sha256}`\n\n"
        + (f"**Signing would be refused now:**\n{way}\n" if reasons else "Nothing is in the way of signing.\n")
    )
