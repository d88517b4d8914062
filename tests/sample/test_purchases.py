"""Card purchases follow BG/NBD and Gamma-Gamma, and keep out of what else happens."""

import numpy as np
import pytest
from scipy.special import betaln, hyp2f1

from analysis.sample.laws import PURCHASES
from analysis.stats.bg_nbd import fit_bg_nbd
from analysis.stats.purchase_cells import reduce_to_cells

HISTORIES = """
select customer_id, count(*) - 1 as frequency,
    (max(occurred_on) - min(occurred_on)) / 7.0 as recency_weeks,
    (date '2025-12-31' - min(occurred_on) + 0.5) / 7.0 as age_weeks,
    avg(amount_cny) as mean_amount_cny
from transactions group by customer_id
"""
"""The day of a purchase is cut, so that half a day is on average between it and the time."""


@pytest.fixture(scope="module")
def histories(sample):
    return sample.sql(HISTORIES)


def expected_repeats(age_weeks):
    """Fader, Hardie, Lee (2005), equation 9."""
    r, alpha, a, b = PURCHASES.r, PURCHASES.alpha_weeks, PURCHASES.a, PURCHASES.b
    share = age_weeks / (alpha + age_weeks)
    survived = (alpha / (alpha + age_weeks)) ** r * hyp2f1(r, b, a + b - 1, share)
    return (a + b - 1) / (a - 1) * (1 - survived)


def chance_of_none(age_weeks):
    """Fader, Hardie, Lee (2005), equation 8 at x = 0."""
    return (PURCHASES.alpha_weeks / (PURCHASES.alpha_weeks + age_weeks)) ** PURCHASES.r


def chance_of_one(age_weeks):
    """Fader, Hardie, Lee (2005), equation 8 at x = 1."""
    r, alpha, a, b = PURCHASES.r, PURCHASES.alpha_weeks, PURCHASES.a, PURCHASES.b
    still = np.exp(betaln(a, b + 1) - betaln(a, b)) * r * age_weeks * alpha**r
    still /= (alpha + age_weeks) ** (r + 1)
    fell_silent = np.exp(betaln(a + 1, b) - betaln(a, b)) * (1 - chance_of_none(age_weeks))
    return still + fell_silent


def within(observed, expected, *, errors):
    """Whether a mean lies within so many standard errors of what is expected."""
    gap = np.asarray(observed, dtype=float) - expected
    return abs(gap.mean()) < errors * gap.std(ddof=1) / np.sqrt(len(gap))


def test_the_number_of_repeat_purchases_is_as_the_law_expects(histories):
    assert within(histories.frequency, expected_repeats(histories.age_weeks), errors=4)


def test_as_many_as_the_law_expects_buy_no_second_time(histories):
    assert within(histories.frequency == 0, chance_of_none(histories.age_weeks), errors=4)


def test_as_many_as_the_law_expects_buy_a_second_and_no_third_time(histories):
    assert within(histories.frequency == 1, chance_of_one(histories.age_weeks), errors=4)


def test_half_of_the_customers_watched_longest_are_as_the_law_expects_too(histories):
    old = histories[histories.age_weeks > histories.age_weeks.median()]
    assert within(old.frequency, expected_repeats(old.age_weeks), errors=4)


def test_the_planted_parameters_are_within_the_intervals_of_a_fit(histories):
    cells = reduce_to_cells(
        histories.frequency, histories.recency_weeks, histories.age_weeks, time_unit="weeks"
    )
    fit = fit_bg_nbd(cells, confidence=0.999)
    assert not fit.r.excludes(PURCHASES.r)
    assert not fit.alpha.excludes(PURCHASES.alpha_weeks)
    assert not fit.a.excludes(PURCHASES.a)
    assert not fit.b.excludes(PURCHASES.b)


def test_there_are_about_fifteen_transactions_a_customer(sample):
    assert 13 < sample.bank.rows["transactions"] / sample.bank.customers < 17


def test_amounts_have_the_mean_of_the_law(histories):
    mean = PURCHASES.p * PURCHASES.v_cny / (PURCHASES.q - 1)
    assert within(histories.mean_amount_cny, mean, errors=4)


def test_a_customers_amounts_scatter_as_the_law_expects(sample):
    # the squared coefficient of variation of a gamma distribution is 1 / p; n amounts of one
    # customer estimate it by variance over squared mean, of which the mean of n p / (n p + 1)
    # times 1 / p is expected because the mean is estimated too
    spread = sample.sql(
        "select count(*) as n, var_samp(amount_cny) / avg(amount_cny) ** 2 as ratio "
        "from transactions group by customer_id having count(*) >= 2"
    )
    expected = 1 / PURCHASES.p * spread.n * PURCHASES.p / (spread.n * PURCHASES.p + 1)
    assert within(spread.ratio, expected, errors=4)


def test_amounts_and_frequency_are_independent(histories):
    repeaters = histories[histories.frequency > 0]
    correlation = repeaters.frequency.corr(repeaters.mean_amount_cny, method="spearman")
    assert abs(correlation) < 4 / np.sqrt(len(repeaters))


def test_nobody_buys_before_opening_or_after_closing(sample):
    outside = sample.one(
        "select count(*) from transactions join customers using (customer_id) "
        "where opened_on is null or occurred_on < opened_on or occurred_on > closed_on"
    )
    assert outside == 0


def test_the_first_purchase_comes_within_a_week_of_opening(sample):
    delays = sample.sql(
        "select min(occurred_on) - any_value(opened_on) as days "
        "from transactions join customers using (customer_id) group by customer_id"
    )
    assert delays.days.between(0, 7).all()


def test_purchases_do_not_depend_on_the_segment(sample):
    counts = sample.sql(
        "select segment, count(t.customer_id) as n from customers "
        "left join transactions t using (customer_id) "
        "where opened_on < date '2025-06-01' group by segment, customers.customer_id"
    )
    groups = [group.to_numpy() for _, group in counts.groupby("segment").n]
    overall = counts.n.mean()
    for group in groups:
        assert abs(group.mean() - overall) < 4.5 * group.std() / np.sqrt(len(group))


def test_channels_are_used_as_planted_by_age(sample):
    used = sample.sql(
        "select case when 2025 - birth_year < 30 then '18-29' when 2025 - birth_year < 45 "
        "then '30-44' when 2025 - birth_year < 60 then '45-59' else '60+' end as band, "
        "channel, count(*) as n from transactions join customers using (customer_id) group by all"
    )
    shares = used.pivot(index="band", columns="channel", values="n")
    shares = shares.div(shares.sum(axis=1), axis=0)
    for band, planted in sample.truth("purchases", "channel_shares_by_age_band").items():
        for channel, share in planted.items():
            assert shares.loc[band, channel] == pytest.approx(share, abs=0.01)


def test_truth_holds_the_parameters_of_the_law(sample):
    for name in ("r", "alpha_weeks", "a", "b", "p", "q", "v_cny"):
        assert sample.truth("purchases", name) == getattr(PURCHASES, name)
