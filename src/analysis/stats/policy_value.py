"""What a targeted offer is worth against offering to all and to nobody, on held-out data."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.effects import Effect, arm_problem, effect_from_error
from analysis.stats.inputs import Floats, column, confidence_problem, refuse
from analysis.text import message

METHOD = Method(
    name=message("Value of a targeting policy on a randomised offer"),
    citation=(
        "Hitsch, G. J., Misra, S., Zhang, W. W. (2024). Heterogeneous treatment effects and "
        "optimal targeting policy evaluation. Quantitative Marketing and Economics 22, 115-168."
    ),
    assumptions=(
        message("Chance alone decided who was offered the incentive."),
        message("Whom the policy chooses was decided without the outcomes that judge it."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValue:
    """Net value of a policy per customer of all.

    Attributes
    ----------
    against_none, against_all : Effect
        Value net of the offer's cost, minus that of offering to nobody, and to all.
    all_against_none : Effect
        The same of offering to all.
    chosen_share : float
        Fraction of the customers that the policy offers to.
    """

    against_none: Effect
    against_all: Effect
    all_against_none: Effect
    chosen_share: float


def policy_value(
    outcome: npt.ArrayLike,
    offered: npt.ArrayLike,
    chosen: npt.ArrayLike,
    *,
    cost_per_offer: float = 0.0,
    margin: float = 1.0,
    confidence: float = 0.95,
) -> PolicyValue:
    """Judge whom to offer to by a randomised offer.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
    offered : array_like of bool, shape (n,)
        As randomised.
    chosen : array_like of bool, shape (n,)
        Whether the policy would offer to the customer, decided from other customers'
        outcomes.
    cost_per_offer : float
        In CNY, or the unit that the margin gives.
    margin : float
        Worth of one unit of the outcome.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    PolicyValue

    Raises
    ------
    EstimationError
        If an arm is missing, among those chosen or the others, or the shapes do not fit.

    Notes
    -----
    Source: Hitsch, Misra and Zhang (2024), with the arms' means within those chosen and
    within the others, whose shares are taken as found.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> loyal, offered = rng.random(2000) < 0.5, rng.random(2000) < 0.5
    >>> found = policy_value(3.0 * offered * ~loyal, offered, ~loyal, cost_per_offer=1.0)
    >>> round(found.against_all.estimate.value, 1), found.against_none.estimate.low > 0
    (0.5, True)
    """
    y, d = column(outcome, name="outcome"), np.asarray(offered, dtype=bool)
    picks = np.asarray(chosen, dtype=bool)
    refuse([confidence_problem(confidence), _shape_problem(y.size, d.size, picks.size)])
    groups = {"chosen": picks, "other": ~picks}
    refuse(
        arm_problem(f"{arm} {name}", int((side & group).sum()))
        for name, group in groups.items()
        if group.any()
        for arm, side in (("offered", d), ("untreated", ~d))
    )
    share = float(picks.mean())
    gain = _net_gain(y, d, picks, share, cost_per_offer, margin)
    rest = _net_gain(y, d, ~picks, 1 - share, cost_per_offer, margin)

    def make(value: float, squared: float) -> Effect:
        return effect_from_error(
            value,
            math.sqrt(squared),
            n_treated=int(d.sum()),
            n_untreated=int((~d).sum()),
            confidence=confidence,
        )

    return PolicyValue(
        against_none=make(*gain),
        against_all=make(-rest[0], rest[1]),
        all_against_none=make(gain[0] + rest[0], gain[1] + rest[1]),
        chosen_share=share,
    )


def _net_gain(
    y: Floats,
    d: npt.NDArray[np.bool_],
    group: npt.NDArray[np.bool_],
    share: float,
    cost: float,
    margin: float,
) -> tuple[float, float]:
    """Net gain per customer of all from offering to a group, and its squared error."""
    if not group.any():
        return 0.0, 0.0
    with_offer, without = y[group & d], y[group & ~d]
    value = margin * float(with_offer.mean() - without.mean()) - cost
    squared = margin**2 * float(
        with_offer.var(ddof=1) / with_offer.size + without.var(ddof=1) / without.size
    )
    return share * value, share**2 * squared


def _shape_problem(*sizes: int) -> Problem | None:
    if len(set(sizes)) == 1:
        return None
    return Problem(
        what="outcomes, offers and choices differ in length",
        found=", ".join(str(size) for size in sizes),
        needed="one of each per customer",
        next_step="Take all three from the same table.",
    )
