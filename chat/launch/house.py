"""The folder that the app runs from, and the settings that apply there."""

import os
from pathlib import Path

from dotenv import dotenv_values

CHECKOUT = Path(__file__).parents[2]
# An installed wheel has the app and its data in the package.
ROOT = CHECKOUT if (CHECKOUT / "app.py").is_file() else Path(__file__).parents[1] / "house"


def settings(root: Path) -> dict[str, str]:
    """Return the environment over the values of `.env`, and keep Chainlit from reading that file again."""
    file = os.environ.get("CHAINLIT_ENV_FILE") or root / ".env"
    written = {name: value for name, value in dotenv_values(file).items() if value is not None}
    return {**written, **os.environ, "CHAINLIT_ENV_FILE": os.devnull}
