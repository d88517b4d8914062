"""Where the time of a run went, by phase."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType


class Stopwatch:
    """Adds up the time between laps under their names; a clock that is set does not matter.

    Examples
    --------
    >>> watch = Stopwatch()
    >>> watch.lap("render")
    >>> watch.add("cells", 2.0)
    >>> list(watch.seconds)
    ['render', 'cells']
    """

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._last = time.monotonic()

    @property
    def seconds(self) -> Mapping[str, float]:
        """The phases so far, in the order of their first lap."""
        return MappingProxyType(self._seconds)

    def lap(self, name: str, *, but: float = 0.0) -> None:
        """Count the time since the last lap to a phase, but for a part counted elsewhere."""
        now = time.monotonic()
        self.add(name, max(0.0, now - self._last - but))
        self._last = now

    def add(self, name: str, seconds: float) -> None:
        """Count some time to a phase."""
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds
