"""Whole nights over a small area's real files and servers: killed, refused, repeated, and held against the truth."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from area.paths import PROJECT_ROOT, AreaPaths
from ingest.contract.model import load_contracts
from ingest.landing.accept import accept
from ingest.landing.delivery import HELD, deliveries
from ingest.pull import read_again
from tests.support.area import content, make_sandbox, night_environment, run_night, served, start_night

pytestmark = pytest.mark.slow

AREA = "857"  # Rutland, the smallest county
# One step of each kind, and both layers of dbt: a run to a step near the end costs as much as a night.
KILLED_IN = (
    *("pull gias", "pull community_services", "open", "gate reading"),
    *("dbt facts", "dbt outputs", "sen2 file", "publish"),
)
Served = tuple[Path, dict[str, str]]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    out = make_sandbox(AREA, tmp_path_factory.mktemp("sandbox") / "area", seed=5)
    with served(out) as connections:
        yield out, connections


@pytest.fixture(scope="module")
def night(sandbox: Served, tmp_path_factory: pytest.TempPathFactory) -> AreaPaths:
    """A night that was never disturbed."""
    out, connections = sandbox
    return run_night(AREA, "quiet", night_environment(out, connections, tmp_path_factory.mktemp("quiet")))


def test_the_published_folder_is_complete(night: AreaPaths) -> None:
    for name in ("warehouse.duckdb", f"sen2/2025/SEN2_{AREA}_2025.xml", "quality/index.html", "board/index.html"):
        assert (night.current / name).stat().st_size > 1000
    run = json.loads((night.current / "run.json").read_text())
    assert {"inputs", "versions", "rows", "gates", "steps", "outputs"} <= set(run)
    assert all(len(i["file_hash"]) == 64 for i in run["inputs"])
    for name, output in run["outputs"].items():
        assert hashlib.sha256((night.current / name).read_bytes()).hexdigest() == output["sha256"]


def test_every_file_balances(night: AreaPaths) -> None:
    run = json.loads((night.current / "run.json").read_text())
    assert len(run["inputs"]) >= 30
    for row in run["inputs"]:
        assert row["read_rows"] == row["loaded_rows"] + row["quarantined_rows"] + row["duplicate_rows"], row


def test_only_the_owner_can_read_identified_files(night: AreaPaths) -> None:
    identified = [night.landing, night.read, night.quarantine, night.root / "dbt_target"]
    for path in [*identified, night.current / "warehouse.duckdb", night.current / "sen2"]:
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_the_same_seed_gives_the_same_bytes(night: AreaPaths, tmp_path: Path) -> None:
    out = make_sandbox(AREA, tmp_path / "area", seed=5)
    with served(out) as connections:
        again = run_night(AREA, "again", night_environment(out, connections, tmp_path / "data"))
    assert content(again) == content(night)


def test_a_night_built_again_from_landing_is_the_night_as_it_was(
    night: AreaPaths, sandbox: Served, tmp_path: Path
) -> None:
    """All that was read is thrown away and read again; the night is backfilled beside a newer one, which stays."""
    out, connections = sandbox
    environment = night_environment(out, connections, tmp_path)
    shutil.copytree(night.root, tmp_path / AREA, symlinks=True)
    paths = AreaPaths.of(AREA, tmp_path)
    for folder in (paths.read, paths.quarantine):
        shutil.rmtree(folder)
    for contract in load_contracts():
        read_again(AREA, contract.feed, root=tmp_path)
    newer = paths.runs / "20250210-newer"
    (paths.runs / "quiet").rename(newer)
    paths.current.unlink()
    paths.current.symlink_to("runs/20250210-newer")
    run = newer / "run.json"
    run.write_text(run.read_text().replace('"as_of": "2025-01-31"', '"as_of": "2025-02-10"'))

    done = backfill(environment, "2025-01-30", "2025-01-31")
    said = [[cell.strip() for cell in line.split("│")[1:3]] for line in done.stdout.splitlines() if "│ 2025" in line]
    # On the day before nothing had come.
    assert said == [["2025-01-30", "stopped"], ["2025-01-31", "kept"]], done.stdout + done.stderr
    assert "2025-01-30: The gate 'reading' stopped the night" in done.stdout
    assert done.returncode == 1
    assert paths.current.resolve() == newer
    assert content(paths, paths.runs / "20250131-backfill") == content(night)
    again = backfill(environment, "2025-01-31", "2025-01-31")
    assert (again.returncode, "there already" in again.stdout) == (0, True)


def backfill(environment: dict[str, str], first: str, last: str) -> subprocess.CompletedProcess[str]:
    words = ["backfill", "--area", AREA, "--from", first, "--to", last]
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        env=environment,
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(1_200)
def test_a_killed_night_is_repaired_by_the_next(night: AreaPaths, sandbox: Served, tmp_path: Path) -> None:
    """SIGKILL in a step of each kind in turn, at a moment of chance; the next undisturbed run gives the same.

    The sources are served anew: what the quiet night acknowledged is in the other ones' mailbox no more.
    """
    out = sandbox[0]
    paths = AreaPaths.of(AREA, tmp_path)
    taken = {s["step"] for s in json.loads((night.current / "run.json").read_text())["steps"]} | {"publish"}
    assert taken > set(KILLED_IN)
    chance = random.Random(1)
    with served(out) as connections:
        environment = night_environment(out, connections, tmp_path)
        for number, name in enumerate(KILLED_IN):
            paths.step_log.unlink(missing_ok=True)
            process = start_night(AREA, f"killed-{number}", environment)
            wait_for_step(paths.step_log, name, process)
            time.sleep(chance.uniform(0, 0.3))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert content(run_night(AREA, "after-all", environment)) == content(night)


def wait_for_step(log: Path, name: str, process: object) -> None:
    """Return once the step has started (or the process has ended meanwhile)."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if log.exists() and f'"{name}"' in log.read_text():
            return
        if process.poll() is not None:  # type: ignore[attr-defined]
            return
        time.sleep(0.01)
    raise AssertionError(f"step {name} did not start")


