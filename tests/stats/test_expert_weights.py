"""Weights from several experts or one: averaging, the interval's coverage, refusals."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import t

from analysis.errors import EstimationError
from analysis.stats.expert_weights import (
    METHOD,
    combine_judgements,
    draw_expert_weights,
    expert_weights,
)

TRUTH = np.array([0.4, 0.25, 0.2, 0.1, 0.05])

NAMES = ("rate", "fee", "speed", "app", "staff")


def judged(rng, log_error, truth=TRUTH):
    """One expert's matrix: the true ratios, each off by a random factor."""
    n = len(truth)
    noise = np.triu(rng.normal(0, log_error, (n, n)), 1)
    return np.clip(truth[:, None] / truth[None, :] * np.exp(noise - noise.T), 1 / 9, 9)


def test_experts_are_averaged_by_the_geometric_mean():
    rng = np.random.default_rng(1)
    experts = [judged(rng, 0.2) for _ in range(4)]
    product = experts[0] * experts[1] * experts[2] * experts[3]
    found = combine_judgements(experts, criteria=NAMES)
    assert found == pytest.approx(product**0.25)
    assert found * found.T == pytest.approx(np.ones((5, 5)))


def test_experts_of_one_mind_leave_no_doubt():
    matrix = [[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]]
    found = expert_weights([matrix] * 4, criteria="abc")
    assert [w.value for w in found.weights] == pytest.approx([0.6, 0.3, 0.1])
    assert [w.high - w.low for w in found.weights] == pytest.approx([0, 0, 0], abs=1e-9)
    assert found.expert_ratios == pytest.approx((0,) * 4, abs=1e-9)


def test_two_criteria_have_the_interval_of_a_mean_of_logarithms():
    # the log odds of the weight are then the mean of the judgements' logarithms
    ratios = np.array([2.0, 3.0, 0.5, 4.0, 1.0])
    found = expert_weights([[[1, r], [1 / r, 1]] for r in ratios], criteria="ab").weights[0]
    logs = np.log(ratios)
    low, high = t.interval(0.95, 4, loc=logs.mean(), scale=logs.std(ddof=1) / np.sqrt(5))
    assert (found.low, found.value, found.high) == pytest.approx(
        tuple(expit([low, logs.mean(), high]))
    )


def test_order_of_the_experts_does_not_matter():
    rng = np.random.default_rng(2)
    experts = [judged(rng, 0.2) for _ in range(5)]
    forth = expert_weights(experts, criteria=NAMES)
    back = expert_weights(experts[::-1], criteria=NAMES)
    for one, other in zip(forth.weights, back.weights, strict=True):
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


@pytest.mark.slow
@pytest.mark.parametrize("experts", [5, 12])
def test_interval_over_experts_covers_as_often_as_claimed(assert_covers, experts):
    rng = np.random.default_rng(3)
    truth = np.array([0.35, 0.25, 0.2, 0.12, 0.08])
    hits = np.zeros(5, dtype=int)
    for _ in range(200):
        found = expert_weights(
            [judged(rng, 0.3, truth) for _ in range(experts)],
            criteria=NAMES,
            accept_inconsistent=True,
        )
        hits += [not w.excludes(t) for w, t in zip(found.weights, truth, strict=True)]
    for hit in hits:
        assert_covers(int(hit), 200, 0.95)


def test_drawn_experts_scatter_around_their_average():
    rng = np.random.default_rng(8)
    experts = [judged(rng, 0.2) for _ in range(10)]
    drawn = draw_expert_weights(experts, criteria=NAMES, rng=rng, draws=2000)
    centre = np.array([w.value for w in expert_weights(experts, criteria=NAMES).weights])
    assert drawn.mean(axis=0) == pytest.approx(centre, abs=0.005)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(2000))


def test_every_inconsistent_expert_is_named():
    fine = [[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]]
    broken = [[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]
    with pytest.raises(EstimationError, match="expert 2: the judgements contradict") as caught:
        expert_weights([fine, broken, fine, broken], criteria="abc")
    assert len(caught.value.problems) == 2
    assert "expert 4" in str(caught.value)
    found = expert_weights([fine, broken, fine, broken], criteria="abc", accept_inconsistent=True)
    assert found.expert_ratios[1] > 0.1 > found.expert_ratios[0]


def test_two_experts_are_too_few_for_an_interval():
    with pytest.raises(EstimationError, match="too few experts: found 2, need at least 3"):
        expert_weights([np.ones((2, 2))] * 2, criteria="ab")
    with pytest.raises(EstimationError, match="too few experts: found 0"):
        combine_judgements([], criteria="ab")


def test_the_method_names_its_source():
    assert "Aczel" in METHOD.citation
