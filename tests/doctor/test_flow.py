"""A stream is held back if many events come late and all at once, and a reply of one token did not."""

import pytest

from chat.doctor.probe import Reply
from chat.doctor.stream.flow import is_held_back
from chat.doctor.stream.recording import Recording


@pytest.mark.parametrize(
    ("events", "begin", "end", "first", "held"),
    [
        (40, 1.0, 1.0, 0.1, True),
        (40, 1.0, 1.09, 0.1, True),
        (40, 1.0, 1.11, 0.1, False),
        (40, 0.7, 0.76, 0.1, True),
        (40, 0.7, 0.78, 0.1, False),
        (40, 0.5, 0.5, 0.1, False),
        (40, 3.0, 3.0, 2.9, False),
        (15, 1.0, 1.0, 0.1, False),
    ],
)
def test_late_and_then_at_once_is_held_back(events: int, begin: float, end: float, first: float, held: bool) -> None:
    times = [begin + (end - begin) * number / (events - 1) for number in range(events)]
    recording = Recording(tuple((time, b"data: {}\n\n") for time in times), over=True)
    assert is_held_back(recording, Reply(first, "length")) == held
