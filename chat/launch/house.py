"""The folder that the app runs from, and the environment that applies there."""

import os
from pathlib import Path

from dotenv import dotenv_values

CHECKOUT = Path(__file__).parents[2]
ROOT = CHECKOUT
if not (CHECKOUT / "app.py").is_file():  # an installed wheel has the app and its data in the package
    ROOT = Path(__file__).parents[1] / "house"


def read_environment(root: Path) -> dict[str, str]:
    """Return the variables of `.env` in `root`, overridden by the process's own.

    Chainlit reads that file as well; the result points it to an empty one.
    """
    file = os.environ.get("CHAINLIT_ENV_FILE") or root / ".env"
    written = {name: value for name, value in dotenv_values(file).items() if value is not None}
    return {**written, **os.environ, "CHAINLIT_ENV_FILE": os.devnull}
