"""Correction for several outcomes: worked examples, false findings, refusals."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.errors import EstimationError
from analysis.stats.multiple_outcomes import METHODS, correct_tests


def test_published_example_of_benjamini_and_hochberg():
    # Benjamini and Hochberg (1995), section 4: 15 outcomes of a randomised trial; Bonferroni
    # (and Holm) keep 3 of them, their own procedure 4
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    published += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    tests = {f"outcome {k}": p for k, p in enumerate(published)}
    assert sum(t.stands for t in correct_tests(tests)) == 3
    assert sum(t.stands for t in correct_tests(tests, method="benjamini-hochberg")) == 4


@pytest.mark.parametrize(("method", "peer"), [("holm", "holm"), ("benjamini-hochberg", "fdr_bh")])
def test_corrected_values_equal_statsmodels(method, peer):
    values = np.random.default_rng(1).random(12) ** 2
    found = correct_tests({str(k): float(v) for k, v in enumerate(values)}, method=method)
    stands, corrected, _, _ = multipletests(values, alpha=0.05, method=peer)
    assert [test.corrected_p_value for test in found] == pytest.approx(corrected)
    assert [test.stands for test in found] == list(stands)


def test_the_order_of_the_outcomes_does_not_matter():
    values = {"a": 0.03, "b": 0.001, "c": 0.2}
    turned = dict(reversed(values.items()))
    assert {t.name: t for t in correct_tests(values)} == {t.name: t for t in correct_tests(turned)}


def test_a_single_outcome_needs_no_correction():
    (only,) = correct_tests({"visits": 0.04})
    assert only.corrected_p_value == pytest.approx(0.04)
    assert only.stands


@pytest.mark.slow
def test_holm_finds_something_in_noise_no_more_often_than_claimed(assert_covers):
    rng = np.random.default_rng(2)
    quiet = sum(
        not any(t.stands for t in correct_tests(dict(zip("abcdef", row, strict=True))))
        for row in rng.random((1000, 6))
    )
    # for unrelated outcomes the chance of silence is (1 - alpha/6)^6, all but 0.95
    assert_covers(quiet, 1000, (1 - 0.05 / 6) ** 6)


@pytest.mark.parametrize("values", [{}, {"visits": 1.2}, {"visits": float("nan")}])
def test_tests_without_a_p_value_are_refused(values):
    with pytest.raises(EstimationError, match="no tests to correct"):
        correct_tests(values)
    assert set(METHODS) == {"holm", "benjamini-hochberg"}
