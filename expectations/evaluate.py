"""Evaluating suites with Great Expectations, and keeping only what may be kept.

GX returns values of failing rows, whole queries and stack traces with data in them (facts: stack T19). Rows are asked
for by count only (`partial_unexpected_count` 0), GX's own log is silenced while it runs (it logs failing SQL with its
values), and of a failing row only its place passes (see `expectations/places.py`).
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import warnings
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any

from expectations.places import named, places_of
from expectations.results import ExpectationResult
from expectations.suite_files import ROWS_TYPE, Expectation, Suite

# Errors whose first line names tables and columns only; any other kind may quote a value.
SAFE_ERROR = re.compile(r"\(_duckdb\.(?:Catalog|Binder|Parser)Exception\) [^\n]{1,300}")


def evaluate(suites: Iterable[Suite], warehouse: Path) -> list[ExpectationResult]:
    """The result of every expectation of `suites` over the DuckDB file `warehouse`, which is opened read only.

    Never raises for what an expectation does: one that could not be evaluated comes back as 'raised'.
    """
    from expectations.duckdb_datasource import open_datasource

    results: list[ExpectationResult] = []
    with _quiet(), open_datasource(warehouse) as datasource:
        for suite in suites:
            results.extend(_evaluate_suite(suite, datasource))
    return named(results, warehouse)


def _evaluate_suite(suite: Suite, datasource: Any) -> list[ExpectationResult]:
    import great_expectations as gx
    from great_expectations.expectations.registry import get_expectation_impl

    built: dict[str, Any] = {}
    results: dict[str, ExpectationResult] = {}
    for expectation in suite.expectations:
        try:
            implementation = get_expectation_impl(expectation.type)
            built[expectation.id] = implementation(
                **_kwargs(expectation), severity=expectation.severity, meta={"id": expectation.id}
            )
        except Exception as error:
            results[expectation.id] = _raised(suite, expectation, error)
    try:
        asset = datasource.add_query_asset(f"{suite.gate}.{suite.name}", query=suite.query)
        batch = asset.add_batch_definition("all").get_batch()
        plain = [e for e in built.values() if e.meta["id"] not in _row_ids(suite)]
        rows = [e for e in built.values() if e.meta["id"] in _row_ids(suite)]
        for group, result_format in ((plain, "BASIC"), (rows, "COMPLETE")):
            if not group:
                continue
            validated = batch.validate(
                gx.ExpectationSuite(name=f"{suite.gate}.{suite.name}.{result_format}", expectations=group),
                result_format={"result_format": result_format, "partial_unexpected_count": 0},
            )
            for result in validated.results:
                expectation = _by_id(suite, result.expectation_config.meta["id"])
                results[expectation.id] = _stripped(suite, expectation, result)
    except Exception as error:
        for expectation in suite.expectations:
            results.setdefault(expectation.id, _raised(suite, expectation, error))
    return [results.get(e.id) or _raised(suite, e, LookupError()) for e in suite.expectations]


def _kwargs(expectation: Expectation) -> dict[str, Any]:
    kwargs = dict(expectation.kwargs)
    if expectation.type == ROWS_TYPE:  # GX formats the query with its own placeholders
        query = str(kwargs["unexpected_rows_query"])
        kwargs["unexpected_rows_query"] = query.replace("{", "{{").replace("}", "}}")
    return kwargs


def _row_ids(suite: Suite) -> set[str]:
    return {e.id for e in suite.expectations if e.type == ROWS_TYPE}


def _by_id(suite: Suite, wanted: str) -> Expectation:
    return next(e for e in suite.expectations if e.id == wanted)


def _stripped(suite: Suite, expectation: Expectation, result: Any) -> ExpectationResult:
    """The part of a GX result that holds no value of a record."""
    problem = _problem(result.exception_info)
    if problem:
        return _result(suite, expectation, outcome="raised", problem=problem)
    found: Mapping[str, Any] = result.result or {}
    percent = _number(found.get("unexpected_percent"))
    rows, blank = _whole(found.get("element_count")), _whole(found.get("missing_count"))
    kept: dict[str, Any] = {
        # GX leaves blanks out of its percentage and of `mostly`, so they are not rows that were checked.
        "checked": None if rows is None else rows - (blank or 0),
        "unexpected": _whole(found.get("unexpected_count")),
        "percent": None if percent is None else round(percent, 3),
    }
    observed = _number(found.get("observed_value"))
    if expectation.type == ROWS_TYPE:
        kept["unexpected"] = _whole(observed)
        kept["places"] = places_of((found.get("details") or {}).get("unexpected_rows") or [])
    elif suite.measured or expectation.type.startswith("expect_table_"):
        kept["observed"] = None if observed is None else round(observed, 6)
    return _result(suite, expectation, outcome="met" if result.success else "failed", **kept)


def _problem(exception_info: Mapping[str, Any] | None) -> str | None:
    """The kind of error GX caught, or None. GX nests one record for each metric that failed."""
    if not exception_info:
        return None
    if exception_info.get("raised_exception") is False:
        return None
    if "raised_exception" in exception_info:
        return _kind(str(exception_info.get("exception_message")))
    nested = [info for info in exception_info.values() if isinstance(info, Mapping) and info.get("raised_exception")]
    return _kind(str(nested[0].get("exception_message"))) if nested else None


def _kind(message: str) -> str:
    safe = SAFE_ERROR.match(message)
    return safe[0] if safe else "the query or the expectation raised an error"


def _raised(suite: Suite, expectation: Expectation, error: Exception) -> ExpectationResult:
    problem = _kind(str(error))
    if problem.startswith("the query"):
        problem = type(error).__name__
    return _result(suite, expectation, outcome="raised", problem=problem)


def _result(suite: Suite, expectation: Expectation, **kept: Any) -> ExpectationResult:
    return ExpectationResult(
        gate=suite.gate,
        id=expectation.id,
        table=suite.table,
        severity=expectation.severity,
        expects=expectation.expects,
        why=expectation.why,
        then=expectation.then,
        **kept,
    )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


@contextlib.contextmanager
def _quiet() -> Generator[None, None, None]:
    """No log, warning or print while GX runs: it logs failing SQL with its values, and prints advice."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
