"""Which alternative people choose, and what they would pay for it (conditional logit)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._clustered import clustered_covariance
from analysis.stats.inputs import Floats, Integers, bracket, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.text import message

METHOD = Method(
    name=message("Conditional logit of a choice experiment"),
    citation=(
        "McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. "
        "In Zarembka, P. (ed.), Frontiers in Econometrics, 105-142. Academic Press."
    ),
    assumptions=(
        message("A person's choices may depend on each other; those of persons do not."),
        message(
            "The odds of two alternatives do not depend on what else is on offer "
            "(independence of irrelevant alternatives)."
        ),
        message("Utility rises with each attribute in a straight line."),
    ),
)

Flags = npt.NDArray[np.bool_]

_STEPS = 60
_TOLERANCE = 1e-10
_FAR = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChoiceSets:
    """What people were shown, and what they chose.

    Attributes
    ----------
    names : tuple of str, length k
        Attributes.
    levels : ndarray, shape (n_sets, n_alternatives, k)
        NaN where a set has fewer alternatives.
    chosen : ndarray of int, shape (n_sets,)
        Position of the alternative chosen.
    person : ndarray of int, shape (n_sets,)
        Or any larger unit whose choices depend on each other.
    weights : ndarray, shape (n_sets,)
    """

    names: tuple[str, ...]
    levels: Floats
    chosen: Integers
    person: Integers
    weights: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConditionalLogit:
    """A fitted model.

    Attributes
    ----------
    names : tuple of str, length k
    utilities : tuple of Estimate, length k
        Log odds per unit of the attribute.
    coefficients : ndarray, shape (k,)
    covariance : ndarray, shape (k, k)
        Robust, by person.
    log_likelihood, chance_log_likelihood : float
        Of the model, and of choosing by lot; weights have mean 1.
    hit_rate : float
        How often the likeliest alternative was chosen.
    n_sets, n_people : int
    confidence : float
    """

    names: tuple[str, ...]
    utilities: tuple[Estimate, ...]
    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    chance_log_likelihood: float
    hit_rate: float
    n_sets: int
    n_people: int
    confidence: float

    @property
    def pseudo_r_squared(self) -> float:
        """McFadden's measure: 0 is no better than by lot."""
        return 1 - self.log_likelihood / self.chance_log_likelihood

    def draw(self, rng: np.random.Generator, draws: int) -> Floats:
        """Draw coefficients from their normal approximation, shape (draws, k)."""
        return rng.multivariate_normal(self.coefficients, self.covariance, size=draws)


def conditional_logit(
    sets: ChoiceSets, *, strata: Integers | None = None, confidence: float = 0.95
) -> ConditionalLogit:
    """Fit utilities to choices.

    Parameters
    ----------
    sets : ChoiceSets
    strata : ndarray of int, shape (n_sets,), optional
        In which the persons, or larger units, were drawn.
    confidence : float

    Returns
    -------
    ConditionalLogit

    Raises
    ------
    EstimationError
        If a choice set has no variation, an attribute does not vary within the sets, the
        attributes cannot be told apart, or they decide every choice.

    Notes
    -----
    Newton's method on the weighted log-likelihood, which is concave (McFadden 1974).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> price = rng.choice([1.0, 2.0, 3.0, 4.0], size=(400, 3), p=[.1, .2, .3, .4])
    >>> price[:, 0] = 2.5
    >>> sets = ChoiceSets(
    ...     names=("price",), levels=price[:, :, None],
    ...     chosen=np.argmax(-price + rng.gumbel(size=(400, 3)), axis=1),
    ...     person=np.arange(400), weights=np.ones(400))
    >>> conditional_logit(sets).utilities[0].high < 0
    True
    """
    refuse([confidence_problem(confidence), *_problems(sets)])
    weights = sets.weights / sets.weights.mean()
    shown = _shown(sets)
    levels = np.where(shown[:, :, np.newaxis], sets.levels, 0.0)
    scale = np.sqrt(
        np.mean((levels - _mean(levels, shown)) ** 2, axis=(0, 1), where=shown[..., np.newaxis])
    )
    scaled = (levels - _mean(levels, shown)) / scale
    current, value, chances = _search(scaled, shown, sets.chosen, weights)
    centred = scaled - (chances[:, :, np.newaxis] * scaled).sum(axis=1, keepdims=True)
    scores = centred[np.arange(len(scaled)), sets.chosen] * weights[:, np.newaxis]
    information = _information(scaled, chances, weights)
    covariance = clustered_covariance(information, scores, sets.person, strata)
    current, covariance = current / scale, covariance / np.outer(scale, scale)
    reach = normal_quantile((1 + confidence) / 2) * np.sqrt(np.diag(covariance))
    return ConditionalLogit(
        names=sets.names,
        utilities=tuple(
            bracket(b, b - r, b + r, confidence) for b, r in zip(current, reach, strict=True)
        ),
        coefficients=current,
        covariance=covariance,
        log_likelihood=value,
        chance_log_likelihood=float(-weights @ np.log(shown.sum(axis=1))),
        hit_rate=float(np.average(chances.argmax(axis=1) == sets.chosen, weights=weights)),
        n_sets=len(levels),
        n_people=len(np.unique(sets.person)),
        confidence=confidence,
    )


