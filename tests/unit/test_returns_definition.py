"""The definition of the return, and what is made from it: schema, documentation page, tables."""

from __future__ import annotations

import dataclasses

import pytest
from lxml import etree

from area.errors import ContractError, SettingsError
from returns.definition.load import check_definition, defined_years, load_definition
from returns.definition.model import Item
from returns.definition.pages import items_page, page_file
from returns.kinds import SEN2
from returns.sen2.xml.xsd import schema_file, schema_text

DEFINITION = load_definition(SEN2, 2025)


@pytest.mark.parametrize("year", defined_years(SEN2))
def test_the_committed_schema_is_what_the_definition_gives(year: int) -> None:
    committed = schema_file(year).read_text(encoding="utf-8")
    assert committed == schema_text(load_definition(SEN2, year)), "run `send sen2 xsd`"
    assert "NOT the DfE's schema" in committed


@pytest.mark.parametrize("year", defined_years(SEN2))
def test_the_committed_page_is_what_the_definition_gives(year: int) -> None:
    page = page_file(SEN2, year).read_text(encoding="utf-8")
    assert page == items_page(load_definition(SEN2, year)), "run `send sen2 items --write`"


@pytest.mark.parametrize("order", DEFINITION.order_names)
def test_the_schema_of_every_order_is_a_schema(order: str) -> None:
    etree.XMLSchema(etree.fromstring(schema_text(DEFINITION, order).encode()))


def test_items_and_codes_counted_by_hand() -> None:
    counts = {name: len(module.items) for name, module in DEFINITION.modules.items()}
    assert counts == {
        "header": 12,
        "person": 9,
        "requests": 8,
        "assessment": 7,
        "named_plan": 8,
        "plan_detail": 7,
        "active_plans": 7,
        "placement_detail": 11,
        "sen_need": 2,
    }
    assert len(DEFINITION.codes["ethnicity"]) == 108
    assert len(DEFINITION.codes["sen_type"]) == 13
    assert set(DEFINITION.codes["placement_setting"]) - set(DEFINITION.codes["plan_setting"]) == {
        "NEET",
        "NIEC",
        "NIEO",
    }
    assert list(DEFINITION.codes["officer"]) == ["Y", "N", "R"]


def test_the_two_orders_of_active_plans_differ_only_in_where_the_last_review_stands() -> None:
    active_plans = DEFINITION.module("active_plans")
    export, sample = (
        [held if isinstance(held, str) else held.tag for held in active_plans.in_order(order)]
        for order in ("export", "sample")
    )
    assert export[-1] == "LastReview"
    assert sample[sample.index("ReviewMeeting") + 1] == "LastReview"
    assert [tag for tag in export if tag != "LastReview"] == [tag for tag in sample if tag != "LastReview"]


def test_a_year_that_is_not_defined_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"2025.*came 2019"):
        load_definition(SEN2, 2019)


@pytest.mark.parametrize(
    ("module", "change"),
    [
        ("active_plans", {"orders": {"other": ("TransferLA",)}}),
        ("person", {"holds": (Item(tag="X", title="", type="word", need="", confidence="A"),)}),
        ("person", {"holds": (Item(tag="X", title="", type="code", need="", confidence="A", codes="none"),)}),
        ("person", {"holds": ("plan_detail",)}),
    ],
    ids=["an order that leaves elements out", "unknown type", "unknown code list", "a module of another parent"],
)
def test_a_definition_that_contradicts_itself_is_refused(module: str, change: dict[str, object]) -> None:
    broken = dataclasses.replace(DEFINITION.module(module), **change)  # type: ignore[arg-type]
    whole = dataclasses.replace(DEFINITION, modules={**DEFINITION.modules, module: broken})
    with pytest.raises(ContractError):
        check_definition(whole, "2025.yml")
