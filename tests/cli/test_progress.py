"""A line for each step where there is no terminal, bars where there is one."""

from __future__ import annotations

import sys

from analysis.cli.progress import show_progress, tell_plainly
from analysis.engine.events import (
    Advanced,
    Finished,
    Note,
    Outcome,
    Planned,
    Started,
    State,
    Target,
)
from analysis.engine.outcome import Failure, FailureKind

BANK, NORTH = Target("lifecycle", "bank"), Target("lifecycle", "region:[North]")
FAILURE = Failure(kind=FailureKind.KERNEL_DIED, message="died")
EVENTS = [
    Planned((BANK, NORTH)),
    Note("Looking at the source"),
    Started(BANK, ("there is no report yet",)),
    Advanced(BANK, 1, 10),
    Finished(Outcome(target=BANK, state=State.DONE, seconds=2.04)),
    Started(NORTH, tuple(f"r{number}" for number in range(6))),
    Finished(Outcome(target=NORTH, state=State.FAILED, failures=(FAILURE,))),
]
TOLD = [
    "Looking at the source …",
    "lifecycle · bank: running, because there is no report yet",
    "lifecycle · bank: done in 2.0 s",
    "lifecycle · region:[North]: running, because r0; r1; r2; r3; and 2 more reasons",
    "lifecycle · region:[North]: FAILED",
]


def test_elsewhere_each_step_is_a_line_on_standard_error(capsys):
    for event in EVENTS:
        tell_plainly(event)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == TOLD


def test_on_a_terminal_the_same_lines_stay_above_the_bars(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")  # lines are longer
    with show_progress() as listener:
        assert listener is not tell_plainly
        for event in EVENTS:
            listener(event)
    out, err = capsys.readouterr()
    assert out == ""
    for line in TOLD:
        assert line in err
