"""From a published night to a signed return and back to its landing files: two nights of a very small area."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from area.errors import CellUnknownError, FreezeRefusedError, RebuildRefusedError, SignRefusedError
from area.ledger import now
from area.pages import day_in_words
from area.paths import AreaPaths
from cli.main import build_app
from ingest.landing.delivery import LOADED, deliveries, write_delivery
from ingest.quarantine.entering import Wanted, enter
from ingest.quarantine.fixes import FIX, ledger
from ingest.quarantine.rows import held_rows
from returns.kinds import SEN2
from returns.overlay.entries import Correction
from returns.overlay.store import append_entries
from tests.support.area import AS_OF, make_sandbox, night_environment, served
from tests.support.explained import explain_all_queries
from tests.support.run_night import build, pull_all
from warehouse import night as steps
from warehouse.lineage.explain import explain
from warehouse.submission import diff
from warehouse.submission.folder import approval, read_manifest
from warehouse.submission.freeze import Frozen, freeze
from warehouse.submission.rebuild import rebuild
from warehouse.submission.sign import sign

pytestmark = pytest.mark.slow

AREA = "420"  # Isles of Scilly
WRONG_UPN = "Z000000000000"
MAPPING = f"mappings/{AREA}/ehc.yml"
LATE = dt.date(2025, 2, 10)  # ten days after the case system's last delivery: older than its contract allows
WORDS: dict[str, Any] = {"by": "A Director", "role": "Director of Children's Services", "statement": "It is right."}


@dataclass
class Story:
    """What the fixture has brought about: two nights, each frozen; in the first one person's UPN was corrected. That
    person's row came broken, and is there because somebody put it right in quarantine."""

    paths: AreaPaths
    out: Path
    person: str
    first: Frozen
    second: Frozen

    @property
    def people(self) -> list[dict[str, str]]:
        (file,) = (self.out / "sftp" / "council" / "ehc").glob("ehc_person_*.csv")
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    out = make_sandbox(AREA, tmp_path_factory.mktemp("sandbox") / "area", seed=5, clean=True)
    data = tmp_path_factory.mktemp("data")
    person, upn = returned_person(out)
    break_row(out, person)
    dispute(out, person)
    as_the_supplier_has_it(out)
    with pytest.MonkeyPatch.context() as patch:
        with served(out) as connections:
            for name, value in night_environment(out, connections, data).items():
                patch.setenv(name, value)
            pull_all(steps.Night(AREA, "pulls", AS_OF))
        paths = AreaPaths.of(AREA)
        (held,) = [row for row in held_rows(paths) if row.table == "ehc_person"]
        enter(paths, [Wanted(held.id, FIX, "An Officer", "A slip of the pen", {"updated_at": ""})])
        correction = Correction("", 2025, "person", person, "UPN", upn, WRONG_UPN, now(), "An Officer", "A try")
        (correction,) = append_entries(paths.overlay("sen2"), [correction])
        build(steps.Night(AREA, "20250210-wrong", LATE))
        first = freeze(AREA, 2025, kind=SEN2)
        append_entries(paths.overlay("sen2"), [replace(correction, withdraws=correction.id)])
        explain_all_queries(paths)
        with pytest.raises(FreezeRefusedError, match="corrections, notes or fixes of rows were entered since"):
            freeze(AREA, 2025, kind=SEN2)
        build(steps.Night(AREA, "20250131-right", AS_OF))
        yield Story(paths, out, person, first, freeze(AREA, 2025, kind=SEN2))


def break_row(out: Path, person: str) -> None:
    """Give the person's row a date that is none, as a case system would that does not check."""
    (file,) = (out / "sftp" / "council" / "ehc").glob("ehc_person_*.csv")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        if row["person_ref"] == person:
            row["updated_at"] = "yesterday"
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def dispute(out: Path, person: str) -> None:
    """Give the person's request a mediation and two disputes about another matter, of which casework holds one and only
    the register the other."""
    council = out / "sftp" / "council"
    (file,) = (council / "ehc").glob("ehc_request_*.csv")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        request = next(row["request_ref"] for row in csv.DictReader(lines) if row["person_ref"] == person)
    for folder, rows in {
        "ehc/ehc_dispute_*.csv": ("X1,{},MEDIATION,REQUEST,2024-03-01,,", "X2,{},MEDIATION,OTHER,2024-07-01,,"),
        "disputes/dispute_register_*.csv": ("T1,{},TRIBUNAL,OTHER,2024-09-01,,",),
    }.items():
        (file,) = council.glob(folder)
        with file.open("a", encoding="utf-8") as lines:
            lines.writelines(f"{row.format(request)}\n" for row in rows)


