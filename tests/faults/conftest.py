"""What every transport's part of the campaign shares. A part's module has a fixture `peer` of module scope and the
parameters of `possible(...)`; see test_faults_sftp.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.faults.campaign import Campaign, Peer
from tests.faults.child import Child
from tests.faults.table import CELL


@pytest.fixture(scope="session")
def child() -> Iterator[Child]:
    """The process whose children are killed and run out of disk; one for all transports, as it takes long to start."""
    started = Child()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def campaign(peer: Peer, child: Child, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    """The campaign of the module's transport, after its undisturbed pull."""
    with pytest.MonkeyPatch.context() as patch:
        yield Campaign(peer, tmp_path_factory.mktemp("faults"), child, patch)


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
