"""Customers left of many cohorts together."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.renewal_projection import predicted_total_survivors
from analysis.stats.shifted_beta_geometric import (
    ShiftedBetaGeometric,
    fit_shifted_beta_geometric_cohorts,
    predicted_survivors,
)

ALPHA, BETA = 0.7, 4.0


def cohorts(rng: np.random.Generator, renewals: int) -> list[list[int]]:
    """Five cohorts that have been through 4 to 8 renewals, and `renewals` more."""
    found = []
    for passed in (4, 5, 6, 7, 8):
        leaves_at = rng.geometric(np.maximum(rng.beta(ALPHA, BETA, 400), 1e-12))
        found.append([int((leaves_at > t).sum()) for t in range(passed + renewals + 1)])
    return found


def fit_known(whole: list[list[int]], renewals: int) -> ShiftedBetaGeometric:
    return fit_shifted_beta_geometric_cohorts([c[:-renewals] for c in whole], confidence=0.9)


def test_one_cohort_is_projected_as_by_itself() -> None:
    fit = fit_known(cohorts(np.random.default_rng(1), 3), 3)
    (total,) = predicted_total_survivors(
        fit,
        survivors=[300],
        renewals=[6],
        periods_ahead=1,
        confidence=0.9,
        rng=np.random.default_rng(2),
        draws=4000,
    )
    (alone,) = predicted_survivors(
        fit,
        survivors=300,
        renewals=6,
        periods_ahead=1,
        confidence=0.9,
        rng=np.random.default_rng(3),
        draws=4000,
    )
    assert total.value == pytest.approx(alone.value)
    assert total.low == pytest.approx(alone.low, abs=2)
    assert total.high == pytest.approx(alone.high, abs=2)


@pytest.mark.slow
def test_held_back_totals_are_covered_as_often_as_claimed() -> None:
    """200 draws: the share covered lies within three standard errors of 90 %."""
    inside, draws = 0, 200
    for seed in range(draws):
        whole = cohorts(np.random.default_rng(seed), 6)
        total = predicted_total_survivors(
            fit_known(whole, 6),
            survivors=[cohort[-7] for cohort in whole],
            renewals=[len(cohort) - 7 for cohort in whole],
            periods_ahead=6,
            confidence=0.9,
            rng=np.random.default_rng(10_000 + seed),
            draws=300,
        )[-1]
        inside += not total.excludes(sum(cohort[-1] for cohort in whole))
    assert abs(inside / draws - 0.9) < 3 * np.sqrt(0.9 * 0.1 / draws)


@pytest.mark.parametrize(
    ("survivors", "renewals", "periods"), [([], [], 1), ([5], [1, 2], 1), ([-1], [1], 1)]
)
def test_cohorts_that_do_not_fit_are_refused(
    survivors: list[int], renewals: list[int], periods: int
) -> None:
    fit = fit_known(cohorts(np.random.default_rng(1), 3), 3)
    with pytest.raises(EstimationError, match="cohorts that cannot be projected"):
        predicted_total_survivors(
            fit,
            survivors=survivors,
            renewals=renewals,
            periods_ahead=periods,
            confidence=0.9,
            rng=np.random.default_rng(1),
        )


def test_no_renewal_ahead_is_refused() -> None:
    fit = fit_known(cohorts(np.random.default_rng(1), 3), 3)
    with pytest.raises(EstimationError, match="no renewal to project"):
        predicted_total_survivors(
            fit,
            survivors=[5],
            renewals=[1],
            periods_ahead=0,
            confidence=0.9,
            rng=np.random.default_rng(1),
        )
