"""Who moves where from month to month, and whether these moves are stable over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, Integers, refuse
from analysis.stats.laws import chi_squared_tail
from analysis.stats.proportions import mix
from analysis.text import message

METHODS = MappingProxyType(
    {
        "matrix": Method(
            name=message("Transition shares with Goodman simultaneous intervals by row"),
            citation=(
                "Anderson, T. W., Goodman, L. A. (1957). Statistical inference about Markov "
                "chains. Annals of Mathematical Statistics 28, 89-110; Goodman, L. A. (1965). "
                "Technometrics 7, 247-254."
            ),
            assumptions=(
                message("Customers move independently of each other."),
                message("Where a customer goes depends on the present stage alone."),
            ),
        ),
        "stationarity": Method(
            name=message("Likelihood-ratio test of stationary transition shares"),
            citation=(
                "Anderson, T. W., Goodman, L. A. (1957). Statistical inference about Markov "
                "chains. Annals of Mathematical Statistics 28, 89-110, section 3.2."
            ),
            assumptions=(
                message("Customers move independently of each other."),
                message("Expected counts are not small."),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TransitionCounts:
    """Customers by stage at the start and at the end of each month; see `transition_counts`.

    Attributes
    ----------
    states : tuple of str, length k
    months : tuple of str, length t
        Labels, in order of time.
    customers : array of int, shape (t, k, k)
        From the stage of the row to that of the column.
    """

    states: tuple[str, ...]
    months: tuple[str, ...]
    customers: Integers

    @property
    def pooled(self) -> Integers:
        """All months together, shape (k, k)."""
        return np.asarray(self.customers.sum(axis=0), dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionMatrix:
    """Shares that move from one stage to another within a month.

    Attributes
    ----------
    states : tuple of str, length k
    customers : tuple of int, length k
        Customer-months that start in each stage.
    shares : tuple of k tuples of k Estimate
        From the row's to the column's stage; the intervals of a row hold together.
    """

    states: tuple[str, ...]
    customers: tuple[int, ...]
    shares: tuple[tuple[Estimate, ...], ...]

    def share(self, origin: str, destination: str) -> Estimate:
        """Give the share that moves from one stage to another."""
        return self.shares[self.states.index(origin)][self.states.index(destination)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateStability:
    """Whether the moves out of one stage stay the same over time."""

    state: str
    likelihood_ratio: float
    pearson_chi2: float
    degrees_of_freedom: int
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationarity:
    """Whether the transition shares stay the same over time.

    Attributes
    ----------
    likelihood_ratio, pearson_chi2 : float
        Both statistics; they agree where counts are large.
    degrees_of_freedom : int
    p_value : float
        Of the likelihood ratio.
    largest_shift : float
        Greatest difference of a month's share from the pooled one, a fraction, over the
        stages and months with at least `shift_customers` customers: with many customers
        a shift may be certain and yet too small to matter.
    shift_customers : int
    states : tuple of StateStability
    """

    likelihood_ratio: float
    pearson_chi2: float
    degrees_of_freedom: int
    p_value: float
    largest_shift: float
    shift_customers: int
    states: tuple[StateStability, ...]


def transition_counts(
    states: Sequence[str], months: Sequence[str], customers: npt.ArrayLike
) -> TransitionCounts:
    """Check counted moves and make them ready.

    Parameters
    ----------
    states : sequence of str, length k
    months : sequence of str, length t
    customers : array_like of int, shape (t, k, k)

    Returns
    -------
    TransitionCounts

    Raises
    ------
    EstimationError
        If the shape does not fit, there are fewer than two states or no month, or a value
        is negative or no whole number.

    Examples
    --------
    >>> counts = transition_counts(["new", "stable"], ["2025-11", "2025-12"],
    ...                            [[[70, 30], [0, 50]], [[60, 20], [0, 80]]])
    >>> counts.pooled.tolist()
    [[130, 50], [0, 130]]
    """
    array = np.asarray(customers, dtype=np.float64)
    shape = (len(months), len(states), len(states))
    fits = array.shape == shape and len(states) >= 2 and len(months) >= 1
    problems = [
        None
        if fits
        else Problem(
            what="transition counts of a wrong shape",
            found=" x ".join(map(str, array.shape)),
            needed=f"months x states x states, here {' x '.join(map(str, shape))}, with at "
            "least 1 month and 2 states",
            next_step="Count every month for every pair of states.",
        )
    ]
    wrong = int(np.count_nonzero(~(np.isfinite(array) & (array >= 0) & (array == np.floor(array)))))
    if wrong:
        problems.append(
            Problem(
                what="transition counts that are negative or no whole numbers",
                found=f"{wrong} of {array.size}",
                needed="whole numbers from 0",
                next_step="Count customers, not shares.",
            )
        )
    refuse(problems)
    return TransitionCounts(
        states=tuple(states), months=tuple(months), customers=array.astype(np.int64)
    )


def transition_matrix(counts: TransitionCounts, *, confidence: float = 0.95) -> TransitionMatrix:
    """Estimate the shares that move, over all months together.

    Parameters
    ----------
    counts : TransitionCounts
    confidence : float
        Coverage of a row's intervals jointly, a fraction.

    Returns
    -------
    TransitionMatrix

    Raises
    ------
    EstimationError
        If no customer starts in one of the states (named).

    Notes
    -----
    Source: Anderson and Goodman (1957); intervals by Goodman (1965).

    Examples
    --------
    >>> counts = transition_counts(["new", "stable"], ["2025-12"], [[[70, 30], [10, 190]]])
    >>> transition_matrix(counts).share("new", "stable").value
    0.3
    """
    refuse(empty_row_problems(counts))
    pooled = counts.pooled
    return TransitionMatrix(
        states=counts.states,
        customers=tuple(int(total) for total in pooled.sum(axis=1)),
        shares=tuple(mix(row.tolist(), confidence=confidence) for row in pooled),
    )


def check_stationarity(counts: TransitionCounts, *, shift_customers: int = 100) -> Stationarity:
    """Test whether the transition shares stay the same over the months.

    Parameters
    ----------
    counts : TransitionCounts
    shift_customers : int
        Fewer customers in a stage and month do not count for the largest shift.

    Returns
    -------
    Stationarity

    Raises
    ------
    EstimationError
        If there is one month only, or no state from which customers move in different ways
        in two months.

    Notes
    -----
    Source: Anderson and Goodman (1957). Moves that never occur (structural zeros) and months
    without customers in a stage take no degree of freedom.

    Examples
    --------
    >>> counts = transition_counts(["new", "stable"], ["2025-11", "2025-12"],
    ...                            [[[70, 30], [10, 90]], [[140, 60], [20, 180]]])
    >>> check_stationarity(counts).p_value
    1.0
    """
    rows = [_row_test(counts.customers[:, i], state) for i, state in enumerate(counts.states)]
    freedom = sum(row.degrees_of_freedom for row in rows)
    refuse(
        [
            None
            if freedom
            else Problem(
                what="nothing over which moves could change",
                found=f"{len(counts.months)} months",
                needed="at least 2 months and 2 ways to move from a state",
                next_step="Widen the window.",
            )
        ]
    )
    likelihood_ratio = sum(row.likelihood_ratio for row in rows)
    return Stationarity(
        likelihood_ratio=likelihood_ratio,
        pearson_chi2=sum(row.pearson_chi2 for row in rows),
        degrees_of_freedom=freedom,
        p_value=float(chi_squared_tail(likelihood_ratio, freedom)),
        largest_shift=_largest_shift(counts, shift_customers),
        shift_customers=shift_customers,
        states=tuple(rows),
    )


def row_shares(customers: Integers) -> Floats:
    """Divide each row by its sum; rows without customers become 0."""
    totals = customers.sum(axis=-1, keepdims=True)
    shares = np.divide(customers, totals, out=np.zeros(customers.shape), where=totals > 0)
    return np.asarray(shares, dtype=np.float64)


def empty_row_problems(counts: TransitionCounts) -> list[Problem]:
    """Name the states in which no customer starts a month."""
    return [
        Problem(
            what=f"no customer starts a month in state '{state}'",
            found="0 customers",
            needed="at least 1",
            next_step="Leave the state out or widen the window.",
        )
        for state, total in zip(counts.states, counts.pooled.sum(axis=1), strict=True)
        if total == 0
    ]


def _row_test(table: Integers, state: str) -> StateStability:
    """Test one stage's moves, shape (t, k), for being the same in every month."""
    used = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0].astype(np.float64)
    freedom = max(used.shape[0] - 1, 0) * max(used.shape[1] - 1, 0)
    if freedom == 0:
        return StateStability(
            state=state, likelihood_ratio=0.0, pearson_chi2=0.0, degrees_of_freedom=0, p_value=1.0
        )
    expected = np.outer(used.sum(axis=1), used.sum(axis=0)) / used.sum()
    likelihood_ratio = max(float(2 * xlogy(used, used / expected).sum()), 0.0)
    return StateStability(
        state=state,
        likelihood_ratio=likelihood_ratio,
        pearson_chi2=float(((used - expected) ** 2 / expected).sum()),
        degrees_of_freedom=freedom,
        p_value=float(chi_squared_tail(likelihood_ratio, freedom)),
    )


def _largest_shift(counts: TransitionCounts, shift_customers: int) -> float:
    shifts = np.abs(row_shares(counts.customers) - row_shares(counts.pooled)).max(axis=2)
    enough = counts.customers.sum(axis=2) >= shift_customers
    return float(shifts[enough].max()) if enough.any() else 0.0
