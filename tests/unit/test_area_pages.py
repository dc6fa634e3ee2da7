"""What every page of the night writes the same way."""

from __future__ import annotations

import datetime as dt

import pytest

from area.pages import day_in_words, with_commands


def test_a_day_is_in_words() -> None:
    assert (day_in_words(dt.date(2025, 1, 3)), day_in_words(None)) == ("3 January 2025", "never")


@pytest.mark.parametrize(
    ("said", "html"),
    [
        ("Run `send quarantine list --rows`.", "Run <code>send quarantine list --rows</code>."),
        ("`a`, then `b`", "<code>a</code>, then <code>b</code>"),
        ("one ` alone", "one ` alone"),
        ("`<script>` & <b>", "<code>&lt;script&gt;</code> &amp; &lt;b&gt;"),
    ],
)
def test_commands_are_set_as_code_and_everything_is_escaped(said: str, html: str) -> None:
    assert str(with_commands(said)) == html
