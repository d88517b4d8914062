"""Weights that make those who answered look like the population: raking, with trimming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, Integers, column, refuse
from analysis.text import message

METHOD = Method(
    name=message("Raking to population margins, with trimmed weights"),
    citation=(
        "Deming, W. E., Stephan, F. F. (1940). On a least squares adjustment of a sampled "
        "frequency table when the expected marginal totals are known. Annals of Mathematical "
        "Statistics 11, 427-444; Deville, J.-C., Särndal, C.-E., Sautory, O. (1993). Generalized "
        "raking procedures in survey sampling. JASA 88, 1013-1020; trimming: Potter, F. (1990). "
        "A study of procedures to identify and trim extreme sampling weights. Proceedings of the "
        "Survey Research Methods Section, ASA, 225-230."
    ),
    assumptions=(
        message("Within a category of the margins, answering does not depend on the answer."),
        message("The population margins are right."),
    ),
)

_TOLERANCE = 1e-9
_TOTALS_TOLERANCE = 0.001
_ROUNDS = 2000
_TRIMMED_TOLERANCE = 1e-6
"""Trimmed weights meet the margins to this fraction of the population."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Margin:
    """What the population is in one variable.

    Attributes
    ----------
    name : str
    labels : tuple of str
        The categories.
    codes : ndarray of int, shape (m,)
        Category of each cell of respondents, a position in `labels`.
    population : ndarray of float, shape (len(labels),)
        People in each category.
    """

    name: str
    labels: tuple[str, ...]
    codes: Integers
    population: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RakedWeights:
    """Weights that meet the margins.

    Attributes
    ----------
    weights : ndarray, shape (m,)
        Of one person in each cell; weights times people sum to the population.
    rounds : int
        Passes over all margins.
    largest_miss : float
        Largest distance from a margin, as a fraction of the population.
    trimmed_people : int
        People whose weight lies at the limit.
    largest_ratio : float
        Largest weight over the mean weight.
    """

    weights: Floats
    rounds: int
    largest_miss: float
    trimmed_people: int
    largest_ratio: float


def rake(
    base_weights: npt.ArrayLike,
    people: npt.ArrayLike,
    margins: Sequence[Margin],
    *,
    largest_ratio: float | None = None,
) -> RakedWeights:
    """Rake weights to population margins, none larger than a multiple of their mean.

    Parameters
    ----------
    base_weights : array_like of float, shape (m,)
        Inverse of the probability of being invited, of one person in each cell.
    people : array_like of int, shape (m,)
        Respondents in each cell.
    margins : sequence of Margin
    largest_ratio : float, optional
        Weights are kept below so many times their mean; the excess is spread over the
        others and the margins are met again. By default weights are not trimmed.

    Returns
    -------
    RakedWeights

    Raises
    ------
    EstimationError
        If the margins cannot be met (a category of the population without anyone who
        answered, totals that differ), or if no weights below the limit meet them.

    Notes
    -----
    Source: Deming and Stephan (1940); iterative proportional fitting. With a limit the
    weights are cut after every pass; where weights within the limit meet the margins,
    the passes converge to such weights.

    Examples
    --------
    >>> men = Margin(name="sex", labels=("men", "women"), codes=np.array([0, 1]),
    ...              population=np.array([500.0, 500.0]))
    >>> rake([10.0, 10.0], [20, 80], [men]).weights
    array([25.  ,  6.25])
    """
    weights, n = column(base_weights, name="base weights"), column(people, name="people")
    refuse([*_input_problems(weights, n, margins, largest_ratio)])
    refuse(problem for margin in margins for problem in _margin_problems(margin, n))
    refuse([_totals_problem(margins)])
    total = float(margins[0].population.sum())
    targets = [margin.population * (total / float(margin.population.sum())) for margin in margins]
    limit = None if largest_ratio is None else largest_ratio * total / float(n.sum())
    raked = weights * (total / float(weights @ n))
    tolerance = _TOLERANCE if limit is None else _TRIMMED_TOLERANCE
    miss, rounds = np.inf, 0
    while miss > tolerance and rounds < _ROUNDS:
        rounds += 1
        for margin, target in zip(margins, targets, strict=True):
            now = np.bincount(margin.codes, weights=raked * n, minlength=len(target))
            factors = np.divide(target, now, out=np.ones_like(target), where=now > 0)
            raked = raked * factors[margin.codes]
        if limit is not None:
            raked = np.minimum(raked, limit)
        miss = _largest_miss(raked * n, margins, targets) / total
    refuse([_miss_problem(miss, tolerance, largest_ratio, rounds)])
    mean = total / float(n.sum())
    at_limit = np.zeros(n.size, bool) if limit is None else raked >= limit * (1 - 1e-6)
    return RakedWeights(
        weights=raked,
        rounds=rounds,
        largest_miss=float(miss),
        trimmed_people=int(n[at_limit].sum()),
        largest_ratio=float(raked[n > 0].max() / mean),
    )


