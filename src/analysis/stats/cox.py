"""Cox proportional hazards on counted risk sets: what raises the risk of loss, and by how much.

Rows are reduced, without loss, to who was at risk and whose spell ended at each time in
each combination of the covariates. The fit equals the one on rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._cox_design import Design, code_covariates
from analysis.stats._cox_likelihood import Optimum, StratumCounts, Ties, maximise, reduce_spells
from analysis.stats._cox_likelihood import evaluate as evaluate_likelihood
from analysis.stats._cox_separation import separating_coefficients
from analysis.stats.inputs import Floats, Integers, bracket, confidence_problem, refuse
from analysis.stats.laws import normal_quantile, normal_tail
from analysis.stats.spells import SpellCells, no_event_problem
from analysis.text import message

METHOD = Method(
    name=message("Cox proportional hazards model"),
    citation=(
        "Cox, D. R. (1972). Regression models and life-tables. JRSS B 34, 187-220; ties: Efron, "
        "B. (1977). The efficiency of Cox's likelihood function for censored data. JASA 72, "
        "557-565; losses per coefficient: Peduzzi, P. and others (1995). J. Clin. Epidemiol. 48, "
        "1503-1510."
    ),
    assumptions=(
        message("A covariate multiplies the risk of loss by the same factor at every age."),
        message("Leaving the observation is unrelated to the risk of loss."),
        message("Customers are lost independently of each other."),
    ),
)

_SUSPICIOUS_ERROR = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxCoefficient:
    """One coefficient of the model.

    Attributes
    ----------
    name : str
        ``covariate=level``, or the covariate alone where it is a number.
    covariate, level, reference : str
        Level and the level it is compared with; empty where the covariate is a number.
    coefficient, standard_error : float
        Of the logarithm of the hazard ratio.
    hazard_ratio : Estimate
        Risk of loss as a multiple of the reference's, or per unit of the number.
    p_value : float
        Of no effect (Wald).
    """

    name: str
    covariate: str
    level: str
    reference: str
    coefficient: float
    standard_error: float
    hazard_ratio: Estimate
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxFit:
    """A fitted model.

    Attributes
    ----------
    coefficients : tuple of CoxCoefficient, length p
    covariance : array of float, shape (p, p)
        Of the coefficients.
    log_likelihood, null_log_likelihood : float
        Partial likelihood at the estimate and without covariates.
    n, events : int
        Customers, and those whose spell ended.
    strata : tuple of str
        Covariates whose combinations have a baseline of their own.
    ties : {'efron', 'breslow'}
    event_times_periods, event_counts : arrays of int, shape (k,)
        Times at which spells ended, stratum by stratum, and how many.
    event_scores : array of float, shape (k, p)
        What these times contribute to the gradient (sums of Schoenfeld residuals).
    cells : SpellCells
    """

    coefficients: tuple[CoxCoefficient, ...]
    covariance: Floats
    log_likelihood: float
    null_log_likelihood: float
    n: int
    events: int
    strata: tuple[str, ...]
    ties: Ties
    event_times_periods: Integers
    event_counts: Integers
    event_scores: Floats
    cells: SpellCells

    def of(self, name: str) -> CoxCoefficient:
        """Give the coefficient called `name`.

        Raises
        ------
        KeyError
            If there is none.
        """
        for coefficient in self.coefficients:
            if coefficient.name == name:
                return coefficient
        raise KeyError(name)


def fit_cox(
    cells: SpellCells,
    covariates: pd.DataFrame,
    *,
    strata: Sequence[str] = (),
    reference: Mapping[str, str] = MappingProxyType({}),
    ties: Ties = "efron",
    confidence: float = 0.95,
    minimum_events_per_coefficient: int = 10,
) -> CoxFit:
    """Fit a Cox model to counted spells.

    Parameters
    ----------
    cells : SpellCells, m cells
        Any event code counts as an end; use `SpellCells.for_cause` for one of several. The
        cells' own group is not used.
    covariates : pandas.DataFrame, m rows
        In the order of the cells. Text, categories and truth values are compared with a
        reference level; numbers enter as they are (each distinct value costs a cell: put
        continuous ones into classes where there are many).
    strata : sequence of str
        Columns of `covariates` that get a baseline of their own instead of coefficients.
    reference : mapping of str to str
        Level that a covariate's levels are compared with; by default the one with the most
        customers.
    ties : {'efron', 'breslow'}
    confidence : float
        Coverage of each hazard ratio's interval, a fraction.
    minimum_events_per_coefficient : int
        Fewer losses per coefficient are refused.

    Returns
    -------
    CoxFit

    Raises
    ------
    EstimationError
        If there is no loss, too few for the number of coefficients, a covariate that is
        missing, constant or determined by others, or complete separation: a covariate
        whose coefficient has no finite estimate (named).

    Notes
    -----
    Source: Cox (1972), Efron (1977), Breslow (1974); losses per coefficient: Peduzzi and
    others (1995); separation: Bryson and Johnson (1981).

    Examples
    --------
    >>> from analysis.stats.spells import spell_cells
    >>> cells = spell_cells([1, 3, 1, 3], [1, 0, 1, 0], customers=[40, 60, 20, 80])
    >>> tiers = pd.DataFrame({"tier": ["basic", "basic", "VIP", "VIP"]})
    >>> fit = fit_cox(cells, tiers, reference={"tier": "basic"}, ties="breslow")
    >>> round(fit.of("tier=VIP").hazard_ratio.value, 3)
    0.5
    """
    refuse(
        [
            confidence_problem(confidence),
            None if cells.events else no_event_problem("all groups"),
            _row_problem(cells, covariates),
        ]
    )
    design = code_covariates(cells, covariates, strata=strata, reference=reference)
    refuse([_events_problem(cells.events, len(design.names), minimum_events_per_coefficient)])
    counts = reduce_spells(cells, design.matrix, design.stratum)
    null = evaluate_likelihood(counts, np.zeros(len(design.names)), ties=ties)
    refuse([_collinearity_problem(null.information, design.names)])
    optimum = maximise(counts, ties=ties)
    covariance: Floats = np.asarray(
        np.linalg.pinv(optimum.likelihood.information, hermitian=True), dtype=np.float64
    )
    _refuse_separation(counts, design, optimum, covariance)
    return CoxFit(
        coefficients=_coefficients(design, optimum.coefficients, covariance, confidence),
        covariance=covariance,
        log_likelihood=optimum.likelihood.value,
        null_log_likelihood=null.value,
        n=cells.n,
        events=cells.events,
        strata=tuple(strata),
        ties=ties,
        event_times_periods=np.concatenate([s.times_periods for s in counts]),
        event_counts=np.concatenate([s.ended.sum(axis=1) for s in counts]).astype(np.int64),
        event_scores=optimum.likelihood.scores,
        cells=cells,
    )


def _coefficients(
    design: Design, values: Floats, covariance: Floats, confidence: float
) -> tuple[CoxCoefficient, ...]:
    z = float(normal_quantile((1 + confidence) / 2))
    found = []
    for column, value, error in zip(
        design.columns, values, np.sqrt(np.diag(covariance)), strict=True
    ):
        low, middle, high = np.exp([value - z * error, value, value + z * error])
        found.append(
            CoxCoefficient(
                name=column.name,
                covariate=column.covariate,
                level=column.level,
                reference=column.reference,
                coefficient=float(value),
                standard_error=float(error),
                hazard_ratio=bracket(middle, low, high, confidence),
                p_value=float(2 * normal_tail(abs(value) / error)),
            )
        )
    return tuple(found)


def _refuse_separation(
    counts: tuple[StratumCounts, ...], design: Design, optimum: Optimum, covariance: Floats
) -> None:
    """Refuse coefficients without a finite estimate; searched for where errors look so."""
    spread = np.ptp(np.concatenate([s.design for s in counts]), axis=0)
    errors = np.sqrt(np.diag(covariance)) * spread
    if optimum.converged and np.all(errors < _SUSPICIOUS_ERROR):
        return
    separating = separating_coefficients(counts)
    if not separating and not optimum.converged:
        raise EstimationError(
            Problem(
                what="the Cox model does not converge",
                found=f"largest standard error {errors.max():.3g}",
                needed="a likelihood with a maximum",
                next_step="Leave out covariates or pool their levels.",
            )
        )
    refuse(
        Problem(
            what=f"complete separation: coefficient '{design.names[position]}' has no finite "
            "estimate",
            found="losses only on one side of it",
            needed="losses and stays at comparable levels",
            next_step="Pool the level with another, or leave the covariate out.",
        )
        for position in separating
    )


def _row_problem(cells: SpellCells, covariates: pd.DataFrame) -> Problem | None:
    if len(covariates) == len(cells.event):
        return None
    return Problem(
        what="covariates and spells differ in length",
        found=f"{len(covariates)} rows for {len(cells.event)} cells",
        needed="one row per cell; cells of 0 customers are left out of the spells",
        next_step="Take both from the same table.",
    )


def _events_problem(events: int, coefficients: int, minimum: int) -> Problem | None:
    if events >= minimum * coefficients:
        return None
    return Problem(
        what="too few losses for the covariates",
        found=f"{events} losses for {coefficients} coefficients",
        needed=f"{minimum} per coefficient",
        next_step="Widen the window, leave out covariates or pool their levels.",
    )


def _collinearity_problem(information: Floats, names: tuple[str, ...]) -> Problem | None:
    """Name the first coefficients that the others determine among those at risk."""
    scale = np.sqrt(np.diag(information))
    still = [position for position in range(len(names)) if scale[position] > 1e-10]
    bound = [name for position, name in enumerate(names) if position not in still]
    kept: list[int] = []
    for position in still:
        block = np.ix_([*kept, position], [*kept, position])
        part = information[block] / np.outer(scale[[*kept, position]], scale[[*kept, position]])
        if np.linalg.eigvalsh(part)[0] > 1e-9:
            kept.append(position)
        else:
            bound.append(names[position])
    if not bound:
        return None
    return Problem(
        what="covariates that the others determine",
        found=", ".join(f"'{name}'" for name in bound),
        needed="covariates that vary on their own among those at risk",
        next_step="Leave them out.",
    )
