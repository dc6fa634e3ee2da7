"""The lists an inspection of children's services asks for ("Annex A"): what happened in the last six months, and the
cases open in them, out of the same events as the CIN census and the 903."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.extracts.annex_a_care import care_lists
from sandbox.population.extracts.annex_a_person import Lists
from sandbox.population.in_need import InNeed
from sandbox.population.streams import Days, Ints, Words

SIX_MONTHS = np.timedelta64(183, "D")
_ABUSE = {
    "NEG": "a) Neglect",
    "PHY": "b) Physical abuse",
    "SAB": "c) Sexual abuse",
    "EMO": "d) Emotional abuse",
    "MUL": "e) Multiple",
}
_REFERRED_BY = {
    "1": "Individual", "2": "Education", "3": "Health services", "4": "Housing", "5": "LA services", "6": "Police",
    "7": "Other legal agency", "8": "Other", "9": "Anonymous", "10": "Unknown",
}  # fmt: skip
_EMERGENCY = "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)"


def annex_a_lists(population: Population, s903: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """`annex_a_*`, one table a list, headings as columns in the order of the list; dates `31/01/2025`.

    `s903` are the tables of the 903 extract. Lists without a row are left out: a council sends no empty sheet.
    """
    lists = Lists(population)
    made = {
        **_referral_lists(population, lists),
        **_case_lists(population, lists),
        **care_lists(population, lists, s903),
    }
    return {name: table for name, table in made.items() if table.num_rows}


def _referral_lists(population: Population, lists: Lists) -> dict[str, pa.Table]:
    """Lists 1, 3, 4 and 5: what came in or began in the last six months."""
    rows, since = population.in_need, np.datetime64(population.as_of) - SIX_MONTHS
    came = np.flatnonzero(rows.referral >= since)
    source = _source(rows.source[came])
    contacts = lists.table(
        rows.child[came], {"Date of Contact": lists.day(rows.referral[came]), "Contact Source": source}
    )
    referrals = lists.table(
        rows.child[came],
        {
            "Date of referral": lists.day(rows.referral[came]),
            "Referral Source": source,
            "Referral NFA?": lists.yes(rows.no_further_action[came]),
            "Number of Referrals in Last 12 Months": rows.number[came],
            **lists.worker(rows.child[came]),
        },
    )
    begun = np.flatnonzero(rows.assessment >= since)
    assessments = lists.table(
        rows.child[begun],
        {
            "Continuous Assessment Start Date": lists.day(rows.assessment[begun]),
            "Child Seen During Continuous Assessment": lists.yes(~np.isnat(rows.authorised[begun])),
            "Continuous Assessment Date of Authorisation": lists.day(rows.authorised[begun]),
            "Was the child assessed as requiring LA children's social care support?": lists.yes(
                ~np.isnat(rows.plan_start[begun]) | ~np.isnat(rows.conference[begun])
            ),
            **lists.worker(rows.child[begun]),
        },
        disability=True,
    )
    asked = np.flatnonzero(rows.section47 >= since)
    held = ~np.isnat(rows.conference[asked])
    enquiries = lists.table(
        rows.child[asked],
        {
            "Strategy discussion initiating Section 47 Enquiry Start Date": lists.day(rows.section47[asked]),
            "Was an Initial Child Protection Conference deemed unnecessary?": lists.yes(~held),
            "Date of Initial Child Protection Conference": lists.day(rows.conference[asked]),
            "Did the Initial Child Protection Conference Result in a Child Protection Plan": lists.yes(held),
            "Number of Section 47 Enquiries in the last 12 months": np.ones(len(asked), dtype=np.int64),
            "Number of ICPCs in the last 12 months": held.astype(np.int64),
            **lists.worker(rows.child[asked]),
        },
        disability=True,
    )
    return {
        "annex_a_contact": contacts,
        "annex_a_referral": referrals,
        "annex_a_assessment": assessments,
        "annex_a_section47": enquiries,
    }


def _case_lists(population: Population, lists: Lists) -> dict[str, pa.Table]:
    """Lists 6 and 7: cases and plans open at some time in the last six months."""
    rows, night = population.in_need, np.datetime64(population.as_of)
    since = night - SIX_MONTHS
    open_cases = np.flatnonzero((np.isnat(rows.closure) | (rows.closure >= since)) & ~rows.no_further_action)
    cases = lists.table(
        rows.child[open_cases],
        {
            "CIN Start Date": lists.day(rows.referral[open_cases]),
            "Primary Need Code": rows.need[open_cases],
            "Date Child Was Last Seen": lists.day(_last_seen(rows, open_cases, night)),
            "CIN Closure Date": lists.day(rows.closure[open_cases]),
            "Reason for Closure": rows.closure_reason[open_cases],
            "Case Status": _status(rows, open_cases),
            **lists.worker(rows.child[open_cases]),
        },
        disability=True,
    )
    planned = np.flatnonzero(
        ~np.isnat(rows.protection_start) & (np.isnat(rows.protection_end) | (rows.protection_end >= since))
    )
    reviewed = np.array([days[-1] if days else "NaT" for days in rows.reviews[planned]], dtype="datetime64[D]")
    plans = lists.table(
        rows.child[planned],
        {
            "Child Protection Plan Start Date": lists.day(rows.protection_start[planned]),
            "Initial Category of Abuse": [_ABUSE[code] for code in rows.abuse[planned]],
            "Latest Category of Abuse": [_ABUSE[code] for code in rows.latest_abuse[planned]],
            "Date of the Last Statutory Visit": lists.day(_last_seen(rows, planned, night)),
            "Was the Child Seen Alone?": lists.yes(rows.number[planned] == 1),
            "Date of latest review conference": lists.day(reviewed),
            "Child Protection Plan End Date": lists.day(rows.protection_end[planned]),
            _EMERGENCY: lists.yes(np.zeros(len(planned), dtype=bool)),
            "Number of Previous Child Protection Plans": rows.earlier_plans[planned],
            **lists.worker(rows.child[planned]),
        },
        disability=True,
    )
    return {"annex_a_child_in_need": cases, "annex_a_protection_plan": plans}


def _source(codes: Words) -> list[str]:
    """A referral's source as these lists tell it: the code and its group, which is the number before its letter."""
    return [f"{code}: {_REFERRED_BY[code.rstrip('ABCDEF')]}" for code in codes]


def _last_seen(rows: InNeed, which: Ints, night: np.datetime64) -> Days:
    """A few weeks before the case closed or the night, and not before it began."""
    last = np.where(np.isnat(rows.closure[which]), night, rows.closure[which])
    ago = (rows.child[which] % 28 + 1).astype("timedelta64[D]")
    seen: Days = np.maximum(last - ago, rows.referral[which])
    return seen


def _status(rows: InNeed, which: Ints) -> list[str]:
    words = []
    for row in which.tolist():
        if not np.isnat(rows.closure[row]):
            words.append("e) Closed episode")
        elif not np.isnat(rows.protection_start[row]) and np.isnat(rows.protection_end[row]):
            words.append("b) Child Protection Plan")
        elif not np.isnat(rows.plan_start[row]):
            words.append("c) Child in need plan")
        else:
            words.append("d) Open assessment")
    return words
