"""Attainment: both directions, bands, zero and negative targets, units, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.attainment import TargetScale, attained, attained_estimate

HIGHER = TargetScale(target_low=80, zero_low=60)
LOWER = TargetScale(target_high=18, zero_high=30)
BAND = TargetScale(target_low=0.7, target_high=0.9, zero_low=0.4, zero_high=1.1)


@pytest.mark.parametrize(
    ("scale", "value", "expected"),
    [
        # half of the way from zero to the target is half attained: by hand
        (HIGHER, 70, 0.5), (HIGHER, 80, 1), (HIGHER, 95, 1), (HIGHER, 60, 0), (HIGHER, 10, 0),
        (LOWER, 24, 0.5), (LOWER, 18, 1), (LOWER, 3, 1), (LOWER, 30, 0), (LOWER, 99, 0),
        (BAND, 0.55, 0.5), (BAND, 0.8, 1), (BAND, 1.0, 0.5), (BAND, 0.4, 0), (BAND, 1.2, 0),
        # a target of zero, from below and from above
        (TargetScale(target_low=0, zero_low=-4), -1, 0.75),
        (TargetScale(target_high=0, zero_high=8), 2, 0.75),
        # negative targets
        (TargetScale(target_low=-2, zero_low=-10), -4, 0.75),
        (TargetScale(target_high=-5, zero_high=-1), -2, 0.25),
    ],
)  # fmt: skip
def test_attainment_runs_from_what_counts_as_nothing_to_the_target(scale, value, expected):
    assert attained(value, scale) == pytest.approx(expected, abs=1e-12)


@given(
    value=st.floats(-1e3, 1e3),
    factor=st.floats(0.001, 1000),
    shift=st.floats(-100, 100),
    scale=st.sampled_from([HIGHER, LOWER, BAND]),
)
def test_a_change_of_unit_changes_nothing(value, factor, shift, scale):
    def convert(x):
        return None if x is None else factor * x + shift

    names = ("target_low", "target_high", "zero_low", "zero_high")
    other = TargetScale(**{name: convert(getattr(scale, name)) for name in names})
    assert attained(convert(value), other) == pytest.approx(attained(value, scale), abs=1e-6)


def test_turning_the_sign_turns_the_direction():
    turned = TargetScale(target_high=-80, zero_high=-60)
    for value in (55, 66, 77, 88):
        assert attained(-value, turned) == attained(value, HIGHER)


@given(
    ends=st.lists(st.floats(0, 1.5), min_size=3, max_size=3).map(sorted),
    place=st.floats(0, 1),
)
def test_the_interval_holds_what_is_attained_anywhere_in_the_interval_of_the_value(ends, place):
    low, value, high = ends
    found = attained_estimate(Estimate(value=value, low=low, high=high, confidence=0.95), BAND)
    truth = attained(low + place * (high - low), BAND)
    assert found.low - 1e-12 <= truth <= found.high + 1e-12


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        (TargetScale(), "has no target"),
        (TargetScale(target_low=3), "half of a target: found target_low 3, zero_low missing"),
        (TargetScale(target_low=3, zero_low=3), "no better than nothing"),
        (TargetScale(target_high=3, zero_high=2), "need zero_high above target_high"),
        (TargetScale(target_low=2, zero_low=0, target_high=1, zero_high=9), "empty band"),
    ],
)
def test_a_target_that_is_none_is_refused(scale, message):
    with pytest.raises(EstimationError, match=message):
        attained(1.0, scale)


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(EstimationError, match="a value is no number"):
        attained(float("nan"), HIGHER)


def test_the_interval_of_a_band_covers():
    rng = np.random.default_rng(3)
    truth, error, draws = 0.66, 0.05, 2000
    hits = 0
    for value in rng.normal(truth, error, draws):
        estimate = Estimate(
            value=value, low=value - 1.96 * error, high=value + 1.96 * error, confidence=0.95
        )
        found = attained_estimate(estimate, BAND)
        hits += found.low <= attained(truth, BAND) <= found.high
    assert hits >= binom.ppf(0.0005, draws, 0.95)
