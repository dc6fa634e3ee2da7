"""Where the generated files are, and what must be in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from area.paths import PROJECT_ROOT
from ingest.contract.model import Contract
from ingest.documentation.feed_page import feed_page, index_page
from ingest.documentation.sources import sources_text


def doc_files(contracts: Sequence[Contract], root: Path = PROJECT_ROOT) -> dict[Path, str]:
    """`docs/feeds/`: a page a feed and the list of them."""
    folder = root / "docs" / "feeds"
    return {folder / f"{contract.feed}.md": feed_page(contract) for contract in contracts} | {
        folder / "README.md": index_page(contracts)
    }


def source_files(contracts: Sequence[Contract], root: Path = PROJECT_ROOT) -> dict[Path, str]:
    """`dbt_project/models/staging/<source>/_sources.yml`."""
    by_source: dict[str, list[Contract]] = {}
    for contract in contracts:
        by_source.setdefault(contract.source_name, []).append(contract)
    folder = root / "dbt_project" / "models" / "staging"
    return {folder / name / "_sources.yml": sources_text(name, feeds) for name, feeds in by_source.items()}


def differing(files: Mapping[Path, str]) -> list[Path]:
    """Those of the files that are not what they must be, or not there."""
    return [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def write(files: Mapping[Path, str]) -> list[Path]:
    """Write those that differ; returns them."""
    changed = differing(files)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
    return changed