def test_a_critical_gate_leaves_last_night_in_use(night: AreaPaths, sandbox: Served, tmp_path: Path) -> None:
    """The case system exports no plans at all: the file is held. Should somebody accept it, the gate stops the night
    and says what to do. Either way current is untouched."""
    out = sandbox[0]
    data = tmp_path / "data"
    shutil.copytree(night.root, data / AREA, symlinks=True)
    paths = AreaPaths.of(AREA, data)
    before = content(paths), paths.current.resolve().name
    broken = tmp_path / "area"
    shutil.copytree(out, broken)
    for file in (broken / "sftp" / "council" / "ehc").glob("ehc_plan_2*.csv"):
        header = file.read_text(encoding="utf-8").splitlines()[0]
        file.write_text(header + "\n", encoding="utf-8")
    with served(broken) as own:
        environment = night_environment(broken, own, data)
        held = start_night(AREA, "held", environment).communicate(timeout=300)[0].decode()
        assert "held" in held, held
        (record,) = [each for each in deliveries(paths.deliveries, "ehc_casework") if each.outcome == HELD]
        accept(AREA, "ehc_casework", record.sha256 or "", by="tests", reason="no plans are left", root=data)
        process = start_night(AREA, "refused", environment)
        output = process.communicate(timeout=300)[0].decode()
    assert process.returncode == 1, output
    assert "gate" in output
    assert "What to do:" in output
    assert (content(paths), paths.current.resolve().name) == before
    assert "What to do" in paths.stopped.quality_page.read_text(encoding="utf-8")


def test_every_planted_fault_is_found(night: AreaPaths, sandbox: Served, capsys: pytest.CaptureFixture[str]) -> None:
    found = recall(night, sandbox[0] / "truth" / "faults.parquet")
    with capsys.disabled():
        print("\nplanted faults, kind: found of planted")
        for kind, (hit, planted) in sorted(found.items()):
            print(f"  {kind:<40}{hit:>5} of {planted}")
    assert len(found) > 25
    missed = {kind: numbers for kind, numbers in found.items() if numbers[0] != numbers[1]}
    assert not missed


