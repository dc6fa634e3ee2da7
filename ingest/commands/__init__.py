"""The commands of `send` that ingest brings: one module a group. `cli/main.py` puts them together."""
