"""Extracts come in: transports fetch, landing keeps, formats read, contracts decide, quarantine holds what does not
hold.

Nothing here knows of dbt, gates, returns or boards; the way out is `raw_schema.create_raw`.
"""
