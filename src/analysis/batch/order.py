"""Which target may start next: each after the ones whose results it reads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from analysis.engine.events import Target


class Order:
    """Targets in order; what it costs grows with their number, not with its square.

    Parameters
    ----------
    targets : iterable of Target
        In the order in which they are to start where nothing stands in the way.
    predecessors : callable
        Gives the targets that one waits for; those that are not among `targets` are
        not waited for.

    Examples
    --------
    >>> first, second = Target("first", "bank"), Target("second", "bank")
    >>> order = Order([second, first], lambda target: [first] if target == second else [])
    >>> order.take(), order.take()
    (Target(report='first', scope='bank'), None)
    >>> order.settle(first)
    >>> order.take()
    Target(report='second', scope='bank')
    """

    def __init__(
        self, targets: Iterable[Target], predecessors: Callable[[Target], Sequence[Target]]
    ) -> None:
        targets = list(targets)
        known = set(targets)
        self._open: dict[Target, int] = {}
        self._followers: dict[Target, list[Target]] = {}
        for target in targets:
            before = [other for other in predecessors(target) if other in known]
            self._open[target] = len(before)
            for other in before:
                self._followers.setdefault(other, []).append(target)
        self._ready = deque(target for target in targets if not self._open[target])

    def take(self) -> Target | None:
        """Give a target that may start now, once; None where there is none."""
        return self._ready.popleft() if self._ready else None

    def settle(self, target: Target) -> None:
        """Say that a target has come out."""
        for follower in self._followers.pop(target, ()):
            self._open[follower] -= 1
            if not self._open[follower]:
                self._ready.append(follower)
