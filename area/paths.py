"""Where one area's files are. Nothing else in the project writes a path of the data folder by hand."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def data_root() -> Path:
    """The data folder: `SEND_DATA`, or `data/` beside the project."""
    return Path(os.environ.get("SEND_DATA", PROJECT_ROOT / "data")).resolve()


@dataclass(frozen=True)
class AreaPaths:
    """The folders of one area; areas never share one."""

    area: str
    root: Path
    aside: str = ""
    """Folder below the area's own in which a night of the past is built, beside the night under way."""

    @classmethod
    def of(cls, area: str, root: Path | None = None) -> AreaPaths:
        return cls(area=area, root=(root or data_root()) / area)

    @property
    def work(self) -> Path:
        """Where nights are built: the area's own folder, or the one aside."""
        return self.root / self.aside

    @property
    def landing(self) -> Path:
        """`landing/<sector>/<feed>/<received>/<sha256>.<ext>`: files as they came, write-once."""
        return self.root / "landing"

    @property
    def deliveries(self) -> Path:
        """`deliveries/<feed>/<received>_<sha256[:12]>.json`: one record an attempt, good or bad."""
        return self.root / "deliveries"

    @property
    def read(self) -> Path:
        """`read/<feed>/<table>/<sha256>.parquet`: rows that hold to their contract, every value still text."""
        return self.root / "read"

    @property
    def quarantine(self) -> Path:
        """`quarantine/<feed>/<table>/<sha256>.parquet`: rows that do not, with reason and original text."""
        return self.root / "quarantine"

    def overlay(self, return_name: str) -> Path:
        """`overlay/<return>/`: what people have said about a return (corrections, notes); their owner's alone."""
        return self.root / "overlay" / return_name

    @property
    def runs(self) -> Path:
        """`runs/<night>/`: finished nights, each complete in its own folder; the newest few are kept."""
        return self.root / "runs"

    @property
    def building(self) -> RunPaths:
        """`building/`: the night under way (private warehouse file and outputs). Renamed into `runs/` when complete."""
        return RunPaths(area=self.area, root=self.work / "building")

    @property
    def stopped(self) -> RunPaths:
        """`stopped/`: the data-quality page of a night that a gate stopped; gone once a night is published."""
        return RunPaths(area=self.area, root=self.work / "stopped")

    @property
    def dbt_target(self) -> Path:
        """`dbt_target/`: dbt's own working folder, with the SQL of the models as it was run."""
        return self.work / "dbt_target"

    @property
    def step_log(self) -> Path:
        """`logs/steps.jsonl`: what the night under way has done so far, one JSON line a step's start and end."""
        return self.work / "logs" / "steps.jsonl"

    def airflow_log(self, as_of: dt.date, started: dt.datetime) -> Path:
        """`logs/airflow-<night's date>-<start>.log`: what Airflow said during one `send nightly`."""
        return self.root / "logs" / f"airflow-{as_of:%Y%m%d}-{started:%Y%m%dT%H%M%S}.log"

    @property
    def airflow_logs(self) -> list[Path]:
        """The Airflow logs of all nights that are still there, the newest first."""
        found = (self.root / "logs").glob("airflow*.log")
        return sorted(found, key=lambda log: log.stat().st_mtime, reverse=True)

    @property
    def event_log(self) -> Path:
        """`logs/ingest.jsonl`: every pull and every file of it, one JSON line an event; kept from night to night."""
        return self.root / "logs" / "ingest.jsonl"

    @property
    def feeds_page(self) -> Path:
        """`feeds/index.html`: what came, what did not, what to do; made anew by every pull, and by every night."""
        return self.root / "feeds" / "index.html"

    @property
    def holds(self) -> Path:
        """`retention/holds.jsonl`: persons whose records are not deleted; its owner's alone."""
        return self.root / "retention" / "holds.jsonl"

    @property
    def deleted(self) -> Path:
        """`retention/deleted.jsonl`: what retention has deleted, without what it held; one JSON line a file."""
        return self.root / "retention" / "deleted.jsonl"

    @property
    def current(self) -> Path:
        """The published night: a symbolic link to the run folder that was published last. Of a night that is built
        aside it is the night before that one."""
        return self.work / "current"

    @property
    def overlays(self) -> Path:
        """`overlay/<return>/`: the council's corrections and notes, append-only files."""
        return self.root / "overlay"

    @property
    def sandbox(self) -> Path:
        """`sandbox/`: the source systems of a pretend area; a real area has none."""
        return self.root / "sandbox"

    @property
    def alerts(self) -> Path:
        """`alerts.jsonl`: the deadlines that were called out, one JSON line each."""
        return self.root / "alerts.jsonl"

    def reports(self, kind: str, collection: int) -> Path:
        """`reports/<return>/<collection>/`: reports on the published night that somebody asked for by hand."""
        return self.root / "reports" / kind / str(collection)

    def run(self, run_id: str) -> RunPaths:
        return RunPaths(area=self.area, root=self.runs / run_id)

    def submissions(self, kind: str, collection: int) -> Path:
        """`submissions/<return>/<collection>/<serial>/`: return files as they were frozen, never changed again."""
        return self.root / "submissions" / kind / str(collection)

    def submission(self, kind: str, collection: int, serial: str) -> SubmissionPaths:
        return SubmissionPaths(area=self.area, root=self.submissions(kind, collection) / serial)


