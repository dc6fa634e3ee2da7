"""Campaigns of damaged files: each is tried within a time limit, on all cores, and what happened is counted."""

from __future__ import annotations

import collections
import multiprocessing
import os
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.table import Table

from bench.memory import most_memory

AT_ONCE = 500


@dataclass
class Tally:
    """What happened to the files of one kind of damage: how many came to which end, and what should not have been."""

    files: int = 0
    ends: collections.Counter[str] = field(default_factory=collections.Counter)
    longest: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.files += other.files
        self.ends.update(other.ends)
        self.longest = max(self.longest, other.longest)
        self.failures += other.failures


class HangError(Exception):
    """A file took longer than it may."""


@contextmanager
def tried(tally: Tally, name: str, *, seconds: int) -> Iterator[None]:
    """One file is tried in the block. Whatever comes out of it is a failure, and so is taking longer than `seconds`."""
    signal.signal(signal.SIGALRM, _hang)
    started = time.monotonic()
    signal.alarm(seconds)
    try:
        yield
    except HangError:
        tally.failures.append(f"{name}: longer than {seconds} s")
    except Exception:  # whatever else comes out is what this looks for
        tally.failures.append(f"{name}: {traceback.format_exc()}")
    finally:
        signal.alarm(0)
        tally.files += 1
        tally.longest = max(tally.longest, time.monotonic() - started)


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise HangError


@dataclass
class Outcome:
    """What happened to all files."""

    by_kind: dict[str, Tally]
    peak_mb: float
    """Most memory that a process had."""
    seconds: float

    @property
    def total(self) -> Tally:
        """All kinds together."""
        total = Tally()
        for tally in self.by_kind.values():
            total.add(tally)
        return total


Run = Callable[[Sequence[int], Path], dict[str, Tally]]
"""Tries the files of some numbers in a folder of its own. A number gives the same file on any machine."""


def on_all_cores(run: Run, kinds: Sequence[str], files: int, *, processes: int | None = None) -> Outcome:
    """Try so many files, numbered from 0."""
    by_kind = {kind: Tally() for kind in kinds}
    peak, started = 0.0, time.monotonic()
    cores = processes or os.cpu_count() or 1
    size = min(AT_ONCE, -(-files // cores))
    with (
        tempfile.TemporaryDirectory(prefix="send-mutations-") as name,
        multiprocessing.get_context("spawn").Pool(cores) as pool,
    ):
        tasks = [(run, range(start, min(start + size, files)), Path(name)) for start in range(0, files, size)]
        for tallies, memory in pool.imap_unordered(_part, tasks):
            peak = max(peak, memory)
            for kind, tally in tallies.items():
                by_kind[kind].add(tally)
    return Outcome(by_kind, peak, time.monotonic() - started)


def _part(task: tuple[Run, Sequence[int], Path]) -> tuple[dict[str, Tally], float]:
    run, numbers, folder = task
    return run(numbers, folder / str(os.getpid())), most_memory()


def show(title: str, outcome: Outcome, ends: Sequence[str]) -> int:
    """Print the outcome as a table, with a column for each of the `ends`; the exit code: 1 if anything failed."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in ("damage", "files", *ends, "longest s", "failures"):
        table.add_column(heading, justify="left" if heading == "damage" else "right")
    for name, tally in outcome.by_kind.items():
        table.add_row(name, *_cells(tally, ends))
    table.add_section()
    table.add_row("all", *_cells(outcome.total, ends))
    console = Console(width=130, highlight=False)
    console.print(table)
    console.print(f"{outcome.seconds:,.0f} s on {os.cpu_count()} cores; at most {outcome.peak_mb:,.0f} MB in a process")
    for failure in outcome.total.failures[:20]:
        console.print(failure, markup=False)
    return 1 if outcome.total.failures else 0


def _cells(tally: Tally, ends: Sequence[str]) -> Iterator[str]:
    yield f"{tally.files:,}"
    for end in ends:
        yield f"{tally.ends[end]:,}"
    yield f"{tally.longest:.2f}"
    yield f"{len(tally.failures):,}"
