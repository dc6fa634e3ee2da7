"""Compare the preview of the published tables with what the DfE published for the area.

`python -m sandbox.reconcile --area 931 --warehouse FILE` prints the counts and ends with 1 on any difference that no
contradiction in the published file explains.
"""

from sandbox.reconcile.compare import Difference, Reconciliation, reconcile, reconcile_rows
from sandbox.reconcile.explain import Explanation, explanations

__all__ = ["Difference", "Explanation", "Reconciliation", "explanations", "reconcile", "reconcile_rows"]
