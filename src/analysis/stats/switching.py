"""Whom customers were won from and lost to, and what remains of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.grids import count_table_problem, grid, label_problems
from analysis.stats.inputs import Integers, bracket, confidence_problem, refuse
from analysis.stats.paired_preference import Comparison
from analysis.stats.proportions import mix, share
from analysis.text import message

_INDEPENDENT = message("Customers switch independently of each other.")

METHODS = MappingProxyType(
    {
        "sources": Method(
            name=message("Shares of customers won and lost by institution, Goodman intervals"),
            citation=(
                "Goodman, L. A. (1965). On simultaneous confidence intervals for multinomial "
                "proportions. Technometrics 7, 247-254."
            ),
            assumptions=(_INDEPENDENT, message("Every switch is recorded, or lost at random.")),
        ),
        "net": Method(
            name=message("Net customers won, from the Wilson interval of the share won"),
            citation=(
                "Wilson, E. B. (1927). Probable inference, the law of succession, and "
                "statistical inference. JASA 22, 209-212; given the number of switches: "
                "Przyborowski, J., Wilenski, H. (1940). Biometrika 31, 313-323."
            ),
            assumptions=(_INDEPENDENT,),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What one institution won from and lost to one other.

    Attributes
    ----------
    other : str
    won, lost : int
        Customers.
    share_of_won, share_of_lost : Estimate or None
        Of all customers won or lost, fractions; the intervals hold for all others together.
        None where nobody was won or lost at all.
    net : Estimate or None
        Customers won less customers lost, given how many moved between the two; None where
        nobody did.
    """

    other: str
    won: int
    lost: int
    share_of_won: Estimate | None
    share_of_lost: Estimate | None
    net: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchingBalance:
    """What one institution won and lost in all.

    Attributes
    ----------
    institution : str
    won, lost : int
        Customers.
    share_won : Estimate
        Of the customers who came or left, the fraction that came.
    net : Estimate
        Customers.
    exchanges : tuple of Exchange
        By other institution, largest net loss first.
    """

    institution: str
    won: int
    lost: int
    share_won: Estimate
    net: Estimate
    exchanges: tuple[Exchange, ...]


def switching_balance(
    flows: npt.ArrayLike,
    *,
    institutions: Sequence[str],
    institution: str,
    confidence: float = 0.95,
) -> SwitchingBalance:
    """Balance what an institution won from and lost to each of the others.

    Parameters
    ----------
    flows : array_like of int, shape (k, k)
        Customers who moved from the row's institution to the column's; 0 on the diagonal.
    institutions : sequence of str, length k
        At least 3.
    institution : str
        Whose balance it is.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    SwitchingBalance

    Raises
    ------
    EstimationError
        If the table is not square or holds no counts, a customer moved from an institution
        to itself, the institution is unknown, or nobody came or left.

    Notes
    -----
    Given how many moved between two institutions, the number that moved one way is binomial;
    the interval of the net flow is that of this share, on the scale of customers.

    Examples
    --------
    >>> flows = [[0, 30, 10], [50, 0, 20], [15, 25, 0]]
    >>> found = switching_balance(flows, institutions=["own", "b", "c"], institution="own")
    >>> found.won, found.lost, found.net.value, found.exchanges[0].other
    (65, 40, 25.0, 'c')
    """
    moved = _flow_table(flows, institutions)
    refuse([confidence_problem(confidence), _unknown_problem(institution, institutions)])
    own = list(institutions).index(institution)
    others = [k for k in range(len(moved)) if k != own]
    won, lost = moved[others, own], moved[own, others]
    refuse([_nobody_problem(institution, int(won.sum() + lost.sum()))])
    won_mix, lost_mix = _mix(won, confidence), _mix(lost, confidence)
    exchanges = [
        Exchange(
            other=institutions[k],
            won=int(won[i]),
            lost=int(lost[i]),
            share_of_won=won_mix[i],
            share_of_lost=lost_mix[i],
            net=_net(int(won[i]), int(lost[i]), confidence) if won[i] + lost[i] else None,
        )
        for i, k in enumerate(others)
    ]
    came, left = int(won.sum()), int(lost.sum())
    return SwitchingBalance(
        institution=institution,
        won=came,
        lost=left,
        share_won=share(came, came + left, confidence=confidence),
        net=_net(came, left, confidence),
        exchanges=tuple(sorted(exchanges, key=lambda exchange: exchange.won - exchange.lost)),
    )


def switching_comparisons(
    flows: npt.ArrayLike, *, institutions: Sequence[str]
) -> tuple[Comparison, ...]:
    """Read every switch as a preference for the institution joined over the one left.

    Parameters
    ----------
    flows : array_like of int, shape (k, k)
        Customers who moved from the row's institution to the column's.
    institutions : sequence of str, length k

    Returns
    -------
    tuple of Comparison
        One a pair between which somebody moved, for `paired_preference`.

    Raises
    ------
    EstimationError
        As `switching_balance`.

    Examples
    --------
    >>> found = switching_comparisons([[0, 30, 10], [50, 0, 20], [15, 25, 0]],
    ...                               institutions=["own", "b", "c"])
    >>> found[0]
    Comparison(first='own', second='b', first_preferred=50, second_preferred=30)
    """
    moved = _flow_table(flows, institutions)
    return tuple(
        Comparison(
            first=institutions[i],
            second=institutions[j],
            first_preferred=int(moved[j, i]),
            second_preferred=int(moved[i, j]),
        )
        for i in range(len(moved))
        for j in range(i + 1, len(moved))
        if moved[i, j] + moved[j, i] > 0
    )


def _net(won: int, lost: int, confidence: float) -> Estimate:
    both = won + lost
    came = share(won, both, confidence=confidence)
    return bracket(won - lost, both * (2 * came.low - 1), both * (2 * came.high - 1), confidence)


def _mix(counts: Integers, confidence: float) -> tuple[Estimate | None, ...]:
    if counts.sum() == 0:
        return (None,) * len(counts)
    return mix(counts.tolist(), confidence=confidence)


def _flow_table(flows: npt.ArrayLike, institutions: Sequence[str]) -> Integers:
    moved = grid(flows, name="flows")
    k = moved.shape[0]
    if moved.shape != (k, k) or k < 3:
        raise EstimationError(
            Problem(
                what="flows are no square table",
                found=f"shape {moved.shape}",
                needed="the same institutions in rows and columns, at least 3",
                next_step="Give 0 where nobody moved.",
            )
        )
    refuse(
        [
            *label_problems(institutions, k, name="institutions"),
            count_table_problem(moved, name="flows"),
            _diagonal_problem(moved.diagonal().any(), institutions),
        ]
    )
    return moved.astype(np.int64)


def _diagonal_problem(any_: np.bool_ | bool, institutions: Sequence[str]) -> Problem | None:
    if not any_:
        return None
    return Problem(
        what="customers who moved from an institution to itself",
        found=f"counts on the diagonal of {len(institutions)} institutions",
        needed="0 there",
        next_step="Leave out customers who stayed.",
    )


def _unknown_problem(institution: str, institutions: Sequence[str]) -> Problem | None:
    if institution in institutions:
        return None
    return Problem(
        what="no such institution",
        found=institution,
        needed=f"one of {', '.join(institutions)}",
        next_step="Correct the name.",
    )


def _nobody_problem(institution: str, moved: int) -> Problem | None:
    if moved:
        return None
    return Problem(
        what=f"nobody came to or left {institution}",
        found="0 customers",
        needed="at least 1",
        next_step="Widen the window.",
    )
