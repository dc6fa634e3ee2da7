"""The source systems of a pretend area: HTTP, SFTP, MESH, SQL and folders, speaking as real ones do.

`python -m sandbox.servers.serve --dir OUT` serves one sandbox folder on 127.0.0.1 (free ports), prints one JSON line of
Airflow connections and stays until its standard input closes or SIGTERM comes. One process serves one area.

| Module | Source system |
|---|---|
| `mis` | the schools' aggregator API: pupils, attendance, exclusions (Assembly API shape) |
| `gias` | the daily GIAS download |
| `statistics` | the DfE statistics API, with the published figures |
| `sftp` | the council's, the care system's and the health provider's SFTP accounts |
| `mesh` | the council's NHS MESH mailbox, in which the health provider's waiting list is (NHS England's own sandbox) |
| `ssd` | the social care database in PostgreSQL: the Standard Safeguarding Dataset |
| `trouble` | faults that a file (`--trouble`) switches on: late, refusing, broken or lying servers |

A folder without `mesh/` or `ssd/` in it gets no mailbox or database, and so no connection to one. The census drop is a
plain folder, so its connection is only a path. Requests are never logged: what is asked for can be
personal data.
"""
