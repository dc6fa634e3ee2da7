"""The two things the data-quality page says first: can last night's data be used, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from area.pages import day_in_words
from expectations import quality_queries as q
from expectations.results import ExpectationResult, GateResult
from expectations.suite_files import GATES

GATE_TITLES = {"reading": "After reading", "facts": "After the facts", "returns": "After the return"}


@dataclass(frozen=True)
class Answer:
    """Whether the night's data can be used ('yes', 'care' or 'no'), and the sentence that says so."""

    kind: str
    sentence: str


@dataclass(frozen=True)
class Action:
    """One thing to do: what is wrong, who or where it is, what to do."""

    kind: str
    what: str
    who: str
    do: str


def answer(gates: list[GateResult], feeds: list[q.Row], problems: Sequence[q.Row] = ()) -> Answer:
    """Can last night's data be used? One sentence."""
    critical = sum(len(gate.of("failed", "critical")) for gate in gates)
    raised = sum(len(gate.of("raised")) for gate in gates)
    if critical or raised:
        reasons = [f"{_number(critical, 'critical check')} failed"] if critical else []
        reasons += [f"{_number(raised, 'check')} could not be made"] if raised else []
        return Answer("no", f"No: {' and '.join(reasons)}. This night is not published; the one before stays in use.")
    missing = [GATE_TITLES[name].lower() for name in GATES if name not in {gate.gate for gate in gates}]
    if missing:
        return Answer("no", f"Not yet: the checks {' and '.join(missing)} have not been made.")
    warnings = sum(len(gate.of("failed", "warning")) for gate in gates)
    late = [str(feed["title"]) for feed in feeds if feed["is_late"]]
    if warnings or late or problems:
        parts = [f"{_list(late)} {'is' if len(late) == 1 else 'are'} late"] if late else []
        if problems:
            parts += [f"{_number(len(problems), 'file')} could not be loaded, so the last good one was used"]
        parts += [f"there {'is' if warnings == 1 else 'are'} {_number(warnings, 'warning')}"] if warnings else []
        return Answer("care", f"Yes, with care: every critical check was met, but {' and '.join(parts)}.")
    return Answer("yes", "Yes: every feed came in time and every check was met.")


def actions(
    gates: list[GateResult],
    feeds: list[q.Row],
    quarantine: list[q.Row],
    breaches: list[q.Row],
    problems: Sequence[q.Row] = (),
) -> list[Action]:
    """What to do next, the most pressing first: failed critical checks, late feeds, warnings, quarantine, errors."""
    owners = {feed["feed"]: feed["owner"] for feed in feeds}
    titles = {feed["feed"]: feed["title"] for feed in feeds}
    found = [
        Action("critical", f"{r.expects} Found: {r.found}.", _place(r), r.then)
        for gate in gates
        for r in gate.of("failed", "critical")
    ]
    found += [
        Action("raised", f"A check could not be made: {r.expects}", r.table, "Report it as a defect of the warehouse.")
        for gate in gates
        for r in gate.of("raised")
    ]
    found += [
        Action(
            "late",
            f"{titles.get(p['feed'], p['feed'])}, {p['file_name']}: not loaded; the last good delivery was used.",
            str(owners.get(p["feed"], p["feed"])),
            str(p["problem"]),
        )
        for p in problems
    ]
    found += [
        Action("late", f"{f['title']}: {_age(f)}", f["owner"], "Send the newest extract, or say when it will come.")
        for f in feeds
        if f["is_late"]
    ]
    found += [
        Action("warning", f"{r.expects} Found: {r.found}.", _place(r), r.then)
        for gate in gates
        for r in gate.of("failed", "warning")
    ]
    refused = Counter[str]()
    for row in quarantine:
        refused[row["feed"]] += row["refused"]
    put_right = (
        "Correct the rows listed under Quarantine at their source, and send the extract again. What cannot wait can be"
        " put right here: `send quarantine list --rows` names the rows, `send quarantine export` writes them as a"
        " sheet, `send quarantine fix --file` takes the sheet back."
    )
    found += [
        Action(
            "quarantine",
            f"{titles.get(feed, feed)}: {_number(count, 'row')} in quarantine.",
            owners.get(feed, feed),
            put_right,
        )
        for feed, count in refused.most_common()
    ]
    errors = Counter[str]()
    for row in breaches:
        if row["severity"] == "error":
            errors[row["owner"]] += row["breaches"]
    correct = "Correct the records before the return is submitted; the check report beside the return lists each one."
    found += [
        Action("errors", f"{_number(count, 'error')} in the SEN2 return.", owners.get(owner, owner), correct)
        for owner, count in errors.most_common()
    ]
    return found


def _place(result: ExpectationResult) -> str:
    """The first places that fail, or the table."""
    more = "" if len(result.places) <= 3 else " and more"
    return f"{result.table}: {'; '.join(result.places[:3])}{more}" if result.places else result.table


def _age(feed: q.Row) -> str:
    if feed["last_extract_date"] is None:
        return "nothing has ever come."
    extract, age, allowed = day_in_words(feed["last_extract_date"]), feed["age_days"], feed["allowed_age_days"]
    return f"the newest extract is of {extract}, {age} days old ({allowed} allowed)."


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