def _shown(sets: ChoiceSets) -> Flags:
    return np.asarray(~np.isnan(sets.levels).any(axis=2))


def _mean(levels: Floats, shown: Flags) -> Floats:
    return np.asarray(np.mean(levels, axis=(0, 1), where=shown[..., np.newaxis]))


def _chances(coefficients: Floats, levels: Floats, shown: Flags) -> tuple[Floats, Floats]:
    """Chances of each alternative, and the logarithms of their sums."""
    utility = np.where(shown, levels @ coefficients, -np.inf)
    top = utility.max(axis=1, keepdims=True)
    odds = np.exp(utility - top)
    total = odds.sum(axis=1, keepdims=True)
    return odds / total, utility - top - np.log(total)


def _information(levels: Floats, chances: Floats, weights: Floats) -> Floats:
    mean = np.einsum("sa,sak->sk", chances, levels)
    weighted = (chances * weights[:, np.newaxis])[:, :, np.newaxis] * levels
    k = levels.shape[2]
    return np.asarray(
        weighted.reshape(-1, k).T @ levels.reshape(-1, k) - (mean * weights[:, np.newaxis]).T @ mean
    )


def _search(
    levels: Floats, shown: Flags, chosen: Integers, weights: Floats
) -> tuple[Floats, float, Floats]:
    rows = np.arange(len(levels))
    current = np.zeros(levels.shape[2])
    chances, logs = _chances(current, levels, shown)
    value = float(weights @ logs[rows, chosen])
    for _ in range(_STEPS):
        mean = np.einsum("sa,sak->sk", chances, levels)
        gradient = weights @ (levels[rows, chosen] - mean)
        step = np.linalg.solve(_information(levels, chances, weights), gradient)
        size = 1.0
        while size > 1e-6:
            tried = current + size * step
            chances, logs = _chances(tried, levels, shown)
            reached = float(weights @ logs[rows, chosen])
            if reached >= value - 1e-12 * abs(value):
                break
            size /= 2
        current, value = tried, reached
        if float(gradient @ step) < _TOLERANCE and np.abs(current).max() < _FAR:
            return current, value, chances
        if np.abs(current).max() > _FAR:
            break
    raise EstimationError(
        Problem(
            what="the utilities do not settle",
            found="attributes that decide every choice",
            needed="people who choose differently among the same alternatives",
            next_step="Leave out the attribute that decides, or ask more people.",
        )
    )


def _problems(sets: ChoiceSets) -> list[Problem | None]:
    shown = _shown(sets)
    few = int((shown.sum(axis=1) < 2).sum())
    missing = int((~shown[np.arange(len(shown)), sets.chosen]).sum())
    problems = [
        Problem(
            what="a choice set without a choice",
            found=f"{few} of {len(shown)} sets with fewer than two alternatives",
            needed="at least two alternatives",
            next_step="Leave these sets out.",
        )
        if few
        else None,
        Problem(
            what="a choice that was not on offer",
            found=f"{missing} of {len(shown)} choices",
            needed="one of the alternatives shown",
            next_step="Check the numbers of the alternatives.",
        )
        if missing
        else None,
    ]
    if any(problems):
        return problems
    spread = np.nanmax(sets.levels, axis=1) - np.nanmin(sets.levels, axis=1)
    flat = int((spread == 0).all(axis=1).sum())
    still = [name for name, most in zip(sets.names, spread.max(axis=0), strict=True) if most == 0]
    problems = [
        Problem(
            what="a choice set without variation",
            found=f"{flat} of {len(spread)} sets whose alternatives are all the same",
            needed="alternatives that differ",
            next_step="Leave these sets out, and correct the design.",
        )
        if flat
        else None,
        Problem(
            what="an attribute without variation within the choice sets",
            found=", ".join(still),
            needed="alternatives that differ in it",
            next_step="Leave the attribute out.",
        )
        if still
        else None,
    ]
    if any(problems):
        return problems
    centred = np.nan_to_num(sets.levels - np.nanmean(sets.levels, axis=1, keepdims=True))
    flat_rows = centred.reshape(-1, len(sets.names))
    flat_rows = flat_rows / flat_rows.std(axis=0)
    alike = np.linalg.eigvalsh(flat_rows.T @ flat_rows / len(flat_rows))[0] < 1e-9
    return [
        Problem(
            what="attributes that cannot be told apart",
            found=", ".join(sets.names),
            needed="attributes that vary on their own within the choice sets",
            next_step="Leave out one of those that go together.",
        )
        if alike
        else None
    ]