def _largest_miss(totals: Floats, margins: Sequence[Margin], targets: Sequence[Floats]) -> float:
    return max(
        float(
            np.abs(np.bincount(margin.codes, weights=totals, minlength=len(target)) - target).max()
        )
        for margin, target in zip(margins, targets, strict=True)
    )


def _input_problems(
    weights: Floats, n: Floats, margins: Sequence[Margin], largest_ratio: float | None
) -> list[Problem | None]:
    lengths = {weights.size, n.size, *(margin.codes.size for margin in margins)}
    return [
        None
        if margins
        else Problem(what="there are no margins to rake to", next_step="Give at least one."),
        None
        if len(lengths) == 1
        else Problem(
            what="weights, people and categories differ in length",
            found=", ".join(map(str, sorted(lengths))),
            needed="one of each per cell",
        ),
        None
        if bool(np.all(weights > 0)) and bool(np.all(n >= 0)) and n.sum() > 0
        else Problem(
            what="base weights or people are not positive",
            needed="weights above 0, and at least one respondent",
            next_step="Leave out who could not have been invited.",
        ),
        None
        if largest_ratio is None or largest_ratio > 1
        else Problem(
            what="the limit of the weights is no limit",
            found=str(largest_ratio),
            needed="more than 1, in mean weights",
        ),
    ]


def _margin_problems(margin: Margin, n: Floats) -> list[Problem]:
    answered = np.bincount(margin.codes, weights=n, minlength=len(margin.labels))
    empty = [
        label
        for label, people, found in zip(margin.labels, margin.population, answered, strict=True)
        if people > 0 and found == 0
    ]
    unknown = [
        label
        for label, people, found in zip(margin.labels, margin.population, answered, strict=True)
        if people == 0 and found > 0
    ]
    return [
        Problem(
            what=f"margins that cannot be met: {margin.name}",
            found=f"{words}: {', '.join(labels)}",
            needed="respondents in each category of the population, and none outside it",
            next_step="Join the category with a neighbour in the margins and the invitations.",
        )
        for words, labels in (("nobody answered in", empty), ("no population in", unknown))
        if labels
    ]


def _totals_problem(margins: Sequence[Margin]) -> Problem | None:
    totals = {margin.name: float(margin.population.sum()) for margin in margins}
    least, most = min(totals.values()), max(totals.values())
    if most - least <= _TOTALS_TOLERANCE * most:
        return None
    return Problem(
        what="margins that cannot be met: they count different populations",
        found=", ".join(f"{name} {total:,.0f}" for name, total in totals.items()),
        needed="one total in all variables",
        next_step="Take all margins from one register and day.",
    )


def _miss_problem(
    miss: float, tolerance: float, largest_ratio: float | None, rounds: int
) -> Problem | None:
    if miss <= tolerance:
        return None
    if largest_ratio is not None:
        return Problem(
            what="weights that explode: none within the limit meet the margins",
            found=f"{miss:.2%} of the population missed after {rounds} passes",
            needed=f"weights of at most {largest_ratio:g} times their mean",
            next_step="Join small categories, leave out a margin, or raise the limit.",
        )
    return Problem(
        what="margins that cannot be met: raking does not settle",
        found=f"{miss:.2%} of the population missed after {rounds} passes",
        needed="margins that some weights of the respondents meet",
        next_step="Join categories, or leave out a margin.",
    )
