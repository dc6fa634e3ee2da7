"""What `send` says to a call that cannot be right: in words, with what to do; never a traceback or a class of error."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from area.paths import AreaPaths
from cli import main as command_line

CLASS_NAME = re.compile(r"\b[A-Z]\w*(Error|Exception|BadZipFile)\b")
DAY = "a day as CCYY-MM-DD"
YEARS = "2023, 2024, 2025, 2026, 2027"

CALLS = {
    "deadlines' day": ("sen2 deadlines --area 931 --as-of 10/01/2025", ["'--as-of'", DAY]),
    "a day without hyphens": ("sen2 deadlines --area 931 --as-of 20250110", ["'--as-of'", DAY]),
    "a day there is not": ("sen2 deadlines --area 931 --as-of 2025-02-30", ["'--as-of'", DAY]),
    "an empty day": ("pull --area 931 --as-of=", ["'--as-of'", DAY]),
    "pull's day": ("pull --area 931 --as-of x", ["'--as-of'", DAY]),
    "late deliveries' day": ("deliveries late --area 931 --as-of x", ["'--as-of'", DAY]),
    "the night's day": ("nightly --area 931 --as-of 31/01/2025", ["'--as-of'", DAY]),
    "the day a return came": ("sen2 read here.txt --area 931 --received-on 1/2/2025", ["'--received-on'", DAY]),
    "pull's feed": ("pull --area 931 --feed nope", ["correct '--feed'", "ehc_casework"]),
    "reread's feed": ("deliveries reread --area 931 --feed nope", ["correct '--feed'", "ehc_casework"]),
    "the night's collection": ("nightly --area 931 --collection 2019", ["correct '--collection'", YEARS]),
    "the frozen collection": ("sen2 freeze --area 931 --collection 2030", ["correct '--collection'", YEARS]),
    "the year of a check": ("sen2 check here.txt --year 2019", ["correct '--year'", YEARS]),
    "the year of the items": ("sen2 items --year 2019", ["correct '--year'", YEARS]),
    "the year of the rules": ("sen2 rules --year 2019", ["correct '--year'", YEARS]),
    "a manifest that is none": ("sen2 rebuild --manifest here.txt", ["here.txt", "send sen2 submissions"]),
    "a manifest of something else": ("sen2 rebuild --manifest other.json", ["other.json", "send sen2 submissions"]),
    "no manifest": ("sen2 rebuild --manifest gone.json", ["no such file", "send sen2 submissions"]),
    "a check into a file": ("sen2 check here.txt --out here.txt", ["'--out'", "a folder, came a file (here.txt)"]),
    "an export into a file": (
        "sen2 write --area 931 --format csv --out here.txt",
        ["'--out'", "a folder, came a file (here.txt)"],
    ),
    "an XML onto a folder": ("sen2 write --area 931 --out folder", ["'--out'", "a file, came a folder (folder)"]),
    "a check of nothing": ("sen2 check gone.xml", ["gone.xml: ", "nothing at that path", "check the path"]),
    "a check of nothing, told the year": (
        "sen2 check gone.xml --year 2025",
        ["gone.xml: ", "nothing at that path", "check the path"],
    ),
    "a check of an export that is not there": (
        "sen2 check gone/x_person.csv",
        ["x_person.csv: ", "nothing at that path", "check the path"],
    ),
    "reading nothing in": ("sen2 read gone.xml --area 931", ["gone.xml: ", "nothing at that path", "check the path"]),
    "a check of a folder": ("sen2 check .", ["work: ", "a folder without one", "check the path"]),
    "corrections from nothing": (
        "sen2 correct --area 931 --csv gone.csv",
        ["gone.csv", "nothing at that path", "check the path"],
    ),
    "corrections from a folder": ("sen2 correct --area 931 --csv .", ["work: ", "a folder", "check the path"]),
    "no workbook there": (
        "sen2 dfe-rules import gone.xlsx --year 2025",
        ["gone.xlsx", "nothing at that path", "check the path"],
    ),
    "a folder as workbook": ("sen2 dfe-rules import . --year 2025", ["work: ", "a folder", "check the path"]),
    "a text as workbook": (
        "sen2 dfe-rules import here.txt --year 2025",
        ["here.txt", "something that is no Excel workbook", ".xlsx"],
    ),
}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to call from, and an area with a published night in which there is nothing."""
    monkeypatch.setenv("SEND_DATA", str(tmp_path / "data"))
    work = tmp_path / "work"
    (work / "folder").mkdir(parents=True)
    (work / "here.txt").write_text("Only text.\n", encoding="utf-8")
    (work / "other.json").write_text("{}", encoding="utf-8")
    current = AreaPaths.of("931").current
    current.mkdir(parents=True)
    duckdb.connect(str(current / "warehouse.duckdb")).close()
    monkeypatch.chdir(work)
    return work


@pytest.mark.parametrize(("call", "told"), CALLS.values(), ids=CALLS)
def test_a_call_that_cannot_be_right_is_refused_in_words(
    call: str, told: list[str], work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["send", *call.split()])
    with pytest.raises(SystemExit) as end:
        command_line.main()
    said = "".join(capsys.readouterr())
    assert end.value.code in (1, 2)
    assert "Traceback" not in said
    assert not CLASS_NAME.search(said)
    assert "What to do: " in said
    assert [words for words in told if words not in said] == [], said
    assert sorted(path.name for path in work.iterdir()) == ["folder", "here.txt", "other.json"]
