"""A good profile as text, for tests that change it."""

from pathlib import Path

from chat.profiles.profile import Profile
from chat.profiles.read import read_profile

GOOD = """\
name: Good
model: good-1
endpoint: {base_url: "http://localhost:8000/v1"}
messages:
  system: Be brief.
thinking:
  open: <think>
  close: </think>
sampling:
  temperature: 0.5
  max_tokens: 100
modes:
  FULL: {stop_tokens: ["<|im_end|>", 151643]}
  THINK_ONLY: {stop_tokens: ["</think>"]}
end:
  clocks: {first_token: 2m, idle: 1500ms, total: "off"}
"""


def read(folder: Path, text: str | bytes) -> Profile:
    """Write the text to a file in that folder, and read it as a profile."""
    path = folder / "good.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_profile(path)


def changed(old: str, new: str) -> str:
    """Return GOOD with one part replaced."""
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)
