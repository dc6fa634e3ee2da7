"""Children a second: our CIN census reader, the validator councils use, and a bare visit to every element."""

from __future__ import annotations

import time
from pathlib import Path

from lxml import etree

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
    peer = _peer(small)
    first = shorten(census, scratch.with_suffix(".first.xml"), 10)
    read(first, FEED, scratch / "first")  # imports are not counted, as the peer's
    ours_small, ours = read(small, FEED, scratch / "small"), read(census, FEED, scratch / "whole")
    return {
        "children in the small file": _children(small),
        "csc-validator-be-cin, children/s": _children(small) / peer,
        "ours, children/s (same file)": _children(small) / ours_small,
        "ratio ours : csc-validator-be-cin (goal: at least 50)": peer / ours_small,
        "children in the whole file": _children(census),
        "bare lxml iterparse, children/s": _children(census) / _bare(census),
        "ours, children/s (whole file)": _children(census) / ours,
        "ratio bare iterparse : ours (goal: at most 3)": ours / _bare(census),
    }


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


def _peer(census: Path) -> float:
    """Seconds the peer takes, start-up not counted."""
    return float(ask_peer("cin", PEER_CODE, census)["seconds"])
