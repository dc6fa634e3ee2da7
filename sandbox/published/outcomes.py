"""England's figures of suspensions (2023/24) and of the early years profile (2024/25), by SEN provision.

Laid out as the files of the DfE's data catalogue. What was not read of a release is `x`. Licence and attribution:
NOTICE.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

_X = "x"
ENGLAND = {
    "time_identifier": "Academic year", "geographic_level": "National", "country_code": "E92000001",
    "country_name": "England", "region_code": None, "region_name": None, "old_la_code": None, "new_la_code": None,
    "la_name": None,
}  # fmt: skip
# Characteristic: suspensions, their rate, permanent exclusions, their rate.
_SUSPENSIONS = {
    "Total": ("954952", "11.31", "10900", "0.13"),
    "EHC plan": ("101381", _X, "1044", _X),
    "SEN support": ("330908", _X, "4639", _X),
}
_GOOD_LEVEL = {"EHC plan": "4.0", "SEN support": "26.4"}  # per cent of children


def outcome_tables() -> dict[str, pa.Table]:
    """`published_suspension` and `published_eyfsp`, columns in the files' order."""
    suspensions = [
        {"time_period": "202324", **ENGLAND, "education_phase": "Total", "characteristic_group": "SEN provision"}
        | {"characteristic": label, "headcount": _X, "perm_excl": excluded, "perm_excl_rate": excluded_rate}
        | {"suspension": count, "susp_rate": rate, "one_plus_susp": _X, "one_plus_susp_rate": _X}
        for label, (count, rate, excluded, excluded_rate) in _SUSPENSIONS.items()
    ]
    early_years = [
        {"time_period": "202425", **ENGLAND, "lad_code": None, "lad_name": None}
        | {"breakdown_topic": "SEN provision", "breakdown": label, "sex": "Total", "children_number": _X}
        | {"average_elgs": _X, "elg_number": _X, "elg_percentage": _X, "comm_lang_lit_number": _X}
        | {"comm_lang_lit_percentage": _X, "gld_number": _X, "gld_percentage": share}
        for label, share in _GOOD_LEVEL.items()
    ]
    return {"published_suspension": texts(suspensions), "published_eyfsp": texts(early_years)}


def texts(rows: Sequence[Mapping[str, str | None]]) -> pa.Table:
    """Rows of a file, alike in their columns, as a table of text."""
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]})
