"""Annex A lists 8 to 11: looked-after children, care leavers, children on the way to adoption, and adopters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.extracts.annex_a_person import Lists

_LEAVES_WITH = 183  # days before the night since which who has left is still listed
_NEED = {
    "N1": "a) Abuse or neglect", "N2": "b) Child's disability", "N3": "c) Parental illness or disability",
    "N4": "d) Family in acute stress", "N5": "e) Family dysfunction", "N6": "f) Socially unacceptable behaviour",
    "N8": "h) Absent parenting",
}  # fmt: skip
_PLACES = {
    "A": "Placed for adoption", "U": "Foster placement", "P1": "Placed with parents", "P3": "Residential employment",
    "K1": "Secure home", "K2": "Children's home", "K3": "Supported accommodation", "R1": "Residential care home",
    "R2": "NHS or health trust", "S1": "Residential school", "T": "Temporary placement",
}  # fmt: skip
_HOMES = {
    "B": "Parents or relatives", "C": "Community home", "D": "Semi-independent", "E": "Supported lodgings",
    "K": "Ordinary lodgings", "T": "Foyer or the like", "U": "Independent living", "V": "Emergency accommodation",
    "W": "Bed and breakfast", "Z": "With former foster carers",
}  # fmt: skip
_NEITHER = "not in education, employment or training"
_WORK = "in training or employment"
_ACTIVITIES = {
    "F1": "full time in higher education", "P1": "part time in higher education",
    "F2": "full time in education other than higher", "P2": "part time in education other than higher",
    "F4": f"full time {_WORK} (apprenticeship)", "P4": f"part time {_WORK} (apprenticeship)",
    "F5": f"full time {_WORK} (no apprenticeship)", "P5": f"part time {_WORK} (no apprenticeship)",
    "G4": f"{_NEITHER} - illness or disability", "G5": f"{_NEITHER} - other",
    "G6": f"{_NEITHER} - pregnancy or parenting",
}  # fmt: skip
_ASYLUM = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"
_STAGES = (
    "Date Stage 1 started", "Date Stage 1 ended", "Date Stage 2 started", "Date Stage 2 ended",
    "Date application submitted", "Date application approved",
)  # fmt: skip
_AFTER = ("Date of Adoption Order", "Date of leaving adoption process", "Reason for leaving adoption process")
Row = dict[str, Any]


def care_lists(population: Population, lists: Lists, s903: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Lists 8 to 11, out of the 903's tables of the same night."""
    row_of = {str(population.identities.social_care_id[row]): int(row) for row in np.flatnonzero(population.in_903)}
    adopted = {row["CHILD"]: row for row in s903["s903_ad1"].to_pylist()}
    return {
        "annex_a_looked_after": _looked_after(population, lists, s903, row_of),
        "annex_a_care_leaver": _care_leavers(lists, s903, row_of),
        "annex_a_adoption": _adoption(lists, s903, row_of, adopted),
        "annex_a_adopter": _adopters(adopted),
    }


