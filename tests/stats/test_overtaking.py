"""The smallest change that moves up one place: exact where it is linear, true where it is not."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.stats.decision_matrix import DecisionMatrix, decision_matrix
from analysis.stats.multi_criteria import ValueScale, checked_scale, topsis, weighted_score
from analysis.stats.overtaking import METHOD, smallest_overtakings

WEIGHTS = (0.5, 0.3, 0.2)

UNTIMED = settings(deadline=None)
tables = st.lists(st.lists(st.integers(1, 50), min_size=3, max_size=3), min_size=3, max_size=5)


def matrix_of(values, names="abcdef"):
    return decision_matrix(
        values,
        alternatives=list(names[: len(values)]),
        criteria=["rate", "fee", "app"],
        higher_is_better=[True, False, True],
    )


def with_figure(matrix, alternative, criterion, figure):
    values = matrix.values.copy()
    values[matrix.alternatives.index(alternative), matrix.criteria.index(criterion)] = figure
    return DecisionMatrix(
        alternatives=matrix.alternatives,
        criteria=matrix.criteria,
        values=values,
        higher_is_better=matrix.higher_is_better,
    )


def test_changes_of_the_weighted_score_by_hand():
    # scores: a .75, b .25, own .375; the gap to a is .375 of which one unit of rate gives .75
    banks = decision_matrix(
        [[4, 12], [3, 4], [3.5, 12]],
        alternatives=["a", "b", "own"],
        criteria=["rate", "fee"],
        higher_is_better=[True, False],
    )
    rate, fee = smallest_overtakings(banks, (0.75, 0.25), "own")
    assert (rate.criterion, rate.ahead) == ("rate", "a")
    assert (rate.change, rate.value, rate.share_of_range) == pytest.approx((0.5, 4.0, 0.5))
    # the fee would have to fall by 12, to 0, where all fees stop
    assert (fee.change, fee.value, fee.share_of_range) == pytest.approx((-12, 0, 1.5))


@UNTIMED
@given(tables, st.integers(0, 2))
def test_drawing_level_is_exact_for_the_weighted_score(values, who):
    assume(all(len(set(column)) > 1 for column in zip(*values, strict=True)))
    matrix = matrix_of(values)
    scale = checked_scale(matrix, None)
    name = matrix.alternatives[who]
    for found in smallest_overtakings(matrix, WEIGHTS, name):
        if found.value is None:
            continue
        changed = with_figure(matrix, name, found.criterion, found.value)
        scores = dict(
            zip(
                matrix.alternatives,
                weighted_score(changed, WEIGHTS, scale=scale).scores,
                strict=True,
            )
        )
        assert scores[name] == pytest.approx(scores[found.ahead], abs=1e-9)


@UNTIMED
@given(tables, st.integers(0, 2))
def test_for_topsis_the_change_is_enough_and_no_less_is(values, who):
    assume(all(len(set(column)) > 1 for column in zip(*values, strict=True)))
    matrix = matrix_of(values)
    name = matrix.alternatives[who]

    def ahead(of):
        scores = np.array(topsis(of, WEIGHTS).scores)
        return int((scores > scores[who] + 1e-12).sum())

    for found in smallest_overtakings(matrix, WEIGHTS, name, rule="topsis"):
        if found.value is None:
            continue
        assert ahead(with_figure(matrix, name, found.criterion, found.value)) < ahead(matrix)
        less = found.current + 0.999 * found.change
        assert ahead(with_figure(matrix, name, found.criterion, less)) == ahead(matrix)


def test_the_smallest_comes_first_and_what_is_out_of_reach_last():
    matrix = matrix_of([[10, 1, 9], [9, 2, 8], [2, 9, 1]])
    found = smallest_overtakings(matrix, WEIGHTS, "c")
    sizes = [np.inf if x.share_of_range is None else x.share_of_range for x in found]
    assert sizes == sorted(sizes)
    assert {x.criterion for x in found} == {"rate", "fee", "app"}
    assert {x.ahead for x in found} == {"b"}
    # a gap of .7 or so cannot be made up by the app, which counts .2 in all
    app = next(x for x in found if x.criterion == "app")
    assert (app.change, app.value, app.share_of_range) == (None, None, None)


def test_a_cost_improves_by_falling_and_not_below_zero():
    matrix = matrix_of([[5, 1, 5], [5.5, 4, 5.5], [5.2, 3, 4]])
    for rule in ("weighted-score", "topsis"):
        found = smallest_overtakings(matrix, (0.2, 0.6, 0.2), "c", rule=rule)
        fee = next(x for x in found if x.criterion == "fee")
        assert fee.change < 0
        assert 0 <= fee.value < 3


def test_a_limit_that_is_stated_is_kept():
    matrix = matrix_of([[4, 2, 3], [3.8, 3, 2], [3.5, 4, 1]])
    for rule in ("weighted-score", "topsis"):
        free = smallest_overtakings(matrix, WEIGHTS, "c", rule=rule)[0]
        short = free.current + 0.9 * free.change
        for limit in (short, free.current, free.current - 0.1 * free.change):
            held = smallest_overtakings(
                matrix, WEIGHTS, "c", rule=rule, limits={free.criterion: limit}
            )
            assert next(x for x in held if x.criterion == free.criterion).change is None


def test_a_criterion_without_weight_cannot_help():
    matrix = matrix_of([[4, 2, 3], [3, 5, 2], [3.5, 4, 1]])
    for rule in ("weighted-score", "topsis"):
        found = smallest_overtakings(matrix, (0.5, 0.5, 0.0), "c", rule=rule)
        assert next(x for x in found if x.criterion == "app").change is None


def test_units_do_not_change_the_size_of_a_change():
    values = np.array([[4, 2, 3], [3.8, 3, 2], [3.5, 4, 1]])
    for rule in ("weighted-score", "topsis"):
        one = smallest_overtakings(matrix_of(values), WEIGHTS, "c", rule=rule)
        other = smallest_overtakings(matrix_of(values * [100, 0.01, 7]), WEIGHTS, "c", rule=rule)
        assert [x.criterion for x in one] == [x.criterion for x in other]
        for x, y in zip(one, other, strict=True):
            assert (x.change is None) == (y.change is None)
            assert (x.share_of_range or 0) == pytest.approx(y.share_of_range or 0, rel=1e-6)


def test_a_scale_that_is_given_is_used():
    matrix = matrix_of([[4, 2, 3], [3, 5, 2], [3.5, 4, 1]])
    scale = ValueScale(worst=np.array([0.0, 10.0, 0.0]), best=np.array([10.0, 0.0, 10.0]))
    scores = weighted_score(matrix, WEIGHTS, scale=scale)
    ranks = dict(zip(scores.alternatives, scores.scores, strict=True))
    found = smallest_overtakings(matrix, WEIGHTS, "c", scale=scale, limits={"rate": 10})
    rate = next(x for x in found if x.criterion == "rate")
    assert rate.change == pytest.approx((ranks[rate.ahead] - ranks["c"]) / 0.5 * 10)


def test_nobody_is_ahead_of_the_first():
    matrix = matrix_of([[10, 1, 9], [9, 2, 8], [2, 9, 1]])
    for rule in ("weighted-score", "topsis"):
        assert smallest_overtakings(matrix, WEIGHTS, "a", rule=rule) == ()


def test_unknown_names_are_refused():
    matrix = matrix_of([[4, 2, 3], [3, 5, 2]])
    with pytest.raises(EstimationError, match="no such alternative or criterion: found z, speed"):
        smallest_overtakings(matrix, WEIGHTS, "z", limits={"speed": 3})
    with pytest.raises(EstimationError, match="weights do not add up to 1"):
        smallest_overtakings(matrix, (1, 1, 1), "a")


def test_the_method_names_its_source():
    assert METHOD.citation
