"""How many members renew, and how many will still be there: the contractual renewing product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.answers import NotAssessed
from analysis.errors import EstimationError
from analysis.lifecycle.refusals import refusal
from analysis.lifecycle.renewing_cohorts import RenewingCohorts, renewal_not_assessed
from analysis.results import Estimate
from analysis.stats.renewal_projection import predicted_total_survivors
from analysis.stats.shifted_beta_geometric import (
    ShiftedBetaGeometric,
    fit_shifted_beta_geometric_cohorts,
    projected_survival,
)
from analysis.text import Words

FEWEST_DUE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalStep:
    """One renewal.

    Attributes
    ----------
    renewal : int
    n_due : int
        Members left before it, among those for whom it has come due.
    observed : float or None
        Share of a cohort that is left after it; None where fewer than 100 members were
        due, too few to say.
    projected : Estimate
        By the model, a fraction.
    """

    renewal: int
    n_due: int
    observed: float | None
    projected: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """The projection that would have been made earlier, against what came.

    Attributes
    ----------
    renewals : int
        How many were held back.
    n_members : int
        Members left then.
    expected : Estimate
        Of them, still there now.
    realised : int
    """

    renewals: int
    n_members: int
    expected: Estimate
    realised: int

    @property
    def inside(self) -> bool:
        """Whether what came lies inside the interval."""
        return not self.expected.excludes(self.realised)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Renewal:
    """The retention of a renewing product.

    Attributes
    ----------
    product : Words
    renewal_months : int
    fit : ShiftedBetaGeometric
    steps : tuple of RenewalStep
        Observed, and projected beyond.
    n_members, n_left : int
        Who ever joined and had a renewal come due; who is left of them.
    ahead : Estimate
        Of those left, who will still be there after `renewals_ahead` renewals.
    renewals_ahead : int
    held_back : HeldBack or None
        None where too little was known that much earlier.
    """

    product: Words
    renewal_months: int
    fit: ShiftedBetaGeometric
    steps: tuple[RenewalStep, ...]
    n_members: int
    n_left: int
    ahead: Estimate
    renewals_ahead: int
    held_back: HeldBack | None


def project_renewal(
    cohorts: RenewingCohorts | NotAssessed,
    *,
    horizon_months: int,
    held_back_months: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> Renewal | NotAssessed:
    """Fit the retention of a renewing product, project it, and test it on held-back months.

    Parameters
    ----------
    cohorts : RenewingCohorts or NotAssessed
    horizon_months : int
        How far to project.
    held_back_months : int
        How much the test keeps from the model.
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    Renewal or NotAssessed
        Not assessed where the model refuses the data, such as with too few losses.

    Source
    ------
    Fader and Hardie (2007).
    """
    if isinstance(cohorts, NotAssessed):
        return cohorts
    survivors = cohorts.survivors()
    ahead = max(horizon_months // cohorts.renewal_months, 1)
    try:
        fit = fit_shifted_beta_geometric_cohorts(list(survivors.values()), confidence=confidence)
        expected = predicted_total_survivors(
            fit,
            survivors=[int(left[-1]) for left in survivors.values()],
            renewals=list(survivors),
            periods_ahead=ahead,
            confidence=confidence,
            rng=rng,
            draws=draws,
        )
    except EstimationError as refused:
        return renewal_not_assessed(refusal(refused))
    return Renewal(
        product=cohorts.product,
        renewal_months=cohorts.renewal_months,
        fit=fit,
        steps=_steps(survivors, fit, ahead, confidence),
        n_members=int(sum(left[0] for left in survivors.values())),
        n_left=int(sum(left[-1] for left in survivors.values())),
        ahead=expected[-1],
        renewals_ahead=ahead,
        held_back=_hold_back(
            cohorts,
            max(held_back_months // cohorts.renewal_months, 1),
            confidence=confidence,
            rng=rng,
            draws=draws,
        ),
    )


def _steps(
    survivors: dict[int, npt.NDArray[np.int64]],
    fit: ShiftedBetaGeometric,
    ahead: int,
    confidence: float,
) -> tuple[RenewalStep, ...]:
    """Join what was observed, over all cohorts old enough, to what is projected."""
    longest = max(survivors)
    projected = projected_survival(fit, periods=longest + ahead, confidence=confidence)
    left, steps = 1.0, []
    for renewal in range(1, longest + ahead + 1):
        old_enough = [counts for due, counts in survivors.items() if due >= renewal]
        n_due = int(sum(counts[renewal - 1] for counts in old_enough))
        if n_due:
            left *= sum(counts[renewal] for counts in old_enough) / n_due
        steps.append(
            RenewalStep(
                renewal=renewal,
                n_due=n_due,
                observed=float(left) if n_due >= FEWEST_DUE else None,
                projected=projected[renewal - 1],
            )
        )
    return tuple(steps)


def _hold_back(
    cohorts: RenewingCohorts,
    renewals: int,
    *,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> HeldBack | None:
    """Fit what was known `renewals` earlier; hold its projection against what came."""
    known, now = cohorts.survivors(held_back=renewals), cohorts.survivors()
    if not known:
        return None
    try:
        fit = fit_shifted_beta_geometric_cohorts(list(known.values()), confidence=confidence)
    except EstimationError:
        return None
    expected = predicted_total_survivors(
        fit,
        survivors=[int(left[-1]) for left in known.values()],
        renewals=[due - renewals for due in known],
        periods_ahead=renewals,
        confidence=confidence,
        rng=rng,
        draws=draws,
    )[-1]
    return HeldBack(
        renewals=renewals,
        n_members=int(sum(left[-1] for left in known.values())),
        expected=expected,
        realised=int(sum(now[due][-1] for due in known)),
    )
