"""Whatever is wrong with a contract, a mapping or an area's word, it is said in a sentence; headings of any order are
of the year they were taken from."""

from __future__ import annotations

import contextlib
import copy
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from area.errors import ContractError, FileRefusedError
from ingest.contract.check import Checker, read_yaml
from ingest.contract.file import read_contract
from ingest.contract.model import load_contract
from ingest.contract.of_area import overridden
from ingest.formats import SourceFile
from ingest.formats.csv_header import bind_header
from ingest.mapping.file import read_mapping
from tests.unit.test_ingest_contracts import write
from tests.unit.test_ingest_mapping import block
from tests.unit.test_ingest_years import YEARS

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 2030), st.floats(allow_nan=False), st.text(max_size=6), st.just([]),
    st.just({}), st.lists(st.none() | st.integers() | st.text(max_size=3), max_size=3), st.dates(),
    st.dictionaries(st.text(max_size=4) | st.integers() | st.booleans(), st.none() | st.text(max_size=3), max_size=2),
)  # fmt: skip
MAPPING = yaml.safe_load(block("yaml"))
OVERRIDES: dict[str, Any] = {
    "owner": "x", "contact": "y", "transport": {"folder": "f"}, "format": {"encoding": "cp1252"}, "arrives": "weekly",
    "allowed_age_days": 3, "required": True, "expected_rows": {"ehc_plan": {"min": 1, "change": "5%"}},
}  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in nested mappings and lists."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path] * bool(path) + [each for key, value in items for each in places(value, (*path, key))]


def contract_read(said: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read_contract(write(Path(folder), said))


def mapping_read(said: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read_mapping(write(Path(folder), said), load_contract("ehc_casework"))


def override_read(said: Any) -> None:
    overridden(Checker("931.yml"), load_contract("ehc_casework"), said)


@pytest.mark.parametrize(
    ("good", "read"),
    [(YEARS, contract_read), (MAPPING, mapping_read), (OVERRIDES, override_read)],
    ids=["contract", "mapping", "override"],
)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_anything_in_any_place_is_read_or_refused_in_a_sentence(
    good: dict[str, Any], read: Callable[[Any], None], data: st.DataObject
) -> None:
    wrong = copy.deepcopy(good)
    *path, last = data.draw(st.sampled_from(places(wrong)))
    place: Any = wrong
    for key in path:
        place = place[key]
    if data.draw(st.booleans()) and isinstance(place, dict):
        place[data.draw(st.text(max_size=5) | st.integers(0, 2030) | st.booleans())] = place.pop(last)
    else:
        place[last] = data.draw(JUNK)
    with contextlib.suppress(ContractError):
        read(wrong)


SCRAPS = (
    "a",
    "?",
    ":",
    "-",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\n",
    "\n  ",
    " ",
    "2025-13-41",
    "!!int",
    "!!set",
    "&x",
    "*x",
    "<<",
)


@settings(max_examples=300, deadline=None)
@example(["? [a]\n: b"])
@example(["a: 2025-13-41"])
@example(["a: !!timestamp 2020"])
@given(st.lists(st.sampled_from(SCRAPS), max_size=12))
def test_any_text_is_yaml_or_refused_in_a_sentence(scraps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "931.yml"
        file.write_text("".join(scraps), encoding="utf-8")
        with contextlib.suppress(ContractError):
            read_yaml(file)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_headings_in_any_order_are_of_their_year_and_a_broken_line_is_refused_or_read(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        contract = read_contract(write(Path(folder), YEARS))
        year = data.draw(st.sampled_from([2023, 2024]))
        table = next(each for each in contract.layouts[year] if each.name == "pet")
        names = data.draw(st.permutations([field.source for field in table.fields]))
        file = SourceFile(Path(folder), f"pet_{year}.csv", contract)
        header = bind_header(file, names)
        assert header.table.year == year
        assert [names[place] for place in header.places if place is not None] == [f.source for f in table.fields]
        names[data.draw(st.integers(0, len(names) - 1))] = data.draw(st.text(max_size=8) | st.sampled_from(names))
        with contextlib.suppress(FileRefusedError):
            assert bind_header(file, names).table.name == "pet"