def as_the_supplier_has_it(out: Path) -> None:
    """Have the needs delivered under the supplier's own name and headings, and mapped."""
    (file,) = (out / "sftp" / "council" / "ehc").glob("ehc_need_*.csv")
    _, *rows = file.read_text(encoding="utf-8-sig").splitlines()
    supplied = file.rename(file.with_name(file.name.replace("ehc_need", "Needs Export")))
    supplied.write_text("\n".join(["Plan No,Order,Need", *rows]) + "\n", encoding="utf-8")
    columns = {"plan_ref": "Plan No", "rank": "Order", "sen_type": "Need"}
    needs = {"file": "Needs Export_*.csv", "tables": {"ehc_need": {"columns": columns}}}
    mapping = out / "config" / MAPPING
    mapping.parent.mkdir(parents=True)
    mapping.write_text(yaml.safe_dump({"feed": "ehc_casework", "supplier": "A supplier", "files": {"needs": needs}}))
    own = out / "config" / "areas" / f"{AREA}.yml"
    said = yaml.safe_load(own.read_text()) or {}
    said.setdefault("feeds", {})["overrides"] = {"ehc_casework": {"mapping": MAPPING}}
    own.write_text(yaml.safe_dump(said))


def returned_person(out: Path) -> tuple[str, str]:
    """The case reference and UPN of a person with a plan that has not ended: one whom the return surely holds."""
    ehc = out / "sftp" / "council" / "ehc"
    (people,), (requests,), (plans,) = (
        list(ehc.glob(f"{t}_2*.csv")) for t in ("ehc_person", "ehc_request", "ehc_plan")
    )
    row = duckdb.sql(
        f"select person_ref, upn from read_csv('{people}', all_varchar = true) where upn is not null and person_ref in"
        f" (select person_ref from read_csv('{requests}', all_varchar = true) join"
        f" (select request_ref from read_csv('{plans}', all_varchar = true) where cease_date is null)"
        " using (request_ref)) order by all limit 1"
    ).fetchone()
    assert row
    return str(row[0]), str(row[1])


def refused(serial: str) -> str:
    with pytest.raises(SignRefusedError) as caught:
        sign(AREA, 2025, serial, kind=SEN2, **WORDS)
    return str(caught.value)


