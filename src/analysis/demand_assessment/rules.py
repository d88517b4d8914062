"""The thresholds and rules by which the assessment decides; the reader may set them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

WeightMode = Literal["given", "ahp", "entropy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days after `after`, up to and with `until`."""

    after: dt.date
    until: dt.date

    @property
    def days(self) -> int:
        """How long it is."""
        return (self.until - self.after).days

    def before(self) -> Period:
        """Give the period of the same length that ends where this one begins.

        Examples
        --------
        >>> this = Period(after=dt.date(2025, 9, 30), until=dt.date(2025, 12, 31))
        >>> this.before().after
        datetime.date(2025, 6, 30)
        """
        return Period(after=self.after - (self.until - self.after), until=self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRules:
    """From how many points of 100 on a grade is given; below the last it is D."""

    a_from: float
    b_from: float
    c_from: float

    def grade(self, points: float) -> str:
        """Give the grade of so many points.

        Examples
        --------
        >>> GradeRules(a_from=85, b_from=70, c_from=55).grade(70)
        'B'
        """
        steps = (("A", self.a_from), ("B", self.b_from), ("C", self.c_from))
        return next((name for name, least in steps if points >= least), "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingRules:
    """How the dimensions are weighed.

    Attributes
    ----------
    mode : {"given", "ahp", "entropy"}
    accepted_ratio : float
        Of an expert's consistency.
    override_reason : str
        Why worse judgements are used all the same; empty where they are not.
    concentration : float
        Of the Dirichlet law from which given and entropy weights are drawn.
    """

    mode: WeightMode
    accepted_ratio: float
    override_reason: str
    concentration: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRules:
    """How the pipeline is looked at.

    Attributes
    ----------
    horizon_days : int
        Lead times and waits are averaged up to it.
    little_tolerance : float
        Work in progress may differ from throughput times lead time by this fraction.
    """

    horizon_days: int
    little_tolerance: float
