"""How sure ranks are: acceptability with closed forms, verdicts, refusals."""

import numpy as np
import pytest
from scipy.stats import norm

from analysis.errors import EstimationError
from analysis.stats.decision_matrix import decision_matrix
from analysis.stats.multi_criteria import ValueScale, topsis, weighted_score
from analysis.stats.rank_acceptability import METHOD, places, rank_acceptability
from analysis.stats.weight_draws import draw_weights

UNIT = ValueScale(worst=np.zeros(2), best=np.ones(2))


def matrix_of(values, names="abcdef"):
    values = np.asarray(values, dtype=float)
    m, n = values.shape
    return decision_matrix(
        values,
        alternatives=list(names[:m]),
        criteria=[f"c{k}" for k in range(n)],
        higher_is_better=[True] * n,
    )


def assert_within_simulation_error(estimate, truth):
    """An interval of 99.9 % holds the truth."""
    assert estimate.confidence == 0.999
    assert estimate.low <= truth <= estimate.high


def test_weights_alone_split_the_simplex_as_geometry_says():
    # c at (.6, .6) is first while neither weight exceeds .6: one fifth of all weights
    rng = np.random.default_rng(1)
    matrix = matrix_of([[1, 0], [0, 1], [0.6, 0.6]])
    found = rank_acceptability(
        matrix, draw_weights(matrix.criteria, rng=rng, draws=40_000), rng=rng, confidence=0.999
    )
    for row, truth in zip(found.acceptability, (0.4, 0.4, 0.2), strict=True):
        assert_within_simulation_error(row[0], truth)
    # c is never last: it beats the lower of w and 1 - w in any case
    assert found.acceptability[2][2].value == 0
    assert found.central_weights[0] == pytest.approx((0.8, 0.2), abs=0.005)
    assert found.central_weights[2] == pytest.approx((0.5, 0.5), abs=0.005)
    assert [factor.value for factor in found.confidence_factors] == [1, 1, 1]


def test_three_equal_specialists_share_every_rank():
    rng = np.random.default_rng(2)
    matrix = matrix_of(np.eye(3))
    found = rank_acceptability(
        matrix, draw_weights(matrix.criteria, rng=rng, draws=40_000), rng=rng, confidence=0.999
    )
    for row in found.acceptability:
        for share in row:
            assert_within_simulation_error(share, 1 / 3)
    assert found.mean_ranks == pytest.approx((2, 2, 2), abs=0.02)


def test_errors_of_the_figures_alone_follow_the_normal_law():
    rng = np.random.default_rng(3)
    matrix = matrix_of([[0.7, 0.2], [0.5, 0.5]])
    weights = np.tile([0.6, 0.4], (40_000, 1))
    spread = [[0.1, 0.05], [0.2, 0.0]]
    found = rank_acceptability(
        matrix, weights, rng=rng, spread=spread, scale=UNIT, confidence=0.999
    )
    gap = 0.6 * 0.2 - 0.4 * 0.3
    sd = np.sqrt((0.6 * 0.1) ** 2 + (0.4 * 0.05) ** 2 + (0.6 * 0.2) ** 2)
    assert_within_simulation_error(found.winning[0][1], norm.cdf(gap / sd))
    assert found.winning[0][0] is None
    assert_within_simulation_error(found.confidence_factors[0], norm.cdf(gap / sd))


def test_ranges_of_the_figures_follow_the_uniform_law():
    # a uniform on .4 to .8 against b at .7, one criterion decides: one quarter
    rng = np.random.default_rng(4)
    matrix = matrix_of([[0.6, 0.1], [0.7, 0.0]])
    weights = np.tile([1.0, 0.0], (40_000, 1))
    found = rank_acceptability(
        matrix, weights, rng=rng, spread=[[0.2, 0], [0, 0]], distribution="uniform",
        confidence=0.999,
    )  # fmt: skip
    assert_within_simulation_error(found.acceptability[0][0], 0.25)


def test_confidence_factor_is_that_of_the_central_weights():
    # a and b mirror each other; with a's central weights w the gap is (2 w - 1)
    rng = np.random.default_rng(5)
    matrix = matrix_of([[1, 0], [0, 1]])
    weights = draw_weights(matrix.criteria, rng=rng, draws=40_000)
    found = rank_acceptability(
        matrix, weights, rng=rng, spread=np.full((2, 2), 0.5), scale=UNIT, confidence=0.999
    )
    w = found.central_weights[0]
    sd = 0.5 * np.sqrt(2 * (w[0] ** 2 + w[1] ** 2))
    assert_within_simulation_error(found.confidence_factors[0], norm.cdf((w[0] - w[1]) / sd))


def test_ranks_of_each_draw_add_up_and_winning_is_complementary():
    rng = np.random.default_rng(7)
    matrix = matrix_of(rng.uniform(1, 5, (4, 3)))
    for rule in ("topsis", "weighted-score"):
        found = rank_acceptability(
            matrix,
            draw_weights(matrix.criteria, rng=rng, draws=1000),
            rng=rng,
            spread=np.full((4, 3), 0.5),
            rule=rule,
        )
        shares = np.array([[share.value for share in row] for row in found.acceptability])
        assert shares.sum(axis=0) == pytest.approx(np.ones(4))
        assert shares.sum(axis=1) == pytest.approx(np.ones(4))
        assert shares @ np.arange(1, 5) == pytest.approx(np.array(found.mean_ranks))
        for a in range(4):
            for b in range(a):
                assert found.winning[a][b].value + found.winning[b][a].value == pytest.approx(1)
        assert found.rule == rule


