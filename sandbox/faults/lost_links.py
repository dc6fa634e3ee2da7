"""Persons of one system whom nothing exact links to another, and casework and school census saying different things.

Each is in two systems in truth (`truth/persons.parquet`): the loss is in the identifiers.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from sandbox import names
from sandbox.faults.planting import Planting, Truth
from sandbox.population import Population
from sandbox.population.extracts import Extract
from sandbox.population.streams import Ints, Mask


def flags_of_casework(population: Population, extracts: Mapping[str, Extract]) -> pa.Table:
    """For each row of ehc_person: `clean` (on roll, nothing disagrees, no twin) and `lonely` (in no other system)."""
    rows = np.arange(len(population.people))
    elsewhere = np.zeros(len(population.children), dtype=bool)
    for system, extract in extracts.items():
        if system != "ehc":
            elsewhere[extract.child] = True
    clean = population.children.on_roll & (population.identities.slip == "") & ~population.households.twin
    return pa.table({"row": rows, "clean": clean[rows], "lonely": ~elsewhere[rows]})


class LostLinks:
    """Plants every kind of which there are candidates; `missing` are the kinds of which there were none."""

    def __init__(
        self,
        planting: Planting,
        population: Population,
        extracts: Mapping[str, Extract],
        tables: Mapping[str, pa.Table],
    ) -> None:
        self.missing: list[str] = []
        self._planting, self._extracts, self._tables = planting, extracts, tables
        self._rng = population.streams.of("lost links")
        self._in = {system: _members(population, extract) for system, extract in extracts.items()}
        self._children, self._has_plan = population.children, population.has_plan
        self._even = (population.identities.slip == "") & ~population.households.twin

    def plant(self) -> list[str]:
        """Plant all; returns `missing`."""
        self._health()
        self._care()
        self._casework()
        self._contradictions()
        return self.missing

    def _some(self, kind: str, able: Mask, system: str) -> Ints:
        """A few rows of the system's extract whose child is `able`."""
        rows = np.flatnonzero(able[self._extracts[system].child])
        if not len(rows):
            self.missing.append(kind)
        return np.sort(self._rng.permutation(rows)[: self._planting.share])

    def _key(self, system: str, row: int) -> str:
        return str(self._extracts[system].keys[int(row)].as_py())

    def _tell(self, kind: str, feed: str, table: str, key: str) -> None:
        self._planting.tell(Truth(kind, feed, table, key, "unmatched", "UNMATCHED"))

    def _health(self) -> None:
        kind = "waiting_without_nhs_number"
        for row in self._some(kind, self._in["waiting"], "waiting"):
            self._planting.change("health_waiting_list", int(row), nhs_number=None)
            self._tell(kind, "waiting_list", "health_waiting_list", self._key("waiting", row))
        kind = "patient_without_nhs_number"
        known_to_school = self._children.on_roll & (self._children.ehc < 0) & self._even
        for row in self._some(kind, self._in["csds"] & known_to_school & ~self._in["waiting"], "csds"):
            forename = names.slip(self._tables["csds_mpi"]["forename"][int(row)].as_py())
            self._planting.change("csds_mpi", int(row), nhs_number=None, forename=forename)
            self._tell(kind, "community_services", "csds_mpi", self._key("csds", row))

    def _care(self) -> None:
        known_to_school = self._children.on_roll & (self._children.ehc < 0) & self._even
        kind = "child_in_need_without_upn"
        for row in self._some(kind, self._in["cin"] & known_to_school & ~self._in["s903"], "cin"):
            self._planting.change("cin_child", int(row), upn=None, former_upn=None, upn_unknown="UN5")
            self._tell(kind, "cin_census", "cin_child", self._key("cin", row))
        kind = "looked_after_under_another_id"
        rows = self._some(kind, self._in["s903"] & known_to_school, "s903")
        others = [name for name in self._tables if name.startswith("s903_") and name != "s903_header"]
        owners = {name: self._tables[name]["CHILD"].to_pylist() for name in others} if len(rows) else {}
        for number, row in enumerate(rows):
            old, new = self._key("s903", row), f"CX{number + 1:07d}"
            self._planting.change("s903_header", int(row), CHILD=new, UPN="UN4")
            for name, keys in owners.items():
                for place in [place for place, key in enumerate(keys) if key == old]:
                    self._planting.change(name, place, CHILD=new)
            self._planting.renamed["s903", old] = new
            self._tell(kind, "ssda903", "s903_header", new)

    def _casework(self) -> None:
        kind = "casework_child_unknown_to_health"
        elsewhere = self._in["cin"] | self._in["s903"] | self._in["census"]
        for row in self._some(kind, self._in["ehc"] & self._in["waiting"] & ~elsewhere, "ehc"):
            key = self._key("ehc", row)
            forename = names.slip(self._tables["ehc_person"]["forename"][int(row)].as_py())
            self._planting.change("ehc_person", int(row), nhs_number=None, forename=forename)
            self._planting.used.add(key)
            self._tell(kind, "ehc_casework", "ehc_person", key)

    def _contradictions(self) -> None:
        """A plan that the school does not know of, and one that only the school knows of."""
        table, feed = "census_pupilonroll", "school_census"
        kind = "census_says_no_plan"
        for row in self._some(kind, self._has_plan & (self._children.sen == "E") & self._even, "census"):
            person = self._key("ehc", int(self._children.ehc[self._extracts["census"].child[row]]))
            self._planting.change(table, int(row), senprovision="K")
            self._planting.used.add(person)
            self._planting.tell(Truth(kind, feed, table, person, "breach", "SEN2-X01"))
        kind = "census_says_plan"
        support = (self._children.sen == "K") & (self._children.ehc < 0) & self._even
        dual = np.flatnonzero(np.bincount(self._extracts["census"].child, minlength=len(support)) > 1)
        support[dual] = False
        for row in self._some(kind, support, "census"):
            self._planting.change(table, int(row), senprovision="E")
            self._planting.tell(Truth(kind, feed, table, self._key("census", row), "breach", "SEN2-X02"))


def _members(population: Population, extract: Extract) -> Mask:
    mask = np.zeros(len(population.children), dtype=bool)
    mask[extract.child] = True
    return mask
