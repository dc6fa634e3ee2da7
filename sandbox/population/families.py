"""Who is whose brother or sister: families, twins, surnames, forenames and postcodes."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox import names
from sandbox.identifiers import digits_of, to_strings
from sandbox.population.children import Children
from sandbox.population.rates import MESS
from sandbox.population.schools import Schools
from sandbox.population.streams import Ints, Mask, Streams, Words

_FAMILY_SIZE = np.array([0.44, 0.38, 0.14, 0.04])  # children of 0-25 known to the area in one home, 1 to 4
_CHILDREN_A_POSTCODE = 7
_NINE_MONTHS = np.timedelta64(290, "D")
_INWARD = np.frombuffer(b"ABDEFGHJLNPQRSTUWXYZ", dtype=np.uint8)  # letters that end a postcode


@dataclass(frozen=True)
class Households:
    """Names and addresses, one row a child."""

    family: Ints
    surname: Words
    forename: Words
    postcode: Words
    twin: Mask


def make_households(children: Children, schools: Schools, outward: list[str], streams: Streams) -> Households:
    """Families of `children`; twins' birth dates and families' ethnic groups are set in `children` itself.

    `outward` are the area's postcode districts. Casework's own birth dates, sexes and ethnic groups are never changed.
    """
    rng = streams.of("families")
    district = _districts(children, schools, outward, rng)
    family = _families(district, rng)
    family, twin = _twins(children, family, rng)
    _share_ethnicity(children, family)
    surname = _surnames(children, family, rng)
    groups = np.array([names.group_of(code) for code in children.ethnicity], dtype=str)
    forename = names.forenames_for(groups, children.girl, rng)
    _tell_apart(children, family, surname, forename, groups, rng)
    return Households(family, surname, forename, _postcodes(family, district, outward, rng), twin)


def _districts(children: Children, schools: Schools, outward: list[str], rng: np.random.Generator) -> Ints:
    """A postcode district for each child: most often its school's."""
    row = {code: position for position, code in enumerate(outward)}
    of_school = np.array([row.get(str(code).split(" ")[0], -1) for code in schools.postcode] + [-1], dtype=np.int64)
    near = of_school[children.school]
    anywhere = rng.integers(0, len(outward), len(children))
    return np.where((near >= 0) & (rng.random(len(children)) < 0.85), near, anywhere)


def _families(district: Ints, rng: np.random.Generator) -> Ints:
    """A family number for each child: neighbours of one district, dealt into homes of one to four."""
    count = len(district)
    order = np.lexsort((rng.random(count), district))
    sizes = rng.choice(np.arange(1, 5), size=count, p=_FAMILY_SIZE)
    numbers = np.repeat(np.arange(count), sizes)[:count]
    family = np.empty(count, dtype=np.int64)
    family[order] = numbers
    return family


def _twins(children: Children, family: Ints, rng: np.random.Generator) -> tuple[Ints, Mask]:
    """Some brothers and sisters of one school year become twins; others born too close together are set apart."""
    count = len(children)
    twin = np.zeros(count, dtype=bool)
    family = family.copy()
    next_family = int(family.max(initial=0)) + 1
    for may_become_twins in (True, False, False):
        order = np.lexsort((children.birth, family))
        first, second = order[:-1], order[1:]
        close = (family[first] == family[second]) & ~(twin[first] & twin[second])
        close &= children.birth[second] - children.birth[first] < _NINE_MONTHS
        if may_become_twins:
            same_year = children.age[first] == children.age[second]
            free = children.ehc[second] < 0
            chosen = (
                close & same_year & free & (rng.random(count - 1 if count else 0) < MESS["twins_of_same_year_siblings"])
            )
            chosen[1:] &= ~chosen[:-1]
            children.birth[second[chosen]] = children.birth[first[chosen]]
            twin[first[chosen]] = twin[second[chosen]] = True
        else:
            apart = second[close & ~twin[second]]
            family[apart] = next_family + np.arange(len(apart))
            next_family += len(apart)
    return family, twin


def _share_ethnicity(children: Children, family: Ints) -> None:
    """Children casework does not know take the ethnic group of the first of their family (one of casework, if any)."""
    order = np.lexsort((children.ehc < 0, family))
    heads = np.r_[True, family[order][1:] != family[order][:-1]][: len(order)]
    head_of = order[np.flatnonzero(heads)][np.cumsum(heads) - 1]
    head = np.empty(len(order), dtype=np.int64)
    head[order] = head_of
    children.ethnicity = np.where(children.ehc < 0, children.ethnicity[head], children.ethnicity)


def _surnames(children: Children, family: Ints, rng: np.random.Generator) -> Words:
    """One surname a family, but for the brothers and sisters who bear another."""
    _, head, member = np.unique(family, return_index=True, return_inverse=True)
    groups = np.array([names.group_of(code) for code in children.ethnicity[head]], dtype=str)
    own = names.surnames_for(groups, rng)
    surname = own[member]
    other = np.flatnonzero(rng.random(len(children)) < MESS["surname_differs_in_family"])
    surname[other] = own[rng.integers(0, len(own), len(other))] if len(own) else surname[other]
    return surname


def _tell_apart(
    children: Children,
    family: Ints,
    surname: Words,
    forename: Words,
    groups: npt.NDArray[np.str_],
    rng: np.random.Generator,
) -> None:
    """New forenames for a child named as a sibling, and for one of casework with another's full name and birth date."""
    for _ in range(50):
        again = _repeated(list(zip(family.tolist(), forename.tolist(), strict=True)))
        casework = np.flatnonzero(children.ehc >= 0)
        births = children.birth[casework].astype(int).tolist()
        keys = [(plain(s), plain(f), b) for s, f, b in zip(surname[casework], forename[casework], births, strict=True)]
        again = np.union1d(again, casework[_repeated(keys)])
        if not len(again):
            return
        forename[again] = names.forenames_for(groups[again], children.girl[again], rng)


def _repeated(keys: Sequence[tuple[object, ...]]) -> Ints:
    """Positions of the keys that occurred before."""
    seen: set[tuple[object, ...]] = set()
    out = []
    for position, key in enumerate(keys):
        if key in seen:
            out.append(position)
        seen.add(key)
    return np.array(out, dtype=np.int64)


def plain(name: str) -> str:
    """A name as matching compares it: lower case, letters only, no diacritics."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in decomposed if c.isalpha())


def _postcodes(family: Ints, district: Ints, outward: list[str], rng: np.random.Generator) -> Words:
    """One postcode a family; a street of families shares it."""
    _, head, member = np.unique(family, return_index=True, return_inverse=True)
    homes = district[head]
    streets = np.maximum(np.bincount(homes, minlength=len(outward)) * 2 // _CHILDREN_A_POSTCODE, 1)
    street = np.minimum((rng.random(len(homes)) * streets[homes]).astype(np.int64), 3999)
    codes = postcodes(outward, homes, street)
    out: Words = codes[member]
    return out


def postcodes(outward: list[str], district: Ints, street: Ints) -> Words:
    """The postcode of a street number (0-3999) of a district: the numbers are dealt over the inward codes."""
    mixed = (street * 1663 + 7 * district) % 4000
    inward = np.empty((len(street), 3), dtype=np.uint8)
    inward[:, 0] = digits_of(mixed // 400, 1)[:, 0] + ord("0")
    inward[:, 1] = _INWARD[mixed // 20 % 20]
    inward[:, 2] = _INWARD[mixed % 20]
    tail = to_strings(inward).to_numpy(zero_copy_only=False).astype(object)
    head = np.array(outward, dtype=object)[district]
    joined: Words = head + " " + tail
    return joined
