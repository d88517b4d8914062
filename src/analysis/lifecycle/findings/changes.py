"""What a change says by itself: shared by the findings."""

from __future__ import annotations

from analysis.results import Estimate, Strength
from analysis.text import message

KEEP_WATCHING = message("Keep the current service plan and look again next period.")


def strength_of_change(change: Estimate | None) -> Strength:
    """A change whose interval excludes none is conclusive; one that may be none is not."""
    if change is None:
        return Strength.SUGGESTIVE
    return Strength.CONCLUSIVE if change.excludes(0) else Strength.INCONCLUSIVE
