"""What the tests of the estimators share."""

from collections.abc import Callable

import pytest
from scipy.stats import binom

Covers = Callable[[int, int, float], None]


@pytest.fixture
def assert_covers() -> Covers:
    """Assert that `hits` of `draws` intervals held the truth as often as they claim.

    The tolerance follows from the number of draws: an interval of exactly the claimed
    coverage fails one time in a thousand.
    """

    def check(hits: int, draws: int, confidence: float) -> None:
        assert draws >= 200
        low, high = binom.ppf([0.0005, 0.9995], draws, confidence)
        assert low <= hits <= high, f"{hits} of {draws} intervals cover, expected {low}-{high}"

    return check