def test_what_is_frozen_is_whole_and_its_owners_alone(story: Story) -> None:
    folder = story.second.paths
    assert (story.first.paths.serial, folder.serial) == ("001", "002")
    xml = (folder.root / f"SEN2_{AREA}_2025.xml").read_text(encoding="utf-8")
    assert "<SerialNo>002</SerialNo>" in xml
    manifest = read_manifest(folder.manifest)
    assert manifest["rows"]["person"] == xml.count("<Surname>") > 0
    for name in ("sen2_person", "sen2_active_plans", "sen2_rule", "sen2_rule_breach", "sen2_correction_state"):
        assert f"tables/{name}.parquet" in manifest["outputs"]
    for path in [folder.root, *folder.root.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path.name
    assert len({each["feed"] for each in manifest["inputs"]}) >= 7


def test_a_return_with_errors_from_stale_data_is_refused_with_every_reason(story: Story) -> None:
    said = refused("001")
    for reason in (
        "errors stand",
        "queries lack an explanation",
        "feed 'ehc_casework' was 10 days old on the night",
        "corrections or notes were entered after the check",
        "a newer night (20250131-right) has been published",
        "What to do:",
    ):
        assert reason in said
    assert approval(story.first.paths) is None


def test_a_delivery_after_the_check_is_in_the_way(story: Story) -> None:
    before = next(d for d in deliveries(story.paths.deliveries, "ehc_casework") if d.outcome == LOADED)
    day = dt.date(2025, 2, 3)
    newer = replace(before, sha256="f" * 64, received_at=dt.datetime(2025, 2, 3, 1, 5), extract_date=day)
    record = write_delivery(story.paths.deliveries, newer, root=story.paths.root)
    try:
        assert "feed 'ehc_casework' was delivered after the check (received 2025-02-03 01:05 UTC)" in refused("002")
    finally:
        record.unlink()


def test_a_file_that_changed_since_it_was_frozen_is_in_the_way(story: Story) -> None:
    table = story.second.paths.tables / "sen2_person.parquet"
    whole = table.read_bytes()
    table.write_bytes(whole[:-1] + b"!")
    try:
        assert "files are not as they were frozen: tables/sen2_person.parquet" in refused("002")
    finally:
        table.write_bytes(whole)


def test_a_position_before_census_day_can_only_be_rehearsed(story: Story, tmp_path: Path) -> None:
    """The night of 10 January: the same files under a manifest of that day."""
    shutil.copytree(story.paths.root, tmp_path / AREA, symlinks=True)
    paths = AreaPaths.of(AREA, tmp_path)
    run = json.loads((paths.current / "run.json").read_text())
    (paths.current / "run.json").write_text(json.dumps(run | {"as_of": "2025-01-10"}))
    with pytest.raises(FreezeRefusedError, match=r"before census day .* there is no census position"):
        freeze(AREA, 2025, kind=SEN2, root=tmp_path)
    trial = freeze(AREA, 2025, kind=SEN2, rehearsal=True, root=tmp_path)
    with pytest.raises(SignRefusedError, match="it is a rehearsal"):
        sign(AREA, 2025, trial.paths.serial, kind=SEN2, root=tmp_path, **WORDS)


def test_the_difference_between_the_two_is_the_correction(story: Story) -> None:
    found = diff.compare(AREA, 2025, "001", "002", kind=SEN2, limit=50)
    upn = next(row["upn"] for row in story.people if row["person_ref"] == story.person)
    cells = [(c.module, c.record_key, c.item, c.was, c.now) for c in found.changes if c.module != "header"]
    assert cells == [("person", story.person, "UPN", WRONG_UPN, upn)]
    assert {c.item for c in found.changes if c.module == "header"} == {"SerialNo", "DateTime"}
    shown = CliRunner().invoke(build_app(), ["sen2", "diff", "--area", AREA, "--from", "001", "--to", "002"]).output
    assert story.person in shown
    assert upn not in shown
    assert WRONG_UPN not in shown


def test_signing_binds_a_name_to_the_manifest_once(story: Story) -> None:
    with pytest.raises(SignRefusedError, match="its manifest is not the one that was approved"):
        sign(AREA, 2025, "002", kind=SEN2, expected_sha256="0" * 64, **WORDS)
    words = ["--by", WORDS["by"], "--role", WORDS["role"], "--statement", WORDS["statement"]]
    signing = ["sen2", "sign", "--area", AREA, "--serial", "002", *words]
    answer = CliRunner().invoke(build_app(), signing)
    assert answer.exit_code == 0, answer.output
    said = approval(story.second.paths)
    assert said is not None
    assert (said["by"], said["manifest_sha256"]) == ("A Director", story.second.manifest_sha256)
    assert story.second.paths.approval.stat().st_mode & 0o077 == 0
    assert f"it was signed by A Director at {said['at']}" in refused("002")


def test_it_is_made_again_from_its_landing_files_byte_for_byte(story: Story, tmp_path: Path) -> None:
    needs = story.second.paths.config / MAPPING
    assert needs.read_bytes() == (story.out / "config" / MAPPING).read_bytes()
    (story.out / "config" / MAPPING).write_text("changed since: the return is read as it was then")
    try:
        made = rebuild(story.second.paths.manifest, out=tmp_path / "again")
    finally:
        shutil.copyfile(needs, story.out / "config" / MAPPING)
    assert (made.differing, made.other_code, made.other_versions) == ((), False, ())
    for name in story.second.manifest["outputs"]:
        assert (tmp_path / "again" / name).read_bytes() == (story.second.paths.root / name).read_bytes()


def test_a_landing_file_that_changed_or_is_gone_is_named(story: Story, tmp_path: Path) -> None:
    file = story.paths.root / next(i["landing"] for i in story.second.manifest["inputs"] if i["feed"] == "gias")
    aside = tmp_path / "aside"
    shutil.move(file, aside)
    try:
        with pytest.raises(RebuildRefusedError, match=f"{file.name} is missing"):
            rebuild(story.second.paths.manifest)
        file.write_bytes(aside.read_bytes() + b"\n")
        with pytest.raises(RebuildRefusedError, match=f"{file.name} is not the file it was"):
            rebuild(story.second.paths.manifest)
        with pytest.raises(FreezeRefusedError, match="of feed 'gias' has been changed in landing"):
            freeze(AREA, 2025, kind=SEN2)
    finally:
        shutil.move(aside, file)


def test_other_code_is_refused_unless_it_is_asked_for(story: Story, tmp_path: Path) -> None:
    copy = tmp_path / "002"
    shutil.copytree(story.second.paths.root, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["versions"]["code"] = "0" * 64
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(RebuildRefusedError, match="--with-this-code"):
        rebuild(copy / "manifest.json")


def test_a_cell_is_explained_back_to_its_row(story: Story) -> None:
    started = time.process_time()  # a busy machine is nobody's fault
    (cell,) = explain(AREA, 2025, "upn", kind=SEN2, person=story.person)
    seconds = time.process_time() - started
    row = next(row for row in story.people if row["person_ref"] == story.person)
    columns = [step.column for step in cell.passed]
    assert cell.value == row["upn"]
    assert {"returns.sen2_person.upn", "facts.dim_ehc_person.upn", "raw.ehc_person.upn"} <= set(columns)
    assert all(step.traced for step in cell.passed)
    (source,) = next(step for step in cell.passed if step.column == "raw.ehc_person.upn").rows
    assert source.value == row["upn"]
    landed = story.paths.root / source.landing
    assert landed.name.startswith(source.sha256)
    assert story.person in landed.read_text(encoding="utf-8-sig").splitlines()[source.row - 1]
    outcomes = {rule.rule_id: rule.outcome for rule in cell.rules}
    assert outcomes["SEN2-P04"] == "passed"
    assert seconds < 5


def test_a_row_put_right_in_quarantine_says_so_where_it_was_read(story: Story) -> None:
    """The landing file says 'yesterday': whoever looks there is told who said otherwise, when and why."""
    words = ["explain", "--area", AREA, "--person", story.person, "--item", "UPN"]
    kept = ledger(story.paths, "ehc_casework")
    said = kept.read_bytes()
    (entry,) = [json.loads(line) for line in said.splitlines()]
    day = dt.date.fromisoformat(entry["made_at"][:10])
    told = f"put right in quarantine by An Officer on {day_in_words(day)}: A slip of the pen (fields updated_at"
    assert f"{told})" in CliRunner().invoke(build_app(), words).output
    # Said of an earlier delivery by a person, of this one by the carrying; what is said after the night is not of it.
    first = entry | {"row_id": "qfirst", "file_hash": "0" * 64, "made_at": "2024-12-24T09:00:00Z"}
    carried = entry | {"carried_from": "qfirst"}
    later = entry | {"made_at": "2999-01-01T00:00:00Z", "made_by": "Somebody Else"}
    shown = ""
    try:
        kept.write_text("".join(f"{json.dumps(each)}\n" for each in (first, carried, later)), encoding="utf-8")
        shown = CliRunner().invoke(build_app(), words).output
    finally:
        kept.write_bytes(said)
    told = "by An Officer on 24 December 2024: A slip of the pen (fields updated_at; carried from an earlier delivery)"
    assert told in shown
    assert "Somebody Else" not in shown


def test_a_row_nobody_put_right_says_nothing_of_quarantine(story: Story) -> None:
    other = next(row for row in returned(story) if row != story.person)
    shown = CliRunner().invoke(build_app(), ["explain", "--area", AREA, "--person", other, "--item", "UPN"]).output
    assert "ehc_person_" in shown
    assert "put right" not in shown


def test_the_quality_page_says_what_was_put_right_in_quarantine(story: Story) -> None:
    page = (story.paths.current / "quality" / "index.html").read_text(encoding="utf-8")
    assert "though the delivered file says otherwise: 1 row of ehc_person (" in page


def test_an_empty_value_is_a_blank_of_its_row_and_not_a_missing_row(story: Story) -> None:
    """A plan reaches its request by a key of the return that several columns make; the request says no other LA."""
    ((person, plan, request, row),) = rows_of(
        story,
        "select person_ref, plan_ref, request_ref, fct_request._row from facts.fct_request"
        " join facts.fct_plan using (request_ref, person_ref)"
        " join returns.sen2_active_plans on activeplanstableid = plan_ref and requeststableid = request_ref"
        " where transferred_from is null order by all limit 1",
    )
    (cell,) = explain(AREA, 2025, "TransferLA", kind=SEN2, person=person, record=plan)
    steps = {step.column: step for step in cell.passed}
    assert steps["facts.fct_request.transferred_from"].values == (None,)
    (source,) = steps["raw.ehc_request.transferred_from"].rows
    assert (source.row, source.value) == (row, None)
    landed = (story.paths.root / source.landing).read_text(encoding="utf-8-sig").splitlines()
    assert request in landed[source.row - 1]
    words = ["explain", "--area", AREA, "--person", person, "--item", "TransferLA", "--record", plan]
    shown = CliRunner().invoke(build_app(), words).output
    assert "raw.ehc_request.transferred_from  (blank)" in shown
    assert "(no row of this record)" not in shown


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("RequestMediation", "1"),
        ("RequestTribunal", "0"),
        ("AssessmentMediation", "0"),
        ("AssessmentTribunal", "0"),
        ("OtherMediation", "1"),
        ("OtherTribunal", "1"),
    ],
)
def test_what_is_made_of_disputes_is_explained_back_to_their_rows(story: Story, item: str, value: str) -> None:
    """Each kind and matter is a yes or no of all the request's disputes, whichever of two systems holds them."""
    (cell,) = explain(AREA, 2025, item, kind=SEN2, person=story.person)
    assert cell.value == value
    steps = {step.column: step for step in cell.passed}
    for table, disputes in (("ehc_dispute", ["X1", "X2"]), ("dispute_register", ["T1"])):
        for column in ("kind", "about"):
            step = steps[f"raw.{table}.{column}"]
            assert step.more == 0
            landed = [(story.paths.root / row.landing).read_text("utf-8-sig").splitlines() for row in step.rows]
            lines = [lines[row.row - 1].split(",") for row, lines in zip(step.rows, landed, strict=True)]
            assert sorted(line[0] for line in lines) == disputes
            assert {row.value for row in step.rows} <= {value for line in lines for value in line}
    words = ["explain", "--area", AREA, "--person", story.person, "--item", item]
    shown = CliRunner().invoke(build_app(), words).output
    assert "(no row of this record)" not in shown
    assert "dispute_register_20250131.csv row 2" in shown


