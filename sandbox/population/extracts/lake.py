"""The ICB's data lake: the community and the mental health data sets as national submissions, with pseudonyms.

The lake keeps what was submitted: here the two newest months of referrals that are open, the newer month in part twice
(the first try was replaced, and is not active), and what is over in the submission of the month it happened in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.extracts.columns import iso, text_table, where
from sandbox.population.extracts.health import PROVIDER
from sandbox.population.streams import Days, Ints, Words, choose

_MONTH_ZERO = np.datetime64("1900-03", "M")  # the national month number counts from April 1900
_NEWEST = np.datetime64("2024-12", "M")  # what is out by the end of January
_REPLACED = 0.05  # share of the newest month's rows that the first try held
_TRUST = "RZY"  # no such organisation
_ETHNIC = "Z"
_AUTISM, _AUTISM_SHARE = "25", 0.3  # of referrals to mental health of children with that need
_SUSPECTED_AUTISM = "401204006"  # SNOMED
_ACTIVE, _FIRST_TRY = 1, 0


@dataclass(frozen=True)
class _Set:
    """A data set: what its columns of origin are called."""

    provider: str
    person: str
    record: str
    org: str
    submission: str
    month: str
    effective: str
    prefix: int  # its submissions are numbered from here


_COMMUNITY = _Set(
    PROVIDER, "PERSON ID", "RECORD NUMBER", "ORGANISATION IDENTIFIER (CODE OF PROVIDER)", "UNIQUE SUBMISSION ID",
    "UNIQUE MONTH ID", "EFFECTIVE FROM", 4_000_000,
)  # fmt: skip
_MENTAL = _Set(
    _TRUST, "Person_ID", "RecordNumber", "OrgIDProv", "UniqSubmissionID", "UniqMonthID", "EFFECTIVE_FROM", 7_000_000
)


def lake_tables(population: Population) -> dict[str, pa.Table]:
    """The tables of feeds `csds_lake` and `mhsds`: CAMHS is in the latter, every other referral in the former."""
    rows = population.health
    camhs = rows.pathway == "CAMHS"
    return _community(population, np.flatnonzero(~camhs)) | _mental(population, np.flatnonzero(camhs))


def _people(population: Population, row: Ints, purpose: str) -> tuple[Ints, Words, dict[int, str]]:
    rng = population.streams.of(purpose)
    child = np.unique(population.health.child[row])
    person = np.array([f"{n:012d}" for n in rng.choice(10**12 - 1, len(child), replace=False)], dtype=object)
    return child, person, dict(zip(child.tolist(), person.tolist(), strict=True))


def _months(which: _Set, month: np.ndarray, attempt: Ints) -> dict[str, Words | Ints]:
    """Submission, month number and time of arrival of rows of `month` and of the first or the later try."""
    number = (month - _MONTH_ZERO).astype(np.int64)
    arrived = (month + 1).astype("datetime64[D]") + np.where(attempt == _ACTIVE, 20, 12).astype("timedelta64[D]")
    return {
        which.submission: which.prefix + number * 10 + attempt,
        which.month: number,
        which.effective: np.array([f"{day} 00:00:00" for day in np.datetime_as_string(arrived)], dtype=object),
    }


def _origin(which: _Set, unique: str, person: Words, month: np.ndarray, attempt: Ints) -> dict[str, Words | Ints]:
    count = len(person)
    return {
        which.record: np.arange(1, count + 1) + which.prefix,
        unique: np.arange(1, count + 1),
        which.person: person,
        which.org: np.full(count, which.provider, dtype=object),
        **_months(which, month, attempt),
    }


def _submitted(received: Days, discharge: Days, rng: np.random.Generator) -> tuple[Ints, np.ndarray, Ints]:
    """Row, month and attempt of every submission of referrals: an open one is in both months (if it came in time), a
    closed one in the month it was closed; some of the newest month's were in its first try too."""
    next_month = (_NEWEST + 1).astype("datetime64[D]")
    newest = _NEWEST.astype("datetime64[D]")
    came = received < next_month
    still = came & (np.isnat(discharge) | (discharge >= newest))
    before = np.flatnonzero(still & (received < newest))
    now = np.flatnonzero(still)
    closed = np.flatnonzero(came & ~still)
    first = now[rng.random(len(now)) < _REPLACED]
    row = np.concatenate([before, closed, now, first])
    month = np.concatenate(
        [
            np.full(len(before), _NEWEST - 1),
            discharge[closed].astype("datetime64[M]"),
            np.full(len(now) + len(first), _NEWEST),
        ]
    )
    attempt = np.concatenate([np.full(len(row) - len(first), _ACTIVE), np.full(len(first), _FIRST_TRY)])
    return row, month, attempt


