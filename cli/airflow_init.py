"""Makes a deployment's Airflow ready: metadata database, a pool for each area's warehouse file, the first login.

Safe to run at every start. `SEND_ADMIN_USER`, `SEND_ADMIN_EMAIL` and `SEND_ADMIN_PASSWORD` name the first login.
"""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> int:
    """Exit code of the first step that failed, else 0."""
    steps = [["airflow", "db", "migrate"]]
    from dags.parts.areas import configured_areas

    for area in configured_areas():
        steps.append(["airflow", "pools", "set", f"warehouse_{area}", "1", "One writer of the warehouse file"])
    for step in steps:
        code = subprocess.run([sys.executable, "-m", *step], check=False).returncode
        if code:
            return code
    return _first_login()


def _first_login() -> int:
    """Create the first login, unless it exists. The password goes through standard input, not the process list."""
    from airflow.providers.fab.www.app import create_app

    app = create_app(enable_plugins=False)
    with app.app_context():
        manager = app.appbuilder.sm
        name = os.environ["SEND_ADMIN_USER"]
        if manager.find_user(name):
            return 0
        created = manager.add_user(
            name,
            "Warehouse",
            "Administrator",
            os.environ["SEND_ADMIN_EMAIL"],
            manager.find_role("Admin"),
            os.environ["SEND_ADMIN_PASSWORD"],
        )
        return 0 if created else 1


if __name__ == "__main__":
    sys.exit(main())
