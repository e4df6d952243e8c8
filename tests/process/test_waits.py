"""Each wait of the app is an environment variable; its default is the documented one."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from chat.launch.ground import check_settings
from chat.launch.trouble import Trouble
from chat.process.limits import BadLimit
from chat.process.waits import Waits, read_waits

ROW = re.compile(r"^\| `FULLSTOP_(\w+_SECONDS)` \| ([\d.]+) \|", re.MULTILINE)
SERVERS = Path(__file__).parents[2] / "docs" / "servers.md"


def test_the_documented_waits_are_the_defaults() -> None:
    assert {name.lower(): float(seconds) for name, seconds in ROW.findall(SERVERS.read_text())} == asdict(Waits())


@pytest.mark.parametrize("name", asdict(Waits()))
def test_each_wait_can_be_set(name: str) -> None:
    assert asdict(read_waits({f"FULLSTOP_{name.upper()}": " 7.25 "})) == asdict(Waits()) | {name: 7.25}


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "inf", "5s"])
def test_a_malformed_wait_is_rejected_before_anything_starts(value: str) -> None:
    with pytest.raises(BadLimit, match="FULLSTOP_LOOKUP_SECONDS="):
        read_waits({"FULLSTOP_LOOKUP_SECONDS": value})
    with pytest.raises(Trouble, match="FULLSTOP_LOOKUP_SECONDS="):
        check_settings({"FULLSTOP_LOOKUP_SECONDS": value})