@dataclass(frozen=True)
class RunPaths:
    """One night's own folder. It becomes `current` as a whole or not at all."""

    area: str
    root: Path

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def gates(self) -> Path:
        """`gates/<gate>.json`: every expectation of a gate and its outcome."""
        return self.root / "gates"

    @property
    def parquet(self) -> Path:
        return self.root / "parquet"

    @property
    def quality_page(self) -> Path:
        return self.root / "quality" / "index.html"

    @property
    def board_page(self) -> Path:
        return self.root / "board" / "index.html"

    @property
    def manifest(self) -> Path:
        return self.root / "run.json"

    def inspection_lists(self, as_of: dt.date) -> Path:
        """`inspection/`: the child-level lists of an area SEND inspection, as the night has them."""
        return self.root / "inspection" / f"Area_SEND_lists_{self.area}_{as_of.isoformat()}.xlsx"

    @property
    def overlay_note(self) -> Path:
        """Which corrections and notes the night was built with, by hash."""
        return self.root / "overlay.json"

    @property
    def lineage(self) -> Path:
        """`lineage/`: the SQL the night's models were built with and the columns of all its tables."""
        return self.root / "lineage"

    def sen2_xml(self, collection: int) -> Path:
        return self.root / "sen2" / str(collection) / f"SEN2_{self.area}_{collection}.xml"


@dataclass(frozen=True)
class SubmissionPaths:
    """One frozen return. The folder appears whole; only `approval.json` is added to it, once."""

    area: str
    root: Path

    @property
    def serial(self) -> str:
        return self.root.name

    @property
    def manifest(self) -> Path:
        return self.root / "manifest.json"

    @property
    def approval(self) -> Path:
        return self.root / "approval.json"

    @property
    def tables(self) -> Path:
        return self.root / "tables"

    @property
    def overlay(self) -> Path:
        """Corrections and notes as they were."""
        return self.root / "overlay"

    @property
    def fixes(self) -> Path:
        """What people had said of quarantined rows, a file a feed."""
        return self.root / "fixes"

    @property
    def config(self) -> Path:
        """The area's own word on its feeds and its mapping files, as in the settings folder; not there without any."""
        return self.root / "config"

    @property
    def deliveries(self) -> Path:
        """The records of the deliveries the return was made from, one JSON line each."""
        return self.root / "deliveries.jsonl"

    @property
    def definition(self) -> Path:
        """The council's own changes to the year's definition; not there when it has none."""
        return self.root / "definition.yml"

    @property
    def clerical_links(self) -> Path:
        """The council's own decisions on who is who; not there when it has none."""
        return self.root / "clerical_links.csv"
