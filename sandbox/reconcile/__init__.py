"""Compare the preview of the published tables with what the DfE published for the area.

`python -m sandbox.reconcile --area 931 --warehouse FILE` prints the counts and ends with 1 on any difference of a total
that no contradiction in the published file explains, and on any published breakdown cell that the preview does not
have. The breakdowns' values differ, being calibrated by their totals alone: they are counted, and listed with `--out`.
"""

from sandbox.reconcile.breakdowns import Breakdowns, compare_breakdowns
from sandbox.reconcile.compare import Difference, Reconciliation, reconcile, reconcile_rows
from sandbox.reconcile.explain import Explanation, explanations

__all__ = [
    "Breakdowns",
    "Difference",
    "Explanation",
    "Reconciliation",
    "compare_breakdowns",
    "explanations",
    "reconcile",
    "reconcile_rows",
]
