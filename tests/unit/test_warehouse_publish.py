"""Publishing: whole or not at all, whatever happens in between."""

from __future__ import annotations

import datetime as dt
import os
import threading
from pathlib import Path

import pytest

from area.errors import NightTakenError
from area.paths import AreaPaths
from warehouse import publish as publishing
from warehouse.publish import KEEP_NIGHTS, begin, building_night, publish, require_night


@pytest.fixture
def paths(tmp_path: Path) -> AreaPaths:
    return AreaPaths.of("931", tmp_path)


def build(paths: AreaPaths, night: str) -> None:
    begin(paths, night)
    for name in ("a", "b"):
        (paths.building.root / name).write_text(night)


def test_a_published_night_is_current_and_building_is_gone(paths: AreaPaths) -> None:
    build(paths, "n1")
    publish(paths, "n1")
    assert (paths.current / "a").read_text() == "n1"
    assert not paths.building.root.exists()


def test_an_unpublished_night_leaves_current_alone(paths: AreaPaths) -> None:
    build(paths, "n1")
    publish(paths, "n1")
    build(paths, "n2")
    assert (paths.current / "a").read_text() == "n1"
    begin(paths, "n3")  # n2 was killed
    assert building_night(paths) == "n3"
    assert not (paths.building.root / "a").exists()


def test_publishing_again_after_a_kill_between_rename_and_switch(
    paths: AreaPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(paths, "n1")
    publish(paths, "n1")
    build(paths, "n2")

    def killed(link: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "switch", killed)
    with pytest.raises(KeyboardInterrupt):
        publish(paths, "n2")
    assert (paths.current / "a").read_text() == "n1"
    monkeypatch.undo()
    publish(paths, "n2")
    assert (paths.current / "a").read_text() == "n2"


def test_a_run_overtaken_by_another_stops(paths: AreaPaths) -> None:
    build(paths, "n1")
    begin(paths, "n2")
    with pytest.raises(NightTakenError, match="n1"):
        require_night(paths, "n1")
    with pytest.raises(NightTakenError):
        publish(paths, "n1")


def test_only_the_newest_nights_are_kept(paths: AreaPaths) -> None:
    for number in range(KEEP_NIGHTS + 3):
        build(paths, f"n{number}")
        publish(paths, f"n{number}")
    assert len(list(paths.runs.iterdir())) == KEEP_NIGHTS
    assert (paths.current / "a").read_text() == f"n{KEEP_NIGHTS + 2}"


def test_a_night_has_its_own_airflow_log_which_goes_with_it(paths: AreaPaths) -> None:
    """Two of three nights fail: their logs, and those of the nights that are kept, can still be read."""
    logs = []
    for number in range(KEEP_NIGHTS + 6):
        log = paths.airflow_log(dt.date(2025, 1, 31), dt.datetime(2025, 2, 1, number))
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch()
        os.utime(log, (number, number))
        logs.append(log)
        if number % 3 == 0:
            build(paths, f"n{number}")
            os.utime(paths.building.root, (number, number))
            publish(paths, f"n{number}")
    assert len({log for log in logs if log.exists()}) == KEEP_NIGHTS + 6
    for number in (20, 21):
        build(paths, f"n{number}")
        os.utime(paths.building.root, (number, number))
        publish(paths, f"n{number}")
    assert [log for log in logs if log.exists()] == logs[6:]


def test_a_reader_never_sees_half_a_night(paths: AreaPaths) -> None:
    """A reader that resolves `current` once sees two files of the same night, however often nights are published."""
    build(paths, "n0")
    publish(paths, "n0")
    seen: list[tuple[str, str]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            folder = paths.current.resolve()
            try:
                seen.append(((folder / "a").read_text(), (folder / "b").read_text()))
            except FileNotFoundError:
                continue  # the night read was pruned meanwhile: the reader opens `current` anew

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 200):
        build(paths, f"n{number}")
        publish(paths, f"n{number}")
    stop.set()
    reader.join()
    assert seen
    assert all(a == b for a, b in seen)
