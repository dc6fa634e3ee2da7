"""Attainment at 11 and 16 by SEN provision, 2024/25: England's figures as published, a region's and an area's invented.

Laid out as the files of the DfE's data catalogue for regions and areas. What was not read of a release is `x`, a
measure a year does not have `z`, and in an area 1 to 5 pupils are `c`. Licence and attribution of England's figures:
NOTICE.md.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pyarrow as pa

from sandbox import published
from sandbox.published.outcomes import ENGLAND, texts

_YEAR, _YEAR_BEFORE = "202425", "202324"
_NOT_READ, _NO_SUCH_MEASURE, _FEW = "x", "z", "c"
_FEWEST = 6  # pupils of an area that are told of
# England 2025: per cent at the expected standard in reading, writing and maths; the average Attainment 8 score.
_EXPECTED = {"EHC plan": 9, "SEN support": 29, "No SEN": 74}
_ATTAINMENT_8 = {"EHC plan": 14.8, "SEN support": 33.8, "No SEN": 50.2}
_PROGRESS_8 = {"EHC plan": "-1.13", "SEN support": "-0.45", "No SEN": "0.10"}  # England 2024, none of 2025
# For places below England, of England at 16 in 2023: pupils (26,998 with a plan, 73,133 with SEN support, of 606,915
# in all) for each of the 517,048 EHC plans of that January, and per cent with grades 9 to 5 and 9 to 4 in English and
# maths; of pupils without SEN what is left of the total.
_PUPILS_A_PLAN = {"EHC plan": 0.052, "SEN support": 0.141, "No SEN": 0.980}
_GRADES_5 = {"EHC plan": 6.9, "SEN support": 20.7, "No SEN": 50.9}
_GRADES_4 = {"EHC plan": 13.0, "SEN support": 36.9, "No SEN": 71.9}
_APART = 0.12  # share by which a place is above or below England
_ALL_OTHERS = "Total"
_KS2_OTHERS = ("sex", "disadvantage_status", "fsm_status", "ethnicity_major", "ethnicity_minor", "first_language")
_KS4_BEFORE = ("sex", "ethnicity_major", "ethnicity_minor", "fsm_status")
_KS4_AFTER = (
    "sen_primary_need", "disadvantage_status", "first_language", "prior_attainment", "ks2_scaled_score_group",
    "mobility", "young_carer", "school_admission_type", "school_religious_character",
)  # fmt: skip
_KS4_MEASURES = (
    "pupil_count", "attainment8_sum", "attainment8_average", "engmath_95_total", "engmath_95_percent",
    "engmath_94_total", "engmath_94_percent", "ebacc_entering_total", "ebacc_entering_percent", "ebacc_aps_average",
    "progress8_pupil_count", "progress8_average", "progress8_lower_95_ci", "progress8_upper_95_ci",
)  # fmt: skip
_NO_PROGRESS = dict.fromkeys((name for name in _KS4_MEASURES if name.startswith("progress8")), _NO_SUCH_MEASURE)
_Row = dict[str, str | None]


def attainment_tables(area: str) -> dict[str, pa.Table]:
    """`published_ks2` and `published_ks4` with the rows of England, of the region of `area` and of the area."""
    earlier = [
        _ks4_row(ENGLAND, label, {"progress8_average": score}, year=_YEAR_BEFORE)
        for label, score in _PROGRESS_8.items()
    ]
    england = [_ks4_row(ENGLAND, label, _england_16(label)) for label in _ATTAINMENT_8]
    at_11 = [_ks2_row(ENGLAND, label, {"percent": str(share)}) for label, share in _EXPECTED.items()]
    at_16 = [*earlier, *england]
    for place, plans in _places(area):
        better = 1 + random.Random(f"{place['region_code']} {place['new_la_code']}").uniform(-_APART, _APART)
        for label in _EXPECTED:
            pupils = round(plans * _PUPILS_A_PLAN[label])
            few = place["la_name"] is not None
            at_11.append(_ks2_row(place, label, _measures_11(label, pupils, better, few)))
            at_16.append(_ks4_row(place, label, _measures_16(label, pupils, better, few)))
    return {"published_ks2": texts(at_11), "published_ks4": texts(at_16)}


def _places(area: str) -> Iterator[tuple[_Row, int]]:
    """The region of the area and the area, as a row says them, each with its EHC plans of January 2025."""
    (of_area,) = (row for row in published.area_rows("caseload", area) if published.is_total(row))
    names = list(ENGLAND)
    region = {name: of_area[name] for name in ("region_code", "region_name")}
    (of_region,) = (
        row
        for row in published.table("caseload").to_pylist()
        if row["geographic_level"] == "Regional" and row["region_code"] == region["region_code"]
        if row["time_period"] == _YEAR and published.is_total(row)
    )
    for row in (of_region, of_area):
        yield {name: row[name] for name in names}, int(row["ehcplans"])


def _england_16(label: str) -> dict[str, str]:
    return {"attainment8_average": f"{_ATTAINMENT_8[label]:.1f}", **_NO_PROGRESS}


def _measures_11(label: str, pupils: int, better: float, few: bool) -> dict[str, str]:
    reached = round(pupils * min(1.0, _EXPECTED[label] * better / 100))
    hidden = few and 0 < reached < _FEWEST
    return {
        "pupils": str(pupils),
        "reached": _FEW if hidden else str(reached),
        "percent": _FEW if hidden else f"{100 * reached / pupils:.0f}" if pupils else _NO_SUCH_MEASURE,
    }


def _measures_16(label: str, pupils: int, better: float, few: bool) -> dict[str, str]:
    average = round(_ATTAINMENT_8[label] * better, 1)
    found = {"pupil_count": str(pupils), "attainment8_sum": f"{average * pupils:.2f}"}
    found |= {"attainment8_average": f"{average:.1f}"}
    for grades, shares in (("95", _GRADES_5), ("94", _GRADES_4)):
        reached = round(pupils * min(1.0, shares[label] * better / 100))
        hidden = few and 0 < reached < _FEWEST
        found[f"engmath_{grades}_total"] = _FEW if hidden else str(reached)
        share = f"{100 * reached / pupils:.1f}" if pupils else _NO_SUCH_MEASURE
        found[f"engmath_{grades}_percent"] = _FEW if hidden else share
    return found | _NO_PROGRESS


def _ks2_row(place: _Row, label: str, measures: dict[str, str]) -> _Row:
    return {
        "time_period": _YEAR, **place, "version": "Revised", "establishment_type_group": "All state-funded",
        "subject": "Reading, writing and maths", **dict.fromkeys(_KS2_OTHERS, _ALL_OTHERS), "sen_provision": label,
        "establishment_count": _NOT_READ, "eligible_pupil_count": measures.get("pupils", _NOT_READ),
        "expected_standard_pupil_count": measures.get("reached", _NOT_READ),
        "higher_standard_pupil_count": _NOT_READ, "expected_standard_pupil_percent": measures["percent"],
        "higher_standard_pupil_percent": _NOT_READ, "average_scaled_score": _NO_SUCH_MEASURE,
        "progress_measure_score": _NO_SUCH_MEASURE,
    }  # fmt: skip


def _ks4_row(place: _Row, label: str, measures: dict[str, str], *, year: str = _YEAR) -> _Row:
    return {
        "time_period": year, **place, "version": "Revised", "establishment_type_group": "All state-funded",
        "breakdown_topic": "SEN provision", **dict.fromkeys(_KS4_BEFORE, _ALL_OTHERS), "sen_provision": label,
        "sen_status": _ALL_OTHERS, **dict.fromkeys(_KS4_AFTER, _ALL_OTHERS), "school_count": _NOT_READ,
        **{name: measures.get(name, _NOT_READ) for name in _KS4_MEASURES},
    }  # fmt: skip