def test_clean_data_raises_no_alarm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a clean area's files break is only what the published figures themselves lack (the truth lists it)."""
    out = make_sandbox(AREA, tmp_path / "area", seed=5, clean=True)
    with served(out) as connections:
        paths = run_night(AREA, "clean", night_environment(out, connections, tmp_path / "data"))
    con = duckdb.connect(str(paths.current / "warehouse.duckdb"), read_only=True)
    con.execute(f"create temp table truth as select * from '{out / 'truth' / 'faults.parquet'}'")
    alarms = con.execute(
        "select rule_id, severity, count(*) from returns.sen2_rule_breach b where not exists (select 1 from truth t"
        " where t.expected_code = b.rule_id) group by all order by all"
    ).fetchall()
    with capsys.disabled():
        print(f"\nfalse alarms on clean data: {alarms or 'none'}")
    quarantined = sum(r["quarantined_rows"] for r in json.loads((paths.current / "run.json").read_text())["inputs"])
    assert quarantined == 0
    assert not [a for a in alarms if a[1] == "error"]


def recall(paths: AreaPaths, truth: Path) -> dict[str, tuple[int, int]]:
    """Found and planted, by kind of fault."""
    con = duckdb.connect(str(paths.current / "warehouse.duckdb"), read_only=True)
    con.execute(f"create temp table truth as select * from '{truth}'")
    con.execute(
        "create temp table quarantined as select * from"
        f" read_parquet('{paths.quarantine}/*/*/*.parquet', union_by_name=true)"
    )
    # Last year's return still has the name or postcode that linked a person, and may find whom nothing else finds; that
    # is no fault missed if nobody else is joined with the person.
    con.execute(
        "create temp table found_after_all as with joined as ("
        "select l.*, p.true_person from matching.int_person_links l"
        f" left join '{truth.parent / 'persons.parquet'}' p using (source_system, source_key)),"
        " right_persons as (select person_id from joined group by person_id having count(distinct true_person) = 1"
        " and bool_or(source_system = 'sen2_return'))"
        " select source_key from joined join right_persons using (person_id) where source_system = 'ehc'"
    )
    # A person of last year's return is named in the truth by the place in its file, in matching by year and place.
    con.execute(
        "create temp table earlier as select record_key,"
        " (select max(collection) from facts.fct_returned_plan) || ':' || lpad(split_part(record_key, ':', 2), 8, '0')"
        " as source_key from truth where feed = 'sen2_returns'"
    )
    # A pupil's record is named in the truth by its key in the census, in a breach by its source row.
    con.execute(
        "create temp table census as select _file_hash, _row, pupilonrolltableid from"
        f" read_parquet('{paths.read}/school_census/census_pupilonroll/*.parquet')"
    )
    run = json.loads((paths.current / "run.json").read_text())
    duplicates = sum(r["duplicate_rows"] for r in run["inputs"])
    rows = con.execute(
        """
        select t.kind, count(*) filter (case t.expected
            when 'breach' then exists (
                select 1 from returns.sen2_rule_breach b
                where b.rule_id = t.expected_code
                and (b.record_key = t.record_key or exists (
                    select 1 from earlier e where e.record_key = t.record_key and e.source_key = b.record_key)
                or exists (
                    select 1 from census c where c._file_hash = b.file_hash and c._row = b.row
                    and c.pupilonrolltableid = t.record_key)))
            when 'quarantined' then exists (
                select 1 from quarantined q where q._table = t."table" and q.reason = t.expected_code)
            when 'duplicate' then ? > 0
            when 'matched' then exists (
                select 1 from earlier e
                join matching.int_person_links l on l.source_system = 'sen2_return' and l.source_key = e.source_key
                join matching.int_person_links k on k.person_id = l.person_id and k.source_system = 'ehc'
                where e.record_key = t.record_key
                and case t.expected_code
                    when 'NAME_AND_BIRTH_DATE' then l.evidence = 'name_dob_postcode'
                    else list_contains(string_split(l.evidence, '+'), lower(t.expected_code)) end)
            when 'unmatched' then exists (select 1 from matching.int_unmatched u where u.source_key = t.record_key)
                or t.record_key in (select source_key from found_after_all)
            end), count(*) from truth t group by 1
        """,
        [duplicates],
    ).fetchall()
    return {kind: (found, planted) for kind, found, planted in rows}
