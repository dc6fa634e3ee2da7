"""Builds a frozen return again from the landing files its manifest names, by the night's own steps; compares bytes."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from area.call import CALL, require_folder_or_nothing
from area.errors import RebuildRefusedError, SettingsError
from area.files import file_hash
from area.paths import AreaPaths, SubmissionPaths
from area.settings import AreaSettings
from ingest.contract.model import load_contract
from ingest.formats import SourceFile
from ingest.landing.delivery import Delivery, delivery_of, loaded_before, write_delivery
from ingest.quarantine.fixes import FOLDER as FIXES
from ingest.quarantine.fixes import feed_fixes
from ingest.reading.file import read_file
from ingest.reading.outputs import Origin
from returns.kinds import RETURNS, ReturnKind
from warehouse import night as steps
from warehouse.dbt_layers import environment
from warehouse.manifest import CLERICAL_LINKS, code_hash, package_versions
from warehouse.submission.content import write_content
from warehouse.submission.folder import Manifest, read_manifest

NAME_ONE = "name a submission's manifest.json (`send sen2 submissions`)"
NEEDED = {"area", "all_settings", "as_of", "collection", "inputs", "outputs", "own_files", "serial", "versions"}
NO_WAY_BACK = "bring the file back from a backup as it was; without it the return cannot be made again"


@dataclass(frozen=True)
class Rebuilt:
    """What came of it. `differing` names the files whose bytes are not those of the manifest; empty when all are."""

    files: int
    differing: tuple[str, ...]
    other_code: bool
    """Built by other code than the submission was, because that was asked for."""
    other_versions: tuple[str, ...]
    """Packages that have another version than they had."""


def rebuild(manifest_file: Path, *, out: Path | None = None, with_this_code: bool = False) -> Rebuilt:
    """Build the return of a manifest again in a scratch folder (kept as `out` when named) and compare its files.

    Landing files come from the area's own landing folder, everything else from the manifest's folder. The published
    night and the submission are not touched. Raises RebuildRefusedError, naming the file, when one is missing or has
    changed, and when the code is not the one the return was made with, unless `with_this_code`; SettingsError where
    `out` is there already.
    """
    if not manifest_file.is_file():
        raise RebuildRefusedError(
            str(manifest_file),
            "There is no such file",
            do=NAME_ONE,
        )
    if out is not None:
        require_folder_or_nothing(out.parent)
        if out.exists():
            raise SettingsError("--out", expected="a new folder", came=f"one that is there ({out})", where=CALL)
    try:
        manifest = read_manifest(manifest_file)
    except (OSError, ValueError, TypeError):  # no JSON, or JSON of another shape
        manifest = {}
    if manifest.get("return") not in list(RETURNS) or not manifest.keys() >= NEEDED:
        raise RebuildRefusedError(str(manifest_file), "It is no manifest of a submission", do=NAME_ONE)
    kind, area = RETURNS[manifest["return"]], str(manifest["area"])
    source = SubmissionPaths(area=area, root=manifest_file.resolve().parent)
    real = AreaPaths.of(area)
    other_code = manifest["versions"]["code"] != code_hash()
    if other_code and not with_this_code:
        raise RebuildRefusedError(
            _name(manifest),
            "The code here is not the code it was made with",
            do="use the release it was made with, or --with-this-code to see what this one makes of it",
        )
    _require_files(manifest, real, source)
    with tempfile.TemporaryDirectory(prefix="send-rebuild-") as folder:
        scratch = AreaPaths.of(area, Path(folder))
        warehouse = _night(manifest, kind, source=source, real=real, scratch=scratch)
        target = SubmissionPaths(area=area, root=Path(folder) / str(manifest["serial"]))
        target.root.mkdir(mode=0o700)
        settings = AreaSettings.from_record(manifest["all_settings"])
        made = write_content(warehouse, target, kind=kind, settings=settings).outputs
        if out is not None:
            shutil.copytree(target.root, out)
            out.chmod(0o700)
    said = manifest["outputs"]
    differing = sorted(n for n in said.keys() | made.keys() if made.get(n) != said.get(n))
    now = package_versions()
    return Rebuilt(
        files=len(said),
        differing=tuple(differing),
        other_code=other_code,
        other_versions=tuple(name for name in now if now[name] != manifest["versions"].get(name)),
    )


def _night(
    manifest: Manifest, kind: ReturnKind, *, source: SubmissionPaths, real: AreaPaths, scratch: AreaPaths
) -> Path:
    """Build the night in `scratch` as it was: deliveries, the area's word on its feeds, overlay, settings, definition;
    returns its warehouse file."""
    if source.fixes.exists():  # a return frozen before rows could be fixed has none
        shutil.copytree(source.fixes, scratch.overlay(FIXES))
    config = scratch.root.parent / "config"
    if source.config.exists():
        shutil.copytree(source.config, config)
    with environment({"SEND_CONFIG": str(config)}):
        _read_landing(manifest, source, real, scratch)
    shutil.copytree(source.overlay, scratch.overlay(kind.name))
    if source.definition.exists():
        own = config / "definitions" / kind.name / f"{manifest['collection']}.yml"
        own.parent.mkdir(parents=True)
        shutil.copyfile(source.definition, own)
    links = str(source.clerical_links) if source.clerical_links.exists() else None
    night = steps.Night(
        manifest["area"],
        f"rebuild-{manifest['serial']}",
        dt.date.fromisoformat(manifest["as_of"]),
        manifest["collection"],
        root=scratch.root.parent,
        given=AreaSettings.from_record(manifest["all_settings"]),
    )
    with environment({"SEND_CONFIG": str(config), CLERICAL_LINKS: links}):
        # The gates decide whether a night is published, not what is in it: this one was, so they are not asked again.
        steps.open_night(night)
        steps.build_facts(night)
        steps.build_outputs(night)
    return night.paths.building.warehouse


def _read_landing(manifest: Manifest, source: SubmissionPaths, real: AreaPaths, scratch: AreaPaths) -> None:
    lines = source.deliveries.read_text(encoding="utf-8").splitlines()
    records = [delivery_of(json.loads(line)) for line in lines]
    landing = {(each["feed"], each["sha256"]): real.root / each["landing"] for each in manifest["inputs"]}
    for record in loaded_before(records).values():
        contract = load_contract(record.feed, area=real.area)
        path = landing[record.feed, record.sha256 or ""]
        fixes = feed_fixes(scratch, record.feed).of_file(record.sha256)
        read_file(SourceFile(path, record.file_name, contract, scratch.area), _origin(record), scratch, fixes)
    for record in records:
        write_delivery(scratch.deliveries, record, root=scratch.root)


def _origin(record: Delivery) -> Origin:
    day = record.extract_date or record.received_at.date()
    return Origin(record.feed, record.sha256 or "", record.file_name, record.received_at, day)


def _require_files(manifest: Manifest, real: AreaPaths, source: SubmissionPaths) -> None:
    wanted = [(real.root / each["landing"], each["sha256"]) for each in manifest["inputs"]]
    wanted += [(source.root / name, file["sha256"]) for name, file in manifest["own_files"].items()]
    for path, sha256 in wanted:
        if not path.is_file():
            raise RebuildRefusedError(_name(manifest), f"{path} is missing", do=NO_WAY_BACK)
        if file_hash(path) != sha256:
            raise RebuildRefusedError(
                _name(manifest), f"{path} is not the file it was (SHA-256 differs)", do=NO_WAY_BACK
            )


def _name(manifest: Manifest) -> str:
    return f"Submission {manifest['return']} {manifest['collection']}/{manifest['serial']} of area {manifest['area']}"
