"""When people are told of a sector's feeds, in what words, and by which of their notifiers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from area.errors import SettingsError
from area.notifiers import NotifierSetting, notifiers_of
from area.paths import AreaPaths
from ingest.status.alerts import FeedAlert, new_alert, note_feed_alert, told_last
from ingest.status.last_pull import LastPull, note_last_pull
from tests.support.waiting_list import AREA, FEED, delivered

DAY = dt.date(2025, 1, 31)


def alert(root: Path, day: dt.date) -> FeedAlert | None:
    """What a night tells, written down as told."""
    found = new_alert(AREA, "health", as_of=day, root=root)
    if found is not None:
        note_feed_alert(AREA, found, root=root)
    return found


def test_a_late_feed_is_told_of_once_and_again_when_it_is_well(tmp_path: Path) -> None:
    assert alert(tmp_path, DAY) is None  # no connection, so nobody is late
    delivered(DAY - dt.timedelta(days=46), tmp_path)
    first = alert(tmp_path, DAY)
    assert first is not None
    assert first.words == "Area 931, health: 1 feed needs attention"
    assert first.text.startswith("New: Health waiting list, late. The last good delivery is of 16 December 2024")
    assert [alert(tmp_path, DAY + dt.timedelta(days=days)) for days in (0, 1, 2)] == [None] * 3
    delivered(DAY + dt.timedelta(days=3), tmp_path)
    well = alert(tmp_path, DAY + dt.timedelta(days=3))
    assert well is not None
    assert well.text == "Well again: Health waiting list."
    assert alert(tmp_path, DAY + dt.timedelta(days=4)) is None


def test_another_failure_is_news_and_the_same_one_with_other_numbers_is_not(tmp_path: Path) -> None:
    delivered(DAY, tmp_path)
    folder, root = AreaPaths.of(AREA, tmp_path).deliveries, AreaPaths.of(AREA, tmp_path).root

    def fails(words: str, hour: int) -> FeedAlert | None:
        note_last_pull(folder, FEED, LastPull(dt.datetime(2025, 1, 31, hour), words, "X"), root=root)
        return alert(tmp_path, DAY)

    assert fails("File 20250131.csv is none. What to do: ask.", 2) is not None
    assert fails("File 20250201.csv is none. What to do: ask.", 3) is None
    assert fails("The server is down. What to do: wait.", 4) is not None


def test_an_alert_is_one_line_beside_those_of_deadlines(tmp_path: Path) -> None:
    delivered(DAY - dt.timedelta(days=46), tmp_path)
    file = AreaPaths.of(AREA, tmp_path).alerts
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"id": "2025-freeze-2025-01-16-3"}) + "\n")
    told = alert(tmp_path, DAY)
    assert told is not None
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["id"] for line in lines] == ["2025-freeze-2025-01-16-3", told.id]
    assert told_last(file, "health") == {FEED: ["late"]}
    assert told_last(file, "education") == {}


def settle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    (tmp_path / "areas").mkdir()
    (tmp_path / "areas" / f"{AREA}.yml").write_text(said)
    monkeypatch.setenv("SEND_CONFIG", str(tmp_path))


def test_a_notifier_of_the_settings_gets_what_is_to_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "{class: a.B, kwargs: {title: 'x {subject}', to: ['{text}', 3]}}"
    settle(tmp_path, monkeypatch, f"alerts: {{notifiers: [{said}]}}")
    (found,) = notifiers_of(AREA)
    assert found == NotifierSetting("a.B", {"title": "x {subject}", "to": ["{text}", 3]})
    assert found.filled(subject="S", text="T {braces}") == {"title": "x S", "to": ["T {braces}", 3]}


@pytest.mark.parametrize("said", ["{notifiers: 3}", "{notifiers: [a.B]}", "{notifiers: [{class: a.B, with: 3}]}"])
def test_a_notifier_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    settle(tmp_path, monkeypatch, f"alerts: {said}")
    with pytest.raises(SettingsError, match=r"alerts\.notifiers"):
        notifiers_of(AREA)