def _seen(population: Population, row: Ints) -> tuple[Ints, Days]:
    """Rows of `row` with a first contact by the end of the newest month, and its day."""
    contact = population.health.contact[row]
    last = (_NEWEST + 1).astype("datetime64[D]")
    place = np.flatnonzero(contact < last)  # no contact is before nothing
    return place, contact[place]


def _age(population: Population, child: Ints, day: Days) -> Ints:
    years: Ints = ((day - population.children.birth[child]).astype(np.int64) / 365.25).astype(np.int64)
    return years


def _active(which: _Set, *months: np.ndarray) -> pa.Table:
    """The later try of every month that is in any of the tables."""
    month = np.unique(np.concatenate([*months, np.array([_NEWEST - 1, _NEWEST])]))
    return text_table(**{which.submission: _months(which, month, np.full(len(month), _ACTIVE))[which.submission]})


def _bridging(person: Words, rng: np.random.Generator) -> pa.Table:
    drawn = rng.integers(0, 2**63 - 1, (len(person), 2))
    pseudonym = np.array([f"{int(a):016X}{int(b):016X}" for a, b in drawn], dtype=object)
    return text_table(Person_ID=person, Pseudo_NHS_Number=pseudonym)


def _community(population: Population, row: Ints) -> dict[str, pa.Table]:
    rng = population.streams.of("csds lake")
    health, children = population.health, population.children
    child, person, name_of = _people(population, row, "csds lake persons")
    owner = np.array([name_of[c] for c in health.child[row].tolist()], dtype=object)
    request = np.array([f"{PROVIDER}SR{n:09d}" for n in row + 1], dtype=object)
    discharge = health.discharge[row]
    by_night = _NEWEST.astype("datetime64[D]")
    place, month, attempt = _submitted(health.received[row], discharge, rng)
    known = np.where(discharge[place] < (month + 1).astype("datetime64[D]"), discharge[place], np.datetime64("NaT"))
    seen, day = _seen(population, row)
    seen_month, once = day.astype("datetime64[M]"), np.full(len(seen), _ACTIVE)
    request_id = "UNIQUE SERVICE REQUEST IDENTIFIER"
    newest = np.full(len(child), _NEWEST)
    active = np.full(len(child), _ACTIVE)
    nothing = np.full(len(place), None, dtype=object)
    with_sen = np.flatnonzero(np.array([need is not None for need in children.need[child]], dtype=bool))
    diagnosed = np.flatnonzero(health.outcome[row] == "Diagnosis made")
    return {
        "csds_lake_mpi": text_table(
            **{
                "LOCAL PATIENT IDENTIFIER (EXTENDED)": np.array([f"{PROVIDER}{p}" for p in person], dtype=object),
                "ORGANISATION IDENTIFIER (EDUCATIONAL ESTABLISHMENT)": np.full(len(child), None, dtype=object),
                "PERSON STATED GENDER CODE": np.where(children.girl[child], "2", "1").astype(object),
                "ETHNIC CATEGORY": np.full(len(child), _ETHNIC, dtype=object),
                "LOOKED AFTER CHILD INDICATOR": np.full(len(child), "N", dtype=object),
                "SAFEGUARDING VULNERABILITY FACTORS INDICATOR": np.full(len(child), "N", dtype=object),
                "CONSTANT SUPERVISION AND CARE REQUIRED DUE TO DISABILITY INDICATOR": np.full(
                    len(child), "N", dtype=object
                ),
                "EDUCATIONAL ASSESSMENT OUTCOME": np.full(len(child), None, dtype=object),
                "LOWER SUPER OUTPUT AREA (RESIDENCE)": np.full(len(child), None, dtype=object),
                "LOCAL AUTHORITY DISTRICT/UNITARY AUTHORITY": np.full(len(child), None, dtype=object),
                "AGE OF PATIENT AT REPORTING PERIOD END (YEARS)": _age(population, child, by_night),
                "ORGANISATION IDENTIFIER (ICB OF RESIDENCE)": np.full(len(child), "QZZ", dtype=object),
                **_origin(_COMMUNITY, "CYP001 UNIQUE ID", person, newest, active),
            }
        ),
        "csds_lake_referral": text_table(
            **{
                request_id: request[place],
                "SERVICE REQUEST IDENTIFIER": request[place],
                "REFERRAL REQUEST RECEIVED DATE": iso(health.received[row[place]]),
                "SOURCE OF REFERRAL FOR COMMUNITY": nothing,
                "PRIORITY TYPE CODE": np.full(len(place), "1", dtype=object),
                "PRIMARY REASON FOR REFERRAL (COMMUNITY CARE)": health.reason[row[place]],
                "SERVICE DISCHARGE DATE": iso(known),
                "AGE AT SERVICE REFERRAL RECEIVED DATE (YEARS)": _age(
                    population, health.child[row[place]], health.received[row[place]]
                ),
                **_origin(_COMMUNITY, "CYP101 UNIQUE ID", owner[place], month, attempt),
            }
        ),
        "csds_lake_service": text_table(
            **{
                request_id: request[place],
                "SERVICE OR TEAM TYPE REFERRED TO (COMMUNITY CARE)": health.team[row[place]],
                "REFERRAL CLOSURE DATE": iso(known),
                "REFERRAL CLOSURE REASON": nothing,
                "REFERRAL REJECTION DATE": iso(health.rejected[row[place]]),
                "REFERRAL REJECTION REASON": nothing,
                **_origin(_COMMUNITY, "CYP102 UNIQUE ID", owner[place], month, attempt),
            }
        ),
        "csds_lake_contact": text_table(
            **{
                request_id: request[seen],
                "UNIQUE CARE CONTACT IDENTIFIER": np.array([f"{PROVIDER}CC{n:09d}" for n in row[seen]], dtype=object),
                "CARE CONTACT DATE": iso(day),
                "CONSULTATION TYPE": np.full(len(seen), "01", dtype=object),
                "CONSULTATION MECHANISM (COMMUNITY CARE)": choose(rng, len(seen), {"01": 0.9, "11": 0.1}),
                "ACTIVITY LOCATION TYPE CODE": choose(rng, len(seen), {"L01": 0.3, "A01": 0.7}),
                "ATTENDANCE STATUS": choose(rng, len(seen), {"5": 0.93, "6": 0.07}),
                "CARE CONTACT CANCELLATION DATE": np.full(len(seen), None, dtype=object),
                "CARE CONTACT CANCELLATION REASON": np.full(len(seen), None, dtype=object),
                **_origin(_COMMUNITY, "CYP201 UNIQUE ID", owner[seen], seen_month, once),
            }
        ),
        "csds_lake_need": text_table(
            **{
                "SPECIAL EDUCATIONAL NEED TYPE": children.need[child[with_sen]],
                **_origin(_COMMUNITY, "CYP401 UNIQUE ID", person[with_sen], newest[with_sen], active[with_sen]),
            }
        ),
        "csds_lake_provisional_diagnosis": text_table(
            **{
                request_id: request[diagnosed],
                "DIAGNOSIS SCHEME IN USE": np.full(len(diagnosed), "06", dtype=object),
                "PROVISIONAL DIAGNOSIS (CODED CLINICAL ENTRY)": where(
                    health.pathway[row[diagnosed]] == "ASD", _SUSPECTED_AUTISM
                ),
                "PROVISIONAL DIAGNOSIS DATE": iso(health.outcome_date[row[diagnosed]]),
                **_origin(
                    _COMMUNITY,
                    "CYP606 UNIQUE ID",
                    owner[diagnosed],
                    np.full(len(diagnosed), _NEWEST),
                    np.full(len(diagnosed), _ACTIVE),
                ),
            }
        ),
        "csds_lake_active_submission": _active(_COMMUNITY, seen_month, month),
        "csds_lake_bridging": _bridging(person, rng),
    }


