"""What every transport's part of the campaign shares. A part's module has a fixture `peer` of module scope and the
parameters of `possible(...)`; see test_faults_sftp.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.faults.campaign import Campaign, Peer
from tests.faults.child import Child
from tests.faults.table import CELL


@pytest.fixture(scope="module")
def campaign(peer: Peer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    """The campaign of the module's transport, after its undisturbed pull."""
    children: list[Child] = []

    @cache
    def child() -> Child:
        children.append(Child())
        return children[0]

    with pytest.MonkeyPatch.context() as patch:
        yield Campaign(peer, tmp_path_factory.mktemp("faults"), child, patch)
    for started in children:
        started.stop()


@pytest.fixture
def run_cell(campaign: Campaign, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Go through the cell of a fault and enter it in the table; returns how it went."""

    def run(fault: str) -> str:
        cell = {
            "transport": campaign.peer.transport,
            "fault": fault,
            "went": "FAILED",
            "impossible": dict(campaign.peer.impossible),
        }
        request.node.user_properties.append((CELL, cell))
        cell["went"] = campaign.cell(fault)
        return str(cell["went"])

    return run
