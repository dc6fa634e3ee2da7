"""What stood in last year's return, worked out from this year's casework.

In it are the plans in force on its census day, the plans that ceased in its calendar year, and the requests and
assessments of that year, each as far as it was known then: what happened later is left out. Plans that moved in since
were another council's then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from sandbox.last_year.types import Items, LastYear, Person, Plan, Request
from sandbox.moving import CENSUS_DAYS, DOWN_SYNDROME_FROM, without_down_syndrome

NO_WORDS = "No details recorded at the time"
SCHOOL_LEAVING_AGE = 16  # from which a child can be 'not in education, employment or training'
EARLIEST = 2023  # the first collection of persons; the trial of 2022 had another form

Row = dict[str, str | None]
Tables = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Then:
    """The return's own days as ISO text, which compares as days do: the calendar year it reports on and census day."""

    collection: int
    first: str
    last: str
    census: str

    @classmethod
    def of(cls, collection: int) -> Then:
        year = collection - 1
        return cls(collection, f"{year}-01-01", f"{year}-12-31", CENSUS_DAYS[collection].isoformat())

    def in_year(self, day: str | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def known(self, day: str | None) -> str | None:
        """`day` if it had come by census day."""
        return day if day is not None and day <= self.census else None


def make_last_year(
    tables: Tables, persons: pa.Table, *, area: str, collection: int, officers: Mapping[str, str]
) -> LastYear:
    """The return of `collection` (2023 or later) out of the casework `tables` of the year after.

    `tables` are the ten `ehc_*` tables without planted faults; `persons` is `ehc_person` as the casework system gives
    it, planted faults and all. Last year's identifiers were right, save where nothing would link the two then.
    """
    then = Then.of(collection)
    casework = _Casework(tables, then)
    given = {str(row["person_ref"]): row for row in persons.to_pylist()}
    found: list[Person] = []
    for row in tables["ehc_person"].to_pylist():
        ref = str(row["person_ref"])
        requests = [made for request in casework.requests[ref] if (made := casework.request(request)) is not None]
        if requests:
            found.append(Person(ref, _identity(row, given.get(ref, row)), requests))
    return LastYear(area, collection, CENSUS_DAYS[collection], dict(officers), found)


def _identity(right: Row, given: Row) -> Items:
    """Who the person was: UPN, or ULN, or name and birth date must be what this year's casework gives."""
    names = ("surname", "forename", "birth_date")
    linked = any(right[key] is not None and right[key] == given[key] for key in ("upn", "uln"))
    linked |= all(right[name] == given[name] for name in names)
    row = right if linked else given
    return {
        "Surname": row["surname"],
        "Forename": row["forename"],
        "PersonBirthDate": row["birth_date"],
        "Sex": right["sex"],
        "Ethnicity": right["ethnicity"],
        "PostCode": right["postcode"],
        "UPN": row["upn"],
        "UniqueLearnerNumber": row["uln"],
        "UPNunknown": row["upn_unknown_reason"],
    }


class _Casework:
    """This year's casework by the keys the return goes by."""

    def __init__(self, tables: Tables, then: Then) -> None:
        self._then = then
        self._births = {str(r["person_ref"]): str(r["birth_date"]) for r in tables["ehc_person"].to_pylist()}
        needs = tables["ehc_need"]
        if then.collection < DOWN_SYNDROME_FROM:
            needs = without_down_syndrome(needs, "sen_type")
        self.requests = _grouped(tables["ehc_request"], "person_ref")
        self._assessments = _grouped(tables["ehc_assessment"], "request_ref")
        self._plans = _grouped(tables["ehc_plan"], "request_ref")
        self._settings = _grouped(tables["ehc_plan_setting"], "plan_ref")
        self._placements = _grouped(tables["ehc_placement"], "plan_ref")
        self._needs = _grouped(needs, "plan_ref")
        self._reviews = _grouped(tables["ehc_review"], "plan_ref")
        self._disputes = _grouped(tables["ehc_dispute"], "request_ref")

    def request(self, row: Row) -> Request | None:
        """The request as it stood, with what hangs on it; None if it was not in the return."""
        then = self._then
        moved_in = row["transferred_from"] is not None
        if moved_in and (row["transfer_date"] is None or row["transfer_date"] > then.last):
            return None
        ref = str(row["request_ref"])
        assessment = next(iter(self._assessments[ref]), None)
        plans = self._plans[ref]
        plan = next((p for p in plans if self._in_return(p)), None)
        outcome = self._request_outcome(row, has_plan=plan is not None)
        assessed = self._assessment_outcome(row, assessment, outcome, has_plan=plan is not None)
        if assessed == "Y" and plans and plan is None:
            assessed = "A"  # the plan was not issued by census day
        if plan is None and not self._in_scope(row, assessment, outcome, assessed):
            return None
        disputes = [d for d in self._disputes[ref] if (d["opened_date"] or "") <= then.last]
        old = outcome == "H"
        decided = outcome in ("Y", "N")
        items: Items = {
            "ReceivedDate": None if old else row["received_date"],
            "RequestSource": None if old else row["source"],
            "RYA": None if old else row["rya"] or "0",
            "RequestOutcomeDate": row["outcome_date"] if decided else None,
            "RequestOutcome": outcome,
            "RequestMediation": _flag(disputes, "MEDIATION", "REQUEST") if decided else None,
            "RequestTribunal": _flag(disputes, "TRIBUNAL", "REQUEST") if decided else None,
            "Exported": row["exported_to"] if decided or outcome == "W" else None,
        }
        if items["Exported"] is not None or assessed is None:
            return Request(items)
        return Request(items, self._assessment(assessment, assessed, disputes), self._plan(row, plan) if plan else None)

    def _in_return(self, plan: Row) -> bool:
        """In force on census day, or ended in the year or since."""
        start, cease, then = plan["start_date"], plan["cease_date"], self._then
        return start is not None and start <= then.census and (cease is None or cease >= then.first)

    def _in_scope(self, row: Row, assessment: Row | None, outcome: str, assessed: str | None) -> bool:
        """A request without a plan: received, decided or open in the year, or its assessment was."""
        then, received = self._then, row["received_date"]
        if outcome != "H" and (received is None or received > then.last):
            return False
        if outcome == "A":
            return True
        if outcome in ("Y", "N", "W"):
            return then.in_year(received) or then.in_year(row["outcome_date"]) or assessed == "A"
        return assessed == "A" or (assessment is not None and then.in_year(assessment["outcome_date"]))

    def _request_outcome(self, row: Row, *, has_plan: bool) -> str:
        then, outcome, day = self._then, row["outcome"] or "A", row["outcome_date"]
        if row["transferred_from"] is not None or (has_plan and row["received_date"] is None):
            return "H"
        if outcome == "W":
            return "W" if day is None or day <= then.last else "A"
        if outcome == "A":
            return "A"
        if day is not None and then.first <= day <= then.last:
            return outcome
        if has_plan or (day is not None and day < then.first):
            return "H"
        return "A"

    def _assessment_outcome(self, row: Row, assessment: Row | None, outcome: str, *, has_plan: bool) -> str | None:
        """Its outcome as known then; None where there was no assessment."""
        then = self._then
        if outcome in ("A", "W") or (outcome == "N" and not has_plan):
            return None
        if has_plan and (row["transferred_from"] is not None or assessment is None):
            return "H"
        if assessment is None:
            return "A" if outcome == "Y" else None
        day = assessment["outcome_date"]
        if day is None or (day > then.last and not has_plan):
            return "H" if has_plan else "A"
        if day < then.first:
            return "H" if has_plan else None
        return assessment["outcome"] if day <= then.census else "H"

    def _assessment(self, row: Row | None, outcome: str, disputes: list[Row]) -> Items:
        decided = outcome in ("Y", "N")
        return {
            "AssessmentOutcome": outcome,
            "AssessmentOutcomeDate": row["outcome_date"] if decided and row else None,
            "AssessmentMediation": _flag(disputes, "MEDIATION", "ASSESSMENT") if decided else None,
            "AssessmentTribunal": _flag(disputes, "TRIBUNAL", "ASSESSMENT") if decided else None,
            "OtherMediation": _flag(disputes, "MEDIATION", "OTHER"),
            "OtherTribunal": _flag(disputes, "TRIBUNAL", "OTHER"),
            "Week20": row["exception_20_week"] if outcome == "Y" and row else None,
        }

    def _plan(self, request: Row, row: Row) -> Plan:
        then, ref = self._then, str(row["plan_ref"])
        ended = row["cease_date"] is not None and row["cease_date"] < then.census
        settings = [_setting(setting) for setting in _ranked(self._settings[ref], "placement_rank")]
        placements = self._stays(ref, row, settings, born=self._births[str(request["person_ref"])])
        now = placements[-1] if placements else {}
        moved_in = then.in_year(request["transfer_date"])
        return Plan(
            plan_ref=ref,
            items={
                "StartDate": row["start_date"],
                "PlanRes": row["residential"],
                "PlanWBP": row["work_based"],
                "PB": row["personal_budget"],
                "OA": row["organised_arrangements"],
                "DP": row["direct_payments"],
                "CeaseDate": row["cease_date"] if ended else None,
                "CeaseReason": row["cease_reason"] if ended else None,
            },
            settings=settings,
            active={
                "TransferLA": request["transferred_from"] if moved_in else None,
                "Res": now.get("Res"),
                "WBP": now.get("WBP"),
                **self._review(ref),
            },
            placements=placements,
            needs=[
                {"SENtype": need["sen_type"], "SENtypeRank": need["rank"]} for need in _ranked(self._needs[ref], "rank")
            ],
            open_on_census_day=not ended,
        )

    def _stays(self, ref: str, plan: Row, settings: list[Items], *, born: str) -> list[Items]:
        """Where the child was in the year and on census day; without a stay on record, the place the plan names."""
        then = self._then
        stays = [
            stay
            for stay in self._placements[ref]
            if (stay["entry_date"] or "") <= then.census and (stay["leaving_date"] or then.first) >= then.first
        ]
        stays.sort(key=lambda stay: (stay["entry_date"] or "", stay["placement_rank"] or ""))
        if not stays:
            return [setting | {"EntryDate": plan["start_date"]} for setting in settings]
        return [
            _setting(stay if _may_be(stay, then.known(stay["leaving_date"]) or then.census, born) else _no_school(stay))
            | {
                "EntryDate": stay["entry_date"],
                "LeavingDate": then.known(stay["leaving_date"]),
                "AttendancePattern": stay["attendance_pattern"],
                "Res": stay["residential"],
                "WBP": stay["work_based"],
            }
            for stay in stays
        ]

    def _review(self, ref: str) -> Items:
        """The last review held by census day."""
        then = self._then
        held = [review for review in self._reviews[ref] if then.known(review["meeting_date"])]
        if not held:
            return {}
        last = max(held, key=lambda review: review["meeting_date"] or "")
        decided = then.known(last["decision_date"])
        return {
            "ReviewMeeting": last["meeting_date"],
            "ReviewOutcome": last["outcome"] if decided else None,
            "ReviewDraft": then.known(last["draft_date"]),
            "LastReview": decided,
        }


def _may_be(stay: Row, last_day: str, born: str) -> bool:
    """False for a child too young to be NEET on the last day of the stay."""
    age = int(last_day[:4]) - int(born[:4]) - (last_day[5:] < born[5:])
    return stay["sen_setting"] != "NEET" or age >= SCHOOL_LEAVING_AGE


def _no_school(stay: Row) -> Row:
    return stay | {"sen_setting": "NIEO"}


def _setting(row: Row) -> Items:
    words = row["sen_setting_other"]
    if row["sen_setting"] in ("OTH", "NIEO"):
        words = words or NO_WORDS
    return {
        "URN": row["urn"],
        "UKPRN": row["ukprn"],
        "SENSetting": row["sen_setting"],
        "SENSettingOther": words,
        "PlacementRank": row["placement_rank"],
        "SENunitIndicator": row["sen_unit"],
        "ResourcedProvisionIndicator": row["resourced_provision"],
    }


def _flag(disputes: list[Row], kind: str, about: str) -> str:
    return "1" if any(d["kind"] == kind and d["about"] == about for d in disputes) else "0"


def _ranked(rows: list[Row], rank: str) -> list[Row]:
    return sorted(rows, key=lambda row: row[rank] or "")


def _grouped(table: pa.Table, key: str) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in table.to_pylist():
        grouped[str(row[key])].append(row)
    return grouped
