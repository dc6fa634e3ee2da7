"""Published outcomes as they come from the data catalogue: a mark before the header, symbols, and blank columns of the
levels a row is not of."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.landing.delivery import Delivery
from sandbox.published.attainment import attainment_tables
from sandbox.published.outcomes import outcome_tables
from sandbox.writers.files import CsvWriter
from tests.support.taking_in import csv_of, hand_in, raw_rows


def test_symbols_stay_and_a_year_stands_beside_the_next(tmp_path: Path) -> None:
    rows = outcome_tables()["published_suspension"].to_pylist()
    local = {"geographic_level": "Local authority", "new_la_code": "E10000025", "suspension": "low", "susp_rate": "c"}
    next_year = {"time_period": "202425", "suspension": "z"}
    early_years = {
        "time_period": "202425", "time_identifier": "Academic year", "geographic_level": "National",
        "region_code": None, "old_la_code": None, "new_la_code": None, "la_name": None, "gender": "Total",
        "children_number": "600000", "average_elgs": "14.1", "elg_number": "x", "elg_percentage": "x",
        "gld_number": "x", "gld_percentage": "68.3", "comm_lang_lit_number": "1",
    }  # fmt: skip
    files = {
        "suspensions_202324.csv": b"\xef\xbb\xbf" + csv_of(*rows, rows[0] | local),
        "suspensions_202425.csv": csv_of(rows[0] | next_year),
        "eyfsp_202425.csv": csv_of(early_years),
    }
    result = hand_in(tmp_path, "dfe_outcomes", files)
    assert [(file.outcome, file.period) for file in result.files] == [
        ("loaded", "202324"), ("loaded", "202425"), ("loaded", "202425"),
    ]  # fmt: skip
    columns = "time_period, geographic_level, characteristic, suspension, susp_rate"
    found = raw_rows(tmp_path, "published_suspension", columns)
    assert ("202324", "Local authority", "Total", "low", "c") in found
    assert ("202425", "National", "Total", "z", "11.31") in found
    assert len(found) == len(rows) + 2
    assert raw_rows(tmp_path, "published_eyfsp", "sex, characteristic, gld_percentage") == [("Total", None, "68.3")]


# The headings of the files for regions and areas, as far as they are read, by the release they were seen in.
KS2_2022 = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,"
    "la_name,version,education_investment_area_flag,characteristic_group,characteristic,school_type,gender,no_schools,"
    "t_rwm_eligible_pupils,t_rwm_met_expected_standard,t_rwm_met_higher_standard,t_read_eligible_pupils,"
    "pt_rwm_met_expected_standard,pt_rwm_met_higher_standard,pt_read_met_expected_standard"
)
KS2_2024 = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,"
    "la_name,version,priority_area_flag,education_investment_area_flag,breakdown_topic,breakdown,establishment_type_group,sex,"
    "no_schools,t_rwm_eligible_pupils,t_rwm_met_expected_standard,t_rwm_met_higher_standard,t_read_eligible_pupils,"
    "pt_rwm_met_expected_standard,pt_rwm_met_higher_standard,pt_read_met_expected_standard"
)
_KS4_RESULTS = (
    "t_schools,t_pupils,t_att8,avg_att8,t_entbasics,pt_entbasics,t_l2basics_95,pt_l2basics_95,t_l2basics_94,pt_l2basics_94,"
    "t_ebacc_e_ptq_ee,pt_ebacc_e_ptq_ee,t_ebaccaps,avg_ebaccaps,t_inp8calc,t_p8score,avg_p8score,"
)
_PLACE = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,"
    "la_name,version,"
)
KS4_2021 = (
    f"{_PLACE}school_characteristic,breakdown,characteristic_gender,characteristic_ethnic_major,"
    "characteristic_free_school_meals,characteristic_sen_status,characteristic_sen_description,characteristic_disadvantage,"
    f"characteristic_first_language,{_KS4_RESULTS}p8score_CI_low,p8score_CI_upp"
)
KS4_2023 = (
    f"{_PLACE}education_investment_area_flag,priority_area_flag,establishment_type,breakdown,gender,ethnicity_major,"
    f"ethnicity_minor,free_school_meals,sen_status,sen_description,disadvantage,first_language,{_KS4_RESULTS}"
    "p8score_ci_low,p8score_ci_upp"
)
KS4_2024 = (
    f"{_PLACE}education_investment_area_flag,priority_area_flag,establishment_type_group,breakdown,sex,ethnicity_major,"
    f"ethnicity_minor,free_school_meals,sen_provision,sen_status,disadvantage,first_language,{_KS4_RESULTS}"
    "p8score_ci_low,p8score_ci_upp"
)
OXFORDSHIRE = {"geographic_level": "Local authority", "region_code": "E12000008", "new_la_code": "E10000025"}


def rows_of(header: str, *said: dict[str, str]) -> bytes:
    """A file with a header and, where a row says nothing of a column, what the DfE writes of all pupils."""
    names = header.split(",")
    assert all(set(row) <= set(names) for row in said)
    usual: dict[str, str | None] = dict.fromkeys(names, "Total")
    usual |= dict.fromkeys(("region_code", "old_la_code", "new_la_code"))
    return csv_of(*({**usual, **row} for row in said))


def balance(delivery: Delivery) -> tuple[str, int, int]:
    """How a file of one table came out, and its rows loaded and in quarantine."""
    (table,) = delivery.tables.values()
    return delivery.outcome, table.loaded, table.quarantined


@pytest.mark.parametrize(
    ("header", "topic", "group", "sex"),
    [
        (KS2_2022, "characteristic_group", "characteristic", "gender"),
        (KS2_2024, "breakdown_topic", "breakdown", "sex"),
        (
            KS2_2024.replace("establishment_type_group,sex", "school_type,gender"),
            "breakdown_topic",
            "breakdown",
            "gender",
        ),
    ],
)
def test_attainment_at_11_is_read_under_the_headings_of_every_release(
    tmp_path: Path, header: str, topic: str, group: str, sex: str
) -> None:
    percent, count = "pt_rwm_met_expected_standard", "t_rwm_met_expected_standard"
    base = {"time_period": "202223", topic: "SEN status", **OXFORDSHIRE, "t_rwm_eligible_pupils": "300"}
    file = rows_of(
        header,
        base | {group: "EHC plan", count: "c", percent: "c"},
        base | {group: "SEN support", count: "90", percent: "30"},
        base | {group: "SEN support", sex: "Girls", count: "low", percent: "z"},
    )
    (loaded,) = hand_in(tmp_path, "dfe_outcomes", {"ks2_202223.csv": file}).files
    assert balance(loaded) == ("loaded", 3, 0)
    measures = "eligible_pupil_count, expected_standard_pupil_count, expected_standard_pupil_percent"
    assert (
        raw_rows(tmp_path, "published_ks2", "establishment_type_group, establishment_count") == [("Total", "Total")] * 3
    )
    assert raw_rows(tmp_path, "published_ks2", f"breakdown_topic, breakdown, sex, subject, {measures}") == [
        ("SEN status", "EHC plan", "Total", None, "300", "c", "c"),
        ("SEN status", "SEN support", "Girls", None, "300", "low", "z"),
        ("SEN status", "SEN support", "Total", None, "300", "90", "30"),
    ]


@pytest.mark.parametrize(
    ("header", "provision", "said"),
    [
        (KS4_2021, "characteristic_sen_status", ("SEN support", None, "Total")),
        (KS4_2023, "sen_status", ("SEN support", None, "Total")),
        (KS4_2024, "sen_provision", ("Total", "SEN support", None)),
    ],
)
def test_attainment_at_16_is_read_under_the_headings_of_every_release(
    tmp_path: Path, header: str, provision: str, said: tuple[str | None, ...]
) -> None:
    """What a release calls the status, provision or description of SEN is kept as it called it."""
    base = {"time_period": "202324", "breakdown": "SEN provision", **OXFORDSHIRE, provision: "SEN support"}
    results = {"t_pupils": "880", "avg_att8": "33.8", "pt_l2basics_95": "c", "avg_p8score": "-0.45"}
    file = rows_of(header, base | results, base | results | {provision: "EHC plan", "avg_att8": "x"})
    (loaded,) = hand_in(tmp_path, "dfe_outcomes", {"ks4_202324.csv": file}).files
    assert balance(loaded) == ("loaded", 2, 0)
    measures = "pupil_count, attainment8_average, engmath_95_percent, progress8_average, progress8_lower_95_ci"
    found = raw_rows(
        tmp_path, "published_ks4", f"breakdown_topic, sex, sen_status, sen_provision, sen_description, {measures}"
    )
    assert ("SEN provision", "Total", *said, "880", "33.8", "c", "-0.45", "Total") in found
    assert {row[6] for row in found} == {"33.8", "x"}
    others = "establishment_type_group, ethnicity_major, fsm_status, disadvantage_status, first_language"
    assert raw_rows(tmp_path, "published_ks4", others) == [("Total",) * 5] * 2


def test_attainment_of_this_year_comes_whole_from_the_sandbox(tmp_path: Path) -> None:
    tables = attainment_tables("857")
    writer = CsvWriter()
    for name, table in tables.items():
        writer.write(table, tmp_path / f"{name.removeprefix('published_')}_202425.csv")
    writer.close()
    files = {path.name: path.read_bytes() for path in sorted(tmp_path.glob("*.csv"))}
    result = hand_in(tmp_path, "dfe_outcomes", files)
    assert [balance(file) for file in result.files] == [("loaded", table.num_rows, 0) for table in tables.values()]
    at_11 = raw_rows(tmp_path, "published_ks2", "geographic_level, sen_provision, expected_standard_pupil_percent")
    assert len(at_11) == tables["published_ks2"].num_rows
    assert {("National", "EHC plan", "9"), ("Local authority", "EHC plan", "c")} <= set(at_11)
    of_16 = "time_period, geographic_level, sen_provision, attainment8_average, progress8_average"
    at_16 = set(raw_rows(tmp_path, "published_ks4", of_16))
    assert len(at_16) == tables["published_ks4"].num_rows
    assert ("202425", "National", "EHC plan", "14.8", "z") in at_16
    assert ("202324", "National", "EHC plan", "x", "-1.13") in at_16


def test_two_figures_for_one_group_of_a_place_are_kept_out(tmp_path: Path) -> None:
    base = {"time_period": "202324", "breakdown": "SEN provision", **OXFORDSHIRE, "sen_provision": "EHC plan"}
    file = rows_of(
        KS4_2024, base | {"avg_att8": "14.0"}, base | {"avg_att8": "15.0"}, base | {"first_language": "English"}
    )
    (loaded,) = hand_in(tmp_path, "dfe_outcomes", {"ks4_202324.csv": file}).files
    assert balance(loaded) == ("loaded", 1, 2)


def test_a_district_of_the_early_years_profile_does_not_contradict_its_area(tmp_path: Path) -> None:
    header = (
        "time_period,time_identifier,geographic_level,region_code,old_la_code,new_la_code,la_name,lad_code,lad_name,"
        "breakdown_topic,breakdown,sex,children_number,average_elgs,elg_number,elg_percentage,gld_number,gld_percentage"
    )
    place = {"time_period": "202324", **OXFORDSHIRE, "lad_code": ""}
    district = place | {"geographic_level": "Local authority district"}
    file = rows_of(
        header,
        place | {"gld_percentage": "70"},
        district | {"lad_code": "E07000178", "gld_percentage": "68"},
        district | {"lad_code": "E07000181", "gld_percentage": "72"},
    )
    (loaded,) = hand_in(tmp_path, "dfe_outcomes", {"eyfsp_202324.csv": file}).files
    assert balance(loaded) == ("loaded", 3, 0)
