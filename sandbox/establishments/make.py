"""Make the list of establishments: the area's own, some of its neighbours', some closed ones. Names are invented."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sandbox import published
from sandbox.casework import categories as cat
from sandbox.casework.figures import Figures
from sandbox.establishments.types import GROUPS, OTHERS, PHASES, PRIMARY, SECONDARY, TYPES, Kind

# Share of pupils in schools that have a plan (DfE, Special educational needs in England, January 2025).
PLAN_SHARE = 0.053
# Of all pupils of state-funded schools, those in primary and in secondary schools.
PRIMARY_SHARE, SECONDARY_SHARE = 0.55, 0.43
UNIT_PLACES, PROVISION_PLACES = 14, 12  # of one SEN unit, one resourced provision
_MAINSTREAM = ("mainstream_la_maintained", "mainstream_academy", "mainstream_free_school")

_FIRST = [
    "Alder", "Amber", "Apple", "Ash", "Barley", "Beacon", "Beech", "Birch", "Black", "Bram", "Bright", "Brook",
    "Clover", "Copper", "Cran", "Dove", "Elder", "Elm", "Fair", "Fal", "Fern", "Flint", "Fox", "Gorse", "Green",
    "Hart", "Hazel", "Heather", "High", "Holly", "Honey", "Ivy", "Juniper", "Kestrel", "King", "Lark", "Laurel",
    "Linden", "Long", "Maple", "Marl", "Mead", "Moss", "Oak", "Orchard", "Otter", "Pear", "Pine", "Plover",
    "Quarry", "Raven", "Reed", "River", "Rook", "Rose", "Rowan", "Rush", "Sedge", "Silver", "Sparrow", "Stone",
    "Swan", "Thorn", "Thrush", "Vale", "Wheat", "White", "Wick", "Willow", "Winter", "Wren", "Yarrow", "Yew",
]  # fmt: skip
_LAST = [
    "acre", "bank", "bourne", "bridge", "brook", "bury", "combe", "croft", "cross", "dale", "dean", "den", "field",
    "fold", "ford", "garth", "gate", "grove", "ham", "hatch", "heath", "hill", "holt", "hurst", "ing", "lea", "ley",
    "marsh", "mead", "mere", "minster", "moor", "mount", "nook", "over", "park", "pool", "ridge", "row", "shaw",
    "side", "stead", "stoke", "ton", "wade", "water", "way", "well", "wick", "wold", "wood", "worth",
]  # fmt: skip

_INWARD = list("ABDEFGHJLNPQRSTUWXYZ")

FIELDS: tuple[tuple[str, pa.DataType], ...] = (
    *((name, pa.string()) for name in ("urn", "la_code", "la_name", "estab_number", "name", "type_code", "type_name")),
    *((name, pa.string()) for name in ("type_group_code", "type_group_name", "status_code")),
    ("open_date", pa.date32()),
    ("close_date", pa.date32()),
    *((name, pa.string()) for name in ("phase_code", "phase_name")),
    *((name, pa.int64()) for name in ("low_age", "high_age", "capacity", "pupils")),
    *((name, pa.string()) for name in ("ukprn", "postcode", "section41", "sen1", "resourced_provision_type")),
    ("resourced_provision_capacity", pa.int64()),
    ("sen_unit_capacity", pa.int64()),
)


def pupils_of(figures: Figures) -> int:
    """Pupils in the area's schools: its plans placed in schools, divided by the share of pupils with a plan."""
    in_schools = sum(int(figures.placement[cat.PLACE[heading]]) for heading in cat.PLACEMENTS if _is_school(heading))
    return round(in_schools / PLAN_SHARE)


def _is_school(heading: str) -> bool:
    return heading.startswith(("mainstream", "special_", "ap_pru")) and not heading.startswith("specialist")


