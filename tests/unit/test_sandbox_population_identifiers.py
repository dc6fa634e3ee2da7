"""Identifiers and names: published vectors, and properties of whatever is generated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import identifiers, names
from sandbox.population.identities import transposed

SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("upn", ["P207000016049", "Q823456789012", "M201123424001", "A80343210500A", "L80343210500Z"])
def test_upn_vectors(upn: str) -> None:
    assert identifiers.is_valid_upn(upn)


@pytest.mark.parametrize(
    "upn", ["Q207000016049", "P207000016048", "P20700001604", "I207000016049", "P2070000I6049", "A80343210500I", ""]
)
def test_wrong_upns_are_refused(upn: str) -> None:
    assert not identifiers.is_valid_upn(upn)


def test_uln_and_nhs_vectors() -> None:
    assert identifiers.is_valid_uln("9276308686")
    assert identifiers.is_valid_uln("1234567899")
    assert not identifiers.is_valid_uln("9999999999")
    assert not identifiers.is_valid_uln("0276308686")
    assert identifiers.is_valid_nhs_number("9434765919")
    assert identifiers.is_valid_nhs_number("4010232137")
    assert not identifiers.is_valid_nhs_number("9434765918")


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, count=st.integers(0, 400), schools=st.lists(st.integers(2000, 7999), min_size=1, max_size=4))
def test_generated_upns_are_valid_and_unique(seed: int, count: int, schools: list[int]) -> None:
    rng = np.random.default_rng(seed)
    made = identifiers.upns(
        rng.choice([931, 867], count),
        rng.integers(2004, 2025, count),
        np.array(schools),
        temporary=rng.random(count) < 0.3,
    ).to_pylist()
    assert len(set(made)) == count
    assert all(identifiers.is_valid_upn(upn) for upn in made)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, count=st.integers(0, 2000))
def test_generated_numbers_are_valid_and_unique(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    ulns, nhs = (make(count, rng).to_pylist() for make in (identifiers.ulns, identifiers.nhs_numbers))
    assert len(set(ulns)) == len(set(nhs)) == count
    assert all(identifiers.is_valid_uln(uln) for uln in ulns)
    assert all(identifiers.is_valid_nhs_number(number) for number in nhs)
    assert all(number.startswith("999") for number in nhs), "numbers that are never issued"


def test_more_pupils_than_serials_of_the_schools() -> None:
    """One small school cannot give 3,000 numbers in a year: further school numbers are opened."""
    made = identifiers.upns(np.full(3000, 857), np.full(3000, 2019), np.array([2001])).to_pylist()
    assert len(set(made)) == 3000
    assert all(identifiers.is_valid_upn(upn) for upn in made)


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS)
def test_a_transposed_upn_differs_and_is_found_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    upn = identifiers.upns(np.array([931]), rng.integers(2005, 2024, 1), rng.integers(2000, 3999, 1))[0].as_py()
    wrong = transposed(upn)
    assert wrong != upn
    assert len(wrong) == 13
    assert not identifiers.is_valid_upn(wrong)


def test_every_name_has_a_variant_and_groups_hold_names_that_trip_programs() -> None:
    everything = [n for group in names.GROUPS.values() for part in (group.girls, group.boys) for n in part]
    assert all(names.variant_forename(name) != name for name in everything)
    assert names.variant_forename("Katherine") == "Kate"
    every_name = " ".join([*everything, *(n for group in names.GROUPS.values() for n in group.surnames)])
    for trap in ("'", "-", "ł", "é", "Ș", " "):
        assert trap in every_name
    assert len(set(everything)) > 400
