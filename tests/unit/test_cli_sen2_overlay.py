"""`send sen2 correct`, `corrections`, `note` and `notes`, as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from area.errors import OverlayRefusedError
from area.paths import AreaPaths
from cli.sen2 import app
from returns.overlay.entries import Correction
from returns.overlay.store import read_entries
from tests.support.published_return import QUERY, make_published

SECRET = "Q823456789012"
PERSON = ("--module", "person", "--record", "P1")


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AreaPaths:
    """An area with a published night."""
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    monkeypatch.setenv("SEND_HMAC_KEY", "key")
    paths = AreaPaths.of("931")
    paths.current.mkdir(parents=True)
    make_published(paths.current / "warehouse.duckdb")
    return paths


def run(*words: str, given: str | None = None) -> str:
    result = CliRunner().invoke(app, [*words, "--area", "931"], input=given)
    if result.exception is not None:
        raise result.exception
    return result.output


def corrections(paths: AreaPaths) -> list[tuple[str, str | None]]:
    return [(entry.item, entry.value) for entry in read_entries(paths.overlay("sen2"), Correction)]


def test_a_value_can_be_given_on_standard_input_and_is_not_printed_without_names(paths: AreaPaths) -> None:
    said = run(
        "correct", *PERSON, "--item", "UPN", "--value", "-", "--reason", "seen", "--by", "Sam", given=f"{SECRET}\n"
    )
    assert said == "C0001: person UPN takes effect with the next night (`send nightly`).\n"
    assert corrections(paths) == [("UPN", SECRET)]
    listed = run("corrections", "list")
    assert "C0001" in listed
    assert "seen" in listed
    assert SECRET not in listed
    assert "P1" not in listed
    assert SECRET in run("corrections", "list", "--names")
    assert run("corrections", "list", "--state", "applied") == "No corrections.\n"
    run("corrections", "withdraw", "C0001", "--reason", "wrong child")
    assert run("corrections", "list") == "No corrections.\n"


def test_a_correction_can_name_its_record_by_a_finding(paths: AreaPaths) -> None:
    run("correct", "--finding", QUERY, "--value", "zz99 9zz", "--reason", "asked the family")
    assert corrections(paths) == [("PostCode", "zz99 9zz")]


@pytest.mark.parametrize("words", [(), ("--value", "M", "--blank")])
def test_a_value_or_a_blank_must_be_asked_for(paths: AreaPaths, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["correct", "--area", "931", *PERSON, "--item", "Sex", "--reason", "seen", *words])
    assert result.exit_code == 2
    assert corrections(paths) == []


def test_a_file_of_corrections_is_taken_whole_or_not_at_all(paths: AreaPaths, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    head = "module,record_key,item,value,reason,by\n"
    good = f"person,P1,UPN,{SECRET},seen,Sam\nrequests,R1,RequestOutcomeDate,,not told yet,Sam\n"
    file.write_text(head + good + "person,P1,Sex,Z,seen,Sam\n")
    with pytest.raises(OverlayRefusedError, match="correction, line 4: 'value for Sex' should be one of M, F"):
        run("correct", "--csv", str(file))
    assert corrections(paths) == []
    file.write_text(head + good)
    run("correct", "--csv", str(file))
    assert corrections(paths) == [("UPN", SECRET), ("RequestOutcomeDate", None)]


def test_a_query_is_explained_listed_exported_and_opened_again(paths: AreaPaths, tmp_path: Path) -> None:
    run("note", "--finding", QUERY, "--text", "-", "--by", "Sam", given="No fixed\naddress.")
    assert "explained" in run("notes", "list")
    run("notes", "export", "--out", str(tmp_path / "notes.txt"))
    text = (tmp_path / "notes.txt").read_text()
    assert "No fixed address." in text
    assert "Testing" not in text
    run("notes", "export", "--out", str(tmp_path / "named.txt"), "--names")
    assert "Invented Testing (P207000016049), PostCode:" in (tmp_path / "named.txt").read_text()
    run("notes", "withdraw", "N0001")
    assert run("notes", "list") == "No notes.\n"
