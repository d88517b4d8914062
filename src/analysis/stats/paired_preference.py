"""Who is preferred to whom, from comparisons of two at a time (Bradley-Terry model)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.special import expit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, confidence_problem, count_problem, refuse
from analysis.stats.laws import chi_squared_tail, normal_quantile
from analysis.text import message

METHOD = Method(
    name=message("Bradley-Terry model of paired comparisons"),
    citation=(
        "Bradley, R. A., Terry, M. E. (1952). Rank analysis of incomplete block designs. "
        "Biometrika 39, 324-345; order effect: Davidson, R. R., Beaver, R. J. (1977). "
        "Biometrics 33, 693-702; existence: Ford, L. R. (1957). American Mathematical Monthly "
        "64(8), 28-33."
    ),
    assumptions=(
        message("Comparisons are independent of each other."),
        message("One scale of strength explains who is preferred to whom."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How often each of two was preferred; `first` has the advantage of order, if there is one."""

    first: str
    second: str
    first_preferred: int
    second_preferred: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairedPreference:
    """Strengths on one scale.

    Attributes
    ----------
    names : tuple of str, length k
        Sorted.
    strengths : tuple of Estimate, length k
        Log odds of being preferred to one of average strength; their mean is 0.
    preference_shares : tuple of float, length k
        Exponentials of the strengths as fractions that add up to 1.
    order_effect : Estimate or None
        Log odds that the first is preferred between equals; None where not asked for.
    deviance : float
    degrees_of_freedom : int
    p_value : float or None
        Of the model against one rate for each pair; small values speak against one scale.
        None where no pair is left to test it with.
    comparisons : int
        Single preferences counted.
    covariance : ndarray, shape (k, k)
        Of the strengths.
    """

    names: tuple[str, ...]
    strengths: tuple[Estimate, ...]
    preference_shares: tuple[float, ...]
    order_effect: Estimate | None
    deviance: float
    degrees_of_freedom: int
    p_value: float | None
    comparisons: int
    covariance: Floats


def paired_preference(
    comparisons: Sequence[Comparison], *, order_effect: bool = False, confidence: float = 0.95
) -> PairedPreference:
    """Estimate strengths from comparisons of two at a time.

    Parameters
    ----------
    comparisons : sequence of Comparison
        A pair may occur more than once.
    order_effect : bool
        Whether being first may be an advantage: the home team, the brand named first.
    confidence : float
        Coverage of each interval, a fraction.

    Returns
    -------
    PairedPreference

    Raises
    ------
    EstimationError
        If a count is none, one is compared with itself, or the strengths cannot be told:
        some are never preferred to the others (Ford 1957), or the order effect has no bound.

    Notes
    -----
    Maximum likelihood by statsmodels' binomial GLM; Wald intervals.

    Examples
    --------
    >>> found = paired_preference([
    ...     Comparison(first="own", second="b", first_preferred=60, second_preferred=30),
    ...     Comparison(first="b", second="c", first_preferred=20, second_preferred=20),
    ...     Comparison(first="c", second="own", first_preferred=15, second_preferred=30)])
    >>> [round(strength.value, 3) for strength in found.strengths]
    [-0.231, -0.231, 0.462]
    """
    refuse([confidence_problem(confidence), *_count_problems(comparisons)])
    names = tuple(sorted({name for c in comparisons for name in (c.first, c.second)}))
    refuse([_connection_problem(comparisons, names)])
    design, counts = _design(comparisons, names, order_effect)
    refuse([_separation_problem(design, counts)])
    with warnings.catch_warnings():
        # a model that fits perfectly is not separated: that has been looked for
        warnings.simplefilter("ignore")
        fit = GLM(counts, design, family=Binomial()).fit(tol=1e-12, maxiter=200)
    k = len(names)
    centre = np.vstack([np.eye(k - 1), np.zeros(k - 1)])
    centre = centre - centre.mean(axis=0)
    strengths = centre @ fit.params[: k - 1]
    covariance = centre @ fit.cov_params()[: k - 1, : k - 1] @ centre.T
    weight = np.exp(strengths - strengths.max())
    df = int(fit.df_resid)
    return PairedPreference(
        names=names,
        strengths=tuple(_wald(strengths[i], covariance[i, i], confidence) for i in range(k)),
        preference_shares=tuple((weight / weight.sum()).tolist()),
        order_effect=_wald(fit.params[k - 1], fit.cov_params()[k - 1, k - 1], confidence)
        if order_effect
        else None,
        deviance=float(fit.deviance),
        degrees_of_freedom=df,
        p_value=float(chi_squared_tail(fit.deviance, df)) if df > 0 else None,
        comparisons=int(counts.sum()),
        covariance=covariance,
    )


