"""The community health provider: CSDS tables and the waiting list, of the same patients."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox import names
from sandbox.population.area import Population
from sandbox.population.extracts import Extract
from sandbox.population.extracts.columns import iso, text, text_table
from sandbox.population.rates import MESS
from sandbox.population.streams import Days, Ints, Mask, Words, choose

PROVIDER = "RZZ"  # no such organisation
_NHS_ETHNIC = {
    "WBRI": "A", "WIRI": "B", "WIRT": "C", "WROM": "C", "WOTH": "C", "MWBC": "D", "MWBA": "E", "MWAS": "F", "MOTH": "G",
    "AIND": "H", "APKN": "J", "ABAN": "K", "AOTH": "L", "BCRB": "M", "BAFR": "N", "BOTH": "P", "CHNE": "R", "OOTH": "S",
}  # fmt: skip
_ATTENDED = {"5": 0.93, "6": 0.07}
_AFTERWARDS = {"5": 0.80, "6": 0.05, "3": 0.08, "2": 0.04, "4": 0.03}
_HOW = {"01": 0.82, "11": 0.10, "02": 0.08}
_SECOND_TEAM = 0.03


def csds_extract(population: Population) -> Extract:
    """Patients, referrals, services and contacts of everybody with a referral, by local patient id."""
    rng = population.streams.of("csds extract")
    rows = population.health
    child = np.unique(rows.child)
    waits = np.isin(child, rows.child[_on_list(rows.pathway)])
    number_of = np.zeros(len(population.children), dtype=np.int64)
    number_of[rng.permutation(child)] = np.arange(len(child)) + 100_001
    patient = pa.array([f"P{n:08d}" for n in number_of[child]])
    keys = {int(c): p for c, p in zip(child, patient.to_pylist(), strict=True)}
    owner = np.array([keys[int(c)] for c in rows.child], dtype=object)
    request = np.array([f"SR{n:09d}" for n in range(1, len(rows) + 1)], dtype=object)
    referral = text_table(
        service_request_id=request,
        local_patient_id=owner,
        received_date=iso(rows.received),
        source=np.full(len(rows), None, dtype=object),
        primary_reason=rows.reason,
        discharge_date=iso(rows.discharge),
        provider_code=np.full(len(rows), PROVIDER, dtype=object),
    )
    tables = {
        "csds_mpi": _patients(population, child, patient, waits, rng),
        "csds_referral": referral,
        "csds_service": _services(population, request, rng),
        "csds_contact": _contacts(population, request, rng),
    }
    return Extract("csds", tables, patient, child)


def _on_list(pathway: Words) -> Mask:
    return np.array([p is not None for p in pathway], dtype=bool)


def _patients(
    population: Population, child: Ints, patient: pa.Array, waits: Mask, rng: np.random.Generator
) -> pa.Table:
    """One row a patient. Names and addresses slip where the waiting list's NHS number still links the patient.

    They are right for children whom casework knows and no school does: the name may be their only link.
    """
    children, who, home = population.children, population.identities, population.households
    draw = rng.random(len(child))
    may_slip = waits & ((children.ehc[child] < 0) | children.on_roll[child])
    nhs = who.nhs_number[child].copy()
    nhs[~waits & (rng.random(len(child)) < MESS["csds_nhs_number_missing"] / max(float((~waits).mean()), 0.01))] = None
    forename, postcode = home.forename[child].copy(), home.postcode[child].copy()
    spelt = np.flatnonzero(may_slip & (draw < MESS["csds_name_variant"]))
    forename[spelt] = [names.variant_forename(name) for name in forename[spelt]]
    moved = np.flatnonzero(may_slip & (draw > 1 - MESS["csds_moved"]))
    postcode[moved] = home.postcode[who.moved_to[child[moved]]]
    gender = np.where(children.girl[child], "2", "1").astype(object)
    gender[rng.random(len(child)) < 0.005] = "X"
    current = population.episodes.child[np.isnat(population.episodes.end)]
    school = np.array([f"EE{u}" for u in population.schools.urn] + [None], dtype=object)[children.school[child]]
    school[rng.random(len(child)) < 0.3] = None
    return text_table(
        local_patient_id=patient,
        nhs_number=nhs,
        surname=home.surname[child],
        forename=forename,
        birth_date=iso(children.birth[child]),
        gender=gender,
        postcode=postcode,
        ethnic_category=np.array([_NHS_ETHNIC.get(code, "Z") for code in children.ethnicity[child]], dtype=object),
        looked_after_child=np.where(np.isin(child, current), "Y", "N").astype(object),
        education_org=school,
    )


def _services(population: Population, request: Words, rng: np.random.Generator) -> pa.Table:
    """The team each referral went to, and now and then a second one."""
    rows = population.health
    more = np.flatnonzero((rng.random(len(rows)) < _SECOND_TEAM) & (rows.team != "06"))
    row = np.concatenate([np.arange(len(rows)), more])
    team = np.concatenate([rows.team, np.full(len(more), "06", dtype=object)])
    order = np.lexsort((team.astype(str), row))
    row, team = row[order], team[order]
    return text_table(
        service_request_id=request[row],
        team_type=team,
        closure_date=iso(rows.discharge[row]),
        rejection_date=iso(rows.rejected[row]),
    )


def _contacts(population: Population, request: Words, rng: np.random.Generator) -> pa.Table:
    """The first contact was attended; later ones were not always, and some first offers were missed before it."""
    rows, night = population.health, np.datetime64(population.as_of)
    seen = np.flatnonzero(~np.isnat(rows.contact))
    missed = seen[rng.random(len(seen)) < 0.08]
    later = np.repeat(np.arange(len(rows)), rows.contacts)
    row = np.concatenate([seen, missed, later])
    back = -rng.integers(7, 22, len(missed))
    ahead = rng.integers(7, 180, len(later))
    offset = np.concatenate([np.zeros(len(seen), dtype=np.int64), back, ahead]).astype("timedelta64[D]")
    day: Days = rows.contact[row] + offset
    attendance = np.concatenate(
        [choose(rng, len(seen), _ATTENDED), choose(rng, len(missed), {"3": 1.0}), choose(rng, len(later), _AFTERWARDS)]
    )
    how = choose(rng, len(row), _HOW)
    how[: len(seen)] = choose(rng, len(seen), {"01": 0.9, "11": 0.1})
    keep = np.flatnonzero((day <= night) & (day >= rows.received[row]))
    keep = keep[np.lexsort((day[keep], row[keep]))]
    return text_table(
        care_contact_id=np.array([f"CC{n:010d}" for n in range(1, len(keep) + 1)], dtype=object),
        service_request_id=request[row[keep]],
        contact_date=iso(day[keep]),
        attendance=attendance[keep],
        mechanism=how[keep],
    )


def waiting_extract(population: Population) -> Extract:
    """The waiting list, one row a referral to a pathway (facts/extracts.md 3.5); every row has the NHS number."""
    rows = population.health
    listed = np.flatnonzero(_on_list(rows.pathway))
    child = rows.child[listed]
    keys = pa.array([f"PW{n:08d}" for n in range(1, len(listed) + 1)])
    columns: dict[str, Words | pa.Array] = {
        "pathway_ref": keys,
        "nhs_number": population.identities.nhs_number[child],
        "birth_date": iso(population.children.birth[child]),
        "postcode": population.households.postcode[child],
        "provider_org_code": np.full(len(listed), PROVIDER, dtype=object),
        "service_line": rows.team[listed],
        "pathway": rows.pathway[listed],
        "referral_received_date": iso(rows.received[listed]),
        "referral_source": rows.source[listed],
        "referral_accepted_date": iso(rows.accepted[listed]),
        "rejected_date": iso(rows.rejected[listed]),
        "rejection_reason": rows.rejected_for[listed],
        "first_contact_date": iso(rows.contact[listed]),
        "assessment_start_date": iso(rows.assessment[listed]),
        "outcome_date": iso(rows.outcome_date[listed]),
        "outcome": rows.outcome[listed],
        "treatment_start_date": iso(rows.treatment[listed]),
        "discharge_date": iso(rows.discharge[listed]),
        "status": rows.status[listed],
        "extract_date": iso(np.full(len(listed), np.datetime64(population.as_of))),
    }
    tables = {"health_waiting_list": pa.table({name: text(column) for name, column in columns.items()})}
    return Extract("waiting", tables, keys, child)
