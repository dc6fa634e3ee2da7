"""The layouts of past years, against those another tool holds: files of the SSDA903, schemas of the CIN census.

Where ours differs it is listed with the reason: everything else is a fault of the contract.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.contract.model import load_contract
from sandbox.make import make_area
from tests.support.peers_liia import faults_cin, items_cin, layout_903

pytestmark = pytest.mark.slow

YEARS = range(2017, 2025)
FIRST_903 = 2023  # what our contract knows the codes from; the columns have been the same since 2017
EARLIEST = 2023  # collection the pretend area can be made for: a census before it is judged by that of 2023
FILES = {"socialworker": "swepisodes"}
# S is no fixed abode and X custody: neither is ever suitable (1). The national validator has no such code (facts 1.1).
NO_CODES = {("oc3", "ACCOM"): {"S1", "X1"}}
# Elements about the file, which no row has: the reader takes the year and the council (LEA) from them.
ABOUT_THE_FILE = {
    "Collection", "Year", "ReferenceDate", "SourceLevel", "LEA", "SoftwareCode", "Release", "SerialNo", "DateTime",
}  # fmt: skip
# Facts 1.2 and 7 have Sex from 2024. This schema still has GenderCurrent then, and the national validator's rule 4180
# asks for Sex from 2024/25. Ours reads either in any year.
SEX = {2024: ("GenderCurrent", "Sex")}
# What the schema of an older year does not know yet, by the first year that does.
NEWER = {"ReferralSource": 2023, "ReasonForClosure": 2023, "AssessmentFactors": 2022}
PLANS_FROM = 2022
# Its schemas want 1 or more, that which its authors wrote for 2025 no less than 0: most children had no plan before.
NONE_BEFORE = "NumberOfPreviousCPP"


def plain(name: str) -> str:
    return name.lower().replace("_", "")


@pytest.mark.parametrize("year", YEARS)
def test_the_903_has_the_columns_of_the_year(year: int) -> None:
    theirs = {FILES.get(plain(name), plain(name)): columns for name, columns in layout_903(year).items()}
    tables = {plain(table.name.removeprefix("s903_")): table for table in load_contract("ssda903").tables_of_year(year)}
    ours = {name: {field.source: set(field.codes or ()) for field in table.fields} for name, table in tables.items()}
    assert {name: set(columns) for name, columns in theirs.items()} == {n: set(columns) for n, columns in ours.items()}
    if year >= FIRST_903:
        unknown = {
            (name, column): set(codes) - ours[name][column]
            for name, columns in theirs.items()
            for column, codes in columns.items()
        }
        assert {where: codes for where, codes in unknown.items() if codes} == NO_CODES


@pytest.mark.parametrize("year", YEARS)
def test_the_cin_census_reads_all_the_schema_of_the_year_has(year: int) -> None:
    theirs = items_cin(year)
    ours: dict[str, set[str]] = {}
    for table in load_contract("cin_census").tables_of_year(year):
        for field in table.fields:
            ours.setdefault(field.source, set()).update(field.codes or ())
    known = ABOUT_THE_FILE | set(SEX.get(year, ())[:1])
    assert set(theirs) - set(ours) == known
    unknown = {name: set(codes) - ours[name] for name, codes in theirs.items() if name not in known and ours[name]}
    assert {name: codes for name, codes in unknown.items() if codes} == {}


@pytest.fixture(scope="module")
def censuses(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """The census of the pretend area, by its year."""
    made = {}
    for year in range(EARLIEST, max(YEARS) + 1):
        out = tmp_path_factory.mktemp(f"census{year}")
        make_area("857", out, clean=True, collection=year)
        made[year] = next((out / "sftp" / "care" / "cin").glob("*.xml"))
    return made


@pytest.mark.parametrize("year", YEARS)
def test_the_census_keeps_to_the_schema_of_its_year(year: int, censuses: dict[int, Path], tmp_path: Path) -> None:
    """Of the years the area cannot be made for: the oldest it can, without what that year has more."""
    text = censuses[max(year, EARLIEST)].read_text(encoding="utf-8")
    assert "<CINPlanDates>" in text
    if year < PLANS_FROM:
        text = re.sub(r"<CINPlanDates>.*?</CINPlanDates>\s*", "", text, flags=re.DOTALL)
    census = tmp_path / "census.xml"
    census.write_text(text, encoding="utf-8")
    faults = faults_cin(census, year=year)
    known = {name for name, first in NEWER.items() if year < first} | set(SEX.get(year, ())[1:])
    assert set(faults) == known | {NONE_BEFORE}, faults
    assert faults[NONE_BEFORE] == [
        f"Element '{NONE_BEFORE}': '0' is not a valid value of the atomic type 'xs:positiveInteger'."
    ]


def test_a_census_that_departs_from_the_schema_is_noticed(censuses: dict[int, Path], tmp_path: Path) -> None:
    text = censuses[2023].read_text(encoding="utf-8")
    broken = tmp_path / "broken.xml"
    text = text.replace("<Ethnicity>WBRI<", "<Ethnicity>WELSH<", 1)
    broken.write_text(re.sub(r"<ReferralNFA>.*?</ReferralNFA>", "", text, count=1), encoding="utf-8")
    assert {"Ethnicity"} < set(faults_cin(broken, year=2023)) - {NONE_BEFORE}
