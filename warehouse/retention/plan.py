"""What may be deleted today, and what may not although its time has come. Looks; deletes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from area.paths import AreaPaths
from ingest.contract.model import Contract, load_contracts
from ingest.landing.delivery import DELETED, Delivery, deliveries
from ingest.landing.files import INCOMING, RECEIVED_FORMAT
from ingest.raw.deliveries import table_history
from warehouse.retention.contents import holds_person, youngest_child
from warehouse.retention.holds import standing_holds
from warehouse.retention.other_files import other_files
from warehouse.retention.rules import RetentionRules, later, retention_rules
from warehouse.submission.folder import read_manifest

AREA_HELD = "the area is under a legal hold"


@dataclass(frozen=True)
class Due:
    """One delivered file, or another file of ours, whose time has come. `paths` are what is deleted with it: its bytes
    in landing, its rows, what was held back of it."""

    kind: str  # delivery, quarantine, run, log, report
    name: str
    record_class: str
    rule: str
    keep_until: dt.date
    paths: tuple[Path, ...]
    feed: str | None = None
    sector: str | None = None
    sha256: str | None = None
    received: dt.datetime | None = None
    rows: int | None = None
    day: dt.date | None = None
    """The day a delivery is of."""
    kept_because: str | None = None
    """Why it is not deleted all the same; None where it is."""

    @property
    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.paths if path.is_file())


@dataclass(frozen=True)
class Plan:
    """What is due on a day: `delete` goes, `keep` does not, each with the reason."""

    area: str
    today: dt.date
    delete: tuple[Due, ...]
    keep: tuple[Due, ...]

    @property
    def files(self) -> int:
        """How many files on disk go."""
        return sum(len(each.paths) for each in self.delete)

    def words(self, *, applied: bool) -> str:
        """The plan in a sentence: counts only."""
        done = "deleted" if applied else "would be deleted"
        return f"{len(self.delete)} due ({self.files} files on disk), {done}; {len(self.keep)} due but kept."


def retention_plan(area: str, *, today: dt.date, root: Path | None = None) -> Plan:
    """What is due by the rules of the area's settings. Raises SettingsError for rules, and HoldsDamagedError for a
    list of holds, that cannot be relied on."""
    paths, rules = AreaPaths.of(area, root), retention_rules(area)
    held = {hold.value for hold in standing_holds(paths)}
    frozen = frozen_inputs(paths)
    due = [
        each
        for contract in load_contracts(area=area)
        for each in _without_held(list(_of_feed(paths, contract, rules, frozen, today)), held)
    ]
    due += [
        Due(kind, path.name, kind, rule, until, (path,), kept_because=AREA_HELD if rules.legal_hold else None)
        for kind, path, rule, until in other_files(paths, rules)
        if until < today
    ]
    return Plan(
        area,
        today,
        tuple(each for each in due if each.kept_because is None),
        tuple(each for each in due if each.kept_because is not None),
    )


def frozen_inputs(paths: AreaPaths) -> set[tuple[str, str]]:
    """Feed and SHA-256 of every file a frozen return was made from: without it the return cannot be made again."""
    manifests = (paths.root / "submissions").glob("*/*/*/manifest.json")
    return {(each["feed"], each["sha256"]) for file in manifests for each in read_manifest(file)["inputs"]}


def _of_feed(
    paths: AreaPaths,
    contract: Contract,
    rules: RetentionRules,
    frozen: set[tuple[str, str]],
    today: dt.date,
) -> Iterator[Due]:
    records: dict[str, list[Delivery]] = {}
    for record in deliveries(paths.deliveries, contract.feed):
        if record.sha256:
            records.setdefault(record.sha256, []).append(record)
    newest = _newest(paths, contract)
    kind = rules.class_of(contract.feed, contract.sector)
    for sha256, files in sorted(_on_disk(paths, contract).items()):
        known = records.get(sha256, [])
        loaded = next((each for each in known if each.tables), None)
        last = max((_day(each) for each in known), default=_received(files, today))
        quarantine = tuple(path for path in files if path.is_relative_to(paths.quarantine))
        rows = [path for path in files if path.is_relative_to(paths.read)]
        youngest = youngest_child(contract, rows) if loaded and not quarantine else None
        until = kind.keep_until(last, youngest=youngest)
        gone = any(each.outcome == DELETED for each in known)  # a deletion that was killed half way
        if until >= today and not gone:
            if quarantine and kind.quarantine_years and later(last, kind.quarantine_years) < today:
                yield Due(
                    kind="quarantine",
                    name=_file_name(known),
                    record_class=kind.name,
                    rule=f"{kind.name}: rows held back, {kind.quarantine_years} years",
                    keep_until=later(last, kind.quarantine_years),
                    paths=quarantine,
                    feed=contract.feed,
                    sector=contract.sector,
                    sha256=sha256,
                    day=last,
                    kept_because=_kept(contract.feed, sha256, rules, frozen=set(), newest=set()),
                )
            continue
        balances = loaded.tables.values() if loaded else ()
        yield Due(
            kind="delivery",
            name=_file_name(known),
            record_class=kind.name,
            rule=kind.words,
            keep_until=until,
            paths=tuple(files),
            feed=contract.feed,
            sector=contract.sector,
            sha256=sha256,
            received=min((each.received_at for each in known), default=None),
            rows=sum(balance.read for balance in balances),
            day=last,
            kept_because=None if gone else _kept(contract.feed, sha256, rules, frozen=frozen, newest=newest),
        )


def _kept(
    feed: str, sha256: str, rules: RetentionRules, *, frozen: set[tuple[str, str]], newest: set[str]
) -> str | None:
    if rules.legal_hold:
        return AREA_HELD
    if feed in rules.legal_hold_feeds:
        return "the feed is under a legal hold"
    if (feed, sha256) in frozen:
        return "a frozen return was made from it"
    if sha256 in newest:
        return "it is the newest good delivery of a table"
    return None


def _without_held(due: list[Due], held: set[str]) -> list[Due]:
    """A person under a hold keeps all that was delivered of the same day: other tables know them by another key."""
    if not held:
        return due
    days = {each.day for each in due if each.kept_because is None and holds_person(each.paths, held)}
    because = "its delivery holds a person under a legal hold"
    return [
        replace(each, kept_because=because) if each.kept_because is None and each.day in days else each for each in due
    ]


def _newest(paths: AreaPaths, contract: Contract) -> set[str]:
    """The files the newest good delivery of each table is in, of whatever period."""
    history = table_history(contract, paths.deliveries, as_of=dt.date.max)
    found = {}
    for each in sorted(history, key=lambda one: one.order):
        found[each.table] = each.delivery.sha256 or ""
    return set(found.values())


def _on_disk(paths: AreaPaths, contract: Contract) -> dict[str, list[Path]]:
    """Every file there is of a feed's deliveries, by the SHA-256 of the bytes that came."""
    landed = (paths.landing / contract.sector / contract.feed).glob("*/*")
    found: dict[str, list[Path]] = {}
    for path in [
        *(path for path in landed if path.parent.name != INCOMING and path.is_file()),
        *(paths.read / contract.feed).glob("*/*.parquet"),
        *(paths.quarantine / contract.feed).glob("*/*.parquet"),
    ]:
        found.setdefault(path.name.split(".", 1)[0], []).append(path)
    return found


def _day(record: Delivery) -> dt.date:
    return record.extract_date or record.received_at.date()


def _received(files: list[Path], today: dt.date) -> dt.date:
    """The day a file came that no record tells of (its pull was killed); today where not even that is known."""
    for path in files:
        try:
            return dt.datetime.strptime(path.parent.name, RECEIVED_FORMAT).date()
        except ValueError:
            continue
    return today


def _file_name(known: list[Delivery]) -> str:
    return known[-1].file_name if known else "(no record)"
