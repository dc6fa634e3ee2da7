"""CSV files of any content: read as Python's csv reads them, in balance, wherever blocks end."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from area.errors import FileRefusedError
from ingest.contract.model import Field
from ingest.formats import SourceFile, csv_piece, csv_records, csv_table, csv_text
from tests.support.ingest_files import ReadResult, cells, csv_contract, read_bytes

HEADER = "ref,name,born,legs\n"
TEXTS = tuple(Field(f"f{n}", f"f{n}", "text") for n in range(3))


def read(folder: Path, content: str, **options: Any) -> ReadResult:
    return read_bytes(folder, csv_contract(**options), content.encode(), name="pet_20250131.csv", table="pet")


letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
values = st.text(letters, max_size=12) | st.sampled_from(['"', ",", "\n", "\r\n", "\r", '""', '","', "=cmd()", " "])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(values, values, values), max_size=12), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_reading_equals_python_csv_for_good_files(rows: list[tuple[str, str, str]], quoting: int) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerow(["n", *(field.source for field in TEXTS)])
    writer.writerows([n, *row] for n, row in enumerate(rows))
    fields = (Field("n", "n", "text"), *TEXTS)
    with tempfile.TemporaryDirectory() as folder:
        result = read(Path(folder), text.getvalue(), fields=fields, key=("n",))
    text.seek(0)
    expected = [tuple(value or None for value in row) for row in list(csv.reader(text))[1:]]
    assert cells(result) == expected
    assert result.balance.quarantined == 0


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('ab,"\n\r\0 é2-') | letters, max_size=120))
def test_the_balance_is_zero_whatever_comes(body: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = read(Path(folder), HEADER + body)
        except FileRefusedError as refusal:
            if "none does" not in str(refusal):
                raise
            return
    balance = result.balance
    assert balance.read == balance.loaded + balance.quarantined + balance.duplicate
    assert balance.loaded == len(result.rows)
    assert balance.quarantined == len(result.quarantined) == sum(balance.reasons.values())
    numbers = [row["_row"] for row in [*result.rows, *result.quarantined]]
    assert len(set(numbers)) == len(numbers)
    lines = (HEADER + body).split("\n")
    for row in result.quarantined:
        assert (row["original_text"].split("\n")[0].rstrip("\r") or "\r") in (lines[row["_row"] - 1] or "\r")
    blank = sum(1 for line in lines[1:] if not line.removesuffix("\r"))
    assert balance.read <= len(lines) - 1 - blank or balance.read == 0


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from('ab,"\n\r\0 é') | letters, max_size=300), st.integers(8, 60))
def test_a_file_read_in_small_blocks_is_the_same_file(body: str, block: int) -> None:
    """Where blocks end must not matter: here in characters, records, quotes and line ends."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_records, "MOST_LINES", 3)
        patched.setattr(csv_records, "MOST_BYTES", 40)
        patched.setattr(csv_piece, "MOST_BYTES", 40)
        whole = batches(HEADER + body)
        assume(all(reason != "TOO_LONG" for _, reason, _ in whole[1]))
        patched.setattr(csv_text, "BLOCK", block)
        patched.setattr(csv_records, "MOST_RECORDS", 2)
        patched.setattr(csv_table, "MOST_RECORDS", 2)
        patched.setattr(csv_table, "LOOK_AHEAD", 80)
        assert batches(HEADER + body) == whole


def batches(content: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows of a file with their lines and source, and the bad ones."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pet.csv"
        path.write_bytes(content.encode())
        good: list[tuple[Any, ...]] = []
        bad: list[tuple[Any, ...]] = []
        for batch in csv_table.read(SourceFile(path, "pet.csv", csv_contract())):
            cells = [tuple(row.values()) for row in batch.cells.to_pylist()]
            good += zip(batch.rows.to_pylist(), cells, batch.originals(list(range(len(cells)))), strict=True)
            bad += [(row.row, row.reason, row.original_text) for row in batch.bad]
        return good, sorted(bad)
