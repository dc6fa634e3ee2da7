"""Children a second: our CIN census reader, the validator councils use, and a bare visit to every element."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from lxml import etree

from area.paths import PROJECT_ROOT
from bench.peers import ask_peer
from bench.readers import read

FEED = "cin_census"
# Runs in the peer's own environment: from a file on disk to its tables, as its command line does before any rule.
PEER_CODE = """
import json, sys, time
import xml.etree.ElementTree as ET
from cin_validator.ingress import XMLtoCSV
started = time.perf_counter()
tables = XMLtoCSV(ET.parse(sys.argv[1]).getroot())
print(json.dumps({"seconds": time.perf_counter() - started, "children": len(tables.ChildIdentifiers)}))
"""


def cin_reader(census: Path, small: Path, scratch: Path) -> dict[str, float]:
    """Children a second of each reader. `census` is the whole file; the peer, which slows down with size, reads
    `small` (its rate on the larger one would be lower), and we read that too for the ratio."""
    peer = float(ask_peer("cin", PEER_CODE, small)["seconds"])
    ours = _ours(census, small, scratch)
    return {
        "children in the small file": _children(small),
        "csc-validator-be-cin, children/s": _children(small) / peer,
        "ours, children/s (same file)": _children(small) / ours["small"],
        "ratio ours : csc-validator-be-cin (goal: at least 50)": peer / ours["small"],
        "children in the whole file": _children(census),
        "bare lxml iterparse, children/s": _children(census) / ours["bare"],
        "ours, children/s (whole file)": _children(census) / ours["whole"],
        "ratio bare iterparse : ours (goal: at most 3)": ours["whole"] / ours["bare"],
    }


def _ours(census: Path, small: Path, scratch: Path) -> dict[str, float]:
    """Seconds, in a process of their own as the peer has one: what the bench did before is not in their way."""
    words = [sys.executable, "-m", "bench.cin_reader", str(census), str(small), str(scratch)]
    done = subprocess.run(words, check=True, cwd=PROJECT_ROOT, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main(census: Path, small: Path, scratch: Path) -> None:
    """Print, as JSON, the seconds our reader and the bare visit take, each the median of five; a first read of a few
    children comes before, because imports are not counted for the peer either."""
    scratch.mkdir()
    read(shorten(census, scratch / "first.xml", 10), FEED, scratch / "first")
    turns = range(5)
    seconds = {
        "small": [read(small, FEED, scratch / f"small{turn}") for turn in turns],
        "whole": [read(census, FEED, scratch / f"whole{turn}") for turn in turns],
        "bare": [_bare(census) for _ in turns],
    }
    print(json.dumps({name: statistics.median(taken) for name, taken in seconds.items()}))


def shorten(census: Path, target: Path, children: int) -> Path:
    """The first `children` children of a census file, as a file of its own."""
    text = census.read_text(encoding="utf-8")
    end = 0
    for _ in range(children):
        end = text.index("</Child>", end) + len("</Child>")
    target.write_text(text[:end] + text[text.rindex("</Children>") :], encoding="utf-8")
    return target


def _children(census: Path) -> int:
    return census.read_text(encoding="utf-8").count("</Child>")


def _bare(census: Path) -> float:
    started = time.perf_counter()
    for _, element in etree.iterparse(str(census)):
        element.clear()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:]))
