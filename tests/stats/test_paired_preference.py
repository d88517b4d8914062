"""Bradley-Terry: Agresti's baseball, an iteration of our own, coverage, Ford's condition."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit

from analysis.errors import EstimationError
from analysis.stats.paired_preference import (
    METHOD,
    Comparison,
    paired_preference,
    preference_probability,
)

TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
# Agresti, A. (2002), Categorical Data Analysis, 2nd ed., table 10.10: American League East in
# 1987, won and lost at home (row) against each visitor (column).
AT_HOME = """
 -  4-3 4-2 4-3 6-1 4-2 6-0
3-3  -  4-2 4-3 6-0 6-1 4-3
2-5 4-3  -  2-4 4-3 4-2 6-0
3-3 5-1 2-5  -  4-3 4-2 6-1
5-1 2-5 3-3 4-2  -  5-2 6-0
2-5 3-3 3-4 4-3 4-2  -  2-4
2-5 1-5 1-6 2-4 1-6 3-4  -
"""
# Table 10.11: log strength above Baltimore's; with the advantage of home, strengths as shares.
PUBLISHED = {
    "Milwaukee": 1.58, "Detroit": 1.44, "Toronto": 1.29, "New York": 1.25, "Boston": 1.11,
    "Cleveland": 0.68, "Baltimore": 0.0,
}  # fmt: skip
PUBLISHED_SHARES = {
    "Milwaukee": 0.220, "Detroit": 0.190, "Toronto": 0.164, "New York": 0.157, "Boston": 0.137,
    "Cleveland": 0.088, "Baltimore": 0.044,
}  # fmt: skip


def baseball():
    rows = [line.split() for line in AT_HOME.strip().splitlines()]
    return [
        Comparison(
            first=TEAMS[i],
            second=TEAMS[j],
            first_preferred=int(cell.split("-")[0]),
            second_preferred=int(cell.split("-")[1]),
        )
        for i, row in enumerate(rows)
        for j, cell in enumerate(row)
        if cell != "-"
    ]


def values(found):
    return dict(zip(found.names, (strength.value for strength in found.strengths), strict=True))


def minorise_and_maximise(comparisons):
    """Hunter, D. R. (2004), Annals of Statistics 32, 384-406: strengths by iteration."""
    names = sorted({name for c in comparisons for name in (c.first, c.second)})
    at = {name: k for k, name in enumerate(names)}
    wins, met = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for c in comparisons:
        i, j = at[c.first], at[c.second]
        wins[i] += c.first_preferred
        wins[j] += c.second_preferred
        met[i, j] += c.first_preferred + c.second_preferred
        met[j, i] += c.first_preferred + c.second_preferred
    strength = np.ones(len(names))
    for _ in range(5000):
        strength = wins / (met / (strength[:, None] + strength[None, :])).sum(axis=1)
        strength /= strength.sum()
    return dict(zip(names, np.log(strength) - np.log(strength).mean(), strict=True))


def test_baseball_has_the_published_strengths():
    found = paired_preference(baseball())
    strengths = values(found)
    for team, published in PUBLISHED.items():
        assert strengths[team] - strengths["Baltimore"] == pytest.approx(published, abs=5.1e-3)
    assert found.comparisons == 273
    assert found.order_effect is None


def test_baseball_has_the_published_advantage_of_home():
    found = paired_preference(baseball(), order_effect=True)
    assert found.order_effect.value == pytest.approx(0.302, abs=5.1e-4)
    assert found.order_effect.excludes(0)
    assert dict(zip(found.names, found.preference_shares, strict=True)) == pytest.approx(
        PUBLISHED_SHARES, abs=5.1e-4
    )


def test_strengths_equal_those_of_another_iteration():
    assert values(paired_preference(baseball())) == pytest.approx(
        minorise_and_maximise(baseball()), abs=1e-6
    )


@pytest.mark.parametrize("order_effect", [False, True])
def test_strengths_equal_a_logistic_regression_of_single_games(order_effect):
    # One row a game, won or lost, instead of counts; contrasts with Baltimore.
    rows, won = [], []
    for c in baseball():
        row = [float(c.first == team) - float(c.second == team) for team in TEAMS[:-1]]
        row += [1.0] if order_effect else []
        rows += [row] * (c.first_preferred + c.second_preferred)
        won += [1] * c.first_preferred + [0] * c.second_preferred
    fit = sm.Logit(won, np.array(rows)).fit(disp=0, method="newton", tol=1e-12)
    found = paired_preference(baseball(), order_effect=order_effect)
    strengths = values(found)
    ours = [strengths[team] - strengths["Baltimore"] for team in TEAMS[:-1]]
    assert ours == pytest.approx(fit.params[:6], abs=1e-6)
    at = {name: k for k, name in enumerate(found.names)}
    for k, team in enumerate(TEAMS[:-1]):
        contrast = np.zeros(7)
        contrast[at[team]], contrast[at["Baltimore"]] = 1, -1
        assert contrast @ found.covariance @ contrast == pytest.approx(fit.bse[k] ** 2, rel=1e-6)
    if order_effect:
        assert found.order_effect.value == pytest.approx(fit.params[6], abs=1e-6)


def test_strengths_average_zero_and_shares_add_up():
    found = paired_preference(baseball())
    assert sum(values(found).values()) == pytest.approx(0, abs=1e-9)
    assert sum(found.preference_shares) == pytest.approx(1)
    assert found.covariance.sum() == pytest.approx(0, abs=1e-9)
    assert found.degrees_of_freedom == 42 - 6


def test_two_compared_alone_are_a_share():
    found = paired_preference(
        [Comparison(first="a", second="b", first_preferred=60, second_preferred=30)]
    )
    won = preference_probability(found, "a", "b")
    assert won.value == pytest.approx(2 / 3)
    reach = 1.959964 * np.sqrt(1 / 60 + 1 / 30)
    assert (won.low, won.high) == pytest.approx(
        (expit(np.log(2) - reach), expit(np.log(2) + reach)), abs=1e-6
    )
    assert found.p_value is None
    back = preference_probability(found, "b", "a")
    assert (back.value, back.low) == pytest.approx((1 - won.value, 1 - won.high))


def test_turning_a_row_round_changes_nothing_without_an_order_effect():
    turned = [
        Comparison(
            first=c.second,
            second=c.first,
            first_preferred=c.second_preferred,
            second_preferred=c.first_preferred,
        )
        for c in baseball()
    ]
    assert values(paired_preference(turned)) == pytest.approx(values(paired_preference(baseball())))
    with_order = paired_preference(turned, order_effect=True)
    assert with_order.order_effect.value == pytest.approx(-0.302, abs=5.1e-4)


def test_pairs_that_never_met_are_compared_through_others():
    # a to b 2:1 and b to c 3:1 in odds, so a to c 6:1
    found = paired_preference(
        [
            Comparison(first="a", second="b", first_preferred=20, second_preferred=10),
            Comparison(first="b", second="c", first_preferred=30, second_preferred=10),
        ]
    )
    assert preference_probability(found, "a", "c").value == pytest.approx(6 / 7)


def drawn_comparisons(rng, strengths, games, order=0.0):
    names = "abcdef"
    rows = []
    for i in range(len(strengths)):
        for j in range(len(strengths)):
            if i != j:
                won = rng.binomial(games, expit(strengths[i] - strengths[j] + order))
                rows.append(
                    Comparison(
                        first=names[i],
                        second=names[j],
                        first_preferred=int(won),
                        second_preferred=int(games - won),
                    )
                )
    return rows


@pytest.mark.slow
def test_strengths_and_order_are_covered_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(31)
    truth = np.array([0.8, 0.3, 0.0, -0.3, -0.8])
    hits = np.zeros(7, dtype=int)
    for _ in range(400):
        found = paired_preference(drawn_comparisons(rng, truth, 15, 0.25), order_effect=True)
        hits[:5] += [not s.excludes(t) for s, t in zip(found.strengths, truth, strict=True)]
        hits[5] += not found.order_effect.excludes(0.25)
        hits[6] += not preference_probability(found, "a", "e").excludes(expit(1.6))
    for hit in hits:
        assert_covers(int(hit), 400, 0.95)


@pytest.mark.slow
def test_the_test_of_one_scale_holds_its_level(assert_covers):
    rng = np.random.default_rng(32)
    kept = sum(
        paired_preference(drawn_comparisons(rng, [0.5, 0.2, -0.1, -0.6], 40)).p_value > 0.05
        for _ in range(400)
    )
    assert_covers(kept, 400, 0.95)


def test_a_cycle_speaks_against_one_scale():
    cycle = [
        Comparison(first=a, second=b, first_preferred=40, second_preferred=10)
        for a, b in ("ab", "bc", "ca")
    ]
    found = paired_preference(cycle)
    assert found.p_value < 1e-6
    assert values(found) == pytest.approx({"a": 0, "b": 0, "c": 0}, abs=1e-9)


def test_strengths_that_cannot_be_told_are_refused_with_the_groups():
    rows = [
        Comparison(first="a", second="b", first_preferred=3, second_preferred=2),
        Comparison(first="c", second="d", first_preferred=2, second_preferred=2),
        Comparison(first="a", second="c", first_preferred=5, second_preferred=0),
    ]
    with pytest.raises(
        EstimationError, match=r"found 2 groups .*: (a \+ b; c \+ d|c \+ d; a \+ b)"
    ):
        paired_preference(rows)
    back = Comparison(first="d", second="b", first_preferred=1, second_preferred=4)
    assert len(paired_preference([*rows, back]).names) == 4


def test_an_order_effect_that_cannot_be_told_is_refused():
    # the first is always preferred: strengths can be told without order, not with it
    rows = [
        Comparison(first=a, second=b, first_preferred=5, second_preferred=0)
        for a, b in ("ab", "ba", "bc", "cb", "ac", "ca")
    ]
    assert values(paired_preference(rows)) == pytest.approx({"a": 0, "b": 0, "c": 0}, abs=1e-9)
    with pytest.raises(EstimationError, match="the order effect cannot be told from the strengths"):
        paired_preference(rows, order_effect=True)
    one_way = [Comparison(first="a", second="b", first_preferred=5, second_preferred=3)]
    with pytest.raises(EstimationError, match="the order effect cannot be told"):
        paired_preference(one_way, order_effect=True)


def test_what_are_no_comparisons_is_refused_all_at_once():
    with pytest.raises(EstimationError) as caught:
        paired_preference(
            [
                Comparison(first="a", second="a", first_preferred=1, second_preferred=0),
                Comparison(first="a", second="b", first_preferred=-1, second_preferred=2),
            ]
        )
    assert "compared with itself: found a" in str(caught.value)
    assert "a against b is no count: found -1" in str(caught.value)
    with pytest.raises(EstimationError, match="no comparison: found 0 preferences"):
        paired_preference([])


def test_an_unknown_name_is_refused():
    with pytest.raises(EstimationError, match="never compared: found Chicago"):
        preference_probability(paired_preference(baseball()), "Boston", "Chicago")


def test_the_method_names_its_sources():
    assert "Bradley" in METHOD.citation
    assert "Ford" in METHOD.citation
