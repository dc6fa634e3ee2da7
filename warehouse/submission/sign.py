"""Binds a named person's approval to a frozen return: to the hash of its manifest, which names every byte of it."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

from area.errors import SignRefusedError
from area.files import file_hash, sync_folder
from area.paths import AreaPaths, SubmissionPaths
from ingest.contract.model import load_contracts
from ingest.raw.deliveries import table_history
from returns.kinds import ReturnKind
from warehouse.submission.folder import Manifest, approval, manifest_hash, published, read_manifest, submission
from warehouse.submission.freeze import Reasons, overlay_changed

FREEZE_AGAIN = "run the night again if it has not run since, and freeze again"


def sign(
    area: str,
    collection: int,
    serial: str,
    *,
    kind: ReturnKind,
    by: str,
    role: str,
    statement: str,
    expected_sha256: str | None = None,
    root: Path | None = None,
) -> dict[str, Any]:
    """Write `approval.json` beside the manifest and return what it says.

    `expected_sha256` is the manifest hash the approver was shown, where signing comes later than showing. Raises
    SubmissionUnknownError, and SignRefusedError with every reason: see `reasons_against`.
    """
    paths = AreaPaths.of(area, root)
    found = submission(paths, kind, collection, serial)
    manifest = read_manifest(found.manifest)
    reasons = reasons_against(paths, found, manifest)
    if expected_sha256 not in (None, manifest_hash(manifest)):
        reasons.insert(0, ("its manifest is not the one that was approved", "freeze again and approve what was frozen"))
    for name, value in (("by", by), ("role", role), ("statement", statement)):
        if not value.strip():
            reasons.append((f"'{name}' is empty", f"give --{name}"))
    if reasons:
        raise SignRefusedError(_name(manifest), reasons)
    signed = {
        "manifest_sha256": manifest_hash(manifest),
        "by": by.strip(),
        "role": role.strip(),
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "statement": statement.strip(),
        "checks": {
            "findings": manifest["findings"],
            "key_feeds": {feed["feed"]: feed["last"] for feed in key_feeds(manifest)},
            "files": len(manifest["outputs"]) + len(manifest["own_files"]),
        },
    }
    _write_once(found.approval, signed)
    return signed


def reasons_against(paths: AreaPaths, found: SubmissionPaths, manifest: Manifest) -> Reasons:
    """What is in the way of signing a frozen return, and what to do about each; empty when nothing is.

    It was signed already; it is a rehearsal; errors stand; queries lack explanations; the check is older than the data
    or the corrections; a key feed was stale; files are no longer as they were frozen.
    """
    before = approval(found)
    if before:
        what = f"it was signed by {before['by']} at {before['at']}"
        return [(what, "nothing, if it is the one to send; otherwise freeze again and sign that")]
    return [
        *_rehearsal(manifest),
        *_findings(manifest),
        *_older_than_data(paths, manifest),
        *_stale_feeds(manifest),
        *_changed_files(found, manifest),
    ]


def key_feeds(manifest: Manifest) -> list[dict[str, Any]]:
    """The ages of the feeds a return needs: those a night cannot do without, and those the settings name."""
    named = set(manifest["all_settings"]["key_feeds"])
    return [feed for feed in manifest["feed_ages"] if feed["required"] or feed["feed"] in named]


def _rehearsal(manifest: Manifest) -> Reasons:
    if not manifest["rehearsal"]:
        return []
    return [("it is a rehearsal, frozen to try it out", "freeze the census position without --rehearsal")]


def _findings(manifest: Manifest) -> Reasons:
    errors = sum(manifest["findings"]["error"].values())
    unexplained = sum(n for state, n in manifest["findings"]["query"].items() if state != "explained")
    reasons: Reasons = []
    if errors:
        reasons.append(
            (
                f"{errors:,} errors stand",
                "put them right in their source systems or by corrections, run the night, and freeze again",
            )
        )
    if unexplained:
        reasons.append(
            (
                f"{unexplained:,} queries lack an explanation that still holds",
                "explain them by notes or put the records right, run the night, and freeze again",
            )
        )
    return reasons


def _older_than_data(paths: AreaPaths, manifest: Manifest) -> Reasons:
    """The check must be of the newest data of the key feeds, of the newest corrections, and of the newest night."""
    reasons: Reasons = []
    used = {each["sha256"] for each in manifest["inputs"] if each["newest"]}
    key = {feed["feed"] for feed in key_feeds(manifest)}
    for contract in load_contracts():
        if contract.feed in key:
            history = table_history(contract, paths.deliveries, as_of=dt.date.max)
            newer = [each for each in history if each.is_latest and each.delivery.sha256 not in used]
            if newer:
                received = max(each.delivery.received_at for each in newer)
                what = f"feed '{contract.feed}' was delivered after the check (received {received:%Y-%m-%d %H:%M} UTC)"
                reasons.append((what, FREEZE_AGAIN))
    if overlay_changed(paths, manifest):
        reasons.append(("corrections or notes were entered after the check", FREEZE_AGAIN))
    _, run = published(paths)
    if run["night"] != manifest["night"]:
        reasons.append((f"a newer night ({run['night']}) has been published since it was frozen", "freeze again"))
    return reasons


def _stale_feeds(manifest: Manifest) -> Reasons:
    reasons: Reasons = []
    for feed in key_feeds(manifest):
        if feed["age_days"] is None or feed["age_days"] > feed["allowed_days"]:
            age = "was never delivered whole" if feed["age_days"] is None else f"was {feed['age_days']} days old"
            what = f"feed '{feed['feed']}' {age} on the night, and {feed['allowed_days']} are allowed"
            reasons.append((what, f"call {feed['owner']}, pull it, run the night, and freeze again"))
    return reasons


def _changed_files(found: SubmissionPaths, manifest: Manifest) -> Reasons:
    said = manifest["outputs"] | manifest["own_files"]
    changed = [
        name
        for name, file in sorted(said.items())
        if not (found.root / name).is_file() or file_hash(found.root / name) != file["sha256"]
    ]
    if not changed:
        return []
    what = f"files are not as they were frozen: {', '.join(changed)}"
    return [(what, "find out who changed them, and freeze again")]


def _name(manifest: Manifest) -> str:
    return f"{manifest['return']} {manifest['collection']}/{manifest['serial']} of area {manifest['area']}"


def _write_once(path: Path, signed: dict[str, Any]) -> None:
    """Of two who sign at the same moment, one is second and is told so."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(signed, indent=1, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(part)
    except FileExistsError:
        what = f"it was signed at the same moment by {json.loads(path.read_text(encoding='utf-8'))['by']}"
        raise SignRefusedError(path.parent.name, [(what, "nothing: it is signed")]) from None
    finally:
        part.unlink()
    sync_folder(path.parent)
