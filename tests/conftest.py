"""Hooks of the whole run. The fault campaign's table is printed from here, as under xdist the process that prints
loads no conftest further down."""

from tests.faults.table import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
