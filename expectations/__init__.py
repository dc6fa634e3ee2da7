"""The gates: Great Expectations suites over the night's DuckDB file, what they found, and the data-quality page."""
