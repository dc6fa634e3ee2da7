"""The rates a pretend area is made with: how messy its records are, and how many children each service knows.

One line a rate. `published` ones are national figures out of the facts papers; the others are this project's own
assumptions, chosen to be of the size councils report, and may be changed here without touching any code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Share of records (0-1) that carry each kind of mess. A child gets at most one of the first block: every child who is
# in two systems can still be linked exactly by something. The unlinkable ones are planted faults (sandbox/faults).
MESS: Final[dict[str, float]] = {
    # --- one of these a child at most, over the EHC system, the census and the MIS --------------------------------
    "census_upn_transposed": 0.001,  # two digits swapped in the school census; the MIS has it right
    "upn_changed": 0.015,  # a new UPN since a move; census and MIS name the former one, casework may hold only that
    "mis_upn_missing": 0.002,  # new on roll, number not yet transferred
    "mis_name_variant": 0.02,  # known-as name in the school's system (Kate for Katherine)
    "ehc_name_variant": 0.03,  # casework spells the forename another way
    "mis_moved": 0.02,  # the school knows the new postcode, the census of two weeks ago the old one
    "ehc_moved": 0.04,  # casework holds an address the family has left
    "ehc_upn_missing": 0.015,  # of school age and on roll, but casework has no UPN yet (reason UN8 or UN5)
    # --- casework, children who are not on a census roll -----------------------------------------------------------
    "ehc_under5_upn_missing": 0.80,  # too young to have one (UN1)
    "ehc_post16_upn_missing": 0.45,  # left school before the team recorded it: ULN, or UN9
    "ehc_post16_uln": 0.60,  # ULN known for young people over compulsory school age
    "ehc_off_roll_upn_missing": 0.15,  # independent school, home education (UN2, UN3 or UN5)
    # --- health numbers and council ids ------------------------------------------------------------------------------
    "ehc_nhs_number_missing": 0.30,  # not traced yet
    "ehc_social_care_id": 0.60,  # children known to social care whose council id casework has noted
    "csds_nhs_number_missing": 0.01,  # patient whose number is not traced
    "csds_name_variant": 0.03,  # as for casework
    "csds_moved": 0.04,  # as for casework
    # --- old codes and layouts ---------------------------------------------------------------------------------------
    "s903_old_sex_code": 0.02,  # 1 or 2 instead of M or F
    "census_old_exclusion_code": 0.02,  # FIXD for SUSP
    "mis_old_sen_category": 0.01,  # of SEN support: A or P (school action) left in the school's system
    "sen_support_type_nsa": 0.045,  # of SEN support: need not yet assessed
    # --- the rest ----------------------------------------------------------------------------------------------------
    "upn_temporary": 0.004,  # ends in a letter
    "upn_other_la": 0.08,  # issued by another council
    "surname_differs_in_family": 0.07,  # of siblings
    "twins_of_same_year_siblings": 0.45,  # siblings in one school year who are twins (the others are set apart)
    "dual_registered": 0.002,  # second census row at a pupil referral unit, enrolment status S
}

# School population. Published: SEN support 14.2 % of pupils (January 2025).
SEN_SUPPORT_SHARE: Final = 0.142

# Primary need of SEN support pupils, up to year 6 and above (rounded from the national pattern; own assumption).
SEN_SUPPORT_NEEDS: Final[dict[str, tuple[float, float]]] = {
    "SLCN": (0.36, 0.12),
    "SEMH": (0.19, 0.29),
    "MLD": (0.14, 0.12),
    "SPLD": (0.12, 0.22),
    "ASD": (0.09, 0.15),
    "OTH": (0.04, 0.04),
    "PD": (0.02, 0.02),
    "HI": (0.016, 0.018),
    "VI": (0.009, 0.010),
    "MSI": (0.003, 0.003),
    "SLD": (0.002, 0.002),
    "DS": (0.001, 0.001),
}

# Absence, autumn term 2023/24, by SEN provision. Published: overall absence; persistent absentees (10 % missed).
ABSENCE: Final[dict[str, tuple[float, float]]] = {"N": (0.061, 0.182), "K": (0.103, 0.299), "E": (0.124, 0.346)}
UNAUTHORISED_SHARE: Final[dict[str, float]] = {"N": 0.30, "K": 0.38, "E": 0.32}  # of absence; own assumption
SEMH_ABSENCE_PULL: Final = 1.1  # standard deviations that children with SEMH lie towards more absence in their group

# Suspensions a year for 100 pupils. Published for K and E (2021/22); N and the shape by age are own assumptions.
SUSPENSIONS_PER_100: Final[dict[str, float]] = {"N": 4.0, "K": 18.6, "E": 17.6}
EXCLUSIONS_PER_100: Final[dict[str, float]] = {"N": 0.07, "K": 0.25, "E": 0.13}
SEMH_SUSPENSION_FACTOR: Final = 4.0  # children with SEMH against others of the same provision

# Social care, share of children 0-17. Published nationally: about 3 % in need in a year, 0.7 % looked after.
IN_NEED_SHARE: Final = 0.030
PROTECTION_PLAN_SHARE: Final = 0.20  # of children in need, a protection plan in the year
LOOKED_AFTER_SHARE: Final = 0.006
LOOKED_AFTER_SEN: Final[dict[str, float]] = {
    "E": 0.34,
    "K": 0.27,
}  # published, of school age on roll (2025: 33.9, 27.3)
IN_NEED_SEN: Final[dict[str, float]] = {"E": 0.25, "K": 0.23}  # own assumption, of school age on roll
UNDER_5_SHARE: Final[dict[str, float]] = {"in_need": 0.27, "looked_after": 0.17}  # of those services' children
POST_16_SHARE: Final[dict[str, float]] = {"in_need": 0.09, "looked_after": 0.22}


@dataclass(frozen=True)
class Pathway:
    """A health pathway: who is referred, to which team, and how long they wait."""

    team: str  # CSDS team type code
    needs: dict[
        str, tuple[float, float]
    ]  # primary need -> chance of a referral in two years (with a plan, SEN support)
    others: float  # the same for any other child
    weeks: float  # mean wait from referral to first contact
    shape: float = 1.0  # of the waits: 1 is exponential; higher, and nearly everybody waits about the mean
    reason: str = ""  # CSDS primary reason for referral; empty where the facts papers give no code


# The exponential means give the published shares of waiters beyond 18 weeks (January 2023: community paediatrics 52 %,
# speech and language therapy 35 %, occupational therapy 33 %, audiology 25 %). The others are own assumptions.
PATHWAYS: Final[dict[str, Pathway]] = {
    "ASD": Pathway("06", {"ASD": (0.62, 0.40)}, 0.006, 40.0, shape=4.0, reason="017"),
    "ADHD": Pathway("06", {"SEMH": (0.40, 0.20)}, 0.005, 46.0, shape=3.0, reason="017"),
    "SALT": Pathway("33", {"SLCN": (0.72, 0.38), "ASD": (0.30, 0.12), "DS": (0.80, 0.50)}, 0.006, 17.1),
    "OT": Pathway("23", {"PD": (0.60, 0.30), "ASD": (0.20, 0.06)}, 0.003, 16.1),
    "PHYSIO": Pathway("26", {"PD": (0.65, 0.30), "PMLD": (0.70, 0.40)}, 0.003, 9.0),
    "COMM_PAED": Pathway("06", {"SLD": (0.65, 0.40), "PMLD": (0.80, 0.50), "MLD": (0.25, 0.06)}, 0.004, 27.3),
    "AUDIOLOGY": Pathway("17", {"HI": (0.85, 0.70), "SLCN": (0.12, 0.06)}, 0.004, 13.0),
    "CAMHS": Pathway("37", {"SEMH": (0.42, 0.20), "ASD": (0.12, 0.08)}, 0.008, 14.0, shape=1.2),
    "WHEELCHAIR": Pathway("50", {"PD": (0.25, 0.04), "PMLD": (0.60, 0.30)}, 0.0002, 9.0, shape=1.5),
}
REFERRAL_REJECTED: Final = 0.06  # of referrals
