"""A weighted total equals Newcombe's interval, covers, and does not depend on the order."""

import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.attainment import TargetScale, attained, attained_estimate
from analysis.stats.proportions import share
from analysis.stats.weighted_total import difference, weighted_total


def test_the_difference_of_two_shares_is_newcombes_published_example():
    # Newcombe (1998), Statistics in Medicine 17, 873, example a, method 10: 56/70 - 48/80
    found = difference(share(56, 70), share(48, 80))
    assert (found.low, found.high) == (
        pytest.approx(0.0524, abs=5e-5),
        pytest.approx(0.3339, abs=5e-5),
    )


@pytest.mark.parametrize("counts", [(9, 10, 3, 10), (5, 56, 0, 29), (120, 400, 150, 390)])
def test_the_difference_of_two_shares_equals_statsmodels(counts):
    a, m, b, n = counts
    found = difference(share(a, m), share(b, n))
    low, high = confint_proportions_2indep(a, m, b, n, method="newcomb", correction=False)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


def test_parts_without_error_make_a_total_without_error():
    exact = [Estimate(value=v, low=v, high=v, confidence=0.9) for v in (1.0, 2.0)]
    found = weighted_total(exact, [0.25, -1.0])
    assert (found.low, found.value, found.high) == (-1.75, -1.75, -1.75)


def test_the_order_of_the_parts_changes_no_bit():
    rng = np.random.default_rng(5)
    parts = [
        Estimate(value=v, low=v - a, high=v + b, confidence=0.95)
        for v, a, b in zip(rng.random(20), rng.random(20), rng.random(20), strict=True)
    ]
    weights = list(rng.dirichlet(np.ones(20)))
    order = rng.permutation(20)
    assert weighted_total(parts, weights) == weighted_total(
        [parts[i] for i in order], [weights[i] for i in order]
    )


def test_parts_that_do_not_fit_are_refused():
    one = Estimate(value=1, low=0, high=2, confidence=0.95)
    other = Estimate(value=1, low=0, high=2, confidence=0.9)
    with pytest.raises(EstimationError, match="2 estimates of 2 coverages"):
        weighted_total([one, other], [0.5, 0.5])
    with pytest.raises(EstimationError, match="do not fit together"):
        weighted_total([one], [0.5, 0.5])


def test_the_interval_of_an_index_covers_also_where_parts_lie_at_their_targets():
    """Ten shares of 150 each, some at the target, some beyond, some at nothing."""
    rng = np.random.default_rng(17)
    truths = np.array([0.35, 0.5, 0.62, 0.7, 0.78, 0.8, 0.82, 0.9, 0.97, 0.25])
    weights = rng.dirichlet(np.full(10, 3.0))
    scale = TargetScale(target_low=0.8, zero_low=0.3)
    truth = float(sum(w * attained(t, scale) for w, t in zip(weights, truths, strict=True)))
    draws, hits = 2000, 0
    for counts in rng.binomial(150, truths, size=(draws, 10)):
        parts = [attained_estimate(share(int(c), 150), scale) for c in counts]
        found = weighted_total(parts, list(weights))
        hits += found.low <= truth <= found.high
    assert hits >= binom.ppf(0.0005, draws, 0.95)
