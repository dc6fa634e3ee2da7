"""Matching: each child of the small area is one case, and what must hold of any records whatever."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.support.joined_area import build, built_area, census, waiting
from tests.support.synthetic_people import nhs_number, upn


@pytest.fixture(scope="module")
def links() -> dict[str, tuple[str, str, str]]:
    """Source key -> (person_id, method, evidence)."""
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        rows = connection.execute(
            "select concat(source_system, ':', source_key), person_id, method, evidence from matching.int_person_links"
        ).fetchall()
    return {key: (person, method, evidence) for key, person, method, evidence in rows}


def conflicts() -> set[tuple[str, str, str]]:
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        return set(
            connection.execute(
                "select concat(left_system, ':', left_key), concat(right_system, ':', right_key), reason "
                "from matching.int_match_conflicts"
            ).fetchall()
        )


def unmatched() -> dict[str, str]:
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        return dict(
            connection.execute(
                "select concat(source_system, ':', source_key), reason from matching.int_unmatched"
            ).fetchall()
        )


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(
            ["ehc:E1", "census:P1", "mis:S1", "cin:L1", "s903:L1", "csds:H1", "waiting:W1"], id="in every system"
        ),
        pytest.param(["census:P2", "mis:S2"], id="changed UPN"),
        pytest.param(["ehc:E4", "census:P4a"], id="twin with her sister's UPN, by name"),
        pytest.param(["census:P4b", "mis:S4b"], id="the sister"),
        pytest.param(["ehc:E5", "census:P5"], id="day and month swapped"),
        pytest.param(["ehc:E9", "census:P9"], id="accents, apostrophe, hyphen, spacing of a postcode"),
        pytest.param(["ehc:E10", "cin:L10", "s903:L10"], id="social care id"),
        pytest.param(["ehc:E11", "census:P11"], id="a person decided"),
        pytest.param(["ehc:E13", "census:P13"], id="Kate and Katherine, moved"),
        pytest.param(["ehc:E15", "census:P15"], id="another forename, but UPN and ULN agree"),
        pytest.param(["ehc:E1", "sen2_return:2023:00000001", "sen2_return:2024:00000003"], id="earlier returns"),
        pytest.param(
            ["ehc:E18", "sen2_return:2023:00000002", "sen2_return:2024:00000002"],
            id="UPN and forename put right between two returns: not twins",
        ),
        pytest.param(["sen2_return:2023:00000009", "sen2_return:2024:00000001"], id="left, the number is another"),
    ],
)
def test_records_of_one_child_are_joined(links: dict[str, tuple[str, str, str]], keys: list[str]) -> None:
    assert len({links[key][0] for key in keys}) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("ehc:E3", "census:P3", id="another child's UPN"),
        pytest.param("ehc:E4", "census:P4b", id="twins"),
        pytest.param("cin:L4", "census:P4b", id="nameless record between twins"),
        pytest.param("cin:L4", "census:P4a", id="nameless record between twins, the other side"),
        pytest.param("ehc:E12", "census:P12", id="a person decided otherwise"),
        pytest.param("ehc:E14", "census:P14", id="same surname and birth date, another forename"),
        pytest.param("csds:H16", "csds:H17", id="filler number"),
        pytest.param("waiting:W900", "waiting:W901", id="default number"),
    ],
)
def test_different_children_stay_apart(links: dict[str, tuple[str, str, str]], left: str, right: str) -> None:
    assert links[left][0] != links[right][0]


def test_how_a_link_was_made_is_kept_and_no_value_with_it(links: dict[str, tuple[str, str, str]]) -> None:
    assert links["ehc:E1"][1:] == ("upn", "upn+nhs_number+name_dob_postcode")
    assert links["mis:S2"][1] == "former_upn"
    assert links["ehc:E9"][1:] == ("name_dob_postcode", "name_dob_postcode")
    assert links["ehc:E10"][1] == "social_care_id"
    assert links["ehc:E11"][1:] == ("clerical", "clerical")
    assert links["census:P3"][1:] == ("self", "none")


def test_what_was_not_joined_is_there_for_a_person_to_see() -> None:
    found = conflicts()
    assert ("ehc:E3", "census:P3", "BIRTH_DATE") in found
    assert ("ehc:E4", "census:P4b", "TWINS") in found
    assert ("ehc:E12", "census:P12", "CLERICAL") in found
    assert ("ehc:E14", "census:P14", "FORENAME") in found
    assert ("waiting:W900", "waiting:W924", "SHARED_WIDELY") in found
    assert {reason for left, right, reason in found if "cin:L4" in (left, right)} == {"CHAIN"}


def test_source_persons_nobody_knows_have_a_reason() -> None:
    found = unmatched()
    assert {
        key: found.get(key) for key in ("ehc:E3", "ehc:E6", "cin:L7", "csds:H8", "csds:H16", "waiting:W905", "cin:L4")
    } == {
        "ehc:E3": "CONFLICT",
        "ehc:E6": "IDENTIFIER_INVALID",
        "cin:L7": "NO_IDENTIFIER",
        "csds:H8": "IDENTIFIER_UNKNOWN",
        "csds:H16": "IDENTIFIER_INVALID",
        "waiting:W905": "CONFLICT",
        "cin:L4": "CONFLICT",
    }
    assert not {"ehc:E1", "census:P3", "s903:L10"} & set(found)


def test_an_earlier_return_was_made_of_the_casework_and_is_no_other_system_that_knows_a_child(
    links: dict[str, tuple[str, str, str]],
) -> None:
    assert links["ehc:E19"][0] == links["sen2_return:2024:00000004"][0]
    assert unmatched()["ehc:E19"] == "IDENTIFIER_UNKNOWN"
    assert not [key for key in unmatched() if key.startswith("sen2_return:")]


def test_the_return_in_hand_is_no_earlier_return(links: dict[str, tuple[str, str, str]]) -> None:
    assert {key.split(":")[1] for key in links if key.startswith("sen2_return:")} == {"2023", "2024"}


def test_a_person_keeps_the_id_whatever_the_order_of_files_and_whoever_joins(
    links: dict[str, tuple[str, str, str]], tmp_path: Path
) -> None:
    """A second night: every file the other way round, new children, a new record of a known one."""
    again = build(
        tmp_path,
        "+int_person_links",
        reverse=True,
        extra=[
            ("census_pupilonroll", [census("A0", "Newcomer", "Ola", "2018-01-01", upn=upn(77))]),
            ("health_waiting_list", [waiting("A1", "2012-03-05", nhs_number=nhs_number(1))]),
        ],
    )
    with duckdb.connect(str(again), read_only=True) as connection:
        second = dict(
            connection.execute(
                "select concat(source_system, ':', source_key), person_id from matching.int_person_links"
            ).fetchall()
        )
    assert {key: second[key] for key in links} == {key: person for key, (person, _, _) in links.items()}
    assert second["waiting:A1"] == links["ehc:E1"][0]


def test_ids_are_digests_that_hold_no_value(links: dict[str, tuple[str, str, str]]) -> None:
    assert all(len(person) == 32 and set(person) <= set("0123456789abcdef") for person, _, _ in links.values())
