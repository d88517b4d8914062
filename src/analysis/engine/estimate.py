"""How long a batch will still take: from what each report took the last time, or takes now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean

from analysis.engine.events import (
    Event,
    Expected,
    Finished,
    Outcome,
    Planned,
    Started,
    State,
    Target,
)

_RAN = {State.DONE, State.PARTIAL, State.RENDERED, State.FAILED}


@dataclass(slots=True)
class Estimate:
    """Listens to a batch, and says how much of it is left.

    A report is expected to take as long as the last time, times what those that have
    come out took more or less than the last time; one that is new as long as the same
    report about other scopes, else as the mean of all. Before anything has come out, and
    without a last time, nothing is said.

    Attributes
    ----------
    done, total : int
        Targets that have come out, and all of them.

    Examples
    --------
    >>> first, second = Target("first", "bank"), Target("second", "bank")
    >>> estimate = Estimate()
    >>> for event in (Planned((first, second)), Expected({first: 30.0, second: 60.0})):
    ...     estimate.hear(event, now=0.0)
    >>> estimate.hear(Started(first, ()), now=0.0)
    >>> estimate.seconds_left(now=10.0)
    80.0
    """

    done: int = 0
    total: int = 0
    _waiting: dict[Target, None] = field(default_factory=dict)
    _running: dict[Target, float] = field(default_factory=dict)
    _at_once: int = 1
    _last: Mapping[Target, float] = field(default_factory=dict)
    _ran: list[Outcome] = field(default_factory=list)
    _by_report: dict[str, tuple[int, float]] = field(default_factory=dict)

    def hear(self, event: Event, *, now: float) -> None:
        """Take note of what happens.

        Parameters
        ----------
        event : Event
        now : float
            Seconds on a clock that never goes back.
        """
        match event:
            case Planned(targets):
                self.done, self.total = 0, len(targets)
            case Expected(seconds):
                self._waiting = dict.fromkeys(seconds)
                self._last = {t: s for t, s in seconds.items() if s is not None}
            case Started(target, _):
                self._waiting.pop(target, None)
                self._running[target] = now
                self._at_once = max(self._at_once, len(self._running))
            case Finished(outcome):
                self._finish(outcome)

    def _finish(self, outcome: Outcome) -> None:
        self.done += 1
        self._waiting.pop(outcome.target, None)
        self._running.pop(outcome.target, None)
        if outcome.state in _RAN and outcome.seconds:
            self._ran.append(outcome)
            number, seconds = self._by_report.get(outcome.target.report, (0, 0.0))
            report = (number + 1, seconds + outcome.seconds)
            self._by_report[outcome.target.report] = report

    def seconds_left(self, *, now: float) -> float | None:
        """Give the seconds until the last target comes out; None where nothing is known.

        What waits is shared by as many as have run at once so far; the batch does not end
        before the longest that is left.
        """
        if not self._running and not self._waiting:
            return 0.0
        if not self._ran and not self._last:
            return None
        factor, typical = self._compare_with_last(), self._typical()
        left = [
            max(0.0, self._expect(target, factor, typical) - (now - start))
            for target, start in self._running.items()
        ]
        left += [self._expect(target, factor, typical) for target in self._waiting]
        return max(sum(left) / self._at_once, *left)

    def _expect(self, target: Target, factor: float, typical: float) -> float:
        if target in self._last:
            return self._last[target] * factor
        number, seconds = self._by_report.get(target.report, (0, 0.0))
        return seconds / number if number else typical

    def _compare_with_last(self) -> float:
        """Say how much longer things take now than the last time."""
        pairs = [(o.seconds, self._last[o.target]) for o in self._ran if o.target in self._last]
        before = sum(last for _, last in pairs)
        return sum(now for now, _ in pairs) / before if before else 1.0

    def _typical(self) -> float:
        known = [outcome.seconds for outcome in self._ran] or list(self._last.values())
        return fmean(known)


def word_seconds(seconds: float) -> str:
    """Word a duration as roughly as it is known.

    Examples
    --------
    >>> [word_seconds(s) for s in (3, 42, 200, 5000)]
    ['a few seconds', 'about 40 s', 'about 3 min', 'about 1 h 20 min']
    """
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"about {round(seconds, -1):.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"about {minutes} min"
    hours, rest = divmod(round(minutes, -1), 60)
    return f"about {hours} h {rest} min" if rest else f"about {hours} h"
