"""A number of this period beside that of the period before, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.answers import Metric
from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.proportions import share, share_difference
from analysis.text import Measure, Message, Quantity, Unit

HIGHER_IS_BETTER, LOWER_IS_BETTER = "better", "worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A number with its interval, in this period and in the one before.

    Attributes
    ----------
    name : str
        Of the metric that it is published as.
    label, definition : Message
    measure : Measure
    value : Estimate
    n : int
        What it rests on.
    before, change : Estimate or None
        In the period before, and since then; None where that cannot be said.
    unit : Unit
        Of `n`.
    higher_is : {"better", "worse"}
    """

    name: str
    label: Message
    definition: Message
    measure: Measure
    value: Estimate
    n: int
    before: Estimate | None = None
    change: Estimate | None = None
    unit: Unit = Unit.NONE
    higher_is: str = HIGHER_IS_BETTER

    @property
    def improved(self) -> bool | None:
        """Whether it moved for the better beyond noise; None where it did not move so."""
        if self.change is None or not self.change.excludes(0):
            return None
        return (self.change.value > 0) == (self.higher_is == HIGHER_IS_BETTER)

    def quantity(self, value: Estimate | None = None) -> Quantity:
        """Give the value, or another of its kind, for a sentence."""
        return Quantity(value=value or self.value, measure=self.measure, unit=self.unit, n=self.n)

    def metric(self) -> Metric:
        """Give the metric that it is published as."""
        moved = Measure.POINTS if self.measure is Measure.SHARE else self.measure
        return Metric(
            name=self.name,
            label=self.label,
            definition=self.definition,
            quantity=self.quantity(),
            change=None
            if self.change is None
            else Quantity(value=self.change, measure=moved, unit=self.unit, n=self.n),
            higher_is=self.higher_is,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """`part` of `whole` in a period."""

    part: int
    whole: int


def measured_share(
    now: Counted,
    before: Counted,
    *,
    words: Mapping[str, Message],
    name: str,
    confidence: float,
    unit: Unit = Unit.NONE,
    higher_is: str = HIGHER_IS_BETTER,
) -> Measured | None:
    """Give a share of this period and its change; None where there is nothing to take it of.

    Parameters
    ----------
    now, before : Counted
    words : mapping
        ``label`` and ``definition``.
    """
    if not now.whole:
        return None
    change = earlier = None
    if before.whole:
        earlier = share(before.part, before.whole, confidence=confidence)
        try:
            change = share_difference(
                now.part, now.whole, before.part, before.whole, confidence=confidence
            )
        except EstimationError:
            change = None
    return Measured(
        name=name,
        label=words["label"],
        definition=words["definition"],
        measure=Measure.SHARE,
        value=share(now.part, now.whole, confidence=confidence),
        n=now.whole,
        before=earlier,
        change=change,
        unit=unit,
        higher_is=higher_is,
    )
