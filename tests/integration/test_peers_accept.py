"""The national validators of the social care returns read the pretend area's files and find only what is known.

What may be broken is listed with the reason: everything else is a fault of the files.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest

from bench.cin_reader import shorten
from ingest.contract.model import load_contract
from sandbox.make import make_area
from tests.support.peers import Verdict, verdict_903, verdict_cin
from tests.support.peers_liia import read_lists
from tests.support.s903_xml import s903_xml

pytestmark = pytest.mark.slow

AREA, YEARS = "857", (2023, 2025, 2027)
CHILDREN = 120  # of the CIN census: its peer takes the longer the more there are
# Rules of the 903 that hang on the place of a postcode. The area's postcodes are nobody's, so there is none.
NOWHERE = {"1015", "169", "179", "241", "392a", "392c"}
# 101: a few records still say 1 or 2 for the sex, as such systems do. 146: the peer's own list of 2024/25 has `k3`.
KNOWN_903 = {
    2023: NOWHERE,
    2025: NOWHERE | {"101", "146"},
    2027: NOWHERE | {"101"},
}
# The pretend night is in January: assessments of the last weeks are not finished, and an enquiry may hang on an
# assessment that ended before the census year.
KNOWN_CIN = {"2991Q", "8670Q"}
# Rules the peer cannot run: it looks for columns (UASC_STATUS, DATE_EPISODE_CEASED, PLACEMENT) that no file has, or for
# the return before, which is not given (706).
CANNOT_RUN = {2023: set[str](), 2025: {"231"}, 2027: {"231", "233", "706", "709", "710"}}
# The lists: the peer's words for them are of before 2023. Early help as a source (5D) and a closing with early help
# (RC9) came then, supported accommodation (K3) in 2024, and it has no name for a council in England.
LISTS_AREA = "921"
KNOWN_LISTS = {
    ("List 1", "Contact Source"): {"5D: LA services"},
    ("List 3", "Referral Source"): {"5D: LA services"},
    ("List 6", "Reason for Closure"): {"RC9"},
    ("List 8", "LA of Placement"): {LISTS_AREA},
}
KNOWN_LISTS_2024 = {("List 8", "Placement Type"): {"K3 Supported accommodation"}}
MAY_BE_EMPTY = {("List 8", "Placement Provider")}  # the 903 asks for none of a temporary or other place (rule 213)
NO_LIST = {"List 2"}  # the pretend area has no early help
# Headings of list 9 that the layout of our contract has (facts 1.3) and the peer's older one has not.
FURTHER = {
    "List 9": {
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)", "Allocated Personal Advisor",
        "Latest Pathway Plan Review Date", "Latest Date of Contact",
    }
}  # fmt: skip
TABLES = {
    "header": "Header", "episodes": "Episodes", "reviews": "Reviews", "uasc": "UASC", "oc2": "OC2", "oc3": "OC3",
    "ad1": "AD1", "placed_adoption": "PlacedAdoption", "prev_perm": "PrevPerm", "missing": "Missing",
    "sw_episodes": "SWEpisodes", "dolo": "DoLo",
}  # fmt: skip


@pytest.fixture(scope="module", params=YEARS)
def area(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    out = tmp_path_factory.mktemp(f"area{request.param}")
    make_area(AREA, out, clean=True, collection=request.param)
    return request.param, out / "sftp" / "care"


def csv_files(care: Path) -> dict[str, Path]:
    return {path.stem.rpartition("_")[0]: path for path in sorted((care / "ssda903").glob("*.csv"))}


def rows_of(path: Path) -> list[dict[str, str | None]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def told(verdict: Verdict) -> set[str]:
    print(verdict)
    return set(verdict.broken)


def test_the_903_is_accepted(area: tuple[int, Path]) -> None:
    year, care = area
    files = csv_files(care)
    verdict = verdict_903(files.values(), year=year)
    assert told(verdict) <= KNOWN_903[year]
    assert set(verdict.failed) <= CANNOT_RUN[year]
    assert verdict.rows == {TABLES[name]: len(rows_of(path)) for name, path in files.items()}
    assert verdict.run > 200
    if "101" in verdict.broken:
        assert set(verdict.broken["101"].values["SEX"]) <= {"1", "2"}
    if "146" in verdict.broken:
        assert set(verdict.broken["146"].values["PLACE"]) == {"K3"}


def test_the_903_as_xml_is_read_alike(area: tuple[int, Path], tmp_path: Path) -> None:
    year, care = area
    if year != 2025:
        pytest.skip("the peer reads XML alike in every year")
    tables = {name: rows_of(path) for name, path in csv_files(care).items()}
    (tmp_path / "return.xml").write_bytes(s903_xml(tables))
    verdict = verdict_903([tmp_path / "return.xml"], year=year)
    known = {TABLES[name]: len(rows) for name, rows in tables.items() if name not in ("sw_episodes", "dolo")}
    assert verdict.rows == known


def test_the_cin_census_is_accepted(area: tuple[int, Path], tmp_path: Path) -> None:
    year, care = area
    census = shorten(next((care / "cin").glob("*.xml")), tmp_path / "census.xml", CHILDREN)
    verdict = verdict_cin(census, year=year)
    assert told(verdict) <= KNOWN_CIN
    assert (verdict.rows["Header"], verdict.rows["ChildIdentifiers"]) == (1, CHILDREN)
    counts = {
        "CINdetails": "CINdetails",
        "Assessments": "Assessments",
        "Section47": "Section47",
        "Reviews": "Reviews",  # it takes the first review of each plan
    }
    text = census.read_text(encoding="utf-8")
    assert {name: verdict.rows[name] for name in counts} == {
        name: text.count(f"<{tag}>") for name, tag in counts.items()
    }
    assert verdict.run > 100


def test_a_broken_return_is_not_accepted(area: tuple[int, Path], tmp_path: Path) -> None:
    """The validator looks: a legal status that is none."""
    year, care = area
    if year != 2025:
        pytest.skip("one year shows it")
    files = csv_files(care)
    broken = tmp_path / "episodes.csv"
    text = files["episodes"].read_text(encoding="utf-8")
    broken.write_text(re.sub(r",S,\w\w,N", ",S,C9,N", text), encoding="utf-8")
    verdict = verdict_903([broken if path == files["episodes"] else path for path in files.values()], year=year)
    assert "144" in verdict.broken


@pytest.fixture(scope="module", params=YEARS)
def lists(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """The year and its inspection lists, of an area with adopters."""
    out = tmp_path_factory.mktemp(f"lists{request.param}")
    make_area(LISTS_AREA, out, clean=True, collection=request.param)
    return request.param, next((out / "sftp" / "care" / "annex_a").glob("*.xlsx"))


def heading_of_sex(year: int) -> str:
    return "Sex" if year >= 2026 else "Gender"


def test_the_inspection_lists_are_accepted(lists: tuple[int, Path]) -> None:
    year, workbook = lists
    found = read_lists(workbook, sex=heading_of_sex(year))
    book = openpyxl.load_workbook(workbook, read_only=True)
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    assert {title: sheet.rows for title, sheet in found.sheets.items()} == {t: len(of) - 1 for t, of in rows.items()}
    assert {title: sheet.name for title, sheet in found.sheets.items()} == {t: t[: t.index(" ", 5)] for t in rows}
    assert set(found.known) - {sheet.name for sheet in found.sheets.values()} == NO_LIST
    assert {sheet.name: set(sheet.further) for sheet in found.sheets.values() if sheet.further} == FURTHER
    assert found.senseless() == KNOWN_LISTS | (KNOWN_LISTS_2024 if year >= 2024 else {})
    assert found.empty() <= MAY_BE_EMPTY
    tables = [[field.source for field in table.fields] for table in load_contract("annex_a").tables_of_year(year)]
    assert all(list(of[0]) in tables for of in rows.values()), rows


def test_the_lists_place_children_as_the_903_of_the_year_does(lists: tuple[int, Path]) -> None:
    year, workbook = lists
    heading, *rows = openpyxl.load_workbook(workbook)["List 8 Looked after"].iter_rows(values_only=True)
    told = {str(row[heading.index("Placement Type")]).split()[0] for row in rows}
    episodes = next(table for table in load_contract("ssda903").tables_of_year(year) if table.name == "s903_episodes")
    known = next(field.codes for field in episodes.fields if field.source == "PLACE")
    assert len(told) > 5
    assert told <= set(known or ()), told
    assert ({"H5", "K3"} & told) == ({"K3"} if year >= 2024 else {"H5"})


def test_the_peer_knows_the_lists_with_gender_only(area: tuple[int, Path]) -> None:
    """It is of before 2026; above it is told what the column is called now."""
    year, care = area
    names = {sheet.name for sheet in read_lists(next((care / "annex_a").glob("*.xlsx"))).sheets.values()}
    assert (names == {None}) is (year >= 2026)


def test_broken_lists_are_not_accepted(lists: tuple[int, Path], tmp_path: Path) -> None:
    """The peer looks: a date and a word that are none, a cell left empty, a sheet with a heading too few."""
    year, workbook = lists
    if year != 2025:
        pytest.skip("one year shows it")
    book = openpyxl.load_workbook(workbook)
    sheet = book["List 6 Children in need"]
    column = {str(cell.value): int(cell.column or 0) for cell in sheet[1]}
    sheet.cell(2, column["CIN Start Date"]).value = "31/02/2024"
    sheet.cell(3, column["Case Status"]).value = "Perhaps"
    sheet.cell(4, column["Ethnicity"]).value = None
    book["List 10 Adoption"].delete_cols(8)
    book.save(tmp_path / "broken.xlsx")
    found = read_lists(tmp_path / "broken.xlsx")
    broken = {
        ("List 6", "CIN Start Date"): {"31/02/2024"},
        ("List 6", "Case Status"): {"Perhaps"},
    }
    assert found.senseless() == KNOWN_LISTS | KNOWN_LISTS_2024 | broken
    assert found.empty() - MAY_BE_EMPTY == {("List 6", "Ethnicity")}
    assert found.sheets["List 10 Adoption"].name is None
