"""A year's definition as its difference from the year before.

`changes` is a list; each entry names a module and does one thing to it:

- `{module: M, add: ITEM, after: TAG}` adds an item behind another (at the end without `after`, at the front with
  `after: null`);
- `{module: M, drop: TAG}` takes one out;
- `{module: M, alter: TAG, to: {need: mandatory}}` changes attributes of one;
- `{module: M, arrange: [TAG, …]}` puts all elements in another order;
- `{module: M, orders: {NAME: [TAG, …]}}` says which orders the year leaves open (replaces those of the year before);
- `{codes: LIST, add: {CODE: meaning}}` and `{codes: LIST, drop: [CODE]}`.

Title, census day, period and return date are simply given again.
"""

from __future__ import annotations

import copy
from typing import Any

from area.errors import ContractError

Raw = dict[str, Any]
SAID_OF = {"need": "{}", "number": "number {}", "when": "with the condition '{}'"}
GIVEN_AGAIN = ("year", "title", "census_date", "period", "return_by")


def changed(before: Raw, own: Raw, *, file: str) -> Raw:
    """The definition `before` with the year's `own` changes. Raises ContractError, naming `file`, for a change that
    does not fit what is there."""
    after = copy.deepcopy(before)
    for field in GIVEN_AGAIN:
        if field in own:
            after[field] = own[field]
    after["standing"] = own.get("standing", "")
    for number, change in enumerate(own.get("changes") or (), start=1):
        try:
            _apply(after, copy.deepcopy(change))
        except (KeyError, StopIteration, ValueError, TypeError):
            raise ContractError(
                file,
                field=f"changes, entry {number}",
                expected="a change of something that is there",
                came=said(change),
            ) from None
    return after


def said(change: Raw) -> str:
    """A change in words, for the documentation page."""
    where = f"{change['module']}: " if "module" in change else f"codes {change.get('codes')}: "
    if "alter" in change:
        to = {key: value for key, value in (change.get("to") or {}).items() if value}
        altered = ", ".join(SAID_OF.get(key, f"{key} {{}}").format(value) for key, value in to.items())
        return f"{where}{change['alter']} is now {altered}"
    if "arrange" in change:
        return f"{where}the elements follow in another order"
    if "orders" in change:
        others = ", ".join(change["orders"])
        return f"{where}the order of elements is {f'open (also: {others})' if others else 'settled'}"
    verb, what = ("without", change["drop"]) if "drop" in change else ("new:", change.get("add", "?"))
    names = (
        [str(what["tag"])] if isinstance(what, dict) and "tag" in what else [what] if isinstance(what, str) else what
    )
    return f"{where}{verb} {', '.join(map(str, names))}"


def _apply(after: Raw, change: Raw) -> None:
    if "codes" in change:
        codes = after["codes"].setdefault(change["codes"], {})
        for code in change.get("drop", ()):
            del codes[code]
        codes |= change.get("add", {})
        return
    module = after["modules"][change["module"]]
    items: list[Raw] = module["items"]
    if "add" in change:
        new = change["add"]
        if any(_name(item) == _name(new) for item in items):
            raise ValueError
        place = len(items)
        if "after" in change:
            place = 0 if change["after"] is None else _place(items, change["after"]) + 1
        items.insert(place, new)
    elif "drop" in change:
        del items[_place(items, change["drop"])]
    elif "alter" in change:
        items[_place(items, change["alter"])] |= change["to"]
    elif "arrange" in change:
        by_name = {_name(item): item for item in items}
        if len(change["arrange"]) != len(by_name):
            raise ValueError
        module["items"] = [by_name[name] for name in change["arrange"]]
    elif "orders" in change:
        module["orders"] = change["orders"]
    else:
        raise ValueError


def _name(item: Raw) -> str:
    return str(item.get("module") or item["tag"])


def _place(items: list[Raw], name: str) -> int:
    return next(place for place, item in enumerate(items) if _name(item) == name)
