"""Where the published figures themselves leave something out: truth rows for the rules that should find it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sandbox.casework import categories as cat
from sandbox.casework.calendar import NONE, Ints, Period
from sandbox.casework.cases import Cases
from sandbox.casework.reviews import Reviews

Words = npt.NDArray[np.object_]


def published_gaps(
    cases: Cases,
    placed: Ints,
    reviews: Reviews,
    tables: dict[str, pa.Table],
    request: Words,
    plan: Words,
    period: Period,
) -> list[tuple[str, str, str, str]]:
    """What the published figures leave out, as breaches the return's rules should find."""
    in_place = cases["caseload"] == 1
    has_place = np.zeros(len(cases), dtype=bool)
    has_place[placed] = True
    out = [("no_placement_on_census_day", "ehc_plan", ref, "SEN2-C01") for ref in plan[in_place & ~has_place]]
    returned = in_place | ((cases["cease"] >= period.first) & (cases["cease"] <= period.last))
    no_need = returned & (cases["need"] == cat.NEED_UNKNOWN)
    out += [("no_need", "ehc_plan", ref, "SEN2-C02") for ref in plan[no_need]]
    undated = (cases["received"] == NONE) & (cases["outcome"] == "N") & (cases["assessment"] == "")
    out += [("no_received_date", "ehc_request", ref, "SEN2-R01") for ref in request[undated]]
    no_reason = (cases["cease"] != NONE) & (cases["reason"] == cat.NO_REASON)
    out += [("cease_date_without_reason", "ehc_plan", ref, "SEN2-N01") for ref in plan[no_reason]]
    refs = np.array(tables["ehc_review"]["review_ref"].to_pylist(), dtype=object)
    has_outcome = np.array([outcome is not None for outcome in reviews.outcome], dtype=bool)
    odd = reviews.latest & (has_outcome != (reviews.decision != NONE))
    out += [("review_outcome_and_decision_date_apart", "ehc_review", ref, "SEN2-C06") for ref in refs[odd]]
    return [(kind, table, str(key), rule) for kind, table, key, rule in out]
