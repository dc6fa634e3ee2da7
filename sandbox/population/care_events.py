"""What else the 903 tells of looked-after children: reviews, health, missing spells, workers, liberty.

Each function gives the rows of one table, in the order of its columns. Numbers in brackets are rules of the national
validator that the rows keep.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.population.care_spells import FIRST_DAY, LAST_DAY, Row, Spell, Step
from sandbox.population.looked_after import birthday
from sandbox.population.placements_in_care import Draw

_FIRST_REVIEWS = (20, 110)  # days into a spell; then every half year
_REVIEW_EVERY = 180
_CLEAR_OF_BIRTHDAY = 20  # days: in another year (sandbox/moving.py) January's days move by up to so many
_TOOK_PART = {"PN1": 0.45, "PN2": 0.10, "PN3": 0.08, "PN4": 0.05, "PN5": 0.15, "PN6": 0.10, "PN7": 0.07}
_NO_SCORE = {"SDQ2": 0.4, "SDQ3": 0.2, "SDQ4": 0.2, "SDQ5": 0.2}  # SDQ1 says: under 4 or over 17 (157)
_WORKER_CHANGED = {"CHCHAN": 0.3, "LEFTRL": 0.3, "MANAGE": 0.2, "ORGRST": 0.1, "TSPROC": 0.1}
_EARLIER_ORDERS = {"P1": 0.2, "P2": 0.4, "P3": 0.2, "P4": 0.2}
_ELSEWHERE = ("330", "352", "380", "815", "873")  # councils that made them
_EARLIER_ORDER = 0.06  # of spells that began in the year
_WENT_MISSING, _WENT_AGAIN = 0.10, 0.4  # of children of eleven and over
_OLD_ENOUGH = 11  # for running away, and for being deprived of liberty
_OTHER_WORKER = 0.35  # of spells
_DEPRIVED_OF_LIBERTY = 0.08  # of children of eleven and over in children's homes


def reviews(spell: Spell, night: int, draw: Draw) -> Iterator[Row]:
    """REVIEW, REVIEW_CODE: children under four have no part to take (440, 441)."""
    day, due, fourth = spell.start, iter(_FIRST_REVIEWS), birthday(spell.birth, 4)
    last = night if spell.end is None else spell.end - 1
    while True:
        step = next(due, None)
        day = day + _REVIEW_EVERY if step is None else spell.start + step
        if day > last:
            return
        if day >= FIRST_DAY and abs(day - fourth) > _CLEAR_OF_BIRTHDAY:
            yield day, "PN0" if spell.age(day) < 4 else draw.word(_TOOK_PART)


def whole_year(spell: Spell) -> bool:
    """Looked after for all of the twelve months to 31 March, so far as the night can tell: OC2's children (190)."""
    return spell.start <= FIRST_DAY and spell.end is None


def health(spell: Spell, draw: Draw) -> Iterator[Row]:
    """SDQ_SCORE, SDQ_REASON, CONVICTED, HEALTH_CHECK, IMMUNISATIONS, TEETH_CHECK, HEALTH_ASSESSMENT, SUBSTANCE_MISUSE,
    INTERVENTION_RECEIVED, INTERVENTION_OFFERED."""
    if not whole_year(spell):
        return
    at_end = spell.age(LAST_DAY)
    asked = at_end >= 4 and spell.age(FIRST_DAY) < 17  # 186, 188, 189
    scored = asked and draw.number() < 0.75
    misuse = at_end >= _OLD_ENOUGH and draw.number() < 0.04
    helped = misuse and draw.number() < 0.6
    yield (
        str(draw.whole(0, 35)) if scored else None,
        draw.word(_NO_SCORE) if asked and not scored else None,
        _flag(draw, 0.03) if at_end >= 10 else None,  # 542, 543
        _flag(draw, 0.9) if at_end < 5 else None,  # 545, 546
        _flag(draw, 0.82),
        _flag(draw, 0.77),
        _flag(draw, 0.89),
        "1" if misuse else "0",
        ("1" if helped else "0") if misuse else None,
        _flag(draw, 0.5) if misuse and not helped else None,  # 158, 159
    )


def earlier_permanence(spell: Spell, draw: Draw) -> Iterator[Row]:
    """PREV_PERM, LA_PERM, DATE_PERM of every spell that began in the year (630)."""
    if not spell.began or spell.start < FIRST_DAY:
        return
    old = spell.start - spell.birth
    if old > 800 and draw.number() < _EARLIER_ORDER:
        code, made = draw.word(_EARLIER_ORDERS), spell.start - draw.whole(300, old - 100)
        yield code, _ELSEWHERE[draw.whole(0, len(_ELSEWHERE))], made
    else:
        yield "Z1", None, None  # 635


def missing(spell: Spell, night: int, draw: Draw) -> Iterator[Row]:
    """MISSING, MIS_START, MIS_END: away for up to four days, and back in the same placement (575, 577)."""
    if spell.age(FIRST_DAY) < _OLD_ENOUGH or draw.number() >= _WENT_MISSING:
        return
    step = spell.steps[draw.whole(0, len(spell.steps))]
    day, last = max(step.start, FIRST_DAY) + draw.whole(1, 40), _last_day(step, night) - 1
    while day + 1 < last:
        back = min(day + draw.whole(1, 5), last)
        yield "M" if draw.number() < 0.7 else "A", day, back
        if draw.number() >= _WENT_AGAIN:
            return
        day = back + draw.whole(5, 60)


def workers(spell: Spell, night: int, draw: Draw) -> Iterator[Row]:
    """SW_ID, SW_DECOM, SW_DEC, SW_REASON: somebody all the time, one at a time (SW08, SW10), and still somebody after
    care has ended (SW17)."""
    first = spell.start if spell.began else min(spell.start, FIRST_DAY)
    last = night if spell.end is None else spell.end
    low, high = max(first, FIRST_DAY) + 20, last - 10
    reason = "FCONTA" if spell.began and spell.start >= FIRST_DAY else draw.word(_WORKER_CHANGED)
    if high > low and draw.number() < _OTHER_WORKER:
        day = draw.whole(low, high)
        yield _worker(draw), first, day, reason
        yield _worker(draw), day, None, draw.word(_WORKER_CHANGED)
    else:
        yield _worker(draw), first, None, reason


def liberty(spell: Spell, night: int, draw: Draw) -> Iterator[Row]:
    """DOLO_START, DOLO_END: orders of up to three months, in a children's home (709, 710)."""
    step = spell.steps[-1]
    if step.place != "K2" or spell.age(FIRST_DAY) < _OLD_ENOUGH or draw.number() >= _DEPRIVED_OF_LIBERTY:
        return
    day, last = max(step.start, FIRST_DAY) + draw.whole(1, 20), _last_day(step, night)
    if day < last:
        yield day, min(day + draw.whole(28, 92), last)


def _last_day(step: Step, night: int) -> int:
    return night if step.end is None else step.end


def _worker(draw: Draw) -> str:
    return f"SW{draw.whole(10_000, 99_999)}"


def _flag(draw: Draw, share: float) -> str:
    return "1" if draw.number() < share else "0"