def make_establishments(figures: Figures, rng: np.random.Generator) -> pa.Table:
    """The list of the area of `figures`: one row an establishment, columns as the fields of the GIAS contract.

    Every placement heading that is an establishment has at least one, and units and resourced provision have places
    for every plan the figures put there.
    """
    plans = np.maximum(figures.placement, figures.new_placement)
    rows = _Rows(figures.area, rng)
    state = {heading: int(plans[cat.PLACE[heading]]) for heading in _MAINSTREAM}
    for kinds, share in ((PRIMARY, PRIMARY_SHARE), (SECONDARY, SECONDARY_SHARE)):
        for heading, kind in kinds.items():
            pupils = pupils_of(figures) * share * (state[heading] + 1) / (sum(state.values()) + 3)
            own = max(1, round(pupils / kind.pupils))
            size = float(np.clip(pupils / own / kind.pupils, 0.3, 2.0))
            rows.add(kind, own, size=size)
            rows.add(kind, 1 + own // 25, outside=True)
            rows.add(kind, own // 30, closed=True)
    for kind, holds, away in OTHERS:
        expected = plans[cat.PLACE[kind.heading]] if holds < 10**9 else 0
        total = max(1, round(float(expected) / holds))
        outside = round(total * away) if total > 1 else int(away == 1.0)
        rows.add(kind, total - outside)
        rows.add(kind, outside, outside=True)
        rows.add(kind, total // 12, closed=True)
    _add_provision(rows, plans)
    return rows.table()


def _add_provision(rows: _Rows, plans: npt.NDArray[np.int64]) -> None:
    """Register SEN units and resourced provision: at least one of each in every mainstream heading and phase."""
    for heading in _MAINSTREAM:
        for suffix, field, places in (
            ("_senunit", "sen_unit_capacity", UNIT_PLACES),
            ("_resourced_provision", "resourced_provision_capacity", PROVISION_PLACES),
        ):
            expected = int(plans[cat.PLACE[heading + suffix]])
            for kinds in (PRIMARY, SECONDARY):
                own = rows.open_here(kinds[heading])
                number = min(len(own), max(1, round(expected / 2 / places)))
                for row in rows.rng.permutation(own)[:number]:
                    rows.records[int(row)][field] = max(places, round(expected / 2 / number * 1.15))


class _Rows:
    """Gathers records with their own URN, UKPRN, number, name and postcode."""

    def __init__(self, area: str, rng: np.random.Generator) -> None:
        self.area, self.rng = area, rng
        self.records: list[dict[str, object]] = []
        codes = {row["old_la_code"]: row for row in published.table("la_codes").to_pylist()}
        self.names = {code: str(row["la_name"]) for code, row in codes.items()}
        region = codes[area]["region_code"]
        near = [code for code, row in codes.items() if row["region_code"] == region and code != area]
        self.near = near or [code for code in codes if code != area]
        self._kinds: list[tuple[Kind, bool]] = []

    def add(self, kind: Kind, number: int, *, size: float = 1.0, outside: bool = False, closed: bool = False) -> None:
        rng = self.rng
        for _ in range(max(0, number)):
            code = str(rng.choice(kind.codes, p=kind.shares))
            pupils = round(kind.pupils * size * float(np.clip(rng.lognormal(-0.06, 0.35), 0.35, 2.4)))
            opened = int(rng.integers(1950, 2019))
            wales = code == "30"
            self._kinds.append((kind, not outside and not closed))
            self.records.append(
                {
                    "la_code": "672" if wales else (str(rng.choice(self.near)) if outside else self.area),
                    "name": kind.word,
                    "type_code": code,
                    "status_code": "2" if closed else "1",
                    "open_date": dt.date(opened, 9, 1),
                    "close_date": dt.date(int(rng.integers(2019, 2024)), 8, 31) if closed else None,
                    "phase_code": kind.phase,
                    "low_age": kind.low,
                    "high_age": kind.high,
                    "pupils": None if closed or not kind.pupils else pupils,
                    "capacity": None if not kind.pupils else round(pupils * 1.08),
                    "section41": "Approved" if code in ("10", "32") and rng.random() < 0.6 else "Not applicable",
                }
            )

    def open_here(self, kind: Kind) -> npt.NDArray[np.int64]:
        return np.flatnonzero([same is kind and here for same, here in self._kinds])

    def table(self) -> pa.Table:
        rng, count = self.rng, len(self.records)
        urns = np.sort(100_000 + rng.choice(52_000, count, replace=False))
        urns = rng.permutation(urns)
        ukprns = 10_030_000 + rng.choice(60_000, count, replace=False)
        numbers: dict[object, int] = {}
        places = rng.permutation(len(_FIRST) * len(_LAST))
        for row, record in enumerate(self.records):
            la = record["la_code"]
            numbers[la] = numbers.get(la, 1999) + 1
            type_name, group = TYPES[str(record["type_code"])]
            place = int(places[row % len(places)])
            unit, provision = record.get("sen_unit_capacity"), record.get("resourced_provision_capacity")
            again = f" {row // len(places) + 1}" if row >= len(places) else ""
            record |= {
                "urn": str(urns[row]),
                "ukprn": str(ukprns[row]),
                "estab_number": str(numbers[la]),
                "la_name": self.names.get(str(la), "Wales (pseudo LA)"),
                "name": f"{_FIRST[place % len(_FIRST)]}{_LAST[place // len(_FIRST)]}{again} {record['name']} (pretend)",
                "type_name": type_name,
                "type_group_code": group,
                "type_group_name": GROUPS[group],
                "phase_name": PHASES[str(record["phase_code"])],
                "postcode": f"ZZ{1 + row % 20} {int(rng.integers(1, 10))}{''.join(rng.choice(_INWARD, 2))}",
                "resourced_provision_type": {
                    (True, True): "Resourced provision and SEN unit",
                    (True, False): "SEN unit",
                    (False, True): "Resourced provision",
                    (False, False): "Not applicable",
                }[unit is not None, provision is not None],
            }
        self.records.sort(key=lambda record: str(record["urn"]))
        columns = {name: pa.array([record.get(name) for record in self.records], type=kind) for name, kind in FIELDS}
        return pa.table(columns)
