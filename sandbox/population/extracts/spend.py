"""Spend from the high needs block: what each placement cost so far in the financial year, and the block's own lines."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from sandbox.population.area import Population
from sandbox.population.extracts.columns import iso, text_table, where
from sandbox.population.schools import AP_TYPES, SPECIAL_TYPES
from sandbox.population.streams import Floats, Ints, Words

FINANCIAL_YEAR = "2024-25"
_YEAR_BEGAN = np.datetime64("2024-04-01")
_DAYS_A_YEAR = 365
_INDEPENDENT = frozenset({"10", "11", "32"})
# Pounds a year: place funding, top-up, fees, by what kind of place it is.
_COSTS: dict[str, tuple[tuple[str, float], ...]] = {
    "special": (("PLACE", 10_000), ("TOP_UP", 13_500)),
    "independent": (("FEES", 58_000),),
    "unit": (("PLACE", 10_000), ("TOP_UP", 11_000)),
    "mainstream": (("TOP_UP", 6_800),),
    "other": (("OTHER", 9_000),),
}
_TRANSPORT = {"special": 0.75, "independent": 0.8, "unit": 0.5, "mainstream": 0.12, "other": 0.1}
_TRANSPORT_A_YEAR = 8_200
_THERAPY, _THERAPY_A_YEAR = 0.08, 2_400
_KINDS = ("PLACE", "TOP_UP", "FEES", "TRANSPORT", "THERAPY", "OTHER")


def spend_tables(
    population: Population, casework: Mapping[str, pa.Table], establishments: pa.Table
) -> dict[str, pa.Table]:
    """`high_needs_cost` and `high_needs_line`; the costs of a kind add up to the line's spend to the penny."""
    rng = population.streams.of("high needs spend")
    stays = casework["ehc_placement"]
    night = np.datetime64(population.as_of)
    entry = stays["entry_date"].to_numpy().astype("datetime64[D]")
    leaving = stays["leaving_date"].to_numpy().astype("datetime64[D]")
    rank = stays["placement_rank"].cast(pa.string()).to_numpy(zero_copy_only=False)
    end = np.where(np.isnat(leaving), night, np.minimum(leaving, night))
    begun = np.maximum(entry, _YEAR_BEGAN)
    row = np.flatnonzero((rank == "1") & ~np.isnat(entry) & (end >= begun))
    urn = stays["urn"].to_numpy(zero_copy_only=False).astype(object)[row]
    place = _places(urn, establishments)
    share = (end[row] - begun[row] + 1).astype(np.int64) / _DAYS_A_YEAR
    pieces: list[tuple[Ints, str, Floats]] = []
    for kind_of_place, costs in _COSTS.items():
        here = np.flatnonzero(place == kind_of_place)
        for name, pounds in costs:
            spread = np.ones(len(here)) if name == "PLACE" else rng.lognormal(-0.06, 0.35, len(here))
            pieces.append((here, name, pounds * spread))
        taken = here[rng.random(len(here)) < _TRANSPORT[kind_of_place]]
        pieces.append((taken, "TRANSPORT", _TRANSPORT_A_YEAR * rng.lognormal(-0.1, 0.45, len(taken))))
    treated = np.flatnonzero(rng.random(len(row)) < _THERAPY)
    pieces.append((treated, "THERAPY", _THERAPY_A_YEAR * rng.lognormal(-0.1, 0.4, len(treated))))
    stay = np.concatenate([piece[0] for piece in pieces])
    kind: Words = np.concatenate([np.full(len(piece[0]), piece[1], dtype=object) for piece in pieces])
    pence = np.rint(np.concatenate([piece[2] for piece in pieces]) * share[stay] * 100).astype(np.int64)
    order = np.lexsort((kind.astype(str), stay))
    stay, kind, pence = stay[order], kind[order], pence[order]
    to_setting = ~np.isin(kind, ["TRANSPORT", "THERAPY"])  # the others go to firms and therapists
    ukprn = stays["ukprn"].to_numpy(zero_copy_only=False).astype(object)[row]
    costs_table = text_table(
        cost_ref=np.array([f"HN{n:07d}" for n in range(1, len(stay) + 1)], dtype=object),
        placement_ref=stays["placement_ref"].take(pa.array(row[stay])),
        financial_year=np.full(len(stay), FINANCIAL_YEAR, dtype=object),
        kind=kind,
        urn=where(to_setting, urn[stay]),
        ukprn=where(to_setting, ukprn[stay]),
        from_date=iso(begun[row][stay]),
        to_date=iso(end[row][stay]),
        amount_pence=pence,
    )
    return {"high_needs_cost": costs_table, "high_needs_line": _lines(kind, pence, night)}


def _places(urn: Words, establishments: pa.Table) -> Words:
    """What kind of place each URN is: a key of the costs."""
    kinds = dict(zip(establishments["urn"].to_pylist(), establishments["type_code"].to_pylist(), strict=True))

    def of(number: object) -> str:
        kind = kinds.get(number)
        if kind in _INDEPENDENT:
            return "independent"
        if kind in SPECIAL_TYPES:
            return "special"
        if kind in AP_TYPES:
            return "unit"
        return "mainstream" if kind is not None else "other"

    return np.array([of(number) for number in urn], dtype=object)


def _lines(kind: Words, pence: Ints, night: np.datetime64) -> pa.Table:
    """Spend so far, a forecast that carries it on to the end of the year, and a budget that the forecast overspends."""
    spent = np.array([pence[kind == name].sum() for name in _KINDS], dtype=np.int64)
    gone = (night - _YEAR_BEGAN + 1).astype(np.int64)
    forecast = spent * _DAYS_A_YEAR // gone
    return text_table(
        financial_year=np.full(len(_KINDS), FINANCIAL_YEAR, dtype=object),
        kind=np.array(_KINDS, dtype=object),
        budget_pence=forecast * 100 // 108,
        spent_pence=spent,
        forecast_pence=forecast,
    )
