"""The true children of the area: everybody in EHC casework, on a school roll, or known to a service and neither."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

import numpy as np

from sandbox.population.ehc import EhcPeople, school_age
from sandbox.population.schools import Schools, year_shares
from sandbox.population.streams import Days, Ints, Mask, Streams, Words, choose, days_between

_NCYEAR = np.array(["E1", "E1", "N1", "N2", "R", *map(str, range(1, 15))], dtype=object)
MALE_OF_100 = 51.2  # births in England
# Casework, no plan in force: chance of being on a mainstream roll, by age.
ON_ROLL_WITHOUT_PLAN = {3: 0.3, **dict.fromkeys(range(4, 16), 0.95), 16: 0.4, 17: 0.35}


@dataclass
class Children:
    """One row a true child (its position is `true_person`). Off roll: `school` is -1, `sen` and `ncyear` are empty."""

    birth: Days
    girl: Mask
    ethnicity: Words
    age: Ints  # on 31 August before the school year
    ehc: Ints  # row in ehc_person, -1 for a child casework does not know
    school: Ints  # row in Schools, -1 off roll
    sen: Words  # N, K or E on census day; '' off roll
    need: Words
    second_need: Words
    sen_unit: Mask
    resourced: Mask

    def __len__(self) -> int:
        return len(self.birth)

    @property
    def ncyear(self) -> Words:
        years: Words = _NCYEAR[np.clip(self.age, 0, len(_NCYEAR) - 1)].copy()
        years[self.school < 0] = None
        return years

    @property
    def on_roll(self) -> Mask:
        return self.school >= 0

    def joined(self, other: Children) -> Children:
        """These children, then `other`'s."""
        fields = [f.name for f in dataclasses.fields(self)]
        return Children(**{f: np.concatenate([getattr(self, f), getattr(other, f)]) for f in fields})


def casework_children(people: EhcPeople, schools: Schools, census_date: dt.date, streams: Streams) -> Children:
    """The children of casework: on roll at their plan's placement, or (without a plan) at a mainstream school."""
    rng = streams.of("casework children")
    count = len(people)
    age = school_age(people.birth, census_date)
    school = np.where(people.active, schools.index_of(people.urn), -1)
    # schools return pupils of 2 to 18 (31 August); an older young person named there is not on a census roll
    school = np.where((school >= 0) & (age <= 18) & (age >= 2), school, -1)
    for each, chance in ON_ROLL_WITHOUT_PLAN.items():
        able, shares = schools.by_age(each)
        asked = np.flatnonzero((~people.active) & (age == each) & (rng.random(count) < chance))
        if len(able) and len(asked):
            school[asked] = rng.choice(able, size=len(asked), p=shares)
    placed = school >= 0
    with_plan = people.active & placed
    return Children(
        birth=people.birth,
        girl=people.girl,
        ethnicity=people.ethnicity,
        age=age,
        ehc=np.arange(count, dtype=np.int64),
        school=school,
        sen=np.where(with_plan, "E", np.where(placed, "N", "")).astype(object),
        need=people.need.copy(),
        second_need=people.second_need.copy(),
        sen_unit=people.sen_unit & with_plan,
        resourced=people.resourced & with_plan,
    )


def fill_schools(known: Children, schools: Schools, census_date: dt.date, streams: Streams) -> Children:
    """The other pupils: as many as each school's roll lacks. Special schools have nobody without a plan."""
    rng = streams.of("fill schools")
    taken = np.bincount(known.school[known.on_roll], minlength=len(schools))
    wanted = np.where(schools.special, 0, np.maximum(schools.pupils - taken, 0))
    school_rows, ages = [np.array([], dtype=np.int64)], [np.array([], dtype=np.int64)]
    for row in np.flatnonzero(wanted):
        shares = year_shares(int(schools.low[row]), int(schools.high[row])) or {4: 1.0}
        drawn = rng.multinomial(wanted[row], np.array(list(shares.values())))
        school_rows.append(np.full(wanted[row], row, dtype=np.int64))
        ages.append(np.repeat(np.array(list(shares), dtype=np.int64), drawn))
    school, age = np.concatenate(school_rows), np.concatenate(ages)
    return plain_children(births_of_age(age, census_date, rng), age, school, known, rng)


def plain_children(births: Days, age: Ints, school: Ints, like: Children, rng: np.random.Generator) -> Children:
    """Children casework does not know, with sexes as born and ethnic groups as those of `like`."""
    count = len(births)
    codes, numbers = np.unique(like.ethnicity.astype(str), return_counts=True)
    shares = dict(zip(codes.tolist(), numbers.astype(float).tolist(), strict=True)) or {"WBRI": 1.0}
    nothing = np.full(count, None, dtype=object)
    return Children(
        birth=births,
        girl=rng.random(count) * 100 >= MALE_OF_100,
        ethnicity=choose(rng, count, shares),
        age=age,
        ehc=np.full(count, -1, dtype=np.int64),
        school=school,
        sen=np.where(school >= 0, "N", "").astype(object),
        need=nothing.copy(),
        second_need=nothing.copy(),
        sen_unit=np.zeros(count, dtype=bool),
        resourced=np.zeros(count, dtype=bool),
    )


def births_of_age(age: Ints, census_date: dt.date, rng: np.random.Generator) -> Days:
    """A birth date for each `age` on 31 August before the school year of `census_date`."""
    start = census_date.year if census_date.month >= 9 else census_date.year - 1
    within = days_between(rng, f"{start - 1}-09-01", f"{start}-08-31", len(age))
    offset = (within - within.astype("datetime64[M]")).astype("timedelta64[D]")
    births: Days = (within.astype("datetime64[M]") - age * 12).astype("datetime64[D]") + offset
    # 29 February moved to a year that has none lands on 1 March, which is the same school year
    return births