def rows_of(story: Story, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query of the published night's warehouse."""
    with duckdb.connect(str(story.paths.current / "warehouse.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def returned(story: Story) -> list[str]:
    return [ref for (ref,) in rows_of(story, "select persontableid from returns.sen2_person order by 1")]


def test_a_personal_value_is_shown_only_when_names_are_asked_for(story: Story) -> None:
    upn = next(row["upn"] for row in story.people if row["person_ref"] == story.person)
    words = ["explain", "--area", AREA, "--person", story.person, "--item", "UPN"]
    for more in ([], ["--json"]):
        assert upn not in CliRunner().invoke(build_app(), [*words, *more]).output
    assert upn in CliRunner().invoke(build_app(), [*words, "--names"]).output


def test_a_person_may_be_named_by_pseudonym(story: Story) -> None:
    """Both zones know when a request was received; one received on a day of its own ties the two together."""
    ((person, pseudonym),) = rows_of(
        story,
        "select person_ref, pseudonym from (select received_date, min(person_ref) as person_ref"
        " from facts.fct_request where person_ref in (select persontableid from returns.sen2_person)"
        " group by 1 having count(*) = 1) join (select received_date, min(pseudonym) as pseudonym"
        " from pseudonymised.pseudo_request group by 1 having count(*) = 1) using (received_date)"
        " order by all limit 1",
    )
    (cell,) = explain(AREA, 2025, "Sex", kind=SEN2, person=pseudonym)
    assert cell.record_key == person


def test_what_is_not_there_is_said_without_repeating_the_reference(story: Story) -> None:
    with pytest.raises(CellUnknownError) as caught:
        explain(AREA, 2025, "UPN", kind=SEN2, person="P-SECRET-9")
    assert "P-SECRET-9" not in str(caught.value)
    with pytest.raises(CellUnknownError, match="There is no item 'Colour'"):
        explain(AREA, 2025, "Colour", kind=SEN2, person=story.person)
