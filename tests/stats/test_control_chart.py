"""Control charts: textbook limits, each rule on a pattern of its own, false signals, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.control_chart import (
    METHODS,
    NELSON,
    WESTERN_ELECTRIC,
    Rule,
    control_chart,
)

# Montgomery, Introduction to Statistical Quality Control, 6th ed., example 7.1: frozen
# orange juice, nonconforming cans in 30 samples of 50
ORANGE_JUICE = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22]
ORANGE_JUICE += [8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]


def chart_of(z, rules, *, size=10_000, centre=0.1):
    """Chart months at given distances from the centre after an uneventful baseline of two."""
    sigma = np.sqrt(centre * (1 - centre) / size)
    events = np.rint(size * (centre + sigma * np.array(z))).astype(int)
    quiet = [int(centre * size)] * 2
    months = [str(i) for i in range(len(z) + 2)]
    chart = control_chart(
        months,
        [*quiet, *events],
        [size] * len(months),
        baseline_months=2,
        chart="p",
        rules=rules,
    )
    return [i - 2 for i, point in enumerate(chart.points) if point.signals]


def test_limits_and_signals_equal_the_textbook():
    chart = control_chart(
        [str(i) for i in range(1, 31)],
        ORANGE_JUICE,
        [50] * 30,
        baseline_months=30,
        chart="p",
        rules=[Rule.NELSON_1],
    )
    assert chart.centre == pytest.approx(0.2313, abs=5.1e-5)
    assert chart.points[0].high == pytest.approx(0.4102, abs=5.1e-5)
    assert chart.points[0].low == pytest.approx(0.0524, abs=5.1e-5)
    assert [point.month for point in chart.points if point.signals] == ["15", "23"]


def test_laney_limits_are_those_of_individuals_where_months_are_of_one_size():
    # Laney (2002): with equal sizes the chart is the one of individual values, whose limits
    # lie 2.66 mean moving ranges from the centre
    rates = np.array(ORANGE_JUICE) / 50
    chart = control_chart(list("x" * 30), ORANGE_JUICE, [50] * 30, baseline_months=30)
    half = 2.66 * np.abs(np.diff(rates)).mean()
    assert chart.points[0].high == pytest.approx(rates.mean() + half, abs=1e-3)
    assert chart.sigma_z == pytest.approx(
        half / 3 / np.sqrt(chart.centre * (1 - chart.centre) / 50), rel=1e-3
    )


def test_limits_follow_the_size_of_the_month_and_stay_within_0_and_1():
    chart = control_chart(
        list("abc"), [5, 7, 1], [100, 140, 4], baseline_months=2, chart="p", rules=[]
    )
    assert chart.points[2].high - chart.centre > chart.points[0].high - chart.centre
    assert all(0 <= point.low <= point.high <= 1 for point in chart.points)
    assert [point.baseline for point in chart.points] == [True, True, False]


PATTERNS = {
    Rule.NELSON_1: ([0.5, 3.2, -0.4, -3.2], [1, 3]),
    Rule.NELSON_2: ([0.3] * 9 + [-0.2] + [0.3] * 8, [8]),
    Rule.NELSON_3: ([-1, -0.5, 0, 0.4, 0.8, 1.2, 0.1], [5]),
    Rule.NELSON_4: ([0.2, *[0.5, -0.5] * 6, 0.5, 0.9], [13]),
    Rule.NELSON_5: ([2.2, 0, 2.3, -2.2, -2.4, 0.1, 2.2], [2, 4]),
    Rule.NELSON_6: ([1.2, 1.3, 0, 1.2, 1.4, -1.5], [4]),
    Rule.NELSON_7: ([0.4, -0.6, 0.2] * 5, [12, 13, 14]),
    Rule.NELSON_8: ([1.2, -1.3] * 4, [7]),
    Rule.WESTERN_ELECTRIC_4: ([-0.3] * 8 + [0.2], [7]),
}


@pytest.mark.parametrize("rule", Rule)
def test_each_rule_signals_at_the_end_of_its_pattern_and_not_elsewhere(rule):
    z, expected = PATTERNS[rule]
    assert chart_of(z, [rule]) == expected


@pytest.mark.parametrize("rule", Rule)
def test_a_mirrored_pattern_signals_in_the_same_months(rule):
    z, expected = PATTERNS[rule]
    assert chart_of([-value for value in z], [rule]) == expected


def test_two_beyond_on_one_side_and_one_on_the_other_are_no_signal_of_the_last():
    assert chart_of([-2.3, -2.3, 2.3], [Rule.NELSON_5]) == [1]


def test_the_sets_of_rules_are_those_of_their_authors():
    assert len(WESTERN_ELECTRIC) == 4
    assert len(NELSON) == 8
    assert Rule.NELSON_2 in NELSON
    assert Rule.NELSON_2 not in WESTERN_ELECTRIC


def test_ordinary_differences_between_months_are_no_signal_with_laney():
    rng = np.random.default_rng(91)
    size, months = 200_000, 36
    lost = rng.binomial(size, np.clip(rng.normal(0.02, 0.002, months), 0, 1))
    labels = [str(i) for i in range(months)]
    plain, laney = (
        control_chart(
            labels, lost, [size] * months, baseline_months=24, chart=kind, rules=[Rule.NELSON_1]
        )
        for kind in ("p", "laney")
    )
    assert sum(bool(point.signals) for point in plain.points) > months / 3
    assert sum(bool(point.signals) for point in laney.points) == 0
    assert laney.sigma_z > 4


def test_counting_in_thousands_of_equal_customers_changes_no_distance():
    few = control_chart(list("abcdefghi"), range(10, 19), [100] * 9, baseline_months=8)
    many = control_chart(
        list("abcdefghi"), np.arange(10, 19) * 100, [10_000] * 9, baseline_months=8
    )
    assert [point.z for point in many.points] == pytest.approx([point.z for point in few.points])
    assert many.sigma_z == pytest.approx(10 * few.sigma_z)


@pytest.mark.slow
def test_false_signals_are_as_rare_as_three_sigma_claims(assert_covers):
    rng = np.random.default_rng(92)
    quiet = 0
    for _ in range(4000):
        lost = rng.binomial(20_000, 0.05, 61)
        chart = control_chart(
            [str(i) for i in range(61)],
            lost,
            [20_000] * 61,
            baseline_months=60,
            chart="p",
            rules=[Rule.NELSON_1],
        )
        quiet += not chart.points[-1].signals
    assert_covers(quiet, 4000, 0.9973)


def test_a_baseline_without_loss_or_too_short_is_refused():
    with pytest.raises(EstimationError, match="no loss in the window of the baseline: found 0"):
        control_chart(list("abcdefgh"), [0] * 8, [10] * 8, baseline_months=8)
    with pytest.raises(EstimationError, match="too short or longer than the series: found 3 mon"):
        control_chart(list("abc"), [1, 2, 1], [10] * 3, baseline_months=3)
    with pytest.raises(EstimationError, match="the baseline do not differ at all"):
        control_chart(list("abcdefgh"), [2] * 8, [10] * 8, baseline_months=8)


def test_broken_months_are_refused_all_at_once():
    with pytest.raises(EstimationError) as caught:
        control_chart(list("abc"), [1, 20, 0], [10, 10, 0], baseline_months=2, chart="p")
    assert "months without customers: found 1 of 3" in str(caught.value)
    assert "more events than customers or fewer than 0: found 1 of 3" in str(caught.value)
    with pytest.raises(EstimationError, match="differ in length: found 3, 2 and 2"):
        control_chart(list("abc"), [1, 2], [10, 10], baseline_months=2)


def test_every_method_names_its_source():
    assert set(METHODS) == {"p", "laney", "rules"}
