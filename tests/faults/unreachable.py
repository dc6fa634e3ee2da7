"""A source that cannot be reached, or not with this password: alike for every transport with a host and a port."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from tests.faults import faults
from tests.faults.campaign import Source
from tests.support.loopback import closed_port, silent_port

FAULTS = (faults.REFUSED, faults.TIME_OUT, faults.CREDENTIALS)


@contextlib.contextmanager
def unreachable(source: Callable[..., Source], fault: str) -> Iterator[Source]:
    """The source under one of these faults: nobody is there, whoever is there says nothing, the password is wrong."""
    if fault == faults.REFUSED:
        yield source(port=closed_port())
    elif fault == faults.TIME_OUT:
        with silent_port() as port:
            yield source(port=port)
    else:
        yield source(password="wrong-secret")
