"""What attributes are worth to people, and how choices would fall on a market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.conditional_logit import ConditionalLogit
from analysis.stats.inputs import refuse
from analysis.stats.simulated_intervals import estimate_from_draws
from analysis.text import message

METHOD = Method(
    name=message("Willingness to pay with simulated intervals"),
    citation=(
        "Krinsky, I., Robb, A. L. (1986). On approximating the statistical properties of "
        "elasticities. Review of Economics and Statistics 68, 715-719."
    ),
    assumptions=(
        message("The price makes a choice less likely beyond doubt."),
        message("What people say in a survey they would also do."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WillingnessToPay:
    """What one unit of an attribute is worth, in the unit of the price."""

    name: str
    worth: Estimate


def willingness_to_pay(
    fit: ConditionalLogit, *, price: str, rng: np.random.Generator, draws: int = 2000
) -> tuple[WillingnessToPay, ...]:
    """Divide each utility by that of the price.

    Parameters
    ----------
    fit : ConditionalLogit
    price : str
        Name of the price attribute.
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    tuple of WillingnessToPay
        Of all attributes but the price.

    Raises
    ------
    EstimationError
        If a higher price makes a choice likelier, or may do so.

    Notes
    -----
    Source: Krinsky, Robb (1986); the ratio of normal variables has no mean, so the value is
    the ratio of the estimates and the interval are quantiles of the draws.

    Examples
    --------
    >>> from analysis.stats.conditional_logit import ChoiceSets, conditional_logit
    >>> rng = np.random.default_rng(1)
    >>> levels = rng.integers(3, size=(600, 3, 2)).astype(float)
    >>> levels[:, 0] = [1.0, 3.0]
    >>> utility = levels @ [-1.0, 0.5] + rng.gumbel(size=(600, 3))
    >>> sets = ChoiceSets(names=("fee", "points"), levels=levels,
    ...                   chosen=utility.argmax(axis=1), person=np.arange(600),
    ...                   weights=np.ones(600))
    >>> worth = willingness_to_pay(conditional_logit(sets), price="fee", rng=rng)
    >>> worth[0].worth.low < 0.5 < worth[0].worth.high
    True
    """
    refuse([price_problem(fit, price)])
    place = fit.names.index(price)
    drawn = fit.draw(rng, draws)
    # a draw of the other sign would be an infinite willingness: beyond doubt it is not there
    drawn = drawn[drawn[:, place] < 0]
    return tuple(
        WillingnessToPay(
            name=name,
            worth=estimate_from_draws(
                float(-fit.coefficients[k] / fit.coefficients[place]),
                -drawn[:, k] / drawn[:, place],
                fit.confidence,
            ),
        )
        for k, name in enumerate(fit.names)
        if k != place
    )


def price_problem(fit: ConditionalLogit, price: str) -> Problem | None:
    """Say why a utility cannot be turned into money, or nothing."""
    found = fit.utilities[fit.names.index(price)]
    if found.high < 0:
        return None
    wrong = found.low > 0
    return Problem(
        what="a price coefficient of the wrong sign"
        if wrong
        else "a price coefficient whose interval includes zero",
        found=f"{found.value:.3g} ({found.low:.3g} to {found.high:.3g})",
        needed="an interval below zero",
        next_step="Check the price levels shown; a willingness to pay cannot be stated.",
    )


def preference_shares(
    fit: ConditionalLogit,
    market: Mapping[str, Sequence[float]],
    *,
    rng: np.random.Generator,
    draws: int = 2000,
) -> dict[str, Estimate]:
    """Estimate how choices would fall if these alternatives were on offer together.

    Parameters
    ----------
    fit : ConditionalLogit
    market : mapping of str to sequence of float, length k
        Levels of every attribute, by alternative.
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    dict of str to Estimate
        Fractions that add up to 1.

    Examples
    --------
    >>> from analysis.stats.conditional_logit import ChoiceSets, conditional_logit
    >>> rng = np.random.default_rng(1)
    >>> price = rng.integers(4, size=(400, 3, 1)).astype(float)
    >>> price[:, 0], price[:, 1] = 0.5, 2.5
    >>> sets = ChoiceSets(
    ...     names=("price",), levels=price, person=np.arange(400), weights=np.ones(400),
    ...     chosen=np.argmax(-price[:, :, 0] + rng.gumbel(size=(400, 3)), axis=1))
    >>> shares = preference_shares(conditional_logit(sets), {"dear": [3], "cheap": [1]}, rng=rng)
    >>> shares["cheap"].low > shares["dear"].high
    True
    """
    levels = np.array([list(market[name]) for name in market], dtype=np.float64)
    drawn = np.vstack([fit.coefficients, fit.draw(rng, draws)])
    utility = drawn @ levels.T
    share = np.exp(utility - utility.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    return {
        name: estimate_from_draws(float(share[0, k]), share[1:, k], fit.confidence)
        for k, name in enumerate(market)
    }
