"""What is kept of a log says how a kernel died, and holds no value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.engine.scrub import scrub_log

CRASH = """Fatal Python error: Segmentation fault

Current thread 0x00007f1c2b7fe640 (most recent call first):
  File "/opt/x/frame.py", line 12 in read
  File "/opt/x/frame.py", line 40 in <module>
"""


def test_a_crash_keeps_its_frames() -> None:
    assert scrub_log(CRASH) == CRASH.replace("\n\n", "\n")


@pytest.mark.parametrize(
    "line",
    [
        "customer C0012345 has 8120.50",
        "  value = 'Li Wei'",
        'UserWarning: "Li Wei" is no number',
        "Executing Cell 3 of Li Wei",
        'File "x", line 3, in f: Li Wei C0012345',
    ],
)
def test_a_value_is_left_out(line: str) -> None:
    kept = scrub_log(line)
    assert "Li Wei" not in kept
    assert "C0012345" not in kept
    assert kept


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_no_other_line_gets_through(text: str) -> None:
    words = scrub_log(f"row {text}").replace("row", "")
    assert not words.strip() or words.startswith("[") or words.strip().isidentifier()
