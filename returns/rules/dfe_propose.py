"""Proposes which of our rules a rule of the DfE's workbook is: by the items both speak of, and by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, utils

from returns.definition.model import Definition
from returns.rules.book import Rule
from returns.rules.dfe_map import PROPOSED, Mapped
from returns.rules.dfe_workbook import DfeRule

# Both parts are 0 to 100. Items say more than words: the DfE's wording is its own, the items are the same.
ITEMS_WEIGHT, WORDS_WEIGHT = 0.55, 0.45
OTHER_SEVERITY = 8
LEAST = 55
NEAR = 6
MOST = 3


def propose(rules: Iterable[DfeRule], ours: Sequence[Rule], definition: Definition) -> list[Mapped]:
    """One line a rule of the workbook, with at most MOST of our rules, the likeliest first, or none."""
    return [_line(rule, ours, definition) for rule in rules]


def _line(rule: DfeRule, ours: Sequence[Rule], definition: Definition) -> Mapped:
    named = items_named(f"{rule.items} ; {rule.message}", definition)
    scored = sorted(((_score(rule, named, our), our.id) for our in ours), key=lambda each: (-each[0], each[1]))
    chosen = [each for each in scored if each[0] >= LEAST and each[0] >= scored[0][0] - NEAR][:MOST]
    return Mapped(
        dfe_number=rule.number,
        dfe_severity=rule.severity,
        dfe_message=rule.message,
        dfe_items=rule.items or ", ".join(sorted(named)),
        our_rules=" ".join(our for _, our in chosen),
        score=f"{chosen[0][0]:.0f}" if chosen else "",
        state=PROPOSED,
    )


def _score(rule: DfeRule, named: set[str], our: Rule) -> float:
    mine = set(our.items)
    shared = len(named & mine)
    # A rule about two items is often told of by one of them, so being wholly within the other counts half.
    items = 50 * shared / len(named | mine) + 50 * shared / min(len(named), len(mine)) if named and mine else 0
    words = fuzz.token_set_ratio(rule.message, our.message, processor=utils.default_process)
    other = OTHER_SEVERITY if rule.severity in ("error", "query") and rule.severity != our.severity else 0
    return max(0, ITEMS_WEIGHT * items + WORDS_WEIGHT * words - other)


def items_named(text: str, definition: Definition) -> set[str]:
    """Tags of the items a text speaks of: by tag, by item number ('1.7a') or by title."""
    words, lower = set(re.findall(r"[A-Za-z][A-Za-z0-9]*", text)), text.lower()
    numbers = set(re.findall(r"(?<![\d.])\d\.\d{1,2}[a-z]?(?:\([ivx]+\))?(?![\d.]\d)", lower))
    spoken = {word.lower() for word in words}
    found = set()
    for _, item in definition.walk():
        # a short tag ('PB') or a word of everyday speech ('Year') counts only as it is written
        by_tag = item.tag in words or (len(item.tag) > 7 and item.tag.lower() in spoken)
        titles = [title.lower() for title in (item.title, item.template or "") if len(title) > 4]
        by_title = any(re.search(rf"\b{re.escape(title)}\b", lower) for title in titles)
        if by_tag or by_title or item.number.lower() in numbers:
            found.add(item.tag)
    return found
