"""The report as one HTML page that works from a file: counts without JavaScript; search, filter and views with it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from returns.report.findings import Finding, Report
from returns.report.owners import Owner, owner

TEMPLATES = Path(__file__).with_name("templates")
FIELDS = (
    "rule",
    "module",
    "record",
    "person",
    "item",
    "value",
    "detail",
    "owner",
    "source",
    "row",
    "state",
    "note",
    "identity",
    "message",
    "finding_id",
)


@dataclass(frozen=True)
class _OwnerLine:
    owner: Owner
    errors: int
    queries: int
    first: str
    """The rule to begin with: the error found most often."""


@dataclass(frozen=True)
class _RuleLine:
    rule: str
    dfe: str
    severity: str
    message: str
    who: str
    count: int


def page(report: Report) -> str:
    """The whole page: nothing in it is fetched from anywhere."""
    why = sorted(set(report.skipped.values()))
    return _template().render(
        report=report,
        owners=list(_owner_lines(report)),
        broken=list(_rule_lines(report)),
        modules=[(module, report.rows[module.name]) for module in report.definition.modules.values()],
        skipped=[(reason, sorted(rule for rule, each in report.skipped.items() if each == reason)) for reason in why],
        css=_own("check.css"),
        js=_own("check.js"),
        data=_embedded(report),
    )


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("check.html.j2")


def _own(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704  a file of this package


def _owner_lines(report: Report) -> Iterator[_OwnerLine]:
    for who, findings in report.by_owner():
        errors = [finding for finding in findings if finding.severity == "error"]
        counts: dict[str, int] = {}
        for finding in errors or findings:
            counts[finding.rule] = counts.get(finding.rule, 0) + 1
        rule = max(counts, key=lambda each: counts[each])
        message = next(finding.message for finding in findings if finding.rule == rule)
        said = message if len({f.message for f in findings if f.rule == rule}) == 1 else "The file's structure"
        yield _OwnerLine(who, len(errors), len(findings) - len(errors), f"{rule} ({counts[rule]:,}): {said}")


def _rule_lines(report: Report) -> Iterator[_RuleLine]:
    for rule, findings in sorted(report.by_rule(), key=lambda each: (each[1][0].severity, -len(each[1]), each[0])):
        first = findings[0]
        several = any(finding.message != first.message for finding in findings)
        message = "The file does not fit the schema." if several else first.message
        yield _RuleLine(rule, first.dfe, first.severity, message, owner(first.owner).who, len(findings))


def _embedded(report: Report) -> Markup:
    """The findings as JSON that may stand inside a script element: nothing in it can end the element."""
    by_rule = report.by_rule()
    titles = {f"{module.name}.{item.tag}": f"{item.title} ({item.tag})" for module, item in report.definition.walk()}
    data = {
        "fields": FIELDS,
        "place": "Source file and row" if report.from_warehouse else "Line",
        "line": "row" if report.from_warehouse else "line",
        "rules": {
            rule: {"severity": found[0].severity, "message": found[0].message, "dfe": found[0].dfe}
            for rule, found in by_rule
        },
        "owners": {who.code: {"system": who.system, "who": who.who} for who, _ in report.by_owner()},
        "modules": {module.name: module.title for module in report.definition.modules.values()},
        "items": titles,
        "rows": [row for _, found in by_rule for row in (_row(finding, report, found[0].message) for finding in found)],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  escaped above


def _row(finding: Finding, report: Report, message: str) -> list[object]:
    identity = "; ".join(text for text in finding.identity.values() if text)
    values = {
        "identity": identity,
        "message": "" if finding.message == message else finding.message,
        "source": finding.source if report.from_warehouse else "",
        # A correction or note is made about a finding of the published night, not of a file that was handed in.
        "finding_id": finding.finding_id if report.from_warehouse else "",
    }
    return [values.get(field, getattr(finding, field)) for field in FIELDS]
