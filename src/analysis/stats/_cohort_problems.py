"""When cohorts cannot bear a model of retention."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.errors import Problem
from analysis.stats.purchase_cells import FloatArray

MINIMUM_PERIODS = 3
MINIMUM_LOSSES = 100


def find_cohort_problems(cohorts: Sequence[FloatArray]) -> list[Problem]:
    """Say all that keeps the shifted beta-geometric model from these survivors."""
    if not cohorts or any(cohort.ndim != 1 or cohort.size < 2 for cohort in cohorts):
        return [_too_short(0)]
    joined = np.concatenate(cohorts)
    if not (np.isfinite(joined) & (joined >= 0) & (joined == np.floor(joined))).all():
        return [
            Problem(
                what="Shifted beta-geometric: survivors are not counts",
                needed="whole numbers from 0",
                next_step="Count the customers left after each renewal.",
            )
        ]
    problems = []
    n_periods = max(cohort.size for cohort in cohorts) - 1
    if n_periods < MINIMUM_PERIODS:
        problems.append(_too_short(n_periods))
    increases = sum(int((np.diff(cohort) > 0).sum()) for cohort in cohorts)
    if increases:
        problems.append(
            Problem(
                what="Shifted beta-geometric: survivors increase",
                found=f"{increases} periods with more customers than before",
                needed="a cohort that only loses customers",
                next_step="Fix the cohort by its start and do not count those who return.",
            )
        )
    losses = int(sum(cohort[0] - cohort[-1] for cohort in cohorts))
    if not increases and losses < MINIMUM_LOSSES:
        problems.append(
            Problem(
                what="Shifted beta-geometric: no loss in the window"
                if losses == 0
                else "Shifted beta-geometric: too few losses",
                found=str(losses),
                needed=f"at least {MINIMUM_LOSSES} customers lost",
                next_step="Pool cohorts or use a longer window.",
            )
        )
    return problems


def _too_short(n_periods: int) -> Problem:
    return Problem(
        what="Shifted beta-geometric: too few periods",
        found=str(n_periods),
        needed=f"at least {MINIMUM_PERIODS} renewals",
        next_step="Wait, or use cohorts that started earlier.",
    )
