"""The laws of `scipy.special` are those of `scipy.stats`, whose functions call them."""

import numpy as np
import pytest
from scipy import stats

from analysis.stats import laws

SHARES = np.array([0.001, 0.025, 0.5, 0.9, 0.995])
VALUES = np.array([-3.0, 0.0, 0.4, 2.0, 9.0])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (laws.normal_quantile(SHARES), stats.norm.ppf(SHARES)),
        (laws.normal_cdf(VALUES), stats.norm.cdf(VALUES)),
        (laws.normal_tail(VALUES), stats.norm.sf(VALUES)),
        (laws.student_quantile(SHARES, 7), stats.t.ppf(SHARES, 7)),
        (laws.student_tail(VALUES, 7), stats.t.sf(VALUES, 7)),
        (laws.chi_squared_quantile(SHARES, 3), stats.chi2.ppf(SHARES, 3)),
        (laws.chi_squared_tail(VALUES[1:], 3), stats.chi2.sf(VALUES[1:], 3)),
        (laws.fisher_tail(VALUES[1:], 3, 20), stats.f.sf(VALUES[1:], 3, 20)),
    ],
)
def test_a_law_is_that_of_scipy(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12)
