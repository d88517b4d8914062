"""How many of those who were asked answered: response rates by the field's standard definitions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, confidence_problem, count_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.text import message

METHOD = Method(
    name=message("Response rates RR1 to RR6"),
    citation=(
        "American Association for Public Opinion Research (2023). Standard Definitions: Final "
        "Dispositions of Case Codes and Outcome Rates for Surveys, 10th edition; share of "
        "eligible cases by the method of the Council of American Survey Research Organizations "
        "(1982)."
    ),
    assumptions=(
        message("Each invitation ended in exactly one of the standard outcomes."),
        message(
            "In RR3 and RR4, cases of unknown eligibility are eligible as often as the others."
        ),
        message("Those invited answer independently of each other (intervals)."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispositions:
    """How many invitations ended in which way."""

    complete: int
    partial: int
    refusal: int
    non_contact: int
    other: int
    unknown_eligibility: int
    not_eligible: int

    @property
    def invited(self) -> int:
        """All of them."""
        return int(sum(_counts(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRates:
    """The six standard rates, fractions.

    Attributes
    ----------
    rr1, rr2 : Estimate
        Complete answers, or complete and partial ones, out of all that may be eligible.
    rr3, rr4 : Estimate
        The same, counting the estimated eligible among the unknown.
    rr5, rr6 : Estimate
        The same, counting none of the unknown.
    eligible_share : float
        Estimated share of eligible cases among the unknown.
    """

    rr1: Estimate
    rr2: Estimate
    rr3: Estimate
    rr4: Estimate
    rr5: Estimate
    rr6: Estimate
    eligible_share: float


def response_rates(outcomes: Dispositions, *, confidence: float = 0.95) -> ResponseRates:
    """Work out the six response rates with intervals.

    Parameters
    ----------
    outcomes : Dispositions
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    ResponseRates
        Intervals are those of a multinomial sample, by the delta method on log odds.

    Raises
    ------
    EstimationError
        If a count is no count, or nobody is known to be eligible.

    Notes
    -----
    Source: AAPOR (2023), pages on outcome rates.

    Examples
    --------
    >>> rates = response_rates(Dispositions(complete=300, partial=20, refusal=150,
    ...     non_contact=250, other=10, unknown_eligibility=100, not_eligible=70))
    >>> round(rates.rr1.value, 4), round(rates.rr3.value, 4), round(rates.rr5.value, 4)
    (0.3614, 0.3653, 0.411)
    """
    counts = np.array(_counts(outcomes), dtype=np.float64)
    refuse(
        [
            confidence_problem(confidence),
            *(count_problem(name, getattr(outcomes, name)) for name in _NAMES),
        ]
    )
    known = float(counts[:5].sum())
    if known == 0:
        refuse(
            [
                Problem(
                    what="nobody who was invited is known to be eligible",
                    found=f"{outcomes.invited} invitations",
                    needed="at least 1 eligible case",
                    next_step="Check the dispositions of the wave.",
                )
            ]
        )
    share = known / (known + float(counts[6]))
    rates = [
        _rate(counts, partial=partial, unknown=unknown, confidence=confidence)
        for unknown in ("all", "estimated", "none")
        for partial in (False, True)
    ]
    return ResponseRates(
        rr1=rates[0],
        rr2=rates[1],
        rr3=rates[2],
        rr4=rates[3],
        rr5=rates[4],
        rr6=rates[5],
        eligible_share=share,
    )


_NAMES = tuple(Dispositions.__dataclass_fields__)


def _counts(outcomes: Dispositions) -> list[int]:
    return [getattr(outcomes, name) for name in _NAMES]


def _rate(counts: Floats, *, partial: bool, unknown: str, confidence: float) -> Estimate:
    """Give one rate: numerator over denominator, with gradients for the delta method."""
    top = np.zeros(7)
    top[: 2 if partial else 1] = 1.0
    known, unsure, out = float(counts[:5].sum()), float(counts[5]), float(counts[6])
    down = np.zeros(7)
    down[:5] = 1.0
    below = known
    if unknown == "all":
        down[5], below = 1.0, known + unsure
    elif unknown == "estimated":
        share = known / (known + out)
        down[:5] += unsure * out / (known + out) ** 2
        down[5] = share
        down[6] = -unsure * known / (known + out) ** 2
        below = known + share * unsure
    rate = float(top @ counts) / below
    if not 0 < rate < 1:
        return bracket(rate, 0.0 if rate == 0 else rate, rate, confidence)
    gradient = (top - rate * down) / below
    variance = float(counts @ gradient**2 - (counts @ gradient) ** 2 / counts.sum())
    half = normal_quantile((1 + confidence) / 2) * np.sqrt(max(variance, 0.0)) / (rate * (1 - rate))
    centre = np.log(rate / (1 - rate))
    return bracket(rate, float(expit(centre - half)), float(expit(centre + half)), confidence)
