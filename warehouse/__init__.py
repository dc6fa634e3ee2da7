"""One area's night: a private DuckDB file is built layer by layer, gated, turned into outputs and published whole.

The only package that puts ingest, dbt, expectations, returns and board together; none of those imports it. Runs
without Airflow; the DAG files call it task by task.
"""
