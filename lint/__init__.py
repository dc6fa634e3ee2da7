"""Checks of the project's own shape that no ready-made linter makes."""
