"""The project's copy of the published figures, and the establishments made from them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sandbox import published
from sandbox.casework.categories import PLACEMENTS, SETTING_CODE
from sandbox.casework.figures import read_figures
from sandbox.establishments import Chooser, make_establishments, pupils_of
from sandbox.establishments.choose import HEADING_OF_TYPE
from sandbox.establishments.types import TYPES


def test_the_copy_is_small_and_carries_its_licence() -> None:
    files = list(published.FIGURES.glob("*.parquet"))
    assert {file.stem for file in files} == {*published.SEN2_FILES, "la_codes", "stat_neighbours", "tribunal_appeals"}
    assert sum(file.stat().st_size for file in files) < 4_000_000
    notice = (published.FIGURES.parent / "NOTICE.md").read_text(encoding="utf-8")
    assert "Open Government Licence v3.0" in notice
    assert "Department for Education" in notice


def test_totals_of_every_area_region_and_period_are_kept() -> None:
    caseload = published.table("caseload").to_pylist()
    totals = [row for row in caseload if published.is_total(row)]
    assert {row["time_period"] for row in totals} == {f"20{y}{y + 1}" for y in range(18, 25)}
    assert len({row["region_code"] for row in totals if row["geographic_level"] == "Regional"}) == 9
    (england,) = [row for row in totals if row["geographic_level"] == "National" and row["time_period"] == "202425"]
    assert england["ehcplans"] == "638745"
    for name, period in published.SEN2_FILES.items():
        areas = [
            row["old_la_code"]
            for row in published.table(name).to_pylist()
            if row["time_period"] == period and row["geographic_level"] == "Local authority" and published.is_total(row)
        ]
        assert sorted(areas) == list(published.area_codes()), name


def test_the_tribunal_table_is_in_long_form() -> None:
    rows = {(r["la_code"], r["year"]): r for r in published.table("tribunal_appeals").to_pylist()}
    oxfordshire = rows["931", 2024]
    assert (oxfordshire["appeals"], oxfordshire["decisions"], oxfordshire["rate"]) == (396, 7705, 5.1)
    assert rows["841", 2014]["appeals"] == 0
    assert {year for _, year in rows} == set(range(2014, 2025))


def test_officers_come_in_the_codes_of_the_return() -> None:
    assert published.officers("931") == {"dmo": "Y", "dco": "Y", "dsco": "Y"}
    assert {code for area in published.area_codes() for code in published.officers(area).values()} <= {"Y", "N", "R"}


def test_every_area_has_figures_that_add_up() -> None:
    for area in published.area_codes():
        figures = read_figures(area)
        plans = figures.total["caseload"]["ehcplans"]
        assert figures.placement.sum() == figures.need.sum() == figures.years_total.sum() == plans, area
        assert figures.new_placement.sum() == figures.total["newplans"]["new_ehc_plans"], area


@pytest.mark.parametrize("area", ["931", "420", "886"])
def test_establishments_cover_every_placement_and_the_areas_pupils(area: str) -> None:
    figures = read_figures(area)
    rows = make_establishments(figures, np.random.default_rng(1)).to_pylist()
    headings = {HEADING_OF_TYPE[row["type_code"]] for row in rows if row["status_code"] == "1"}
    assert headings == {
        name
        for place, name in enumerate(PLACEMENTS)
        if place not in SETTING_CODE
        and not name.endswith(("_senunit", "_resourced_provision"))
        and name not in ("ukrlp_provider", "placement_unknown")
    }
    assert len({row["urn"] for row in rows}) == len(rows)
    assert len({row["ukprn"] for row in rows}) == len(rows)
    assert all(re.fullmatch(r"1\d{5}", row["urn"]) and re.fullmatch(r"1\d{7}", row["ukprn"]) for row in rows)
    assert all(row["name"].endswith("(pretend)") and row["type_code"] in TYPES for row in rows)
    assert len({(row["la_code"], row["estab_number"]) for row in rows}) == len(rows)
    here = [row for row in rows if row["la_code"] == area and row["status_code"] == "1"]
    pupils = sum(row["pupils"] or 0 for row in here if row["type_code"] not in ("10", "11"))
    if area != "420":  # a handful of schools there is enough for anyone
        assert 0.8 < pupils / pupils_of(figures) < 1.3
    assert {row["la_code"] for row in rows} - {area}
    closed = [row for row in rows if row["status_code"] == "2"]
    assert all((row["close_date"] is None) == (row["status_code"] == "1") for row in rows)
    assert closed or area == "420"


def test_placements_are_at_open_establishments_of_their_heading_and_age() -> None:
    figures = read_figures("931")
    establishments = make_establishments(figures, np.random.default_rng(1))
    by_urn = {row["urn"]: row for row in establishments.to_pylist()}
    chooser = Chooser(establishments, "931", np.random.default_rng(2))
    places = np.repeat(np.arange(len(PLACEMENTS)), 40)
    ages = np.tile(np.arange(4, 24), 2 * len(PLACEMENTS))
    for place, age, urn in zip(places, ages, chooser.urns(places, ages), strict=True):
        name = PLACEMENTS[place]
        if urn is None:
            assert place in SETTING_CODE or name in ("ukrlp_provider", "placement_unknown")
            continue
        row = by_urn[urn]
        assert row["status_code"] == "1"
        assert name.startswith(HEADING_OF_TYPE[row["type_code"]])
        if name.endswith("_senunit"):
            assert row["sen_unit_capacity"] > 0
        if name.endswith("_resourced_provision"):
            assert row["resourced_provision_capacity"] > 0
        if name == "mainstream_academy" and age < 16:
            assert row["low_age"] <= age < row["high_age"]
