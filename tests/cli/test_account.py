"""What ``--explain`` and ``--profile`` print: every report, every reason, every phase."""

from __future__ import annotations

from pathlib import Path

from analysis.batch import BatchResult
from analysis.cli.account import list_phases, list_reasons
from analysis.engine.events import Outcome, State, Target
from analysis.errors import ExitCode

RAN = Outcome(
    target=Target("lifecycle", "bank"),
    state=State.DONE,
    reasons=("the notebook has changed", "parameter size is 2, it was 1"),
    seconds=7.5,
    phases=(("kernel", 1.25), ("cells", 4.0), ("judge", 0.25), ("render", 1.5), ("place", 0.5)),
    kernel="warm",
)
AGAIN = Outcome(
    target=Target("incentives", "region:North"),
    state=State.RENDERED,
    reasons=("the pages' template has changed",),
    seconds=2.0,
    phases=(("render", 1.75), ("place", 0.25)),
)
SAME = Outcome(
    target=Target("market", "bank"), state=State.UP_TO_DATE, reasons=("the same notebook",)
)
RESULT = BatchResult(
    folder=Path("reports/sample"),
    outcomes=(RAN, AGAIN, SAME),
    exit_code=ExitCode.DONE,
    phases=(("looking for changes", 0.5), ("reports", 9.0)),
)


def test_every_report_is_named_with_every_reason():
    assert list(list_reasons(RESULT)) == [
        "lifecycle · bank: ran",
        "  the notebook has changed",
        "  parameter size is 2, it was 1",
        "incentives · region:North: pages made anew, without a kernel",
        "  the pages' template has changed",
        "market · bank: up to date",
        "  the same notebook",
    ]


def test_every_state_has_its_words():
    outcomes = tuple(Outcome(target=Target("market", "bank"), state=state) for state in State)
    result = BatchResult(folder=Path(), outcomes=outcomes, exit_code=ExitCode.DONE)
    lines = list(list_reasons(result))
    assert len(set(lines)) == len(State)


def test_the_time_of_each_phase_is_shown_and_added_up():
    lines = [line.split() for line in list_phases(RESULT)]
    assert lines[0] == [
        *("report", "kernel", "cells", "judge", "render", "place"),
        *("in", "all", "kernel"),
    ]
    assert lines[1][-7:] == ["1.25", "4.00", "0.25", "1.50", "0.50", "7.50", "warm"]
    assert lines[2][-7:] == ["0.00", "0.00", "0.00", "1.75", "0.25", "2.00", "none"]
    assert lines[3] == ["all", "1.25", "4.00", "0.25", "3.25", "0.75", "9.50", "1", "none,", "1",
                        "warm"]  # fmt: skip
    assert lines[4:] == [["looking", "for", "changes:", "0.50", "s"], ["reports:", "9.00", "s"]]
