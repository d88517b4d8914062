"""A line for each step where there is no terminal, bars where there is one."""

from __future__ import annotations

import sys

from analysis.cli.progress import PlainLines, show_progress
from analysis.engine.events import (
    Advanced,
    Expected,
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
    Expected({BANK: None, NORTH: 40.0}),
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
    clock = iter(range(100))
    listener = PlainLines(clock=lambda: float(next(clock)))
    for event in EVENTS:
        listener(event)
    out, err = capsys.readouterr()
    assert out == ""
    ends = {2: " (1 of 2, about 40 s left)", 4: " (2 of 2)"}
    assert err.splitlines() == [line + ends.get(i, "") for i, line in enumerate(TOLD)]


def test_on_a_terminal_the_same_lines_stay_above_the_bars(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")  # lines are longer
    with show_progress() as listener:
        assert not isinstance(listener, PlainLines)
        for event in EVENTS:
            listener(event)
    out, err = capsys.readouterr()
    assert out == ""
    for line in TOLD:
        assert line in err


def test_a_job_that_begins_again_elsewhere_has_one_bar(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with show_progress() as listener:
        for event in (Planned((BANK,)), Started(BANK, ()), Started(BANK, ())):
            listener(event)
        listener(Advanced(NORTH, 1, 2))  # overtaken by its job's end: no bar any more
        assert len(listener._tasks) == 1
        assert len(listener._progress.tasks) == 2
        listener(EVENTS[-1])
    capsys.readouterr()
