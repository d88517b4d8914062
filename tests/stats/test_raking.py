"""Raking: margins met, the peer's weights, trimming, and every case that cannot be raked."""

import warnings

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.raking import Margin, rake


def margin(name: str, codes: np.ndarray, population: list[float]) -> Margin:
    labels = tuple(f"{name}{k}" for k in range(len(population)))
    return Margin(name=name, labels=labels, codes=codes, population=np.array(population))


@pytest.fixture(scope="module")
def respondents() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    age = rng.choice(3, 600, p=[0.2, 0.3, 0.5])
    region = rng.choice(4, 600, p=[0.1, 0.2, 0.3, 0.4])
    return rng.gamma(5, 2, 600), age, region


def test_a_peer_gives_the_same_weights(respondents) -> None:
    """samplics, SampleWeight.rake."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from samplics.weighting import SampleWeight
    weights, age, region = respondents
    ours = rake(
        weights,
        np.ones(600),
        [margin("a", age, [300, 300, 400]), margin("r", region, [250, 250, 250, 250])],
    )
    peer = SampleWeight().rake(
        samp_weight=weights,
        margins={"a": age, "r": region},
        control={"a": {0: 300, 1: 300, 2: 400}, "r": dict.fromkeys(range(4), 250)},
        tol=1e-12,
        ctrl_tol=1e-12,
        max_iter=500,
    )
    assert ours.weights == pytest.approx(np.asarray(peer), rel=1e-6)


def test_every_margin_is_met(respondents) -> None:
    weights, age, region = respondents
    found = rake(
        weights,
        np.ones(600),
        [margin("a", age, [300, 300, 400]), margin("r", region, [100, 200, 300, 400])],
    )
    assert np.bincount(age, found.weights) == pytest.approx([300, 300, 400], rel=1e-6)
    assert np.bincount(region, found.weights) == pytest.approx([100, 200, 300, 400], rel=1e-6)
    assert found.largest_miss < 1e-8
    assert found.trimmed_people == 0


def test_cells_rake_as_their_people_do(respondents) -> None:
    """Two people of one cell weigh as two rows; the unit of the base weights is no matter."""
    _, age, region = respondents
    margins = [margin("a", age, [300, 300, 400]), margin("r", region, [100, 200, 300, 400])]
    rows = rake(np.ones(600), np.ones(600), margins)
    cell = age * 4 + region
    present, first = np.unique(cell, return_index=True)
    gathered = rake(
        np.full(len(present), 7.0),
        np.bincount(cell)[present],
        [
            margin("a", present // 4, [300, 300, 400]),
            margin("r", present % 4, [100, 200, 300, 400]),
        ],
    )
    assert gathered.weights == pytest.approx(rows.weights[first], rel=1e-7)


def test_trimmed_weights_still_meet_the_margins(respondents) -> None:
    weights, age, region = respondents
    margins = [margin("a", age, [500, 250, 250]), margin("r", region, [300, 300, 200, 200])]
    free = rake(weights, np.ones(600), margins)
    limit = 0.8 * free.largest_ratio
    trimmed = rake(weights, np.ones(600), margins, largest_ratio=limit)
    assert trimmed.weights.max() <= limit * trimmed.weights.mean() * (1 + 1e-5)
    assert trimmed.trimmed_people > 0
    assert np.bincount(age, trimmed.weights) == pytest.approx([500, 250, 250], rel=1e-4)
    assert np.bincount(region, trimmed.weights) == pytest.approx([300, 300, 200, 200], rel=1e-4)


def test_raking_removes_the_bias_of_who_answers() -> None:
    """Answering depends on age alone: the raked mean is right on average, the raw one is not."""
    rng = np.random.default_rng(4)
    raw, raked = [], []
    for _ in range(200):
        age = rng.integers(0, 3, 3000)
        y = 2.0 + age + rng.normal(0, 1, 3000)
        answers = rng.random(3000) < np.array([0.1, 0.2, 0.5])[age]
        found = rake(
            np.ones(answers.sum()),
            np.ones(answers.sum()),
            [margin("a", age[answers], np.bincount(age, minlength=3).astype(float).tolist())],
        )
        raw.append(y[answers].mean())
        raked.append(np.average(y[answers], weights=found.weights))
    error = np.std(raked) / np.sqrt(200)
    assert abs(np.mean(raked) - 3.0) < 4 * error
    assert np.mean(raw) - 3.0 > 0.4


def test_margins_that_cannot_be_met_are_refused() -> None:
    codes = np.array([0, 0, 1])
    with pytest.raises(EstimationError, match=r"margins that cannot be met: a: found nobody.*a2"):
        rake(np.ones(3), np.ones(3), [margin("a", codes, [10, 10, 10])])
    with pytest.raises(EstimationError, match=r"cannot be met: a: found no population in: a1"):
        rake(np.ones(3), np.ones(3), [margin("a", codes, [10, 0])])
    with pytest.raises(EstimationError, match="they count different populations"):
        rake(
            np.ones(3),
            np.ones(3),
            [margin("a", codes, [10, 10]), margin("b", codes, [10, 12])],
        )
    crossed = [margin("a", codes, [10, 10]), margin("b", codes, [5, 15])]
    with pytest.raises(EstimationError, match="raking does not settle"):
        rake(np.ones(3), np.ones(3), crossed)


def test_weights_that_explode_are_refused() -> None:
    codes = np.r_[np.zeros(99, int), 1]
    with pytest.raises(EstimationError, match="weights that explode: none within the limit"):
        rake(np.ones(100), np.ones(100), [margin("a", codes, [50, 50])], largest_ratio=5.0)


def test_input_that_is_no_sample_is_refused() -> None:
    a = margin("a", np.array([0, 1]), [5, 5])
    with pytest.raises(EstimationError, match="base weights or people are not positive"):
        rake([1.0, 0.0], [1, 1], [a])
    with pytest.raises(EstimationError, match="differ in length"):
        rake([1.0, 1.0], [1, 1, 1], [a])
    with pytest.raises(EstimationError, match="no margins to rake to"):
        rake([1.0, 1.0], [1, 1], [])
    with pytest.raises(EstimationError, match="the limit of the weights is no limit"):
        rake([1.0, 1.0], [1, 1], [a], largest_ratio=1.0)