def _mental(population: Population, row: Ints) -> dict[str, pa.Table]:
    rng = population.streams.of("mhsds")
    health, children = population.health, population.children
    child, person, name_of = _people(population, row, "mhsds persons")
    owner = np.array([name_of[c] for c in health.child[row].tolist()], dtype=object)
    request = np.array([f"{_TRUST}{n:09d}" for n in row + 1], dtype=object)
    suspected = (children.need[health.child[row]] == "ASD") & (rng.random(len(row)) < _AUTISM_SHARE)
    discharge = health.discharge[row]
    by_night = _NEWEST.astype("datetime64[D]")
    place, month, attempt = _submitted(health.received[row], discharge, rng)
    known = np.where(discharge[place] < (month + 1).astype("datetime64[D]"), discharge[place], np.datetime64("NaT"))
    seen, day = _seen(population, row)
    seen_month, once = day.astype("datetime64[M]"), np.full(len(seen), _ACTIVE)
    reason = where(suspected[place], _AUTISM)
    return {
        "mhsds_mpi": text_table(
            LocalPatientId=np.array([f"{_TRUST}{p}" for p in person], dtype=object),
            OrgIDEduEstab=np.full(len(child), None, dtype=object),
            Gender=np.where(children.girl[child], "2", "1").astype(object),
            EthnicCategory=np.full(len(child), _ETHNIC, dtype=object),
            AgeRepPeriodEnd=_age(population, child, by_night),
            LADistrictAuth=np.full(len(child), None, dtype=object),
            **_origin(_MENTAL, "MHS001UniqID", person, np.full(len(child), _NEWEST), np.full(len(child), _ACTIVE)),
        ),
        "mhsds_referral": text_table(
            UniqServReqID=request[place],
            ReferralRequestReceivedDate=iso(health.received[row[place]]),
            PrimReasonReferralMH=reason,
            SourceOfReferralMH=np.full(len(place), None, dtype=object),
            ClinRespPriorityType=choose(rng, len(place), {"3": 0.85, "2": 0.13, "1": 0.02}),
            ServDischDate=iso(known),
            ReferRejectionDate=iso(health.rejected[row[place]]),
            AgeServReferRecDate=_age(population, health.child[row[place]], health.received[row[place]]),
            **_origin(_MENTAL, "MHS101UniqID", owner[place], month, attempt),
        ),
        "mhsds_service": text_table(
            UniqServReqID=request[place],
            ServTeamTypeRefToMH=np.full(len(place), None, dtype=object),
            **_origin(_MENTAL, "MHS102UniqID", owner[place], month, attempt),
        ),
        "mhsds_contact": text_table(
            UniqServReqID=request[seen],
            UniqCareContID=np.array([f"{_TRUST}CC{n:09d}" for n in row[seen]], dtype=object),
            CareContDate=iso(day),
            AttendStatus=choose(rng, len(seen), {"5": 0.93, "6": 0.07}),
            ConsMechanismMH=choose(rng, len(seen), {"01": 0.85, "11": 0.15}),
            **_origin(_MENTAL, "MHS201UniqID", owner[seen], seen_month, once),
        ),
        "mhsds_active_submission": _active(_MENTAL, seen_month, month),
        "mhsds_bridging": _bridging(person, rng),
    }
