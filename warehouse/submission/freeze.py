"""Freezes the census position: the published night's return, whole, under the next serial number, with all it was
made from named by hash."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from area.errors import FreezeRefusedError
from area.files import file_hash, hashed, private_folder, sync_folder, write_atomically
from area.paths import AreaPaths, SubmissionPaths
from area.settings import AreaSettings
from ingest.contract.model import load_contract
from ingest.contract.of_area import own_files
from ingest.landing.delivery import LOADED, Delivery, deliveries, record_json
from ingest.landing.files import feed_lock, find_landed
from ingest.quarantine.fixes import ledger
from returns.definition.load import local_changes
from returns.kinds import ReturnKind
from warehouse.manifest import CLERICAL_LINKS, clerical_links_hash, code_hash, overlay_hashes
from warehouse.submission.content import Content, under_serial, write_content
from warehouse.submission.folder import Manifest, manifest_hash, published, read_manifest, serials, write_json

Reasons = list[tuple[str, str]]
RUN_AGAIN = "run the night again, then freeze"


@dataclass(frozen=True)
class Frozen:
    """A frozen return."""

    paths: SubmissionPaths
    manifest: Manifest
    manifest_sha256: str


def freeze(
    area: str,
    collection: int,
    *,
    kind: ReturnKind,
    rehearsal: bool = False,
    root: Path | None = None,
) -> Frozen:
    """Copy the published night's return to `submissions/<return>/<collection>/<serial>/`, built aside, renamed whole.

    A rehearsal may be frozen before census day and can never be signed. Raises NothingPublishedError, and
    FreezeRefusedError with every reason: no census position yet, another collection, landing files or council's own
    files that are no longer what the night was built from.
    """
    paths = AreaPaths.of(area, root)
    night, run = published(paths)
    reasons = _reasons(paths, run, collection, rehearsal=rehearsal)
    if reasons:
        raise FreezeRefusedError(area, collection, reasons)
    records = _records(paths, run)
    inputs, lost = _landed(paths, run, records)
    if lost:
        raise FreezeRefusedError(area, collection, lost)
    folder = private_folder(paths.submissions(kind.name, collection), below=paths.root)
    with feed_lock(folder):  # one freeze at a time
        serial = f"{max(map(int, serials(paths, kind, collection)), default=0) + 1:03d}"
        aside = SubmissionPaths(area=area, root=folder / f".{serial}.part")
        shutil.rmtree(aside.root, ignore_errors=True)  # of a freeze that was killed
        aside.root.mkdir(mode=0o700)
        settings = under_serial(AreaSettings.from_record(run["all_settings"]), serial)
        content = write_content(night.warehouse, aside, kind=kind, settings=settings)
        copied = _copy_own_files(paths, aside, kind, collection, records)
        own_files = {str(file.relative_to(aside.root)): hashed(file) for file in copied}
        manifest = _manifest(
            run, kind, settings, content, inputs=inputs, own_files=own_files, serial=serial, rehearsal=rehearsal
        )
        write_json(aside.manifest, manifest)
        done = paths.submission(kind.name, collection, serial)
        aside.root.rename(done.root)
        sync_folder(folder)
    manifest = read_manifest(done.manifest)
    return Frozen(done, manifest, manifest_hash(manifest))


def stale_reasons(paths: AreaPaths, run: Manifest) -> Reasons:
    """What has changed on this machine since the night of the manifest `run` was built."""
    reasons: Reasons = []
    if run["versions"]["code"] != code_hash():
        reasons.append(("the software has changed since the night was built", RUN_AGAIN))
    if run["clerical_links"] != clerical_links_hash():
        reasons.append((f"the file named in {CLERICAL_LINKS} has changed since the night was built", RUN_AGAIN))
    if overlay_changed(paths, run):
        reasons.append(("corrections, notes or fixes of rows were entered since the night was built", RUN_AGAIN))
    return reasons


def overlay_changed(paths: AreaPaths, run: Manifest) -> bool:
    """Whether corrections, notes or fixes of rows were entered since the night of the manifest `run` was opened."""
    return bool(run["overlay"] != overlay_hashes(paths))


def _reasons(paths: AreaPaths, run: Manifest, collection: int, *, rehearsal: bool) -> Reasons:
    census, as_of = run["settings"]["census_date"], run["as_of"]
    if run["collection"] != collection:
        what = f"the published night is of collection {run['collection']}"
        return [(what, f"run a night with collection {collection}, then freeze")]
    reasons: Reasons = []
    if as_of < census and not rehearsal:
        what = f"the published night is of {as_of}, before census day ({census}): there is no census position yet"
        reasons.append(
            (what, "freeze a night of census day or later; --rehearsal freezes a trial that cannot be signed")
        )
    return reasons + stale_reasons(paths, run)


def _records(paths: AreaPaths, run: Manifest) -> list[Delivery]:
    """The delivery records the night counted, and those that say what was read of the same files."""
    counted = {(each["feed"], each["file_hash"], each["file_name"], each["received_at"]) for each in run["deliveries"]}

    def is_counted(record: Delivery) -> bool:
        received = f"{record.received_at:%Y-%m-%dT%H:%M:%S}"
        return (record.feed, record.sha256, record.file_name, received) in counted

    every = list(deliveries(paths.deliveries))
    wanted = {(record.feed, *record.identity) for record in every if is_counted(record)}
    return [
        record
        for record in every
        if is_counted(record) or (record.outcome == LOADED and (record.feed, *record.identity) in wanted)
    ]


def _landed(paths: AreaPaths, run: Manifest, records: Sequence[Delivery]) -> tuple[list[dict[str, Any]], Reasons]:
    """Every file the night was built from, where it lies in landing, and what is in the way of building it again.

    Landing is write-once and nothing removes from it; here every file is read once more to be sure of it.
    """
    newest = {(each["feed"], each["file_hash"]) for each in run["inputs"]}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    lost: Reasons = []
    for record in records:
        sha256 = record.sha256 or ""
        if (record.feed, sha256) in found:
            continue
        contract = load_contract(record.feed)
        landed = find_landed(paths.landing / contract.sector / record.feed, sha256)
        if landed is None or file_hash(landed.path) != sha256:
            state = "is not in landing" if landed is None else "has been changed in landing"
            what = f"the file with SHA-256 {sha256} of feed '{record.feed}' {state}"
            lost.append((what, "put the file back as it came (a backup has it), then freeze"))
            continue
        found[record.feed, sha256] = {
            "feed": record.feed,
            "tables": sorted(record.tables),
            "sha256": sha256,
            "bytes": landed.bytes,
            "file_name": record.file_name,
            "extract_date": record.extract_date.isoformat() if record.extract_date else None,
            "newest": (record.feed, sha256) in newest,
            "landing": str(landed.path.relative_to(paths.root)),
        }
    return list(found.values()), lost


def _copy_own_files(
    paths: AreaPaths, target: SubmissionPaths, kind: ReturnKind, collection: int, records: Sequence[Delivery]
) -> list[Path]:
    """What decides the return besides the extracts: overlay, fixes of rows, definition, the area's own word on its
    feeds, clerical links, delivery records."""
    target.overlay.mkdir(mode=0o700)
    target.fixes.mkdir(mode=0o700)
    sources = {target.overlay / file.name: file for file in sorted(paths.overlay(kind.name).glob("*.jsonl"))}
    fixes = [ledger(paths, feed) for feed in sorted({record.feed for record in records})]
    sources |= {target.fixes / file.name: file for file in fixes if file.exists()}
    sources |= {target.config / name: file for name, file in own_files(paths.area).items()}
    local = local_changes(kind, collection)
    if local.exists():
        sources[target.definition] = local
    if clerical_links_hash():
        sources[target.clerical_links] = Path(os.environ[CLERICAL_LINKS])
    for copy, source in sources.items():
        private_folder(copy.parent, below=target.root)
        copy.touch(mode=0o600)
        shutil.copyfile(source, copy)
    lines = [json.dumps(record_json(record), sort_keys=True) + "\n" for record in records]
    write_atomically(target.deliveries, "".join(lines).encode())
    return [*sources, target.deliveries]


def _manifest(
    run: Manifest,
    kind: ReturnKind,
    settings: AreaSettings,
    content: Content,
    *,
    inputs: list[dict[str, Any]],
    own_files: dict[str, dict[str, int | str]],
    serial: str,
    rehearsal: bool,
) -> Manifest:
    return {
        "return": kind.name,
        "area": settings.area,
        "collection": settings.collection,
        "serial": serial,
        "rehearsal": rehearsal,
        "census_date": settings.census_date.isoformat(),
        "as_of": run["as_of"],
        "night": run["night"],
        "checked_at": run["published_at"],
        "frozen_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "inputs": inputs,
        "deliveries": run["deliveries"],
        "feed_ages": run["feed_ages"],
        "overlay": run["overlay"],
        "settings": settings.dbt_vars(as_of=dt.date.fromisoformat(run["as_of"])),
        "all_settings": settings.record(),
        "versions": run["versions"],
        "rows": content.rows,
        "findings": content.findings,
        "own_files": own_files,
        "outputs": content.outputs,
    }
