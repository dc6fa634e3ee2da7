"""Settings, paths and the step log of an area."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from area.errors import FileRefusedError, SettingsError, SourceUnavailableError
from area.paths import AreaPaths
from area.settings import config_root, feed_overrides, load_settings, settings_section
from area.steps import step


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "areas").mkdir()
    (tmp_path / "defaults.yml").write_text((config_root() / "defaults.yml").read_text(encoding="utf-8"))
    return tmp_path


def test_an_area_without_a_file_has_the_defaults(config: Path) -> None:
    settings = load_settings("887", root=config)
    assert (settings.collection, settings.census_date) == (2025, dt.date(2025, 1, 16))


def test_an_areas_own_file_changes_only_what_it_names(config: Path) -> None:
    (config / "areas" / "887.yml").write_text("suppression: {threshold: 7}\n")
    settings = load_settings("887", root=config)
    assert settings.suppression_threshold == 7
    assert settings.secondary_suppression is True


def test_another_collection_brings_its_own_census_day(config: Path) -> None:
    assert load_settings("887", collection=2026, root=config).census_date == dt.date(2026, 1, 15)


@pytest.mark.parametrize("code", ["93", "9311", "abc", "../", "٩٣١"])
def test_what_is_no_area_code_is_refused(config: Path, code: str) -> None:
    with pytest.raises(SettingsError, match="three-digit"):
        load_settings(code, root=config)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("waits: {autism_weeks: soon}", "waits.autism_weeks"),
        ("timeliness: {twenty_week_end: today}", "timeliness.twenty_week_end"),
        ("suppression: 5", "suppression"),
        ("- a list", "whole file"),
        ("a: [", "whole file"),
        ("? [a list]\n: as a key", "whole file"),
        ("census_dates: {2025: 2025-13-41}", "whole file"),
        ("timeliness: {twenty_week_end: [start_date]}", "timeliness.twenty_week_end"),
        ("feeds: {allowed_age_days: {gias: soon}}", "feeds.allowed_age_days"),
        ("feeds: {allowed_age_days: 3}", "feeds.allowed_age_days"),
        ("collection: 2041", "census_dates.2041"),
        ("feeds: {overides: {}}", "'feeds'.*allowed_age_days, key_feeds, overrides, came 'overides'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(config: Path, text: str, named: str) -> None:
    (config / "areas" / "887.yml").write_text(text)
    with pytest.raises(SettingsError, match=named) as caught:
        load_settings("887", root=config)
    assert "887.yml" in str(caught.value)
    assert "What to do:" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("waits:\n  autism_weeks: 13\n autism: 3\n", 3),
        ("sen2:\n  dmo: [Y,\n  dco: Y\nwaits: {}\n", 4),
        ("collection: 2025\ncensus_dates:\n  2025: 2025-02-31\n", 3),
        ("collection: 2025\nwaits: *nowhere\n", 2),
        ("collection: 2025\nwaits: {autism_weeks: [\n", 2),
    ],
)
def test_broken_yaml_is_named_with_its_line(config: Path, text: str, line: int) -> None:
    own = config / "areas" / "887.yml"
    own.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings("887", root=config)
    assert f"at line {line} (" in str(caught.value)
    assert f"What to do: correct line {line} of {own}" in str(caught.value)
    assert "Error" not in str(caught.value)


def test_a_typo_in_what_an_area_settles_of_its_feeds_is_refused_wherever_it_is_read(config: Path) -> None:
    (config / "areas" / "887.yml").write_text("feeds: {overides: {}}")
    for read in (feed_overrides, lambda area, root: settings_section(area, "alerts", root=root)):
        with pytest.raises(SettingsError, match="overides"):
            read("887", root=config)


def test_no_two_areas_share_a_folder(tmp_path: Path) -> None:
    first, second = (AreaPaths.of(code, tmp_path) for code in ("931", "887"))
    for name in ("landing", "deliveries", "read", "quarantine", "runs", "current", "step_log"):
        assert getattr(first, name).is_relative_to(tmp_path / "931")
        assert getattr(second, name).is_relative_to(tmp_path / "887")


def test_a_step_that_fails_is_logged_with_our_sentence(tmp_path: Path) -> None:
    log = tmp_path / "steps.jsonl"
    error = FileRefusedError("gias", "schools.csv", expected="the column URN", came="no such column")

    def work() -> None:
        with step(log, "pull gias") as current:
            current.count(rows=3)
            raise error

    with pytest.raises(FileRefusedError):
        work()
    records = [json.loads(line) for line in log.read_text().splitlines()]
    assert [r["state"] for r in records] == ["started", "failed"]
    assert records[1]["counts"] == {"rows": 3}
    assert records[1]["message"] == str(error)


def test_the_text_of_an_error_not_ours_stays_out_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "steps.jsonl"
    with pytest.raises(ValueError), step(log, "read"):
        raise ValueError("could not convert 'Q823456789012'")
    assert "Q823456789012" not in log.read_text()


def test_only_a_source_that_is_down_is_worth_a_retry() -> None:
    assert SourceUnavailableError("gias", "the server", "time-out").retryable
    assert not FileRefusedError("gias", "f", expected="a", came="b").retryable
