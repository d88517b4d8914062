"""What a sentence, a tile or a caption may say about persons."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.disclosure.ledger import Ledger
from analysis.disclosure.rules import (
    coarsen,
    dominates,
    is_small,
    quantile_reveals,
    round_count,
    rounded_share,
    share_reveals,
)
from analysis.params.policy import DisclosurePolicy
from analysis.text import Count, Measure, Message, Quantity, Share, Unit, message


@dataclass(frozen=True, slots=True)
class SentenceGate:
    """Turns a number on persons into what may be said of it.

    Examples
    --------
    >>> gate = SentenceGate(DisclosurePolicy(minimum_units=10, rounding_base=5))
    >>> gate(Count(1234, Unit.CUSTOMERS))
    Count(n=1235, unit=<Unit.NONE: 'none'>)
    >>> gate(Count(3, Unit.CUSTOMERS)).pattern
    '(withheld)'
    """

    policy: DisclosurePolicy
    ledger: Ledger | None = None
    """What the report's tables withhold: a sentence does not say it either."""

    def __call__(self, value: Count | Share | Quantity) -> Count | Quantity | Message:
        """Give the rounded number, or the words that stand in its place."""
        if isinstance(value, Count):
            if is_small(value.n, self.policy) or not self._may_say(value.n, value.unit):
                return WITHHELD
            return Count(round_count(value.n, self.policy), Unit.NONE)
        if isinstance(value, Share):
            return self._share(value)
        if value.n is None or not self.may_rest_on(value.n) or self._reveals(value, value.n):
            return WITHHELD
        return Quantity(
            value=coarsen(value.value, value.measure, value.n, self.policy),
            measure=value.measure,
            unit=Unit.NONE,
        )

    def may_rest_on(self, n: int | None) -> bool:
        """Whether a statistic may rest on `n` units: on none at all, or on enough."""
        return n is not None and not is_small(n, self.policy)

    def _reveals(self, value: Quantity, n: int) -> bool:
        """Whether a number gives a person away by what it is made of, as in a table."""
        policy = self.policy
        if value.top_two_share is not None and dominates(value.top_two_share, policy):
            return True
        if value.degrees is not None and value.degrees < policy.degrees_of_freedom:
            return True
        if value.quantile is not None and quantile_reveals(value.quantile, n, policy):
            return True
        return self.ledger is not None and not self.ledger.may_tell(value)

    def _may_say(self, n: int, unit: Unit) -> bool:
        return unit is Unit.NONE or self.ledger is None or self.ledger.may_say(n, unit)

    def _share(self, value: Share) -> Quantity | Message:
        if share_reveals(value.part, value.whole, self.policy):
            return WITHHELD
        if not self._may_say(value.part, value.unit):
            return WITHHELD
        share = rounded_share(value.part, value.whole, self.policy)
        if share is None:
            return WITHHELD
        return Quantity(value=share, measure=Measure.SHARE, unit=Unit.NONE)


WITHHELD = message("(withheld)")
"""Stands where a number would identify a person."""