def preference_probability(
    found: PairedPreference, first: str, second: str, *, confidence: float = 0.95
) -> Estimate:
    """Estimate how likely the first is preferred to the second, order aside.

    Parameters
    ----------
    found : PairedPreference
    first, second : str
    confidence : float

    Returns
    -------
    Estimate
        A fraction; the interval is set on the log odds.

    Raises
    ------
    EstimationError
        If one of them was never compared.

    Examples
    --------
    >>> found = paired_preference([
    ...     Comparison(first="own", second="b", first_preferred=60, second_preferred=30)])
    >>> round(preference_probability(found, "own", "b").value, 3)
    0.667
    """
    unknown = [name for name in (first, second) if name not in found.names]
    if unknown:
        raise EstimationError(
            Problem(
                what="never compared",
                found=", ".join(unknown),
                needed=f"one of {', '.join(found.names)}",
                next_step="Correct the name.",
            )
        )
    refuse([confidence_problem(confidence)])
    contrast = np.zeros(len(found.names))
    contrast[found.names.index(first)] += 1
    contrast[found.names.index(second)] -= 1
    odds = _wald(
        float(contrast @ [strength.value for strength in found.strengths]),
        float(contrast @ found.covariance @ contrast),
        confidence,
    )
    return bracket(expit(odds.value), expit(odds.low), expit(odds.high), confidence)


def _wald(value: float, variance: float, confidence: float) -> Estimate:
    reach = normal_quantile((1 + confidence) / 2) * np.sqrt(max(variance, 0.0))
    return bracket(value, value - reach, value + reach, confidence)


def _design(
    comparisons: Sequence[Comparison], names: tuple[str, ...], order_effect: bool
) -> tuple[Floats, Floats]:
    """One row a comparison: +1 for the first, -1 for the second, the last name left out."""
    position = {name: k for k, name in enumerate(names)}
    kept = [c for c in comparisons if c.first_preferred + c.second_preferred > 0]
    design = np.zeros((len(kept), len(names)))
    for row, c in enumerate(kept):
        design[row, position[c.first]] += 1
        design[row, position[c.second]] -= 1
    design[:, -1] = 1.0
    counts = np.array([[c.first_preferred, c.second_preferred] for c in kept], dtype=np.float64)
    return (design if order_effect else design[:, :-1]), counts


def _count_problems(comparisons: Sequence[Comparison]) -> list[Problem | None]:
    problems: list[Problem | None] = []
    for c in comparisons:
        name = f"{c.first} against {c.second}"
        problems.append(count_problem(name, c.first_preferred))
        problems.append(count_problem(name, c.second_preferred))
        if c.first == c.second:
            problems.append(
                Problem(
                    what="compared with itself",
                    found=c.first,
                    needed="two different ones",
                    next_step="Leave the row out.",
                )
            )
    if not any(c.first_preferred + c.second_preferred for c in comparisons):
        problems.append(
            Problem(
                what="no comparison",
                found="0 preferences",
                needed="at least 1 each way",
                next_step="Widen the window.",
            )
        )
    return problems


def _connection_problem(
    comparisons: Sequence[Comparison], names: tuple[str, ...]
) -> Problem | None:
    """Ford's condition: from everyone, a chain of preferences leads to everyone else."""
    position = {name: k for k, name in enumerate(names)}
    beats = np.zeros((len(names), len(names)))
    for c in comparisons:
        beats[position[c.first], position[c.second]] += c.first_preferred
        beats[position[c.second], position[c.first]] += c.second_preferred
    parts, label = connected_components(csr_array(beats), directed=True, connection="strong")
    if parts == 1:
        return None
    groups = (
        " + ".join(name for name, of in zip(names, label, strict=True) if of == part)
        for part in range(parts)
    )
    return Problem(
        what="the strengths cannot be told",
        found=f"{parts} groups of which one is never preferred to another: {'; '.join(groups)}",
        needed="a chain of preferences from everyone to everyone",
        next_step="Leave out those who always or never win, or widen the window.",
    )


def _separation_problem(design: Floats, counts: Floats) -> Problem | None:
    """Look for a direction in which every outcome becomes only more likely (Konis 2007)."""
    outcomes = np.vstack([design[counts[:, 0] > 0], -design[counts[:, 1] > 0]])
    found = linprog(
        -outcomes.sum(axis=0),
        A_ub=np.vstack([-outcomes, outcomes]),
        b_ub=np.concatenate([np.zeros(len(outcomes)), np.ones(len(outcomes))]),
        bounds=(None, None),
    )
    rank = np.linalg.matrix_rank(design)
    if -found.fun < 1e-7 and rank == design.shape[1]:
        return None
    return Problem(
        what="the order effect cannot be told from the strengths",
        found=f"{len(counts)} comparisons",
        needed="pairs compared in both orders, and preferences either way",
        next_step="Leave the order effect out, or compare in both orders.",
    )
