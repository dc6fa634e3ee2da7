"""Deadlines of a return: called out on or after each lead day until done, once each, and daily once they are past."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area.paths import AreaPaths
from returns.kinds import SEN2
from warehouse.submission.calendar import Alert, Deadline, alerts_due, deadlines, new_alerts, note_alert
from warehouse.submission.folder import write_json

CENSUS, RETURN = dt.date(2025, 1, 16), dt.date(2025, 3, 14)
LEADS = (28, 14, 7, 3, 1)


def due(today: dt.date, *, done: str | None = None, on: dt.date | None = RETURN) -> list[Alert]:
    deadline = Deadline(2025, "sign", "Return date", "sign the return", on, done)
    return alerts_due([deadline], today=today, lead_days=LEADS)


@given(st.dates(dt.date(2024, 6, 1), dt.date(2026, 6, 1)), st.lists(st.integers(0, 90), max_size=6))
def test_an_alert_is_due_from_the_first_lead_day_on_until_it_is_done(today: dt.date, leads: list[int]) -> None:
    deadline = Deadline(2025, "sign", "Return date", "sign the return", RETURN, None)
    begins = RETURN - dt.timedelta(days=max(leads, default=-1))
    assert bool(alerts_due([deadline], today=today, lead_days=leads)) == (today >= begins)
    done = Deadline(2025, "sign", "Return date", "sign the return", RETURN, "001 signed")
    assert alerts_due([done], today=today, lead_days=leads) == []


@given(st.dates(dt.date(2025, 1, 1), dt.date(2025, 3, 13)))
def test_a_morning_that_was_missed_does_not_lose_the_alert(today: dt.date) -> None:
    """Between two lead days the alert keeps its name, so it is called out once, by whichever morning comes first."""
    names = {alert.id for day in range(200) for alert in due(RETURN - dt.timedelta(days=day))}
    assert len(names) == len(LEADS)
    tomorrow = today + dt.timedelta(days=1)
    changed = [a.id for a in due(today)] != [a.id for a in due(tomorrow)]
    assert changed == ((RETURN - tomorrow).days in LEADS)


def test_what_is_overdue_is_called_out_every_day() -> None:
    ids = [due(RETURN + dt.timedelta(days=days))[0].id for days in (1, 2, 3)]
    assert len(set(ids)) == 3


def test_a_year_whose_return_date_is_not_known_has_no_alert_for_it() -> None:
    assert due(dt.date(2030, 1, 1), on=None) == []


def test_the_words_say_what_is_due_when_and_what_to_do() -> None:
    (alert,) = due(dt.date(2025, 3, 7))
    assert alert.words == "Return date 2025-03-14 (in 7 days), not done yet: sign the return."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path


def test_each_alert_is_called_out_once(data: Path) -> None:
    today = dt.date(2025, 1, 2)  # fourteen days before census day; the return date is further than 28 days
    alerts = new_alerts("857", kind=SEN2, today=today, root=data)
    assert [(alert.step, alert.days_left) for alert in alerts] == [("freeze", 14)]
    for alert in alerts:
        note_alert("857", alert, root=data)
        note_alert("857", alert, root=data)
    file = AreaPaths.of("857", data).alerts
    assert len(file.read_text().splitlines()) == 1
    assert file.stat().st_mode & 0o077 == 0
    assert new_alerts("857", kind=SEN2, today=today, root=data) == []
    assert new_alerts("857", kind=SEN2, today=dt.date(2025, 1, 8), root=data) == []
    assert [a.days_left for a in new_alerts("857", kind=SEN2, today=dt.date(2025, 1, 10), root=data)] == [6]


def test_freezing_and_signing_meet_the_deadlines_and_a_rehearsal_does_not(data: Path) -> None:
    def states() -> list[str | None]:
        return [deadline.done for deadline in deadlines("857", kind=SEN2, root=data)]

    paths = AreaPaths.of("857", data)
    for serial, rehearsal in (("001", True), ("002", False)):
        found = paths.submission("sen2", 2025, serial)
        found.root.mkdir(parents=True)
        write_json(found.manifest, {"rehearsal": rehearsal})
        expected: list[str | None] = [None, None] if rehearsal else ["frozen as 002", None]
        assert states() == expected
    write_json(found.approval, {"by": "A Director", "at": "2025-02-20T10:00:00+00:00"})
    assert states() == ["frozen as 002", "002 signed by A Director on 2025-02-20"]
    assert new_alerts("857", kind=SEN2, today=RETURN, root=data) == []
