"""What goes with an early end: hazard ratios, with proportional hazards checked and acted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.answers import NotAssessed
from analysis.errors import EstimationError
from analysis.lifecycle.refusals import refusal
from analysis.lifecycle.spells import CLOSED, FELL_DORMANT, Spells
from analysis.stats.cox import CoxCoefficient, CoxFit, fit_cox
from analysis.stats.proportional_hazards import EffectStability, check_proportional_hazards
from analysis.text import Message, message

Cause = Literal["closed", "fell_dormant"]
_CODES: dict[Cause, int] = {"closed": CLOSED, "fell_dormant": FELL_DORMANT}


@dataclass(frozen=True, slots=True, kw_only=True)
class CovariateCheck:
    """Whether a covariate multiplies the risk by the same factor at every age.

    Attributes
    ----------
    covariate : str
    chi2, p_value, p_adjusted : float
        The last corrected for the number of covariates by Holm.
    degrees_of_freedom : int
    stratified : bool
        The check objected, so that the covariate got baselines of its own.
    """

    covariate: str
    chi2: float
    degrees_of_freedom: int
    p_value: float
    p_adjusted: float
    stratified: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LossDrivers:
    """What goes with an early end, by one cause.

    Attributes
    ----------
    spells : Spells
    cause : {"closed", "fell_dormant"}
        Ends by the other cause leave the observation (cause-specific hazards).
    fit : CoxFit or None
        With the offending covariates as strata; None where none was left.
    checks : tuple of CovariateCheck
        Of the model with all covariates.
    confidence : float
    """

    spells: Spells
    cause: Cause
    fit: CoxFit | None
    checks: tuple[CovariateCheck, ...]
    confidence: float


def loss_drivers(
    spells: Spells | NotAssessed, *, cause: Cause, confidence: float
) -> LossDrivers | NotAssessed:
    """Fit the risk of ending by one cause to the customers' groups.

    The check of proportional hazards is acted on: covariates that fail it, after Holm's
    correction, become strata and the model is fitted again.

    Parameters
    ----------
    spells : Spells or NotAssessed
    cause : {"closed", "fell_dormant"}
    confidence : float
        Coverage of each hazard ratio; ``1 - confidence`` is the level of the check.

    Returns
    -------
    LossDrivers or NotAssessed
        Not assessed where no covariate has two levels, or the model refuses the data.

    Source
    ------
    Cox (1972) with Efron's ties; Grambsch and Therneau (1994); Holm (1979).
    """
    if isinstance(spells, NotAssessed):
        return _not_assessed(spells.reason, cause)
    covariates = spells.groups[
        [name for name in spells.groups.columns if spells.groups[name].nunique() > 1]
    ]
    if covariates.shape[1] == 0:
        return _not_assessed(message("The source does not state the customers' group."), cause)
    cells = spells.cells.for_cause(_CODES[cause])
    try:
        fit = fit_cox(cells, covariates, confidence=confidence)
        checks = _correct(check_proportional_hazards(fit).covariates, 1 - confidence)
        offending = [check.covariate for check in checks if check.stratified]
        final: CoxFit | None = fit
        if offending:
            left = len(offending) < covariates.shape[1]
            final = (
                fit_cox(cells, covariates, strata=offending, confidence=confidence)
                if left
                else None
            )
    except EstimationError as refused:
        return _not_assessed(refusal(refused), cause)
    return LossDrivers(spells=spells, cause=cause, fit=final, checks=checks, confidence=confidence)


def _correct(tests: tuple[EffectStability, ...], level: float) -> tuple[CovariateCheck, ...]:
    from statsmodels.stats.multitest import multipletests

    adjusted = multipletests([test.p_value for test in tests], method="holm")[1]
    return tuple(
        CovariateCheck(
            covariate=test.name,
            chi2=test.chi2,
            degrees_of_freedom=test.degrees_of_freedom,
            p_value=test.p_value,
            p_adjusted=float(p),
            stratified=bool(p < level),
        )
        for test, p in zip(tests, adjusted, strict=True)
    )


def _not_assessed(reason: Message, cause: Cause) -> NotAssessed:
    return NotAssessed(
        name=f"loss_drivers_{cause}",
        question=message("What goes with an early end?"),
        reason=reason,
    )


def count_group(drivers: LossDrivers, fit: CoxFit, c: CoxCoefficient) -> tuple[int, int]:
    """Count a group's customers, and those whose spell ended by the cause."""
    own = np.asarray(drivers.spells.groups[c.covariate] == c.level)
    members = fit.cells.where(own)
    return members.n, members.events
