"""Kano's classes: the evaluation table, Berger's coefficients, how sure a class is, refusals."""

from collections.abc import Callable

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.kano import CLASSES, classify_feature, kano_class


def test_the_evaluation_table() -> None:
    """Berger and others (1993), figure 3: rows with the feature, columns without."""
    published = ("Q A A A O", "R I I I M", "R I I I M", "R I I I M", "R R R R Q")
    first = {name[0].upper(): name for name in CLASSES if name != "must_be"} | {"M": "must_be"}
    letters = {**first, "O": "one_dimensional"}
    for with_feature, row in enumerate(published, start=1):
        for without, letter in enumerate(row.split(), start=1):
            assert kano_class(with_feature, without) == letters[letter]


def test_the_coefficients_are_shares_of_the_four_classes() -> None:
    """Berger: (A + O) / (A + O + M + I) and -(O + M) / (A + O + M + I)."""
    shares = np.array([30, 20, 25, 15, 8, 2]) / 100
    found = classify_feature(shares, effective_n=500, rng=np.random.default_rng(1))
    assert found.satisfaction.value == pytest.approx(45 / 90)
    assert found.dissatisfaction.value == pytest.approx(-50 / 90)
    assert found.most == "must_be"


def test_intervals_cover(assert_covers: Callable[..., None]) -> None:
    rng = np.random.default_rng(2)
    truth = np.array([0.30, 0.25, 0.20, 0.20, 0.04, 0.01])
    four = truth[:4].sum()
    hits = np.zeros(2, int)
    for _ in range(400):
        drawn = rng.multinomial(250, truth) / 250
        found = classify_feature(drawn, effective_n=250, rng=rng, draws=1000)
        hits += [
            found.satisfaction.low <= (truth[1] + truth[2]) / four <= found.satisfaction.high,
            found.dissatisfaction.low
            <= -(truth[0] + truth[1]) / four
            <= found.dissatisfaction.high,
        ]
    assert_covers(hits[0], 400, 0.95)
    assert_covers(hits[1], 400, 0.95)


def test_certainty_is_that_of_being_right() -> None:
    """Of features with a drawn class of certainty near p, about p are classed rightly."""
    rng = np.random.default_rng(3)
    stated, right = [], []
    for _ in range(1500):
        truth = rng.dirichlet(np.full(6, 0.5))
        drawn = rng.multinomial(40, truth) / 40
        if drawn[:4].sum() == 0:
            continue
        found = classify_feature(drawn, effective_n=40, rng=rng, draws=400)
        stated.append(found.certainty)
        right.append(CLASSES.index(found.most) == np.argmax(truth))
    error = 0.5 / np.sqrt(len(right))
    assert np.mean(right) == pytest.approx(np.mean(stated), abs=3 * error)


def test_more_answers_make_the_same_shares_surer() -> None:
    shares = [0.35, 0.3, 0.2, 0.1, 0.05, 0.0]
    few, many = (
        classify_feature(shares, effective_n=n, rng=np.random.default_rng(4)) for n in (30, 3000)
    )
    assert few.certainty < 0.8 < many.certainty
    assert few.satisfaction.value == many.satisfaction.value
    assert (
        many.satisfaction.high - many.satisfaction.low
        < few.satisfaction.high - few.satisfaction.low
    )


def test_what_cannot_be_classed_is_refused() -> None:
    rng = np.random.default_rng(5)
    with pytest.raises(EstimationError, match=r"no shares of Kano's classes: found 3 values"):
        classify_feature([0.5, 0.3, 0.2], effective_n=100, rng=rng)
    with pytest.raises(EstimationError, match=r"too few answers on a feature: found 6\.0"):
        classify_feature([0.5, 0.5, 0, 0, 0, 0], effective_n=6, rng=rng)
    with pytest.raises(EstimationError, match="all reject or answer questionably"):
        classify_feature([0, 0, 0, 0, 0.9, 0.1], effective_n=100, rng=rng)
    with pytest.raises(EstimationError, match="an answer outside Kano's questions"):
        kano_class(0, 3)