@pytest.mark.parametrize(("rule", "rank"), [("topsis", topsis), ("weighted-score", weighted_score)])
def test_without_doubt_the_ranks_are_those_of_the_rule(rule, rank):
    rng = np.random.default_rng(8)
    matrix = matrix_of(rng.uniform(1, 5, (5, 3)))
    weights = np.tile([0.5, 0.3, 0.2], (100, 1))
    found = rank_acceptability(matrix, weights, rng=rng, rule=rule)
    assert found.mean_ranks == pytest.approx(rank(matrix, (0.5, 0.3, 0.2)).ranks)


def test_units_do_not_matter():
    matrix = matrix_of([[4, 300], [3, 500], [3.5, 420]])
    scaled = matrix_of([[400, 0.3], [300, 0.5], [350, 0.42]])
    found = [
        rank_acceptability(
            m,
            draw_weights(m.criteria, rng=np.random.default_rng(9), draws=2000),
            rng=np.random.default_rng(10),
            spread=np.abs(m.values) * 0.1,
        )
        for m in (matrix, scaled)
    ]
    assert found[0].acceptability == found[1].acceptability


def test_more_draws_make_the_simulation_error_smaller():
    matrix = matrix_of([[1, 0], [0, 1]])
    widths = []
    for draws in (400, 40_000):
        rng = np.random.default_rng(11)
        found = rank_acceptability(
            matrix, draw_weights(matrix.criteria, rng=rng, draws=draws), rng=rng
        )
        first = found.acceptability[0][0]
        widths.append(first.high - first.low)
    assert widths[0] / widths[1] == pytest.approx(10, rel=0.05)


@pytest.mark.slow
def test_simulation_error_covers_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(15)
    matrix = matrix_of([[1, 0], [0, 1], [0.6, 0.6]])
    hits = np.zeros(2, dtype=int)
    for _ in range(400):
        found = rank_acceptability(
            matrix, draw_weights(matrix.criteria, rng=rng, draws=500), rng=rng
        )
        hits += (
            not found.acceptability[2][0].excludes(0.2),
            not found.winning[0][2].excludes(0.4),
        )
    for hit in hits:
        assert_covers(int(hit), 400, 0.95)


def test_equal_alternatives_take_turns():
    rng = np.random.default_rng(12)
    matrix = matrix_of([[1, 0.5], [1, 0.5], [0, 0]])
    found = rank_acceptability(
        matrix, draw_weights(matrix.criteria, rng=rng, draws=40_000), rng=rng, confidence=0.999
    )
    assert_within_simulation_error(found.acceptability[0][0], 0.5)
    assert found.acceptability[2][2].value == 1


def test_safe_open_and_tossed_ranks_are_told_apart():
    # a leads by far; b and c are all but equal; d trails c in about five of six draws
    rng = np.random.default_rng(13)
    matrix = matrix_of([[9, 9], [5, 5.02], [5.01, 5], [4.0, 4.0]])
    found = rank_acceptability(
        matrix,
        draw_weights(matrix.criteria, rng=rng, draws=5000),
        rng=rng,
        spread=np.full((4, 2), 0.85),
    )
    ranks = places(found)
    assert ranks[0].alternative == "a"
    assert ranks[0].verdict == "safe"
    assert ranks[0].beats_next.value > 0.98
    assert {ranks[1].alternative, ranks[2].alternative} == {"b", "c"}
    assert [place.verdict for place in ranks[1:3]] == ["coin toss", "coin toss"]
    assert (ranks[3].alternative, ranks[3].verdict, ranks[3].beats_next) == ("d", "open", None)


def test_a_rank_held_just_often_enough_is_not_safe_within_simulation_error():
    # held in .95 of all weights, by the geometry of two criteria
    rng = np.random.default_rng(14)
    matrix = matrix_of([[1, 0.0], [0, 19.0]])
    scale = ValueScale(worst=np.zeros(2), best=np.ones(2))
    found = rank_acceptability(
        matrix, draw_weights(matrix.criteria, rng=rng, draws=2000), rng=rng, scale=scale
    )
    first = places(found)[0]
    assert first.acceptability.low < 0.95 < first.acceptability.high
    assert first.verdict == "open"
    assert places(found, safe_probability=0.9)[0].verdict == "safe"


def test_wrong_draws_and_spreads_are_refused():
    rng = np.random.default_rng(1)
    matrix = matrix_of([[1, 0], [0, 1]])
    fine = np.full((100, 2), 0.5)
    with pytest.raises(EstimationError, match="too few draws for an interval: found 99"):
        rank_acceptability(matrix, fine[:99], rng=rng)
    with pytest.raises(EstimationError, match="drawn weights are no weights of these criteria"):
        rank_acceptability(matrix, np.full((100, 2), 0.6), rng=rng)
    with pytest.raises(EstimationError, match="found 3 columns"):
        rank_acceptability(matrix, np.full((100, 3), 1 / 3), rng=rng)
    with pytest.raises(EstimationError, match="spreads do not belong to these figures"):
        rank_acceptability(matrix, fine, rng=rng, spread=[[0.1, -0.1], [0, 0]])


def test_thresholds_that_make_no_sense_are_refused_all_at_once():
    rng = np.random.default_rng(1)
    matrix = matrix_of([[1, 0], [0, 1]])
    found = rank_acceptability(matrix, np.full((100, 2), 0.5), rng=rng)
    with pytest.raises(EstimationError, match="safe_probability is out of range") as caught:
        places(found, safe_probability=95, toss_probability=0.3)
    assert len(caught.value.problems) == 2


def test_the_method_names_its_source():
    assert "Lahdelma" in METHOD.citation
