"""`python -m sandbox …`: the same commands as `send sandbox …`."""

import sys

from rich.console import Console

from area.errors import SendWarehouseError
from sandbox.cli import app

if __name__ == "__main__":
    try:
        app(prog_name="sandbox")
    except SendWarehouseError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(str(error), style="red", markup=False)
        sys.exit(1)
