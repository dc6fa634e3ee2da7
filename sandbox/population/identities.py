"""Each child's identifiers, and the one way in which systems disagree about the child (if they do)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.identifiers import nhs_numbers, social_care_ids, ulns, upns
from sandbox.population.children import Children
from sandbox.population.rates import MESS
from sandbox.population.schools import Schools
from sandbox.population.streams import Ints, Mask, Streams, Words, choose

# Disagreements over casework, school census and MIS; a child has at most one, so one exact link always holds.
SLIPS = (
    "census_upn_transposed",
    "upn_changed",
    "mis_upn_missing",
    "mis_name_variant",
    "ehc_name_variant",
    "mis_moved",
    "ehc_moved",
    "ehc_upn_missing",
)
_ULN_FROM_AGE = 13  # a ULN is given from year 9 on
_OTHER_LAS = np.array([867, 868, 869, 870, 871, 872, 825, 938, 919, 210, 304, 330, 801, 855, 885], dtype=np.int64)


@dataclass(frozen=True)
class Identities:
    """One row a child. Every child has the numbers; which system knows which is for the extracts to say."""

    upn: Words
    former_upn: Words  # None but for a changed UPN
    uln: Words  # None below year 9
    nhs_number: Words
    social_care_id: Words
    slip: Words  # one of SLIPS, or ''
    moved_to: Ints  # another child's row, whose postcode is this one's other address (for *_moved)

    def slipped(self, kind: str) -> Mask:
        mask: Mask = self.slip == kind
        return mask


def make_identities(children: Children, twin: Mask, schools: Schools, area: str, streams: Streams) -> Identities:
    """Valid, unique numbers for all `children`, and their slips."""
    rng = streams.of("identities")
    count = len(children)
    births = children.birth.astype("datetime64[Y]").astype(int) + 1970
    given = np.minimum(births + 4, 2024)  # UPNs are given on first entry to a school
    la = np.full(count, int(area), dtype=np.int64)
    elsewhere = rng.random(count) < MESS["upn_other_la"]
    la[elsewhere] = rng.choice(_OTHER_LAS, int(elsewhere.sum()))
    numbers = np.array([int(n) for n in schools.number if n and str(n).isdigit()] or [2001], dtype=np.int64)
    temporary = rng.random(2 * count) < MESS["upn_temporary"]
    # every child is given two numbers at once, so that a new one never equals somebody's
    both = upns(np.tile(la, 2), np.tile(given, 2), numbers, temporary=temporary).to_numpy(zero_copy_only=False)
    both = both.astype(object)
    slip = _slips(children, twin, rng)
    former = both[count:].copy()
    former[slip != "upn_changed"] = None
    uln = ulns(count, rng).to_numpy(zero_copy_only=False).astype(object)
    uln[children.age < _ULN_FROM_AGE] = None
    return Identities(
        upn=both[:count],
        former_upn=former,
        uln=uln,
        nhs_number=nhs_numbers(count, rng).to_numpy(zero_copy_only=False).astype(object),
        social_care_id=social_care_ids(count, rng).to_numpy(zero_copy_only=False).astype(object),
        slip=slip,
        moved_to=rng.integers(0, max(count, 1), count),
    )


def _slips(children: Children, twin: Mask, rng: np.random.Generator) -> Words:
    """At most one slip a child on roll. Slips of casework need casework; twins keep clean names and addresses."""
    count = len(children)
    shares = {kind: MESS[kind] for kind in SLIPS}
    shares[""] = 1.0 - sum(shares.values())
    slip = choose(rng, count, shares)
    of_casework = np.array([kind.startswith("ehc_") for kind in slip], dtype=bool)
    slip[of_casework & (children.ehc < 0)] = ""
    slip[~children.on_roll | twin] = ""
    return slip


def transposed(upn: str) -> str:
    """`upn` with two unlike neighbouring digits swapped: its check letter no longer holds."""
    for left in range(10, 3, -1):
        if upn[left] != upn[left + 1] and upn[left : left + 2].isdigit():
            return upn[:left] + upn[left + 1] + upn[left] + upn[left + 2 :]
    return upn[:10] + str((int(upn[10]) + 1) % 10) + upn[11:]
