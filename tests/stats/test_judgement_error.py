"""Weights of one expert under judgement error: size of the error, coverage, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.judgement_error import (
    METHOD,
    draw_judged_weights,
    judged_weights,
    judgement_error,
)

TRUTH = np.array([0.4, 0.25, 0.2, 0.1, 0.05])

NAMES = ("rate", "fee", "speed", "app", "staff")


def judged(rng, log_error, truth=TRUTH):
    """One expert's matrix: the true ratios, each off by a random factor."""
    n = len(truth)
    noise = np.triu(rng.normal(0, log_error, (n, n)), 1)
    return np.clip(truth[:, None] / truth[None, :] * np.exp(noise - noise.T), 1 / 9, 9)


@pytest.mark.slow
@pytest.mark.parametrize("stated", [0.3, None])
def test_interval_for_judgement_error_covers_as_often_as_claimed(assert_covers, stated):
    rng = np.random.default_rng(4)
    truth = np.array([0.35, 0.25, 0.2, 0.12, 0.08])
    hits = np.zeros(5, dtype=int)
    for _ in range(300):
        n = len(truth)
        noise = np.triu(rng.normal(0, 0.3, (n, n)), 1)
        matrix = truth[:, None] / truth[None, :] * np.exp(noise - noise.T)
        matrix = np.clip(matrix, 1 / 9, 9)
        found = judged_weights(matrix, criteria=NAMES, rng=rng, draws=1000, log_error=stated)
        hits += [not w.excludes(t) for w, t in zip(found, truth, strict=True)]
    for hit in hits:
        assert_covers(int(hit), 300, 0.95)


def test_judgement_error_is_recovered():
    rng = np.random.default_rng(5)
    truth = np.ones(5) / 5
    squares = [
        judgement_error(judged(rng, 0.25, truth), criteria=NAMES)[0] ** 2 for _ in range(400)
    ]
    error = np.std(squares) / np.sqrt(400)
    assert abs(np.mean(squares) - 0.0625) < 4 * error


def test_a_larger_judgement_error_gives_a_wider_interval():
    matrix = [[1, 3], [1 / 3, 1]]
    narrow, wide = (
        judged_weights(matrix, criteria="ab", rng=np.random.default_rng(1), log_error=x)[0]
        for x in (0.1, 0.4)
    )
    assert wide.low < narrow.low < 0.75 < narrow.high < wide.high


def test_same_generator_same_draws():
    matrix = [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]
    first, again = (
        draw_judged_weights(matrix, criteria="abc", rng=np.random.default_rng(7), draws=100)
        for _ in range(2)
    )
    assert np.array_equal(first, again)
    assert first.sum(axis=1) == pytest.approx(np.ones(100))


def test_an_error_that_cannot_be_told_is_asked_for():
    with pytest.raises(EstimationError, match="no contradiction to tell the judgement error from"):
        judged_weights([[1, 3], [1 / 3, 1]], criteria="ab", rng=np.random.default_rng(1))


def test_few_draws_are_refused():
    with pytest.raises(EstimationError, match="too few draws for an interval: found 10"):
        draw_judged_weights(
            [[1, 3], [1 / 3, 1]], criteria="ab", rng=np.random.default_rng(1), draws=10, log_error=1
        )


def test_the_method_names_its_source():
    assert "Crawford" in METHOD.citation
