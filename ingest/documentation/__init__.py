"""What is generated from the contracts: a page a feed for people (`docs/feeds/`), and dbt's sources."""