def _looked_after(population: Population, lists: Lists, s903: dict[str, pa.Table], row_of: dict[str, int]) -> pa.Table:
    """One row a child, as the last episode has it."""
    episodes: dict[str, list[Row]] = {}
    for row in s903["s903_episodes"].to_pylist():
        if row["LS"] != "V4":
            episodes.setdefault(row["CHILD"], []).append(row)
    since = np.datetime64(population.as_of) - np.timedelta64(_LEAVES_WITH, "D")
    kept = {key: own for key, own in episodes.items() if own[-1]["DEC"] is None or _day(own[-1]["DEC"]) >= since}
    asylum = set(s903["s903_uasc"]["CHILD"].to_pylist())
    reviews = dict(zip(*_pairs(s903["s903_reviews"], "REVIEW"), strict=True))  # the last of each child
    missing = s903["s903_missing"].to_pylist()
    gone = {kind: [row["CHILD"] for row in missing if row["MISSING"] == kind] for kind in ("M", "A")}
    child = np.array([row_of[key] for key in kept], dtype=np.int64)
    lasts = [own[-1] for own in kept.values()]
    status = [next(row["DECOM"] for row in own if row["LS"] == own[-1]["LS"]) for own in kept.values()]
    nothing = [None] * len(kept)
    return lists.table(
        child,
        {
            _ASYLUM: _yes(key in asylum for key in kept),
            "Does the Child have a Disability": lists.disabled(child),
            "Date Started to be Looked After": [own[0]["DECOM"] for own in kept.values()],
            "Child's Category of Need": [_NEED.get(row["CIN"], "i) Other") for row in lasts],
            "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)": _yes(
                False for _ in kept
            ),
            "Start date of current legal status": status,
            "Child's Legal Status": [row["LS"] for row in lasts],
            "Date of Latest Statutory Review": [reviews.get(key) for key in kept],
            "Date of Last Social Work Visit": nothing,
            "What is the permanence plan for this child?": nothing,
            "Date of Last IRO Visit / Contact to the Child": nothing,
            "Date of Last Health Assessment": nothing,
            "Date of Last Dental Check": nothing,
            "Number of Placements in the Last 12 months": [
                sum(row["RNE"] in ("S", "P", "B", "T", "U") for row in own) for own in kept.values()
            ],
            "Date Ceased to be Looked After": [row["DEC"] for row in lasts],
            "Reason Ceased to be Looked After": [row["REC"] for row in lasts],
            "Start Date of Most Recent Placement": [
                next((row["DECOM"] for row in reversed(own) if row["RNE"] != "L"), own[0]["DECOM"])
                for own in kept.values()
            ],
            "Placement Type": [_place(row["PLACE"]) for row in lasts],
            "Placement Provider": [row["PLACE_PROVIDER"] for row in lasts],
            "Placement postcode": [row["PL_POST"] for row in lasts],
            "URN of Placement": [row["URN"] for row in lasts],
            "Placement Location": ["a) In"] * len(kept),  # every address is in the area
            "LA of Placement": [population.area] * len(kept),
            "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months": [
                gone["M"].count(key) for key in kept
            ],
            "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months": [
                gone["A"].count(key) for key in kept
            ],
            "Was the child offered a Return Interview after their last missing episode (Y/N)?": nothing,
            "Did the child accept a Return Interview after their last missing episode (Y/N)?": nothing,
            **lists.worker(child),
        },
    )


def _care_leavers(lists: Lists, s903: dict[str, pa.Table], row_of: dict[str, int]) -> pa.Table:
    leavers = s903["s903_oc3"].to_pylist()
    child = np.array([row_of[row["CHILD"]] for row in leavers], dtype=np.int64)
    suitable = {"1": "a) Suitable", "2": "b) Unsuitable"}
    return lists.table(
        child,
        {
            _ASYLUM: _yes(False for _ in leavers),
            "Does the Child have a Disability": lists.disabled(child),
            **lists.worker(child),
            "Allocated Personal Advisor": [f"Adviser {row % 23 + 1}" for row in child.tolist()],
            "Eligibility Category": ["b) Former relevant child" for _ in leavers],
            "Latest Pathway Plan Review Date": [None for _ in leavers],
            "LA in Touch": [row["IN_TOUCH"] for row in leavers],
            "Latest Date of Contact": [None for _ in leavers],
            "Type of Accommodation": [_worded(row["ACCOM"][0], _HOMES) for row in leavers],
            "Suitability of Accommodation": [suitable.get(row["ACCOM"][-1:]) for row in leavers],
            "Activity Status": [_worded(row["ACTIV"], _ACTIVITIES) for row in leavers],
        },
    )


