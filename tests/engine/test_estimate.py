"""What is left of a batch: from the last run where there was one, else from this one."""

from __future__ import annotations

import pytest

from analysis.engine.estimate import Estimate
from analysis.engine.events import Expected, Finished, Outcome, Planned, Started, State, Target

TARGETS = [Target("alpha", f"branch:{number}") for number in range(10)]


def _begin(seconds, *, running=()):
    estimate = Estimate()
    for event in (Planned(tuple(seconds)), Expected(seconds)):
        estimate.hear(event, now=0.0)
    for target in running:
        estimate.hear(Started(target, ()), now=0.0)
    return estimate


def _finish(estimate, target, *, seconds, now, state=State.DONE):
    estimate.hear(Finished(Outcome(target=target, state=state, seconds=seconds)), now=now)


def test_ten_reports_of_four_seconds_two_at_once_take_twenty():
    estimate = _begin(dict.fromkeys(TARGETS, 4.0), running=TARGETS[:2])
    assert estimate.seconds_left(now=0.0) == 20.0
    assert estimate.seconds_left(now=3.0) == 17.0


def test_without_a_last_time_nothing_is_said_until_one_has_come_out():
    estimate = _begin(dict.fromkeys(TARGETS), running=TARGETS[:1])
    assert estimate.seconds_left(now=2.0) is None
    _finish(estimate, TARGETS[0], seconds=6.0, now=6.0)
    assert estimate.seconds_left(now=6.0) == pytest.approx(9 * 6.0)


def test_a_slower_machine_than_the_last_time_is_noticed():
    estimate = _begin(dict.fromkeys(TARGETS, 4.0), running=TARGETS[:1])
    _finish(estimate, TARGETS[0], seconds=8.0, now=8.0)
    assert estimate.seconds_left(now=8.0) == pytest.approx(9 * 8.0)


def test_a_new_scope_takes_as_long_as_its_report_elsewhere_and_not_as_the_mean():
    slow = Target("beta", "bank")
    estimate = _begin({TARGETS[0]: None, TARGETS[1]: None, slow: None})
    for target, seconds in ((TARGETS[0], 2.0), (slow, 100.0)):
        estimate.hear(Started(target, ()), now=0.0)
        _finish(estimate, target, seconds=seconds, now=100.0)
    assert estimate.seconds_left(now=100.0) == pytest.approx(2.0)


def test_the_batch_does_not_end_before_its_longest_report():
    seconds = {TARGETS[0]: 100.0, TARGETS[1]: 1.0}
    assert _begin(seconds, running=TARGETS[:2]).seconds_left(now=0.0) == 100.0


def test_nothing_is_left_when_all_have_come_out_and_skipped_ones_teach_nothing():
    estimate = _begin(dict.fromkeys(TARGETS[:2], 5.0), running=TARGETS[:1])
    _finish(estimate, TARGETS[1], seconds=0.0, now=1.0, state=State.SKIPPED)
    assert estimate.seconds_left(now=1.0) == pytest.approx(4.0)
    _finish(estimate, TARGETS[0], seconds=5.0, now=5.0)
    assert estimate.seconds_left(now=5.0) == 0.0
    assert (estimate.done, estimate.total) == (2, 2)


def test_a_second_round_is_counted_from_its_beginning():
    """What the disclosure rules ask to run again is not told as the eleventh of ten."""
    target = Target("lifecycle", "bank")
    estimate = Estimate()
    for _ in range(2):
        estimate.hear(Planned((target,)), now=0.0)
        estimate.hear(Finished(Outcome(target=target, state=State.UP_TO_DATE)), now=0.0)
    assert (estimate.done, estimate.total) == (1, 1)
