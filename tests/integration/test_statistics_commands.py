"""`send statistics` against the sandbox's statistics API, which serves the published figures."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from area.errors import SettingsError, SourceRefusedError
from cli.main import build_app
from tests.support.sandbox_servers import make_folder, serving

TITLE = "Education, health and care plans"
Send = Callable[..., str]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(make_folder(tmp_path_factory.mktemp("sandbox"))) as running:
        yield json.dumps(running.connection("send_dfe_statistics"))


@pytest.fixture
def send(connection: str, monkeypatch: pytest.MonkeyPatch) -> Send:
    """`send statistics …`; returns what it prints."""
    monkeypatch.setenv("AIRFLOW_CONN_SEND_DFE_STATISTICS", connection)

    def run(*words: str) -> str:
        result = CliRunner().invoke(build_app(), ["statistics", *words], catch_exceptions=True)
        if result.exception is not None:
            raise result.exception
        return result.output

    return run


def ident(listed: str, title: str) -> str:
    """The id in the last cell of the line with this title."""
    line = next(line for line in listed.splitlines() if f" {title} " in line)
    return line.split("│")[-2].strip()


def test_from_a_search_to_the_rows_of_a_data_set(send: Send, tmp_path: Path) -> None:
    publication = ident(send("search", "health and care"), TITLE)
    listed = send("data-sets", publication)
    assert listed == send("data-sets", TITLE.upper())
    data_set = ident(listed, "EHC plans in place")
    assert "Published" in listed

    versions = send("versions", data_set)
    assert [word in versions for word in ("1.1", "1.0", "Minor", "Major")] == [True] * 4
    assert "minor" in send("changes", data_set)
    assert "time period '" in send("changes", data_set, "--version", "1.1", "--patches")
    assert "time period '" not in send("changes", data_set, "--version", "1.0")

    meta = send("meta", data_set)
    assert "ehcplans" in meta
    assert "breakdown_topic" in meta
    assert "Local authority" in meta

    out = tmp_path / "new" / "plans.csv"
    assert "bytes" in send("csv", data_set, "--out", str(out))
    with out.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {"time_period", "geographic_level", "ehcplans"} <= rows[0].keys()
    assert {row["old_la_code"] for row in rows} > {"931"}


def test_a_search_without_a_hit_says_so_and_for_which_words(send: Send) -> None:
    assert send("search", "zebra crossings") == "No publication was found for 'zebra crossings'.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["search", "ab"], "three characters"),
        (["data-sets", "No such publication"], "an id or a title"),
        (["meta", "EHC plans in place"], "the id of a data set"),
    ],
)
def test_what_cannot_be_asked_is_said(send: Send, words: list[str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        send(*words)


def test_a_data_set_that_is_not_there(send: Send) -> None:
    with pytest.raises(SourceRefusedError, match="404"):
        send("meta", "60df847c-0000-5b67-b8d1-697ead34adbb")