def _adoption(lists: Lists, s903: dict[str, pa.Table], row_of: dict[str, int], adopted: dict[str, Row]) -> pa.Table:
    decided = s903["s903_placed_adoption"].to_pylist()
    episodes = s903["s903_episodes"].to_pylist()
    keys = {row["CHILD"] for row in decided}
    own: dict[str, list[Row]] = {key: [] for key in keys}
    for row in episodes:
        if row["CHILD"] in keys:
            own[row["CHILD"]].append(row)
    child = np.array([row_of[row["CHILD"]] for row in decided], dtype=np.int64)

    def first(key: str, **wanted: str) -> str | None:
        return next((r["DECOM"] for r in own[key] if all(str(r[c]).startswith(v) for c, v in wanted.items())), None)

    return lists.table(
        child,
        {
            "Does the Child have a Disability": lists.disabled(child),
            "Date the Child Entered Care": [own[row["CHILD"]][0]["DECOM"] for row in decided],
            "Date of Decision that Child Should be Placed for Adoption": [row["DATE_PLACED"] for row in decided],
            "Date of Placement Order": [first(row["CHILD"], LS="E1") for row in decided],
            "Date of Matching Child and Prospective Adopters": [
                adopted.get(row["CHILD"], {}).get("DATE_MATCH") for row in decided
            ],
            "Date Placed for Adoption": [first(row["CHILD"], PLACE="A") for row in decided],
            "Date of Adoption Order": [
                own[row["CHILD"]][-1]["DEC"] if row["CHILD"] in adopted else None for row in decided
            ],
            "Date of Decision that Child Should No Longer be Placed for Adoption": [
                row["DATE_PLACED_CEASED"] for row in decided
            ],
            "Reason Why Child No Longer Placed for Adoption": [row["REASON_PLACED_CEASED"] for row in decided],
            "Date the child was placed for fostering in FFA or concurrent planning placement": [None for _ in decided],
        },
        first={"Family identifier": [f"F{row_of[row['CHILD']]:07d}" for row in decided]},
    )


def _adopters(adopted: dict[str, Row]) -> pa.Table:
    """The adopters of the children who were adopted: one row a person. What nobody knows of them is empty."""
    rows = []
    for number, child in enumerate(adopted.values(), start=1):
        for person, sex in enumerate(child["SEX_ADOPTR"].replace("1", ""), start=1):
            rows.append(
                {
                    "Individual adopter identifier": f"A{number:05d}{person}",
                    "Family identifier": f"AF{number:05d}",
                    "Gender": "a) Male" if sex == "M" else "b) Female",
                    "Ethnicity": "NOBT",
                    "Disability": "c) Unknown",
                    "Is the (prospective) adopter fostering for adoption?": _yes([child["FOSTER_CARE"] == "1"])[0],
                    "Date enquiry received": child["DATE_INT"],
                    **dict.fromkeys(_STAGES),
                    "Date adopter matched with child(ren)": child["DATE_MATCH"],
                    "Date child/children placed with adopter(s)": child["DATE_MATCH"],
                    "No. of children placed": "1",
                    **dict.fromkeys(_AFTER),
                }
            )
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]} if rows else {})


def _pairs(table: pa.Table, column: str) -> tuple[list[str], list[str]]:
    return table["CHILD"].to_pylist(), table[column].to_pylist()


def _yes(values: Any) -> list[str]:
    return ["a) Yes" if value else "b) No" for value in values]


def _placed_on(own: list[Row]) -> str:
    """The day of the last change that was not of legal status alone."""
    return str(next((row["DECOM"] for row in reversed(own) if row["RNE"] != "L"), own[0]["DECOM"]))


def _place(code: str) -> str:
    return f"{code} {_PLACES.get(code) or _PLACES.get(code[0]) or 'Other placement'}"


def _worded(code: str, words: dict[str, str]) -> str | None:
    """Nothing for the 0 of a young person the council is not in touch with."""
    return None if code == "0" else f"{code}: {words[code]}"


def _day(slashed: str) -> np.datetime64:
    day, month, year = slashed.split("/")
    return np.datetime64(f"{year}-{month}-{day}")
