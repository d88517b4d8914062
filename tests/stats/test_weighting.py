"""Doubly robust weighting: peer value, coverage, double robustness, refusals."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS
from statsmodels.treatment.treatment_effects import TreatmentEffect

from analysis.errors import EstimationError
from analysis.stats.weighting import METHOD, doubly_robust_effect


def draw_customers(rng, n=1500, *, effect=2.0, curved=False):
    """Wealthier customers get the offer more often and spend more anyway."""
    x = rng.normal(size=(n, 2))
    treated = rng.random(n) < 1 / (1 + np.exp(-0.8 * x[:, 0] + 0.4 * x[:, 1]))
    base = 3 * x[:, 0] + x[:, 1] + (x[:, 0] ** 2 if curved else 0)
    own_effect = effect + 1.0 * x[:, 0]
    return base + own_effect * treated + rng.normal(size=n), treated, x


def test_without_folds_the_point_equals_statsmodels():
    y, d, x = draw_customers(np.random.default_rng(1))
    found = doubly_robust_effect(y, d, x, rng=np.random.default_rng(2), folds=1, limit=1e-6)
    design = pd.DataFrame({"one": 1.0, "a": x[:, 0], "b": x[:, 1]})
    choice = Logit(d.astype(float), design).fit(disp=False)
    peer = TreatmentEffect(OLS(y, design), d.astype(float), results_select=choice).aipw(
        return_results=False
    )
    assert found.effect.estimate.value == pytest.approx(peer[0], rel=1e-4)


def test_weighting_removes_what_the_plain_difference_suffers_from():
    y, d, x = draw_customers(np.random.default_rng(3), 5000)
    found = doubly_robust_effect(y, d, x, rng=np.random.default_rng(4))
    assert found.unadjusted > 3.5
    assert not found.effect.estimate.excludes(2.0)
    assert np.abs(found.overlap.standardised_before).max() > 0.3
    assert np.abs(found.overlap.standardised_after).max() < 0.05
    assert found.overlap.effective_untreated < (~d).sum()


def test_units_of_measurement_do_not_matter():
    y, d, x = draw_customers(np.random.default_rng(5))
    one = doubly_robust_effect(y, d, x, rng=np.random.default_rng(6))
    other = doubly_robust_effect(9 * y + 4, d, x * [1e3, 1e-2], rng=np.random.default_rng(6))
    assert other.effect.estimate.value == pytest.approx(9 * one.effect.estimate.value, rel=1e-4)
    assert other.effect.standard_error == pytest.approx(9 * one.effect.standard_error, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["all", "treated"])
@pytest.mark.parametrize("curved", [False, True])
def test_interval_covers_the_truth_even_with_a_wrong_outcome_model(assert_covers, target, curved):
    rng = np.random.default_rng(7)
    # among the treated the effect is larger: 2 plus their mean wealth
    _, treated, x = draw_customers(rng, 1_000_000)
    truth = 2.0 if target == "all" else 2.0 + x[treated, 0].mean()
    hits = 0
    for _ in range(200):
        y, d, x = draw_customers(rng, curved=curved)
        found = doubly_robust_effect(y, d, x, rng=rng, target=target)
        hits += not found.effect.estimate.excludes(truth)
    assert_covers(hits, 200, 0.95)


def test_customers_without_counterparts_are_refused():
    rng = np.random.default_rng(8)
    x = rng.normal(size=(800, 1))
    d = x[:, 0] + 0.05 * rng.normal(size=800) > 0
    with pytest.raises(EstimationError, match=r"too different to compare: found \d+% with"):
        doubly_robust_effect(x[:, 0], d, x, rng=rng)


def test_without_an_untreated_group_nothing_is_estimated():
    y, d, x = draw_customers(np.random.default_rng(9))
    rng = np.random.default_rng(10)
    with pytest.raises(EstimationError, match="no untreated group to compare with"):
        doubly_robust_effect(y, np.ones_like(d), x, rng=rng)
    with pytest.raises(EstimationError, match="too few in the treated group: found 10, need"):
        doubly_robust_effect(y, np.arange(d.size) < 10, x, rng=rng)
    with pytest.raises(EstimationError, match="do not fit together"):
        doubly_robust_effect(y, d, x[1:], rng=rng)
    assert METHOD.assumptions
