"""The source systems of a pretend area: HTTP, SFTP and a folder, speaking as real ones do.

`python -m sandbox.servers.serve --dir OUT` serves one sandbox folder on 127.0.0.1 (free ports), prints one JSON line of
Airflow connections and stays until its standard input closes or SIGTERM comes. One process serves one area.

| Module | Source system |
|---|---|
| `mis` | the schools' aggregator API: pupils, attendance, exclusions (Assembly API shape) |
| `gias` | the daily GIAS download |
| `statistics` | the DfE statistics API, with the published figures |
| `sftp` | the council's, the care system's and the health provider's SFTP accounts |
| `trouble` | faults that a file (`--trouble`) switches on: late, refusing, broken or lying servers |

The census drop is a plain folder, so its connection is only a path. Requests are never logged: what is asked for can be
personal data.
"""
