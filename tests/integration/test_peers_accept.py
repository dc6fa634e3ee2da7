"""The national validators of the social care returns read the pretend area's files and find only what is known.

What may be broken is listed with the reason: everything else is a fault of the files.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from bench.cin_reader import shorten
from sandbox.make import make_area
from tests.support.peers import Verdict, verdict_903, verdict_cin
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
