"""Openings, contracts, closings, adoption and needs are as planted."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln
from scipy.stats import kstest

from analysis.sample.contracts import months_to_loss
from analysis.sample.departures import close_after
from analysis.sample.holdings import match_to_open
from analysis.sample.products import PRODUCTS, bass_months

DAYS_PER_MONTH = 365.25 / 12
AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="module")
def holdings(sample):
    found = sample.sql("select h.*, segment from holdings h join customers using (customer_id)")
    end = found.closed_on.fillna(AS_OF + pd.Timedelta(days=1))
    found["months"] = ((end - found.opened_on).dt.days + 0.5) / DAYS_PER_MONTH
    return found


def adopters(sample, product_id):
    """Give months since launch of each adoption, and the months watched."""
    truth = sample.truth("adoption", product_id)
    launch = pd.Timestamp(truth["launched_on"])
    opened = sample.sql("select product_id, opened_on from holdings")
    opened = opened[opened.product_id == product_id].opened_on
    months = ((opened - launch).dt.days + 0.5) / DAYS_PER_MONTH
    return months, ((AS_OF - launch).days + 1) / DAYS_PER_MONTH, truth


@pytest.mark.parametrize("cause", ["closed", "fell_dormant"])
@pytest.mark.parametrize(("first", "last"), [(0, 12), (12, 48)])
def test_salary_plans_end_at_the_planted_hazards(sample, holdings, cause, first, last):
    name = "closed_per_month" if cause == "closed" else "dormant_per_month"
    factor = 1.0 if first == 0 else sample.truth("losses", "later_factor")
    plans = holdings[holdings.product_id == "P02"]
    for segment, hazard in sample.truth("losses", name).items():
        group = plans[plans.segment == segment]
        exposure = (group.months.clip(upper=last) - first).clip(lower=0).sum()
        ended = group.months.between(first, last, inclusive="left") & (group.end_reason == cause)
        expected = hazard * factor * exposure
        assert abs(ended.sum() - expected) < 4 * np.sqrt(expected)


def test_hazard_ratios_are_those_of_the_hazards(sample):
    hazards = sample.truth("losses", "closed_per_month")
    for segment, ratio in sample.truth("losses", "closed_hazard_ratio").items():
        assert ratio == pytest.approx(hazards[segment] / hazards["employee"])


def test_the_hazard_is_spent_slower_after_a_year():
    assert months_to_loss(np.array([0.24]), np.array([0.02])).tolist() == pytest.approx([12.0])
    assert months_to_loss(np.array([0.36]), np.array([0.02])).tolist() == pytest.approx([22.0])


def test_memberships_end_on_renewal_days_only(holdings):
    ended = holdings[(holdings.product_id == "P03") & holdings.closed_on.notna()]
    month_end = ended.closed_on.dt.is_month_end
    assert ((ended.closed_on.dt.day == ended.opened_on.dt.day) | month_end).all()
    assert set(ended.end_reason) == {"not_renewed"}


@pytest.mark.parametrize("renewals", [1, 3, 6, 12, 24, 36])
def test_memberships_survive_as_the_shifted_beta_geometric_law_says(sample, holdings, renewals):
    alpha, beta = sample.truth("renewal", "alpha"), sample.truth("renewal", "beta")
    expected = np.exp(betaln(alpha, beta + renewals) - betaln(alpha, beta))
    members = holdings[holdings.product_id == "P03"]
    due = members.opened_on + pd.DateOffset(months=renewals)
    watched = members[due <= AS_OF]
    kept = watched.closed_on.isna() | (watched.closed_on > due[watched.index])
    assert abs(kept.mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / len(watched))


def test_relationships_outlast_their_contracts(sample):
    cut = sample.one(
        "select count(*) from holdings h join customers c using (customer_id) "
        "where c.closed_on is not null and (h.closed_on is null or h.closed_on > c.closed_on)"
    )
    assert cut == 0


def test_the_everyday_account_is_the_relationship(sample):
    differing = sample.one(
        "select count(*) from customers c left join holdings h on h.customer_id = c.customer_id "
        "and product_id = 'P01' where c.opened_on is distinct from h.opened_on "
        "or c.closed_on is distinct from h.closed_on"
    )
    assert differing == 0


def test_the_delay_runs_faster_in_the_last_quarter():
    closed = close_after(
        np.array([0.0, 90.0, 120.0]), np.array([50.0, 50.0, 50.0]), change_at=100.0, factor=2.5
    )
    assert closed.tolist() == [50.0, 116.0, 140.0]


def test_more_relationships_close_in_the_last_quarter(sample):
    lost = sample.sql(
        "select date_trunc('month', closed_on) as month, count(*) as n from customers "
        "where closed_on >= date '2025-04-01' group by month order by month"
    ).n.to_numpy()
    assert lost[6:].mean() > 1.5 * lost[:6].mean()


def test_more_relationships_open_in_the_last_quarter(sample):
    opened = sample.sql("select opened_on from customers where opened_on is not null").opened_on
    late = opened >= pd.Timestamp("2025-10-01")
    ratio = (late.sum() / 92) / ((~late).sum() / (1461 - 92))
    planted = sample.truth("customers", "openings_last_quarter_ratio")
    assert ratio == pytest.approx(planted, abs=4 * planted / np.sqrt(late.sum()))


def test_potential_customers_have_been_met_and_nothing_else(sample):
    strange = sample.count(
        "customers",
        "opened_on is null and (first_contact_on is null or closed_on is not null "
        "or value_tier is not null)",
    )
    assert strange == 0
    share = sample.count("customers", "opened_on is null") / sample.bank.customers
    assert share == pytest.approx(sample.truth("customers", "potential_share"), abs=0.008)


def test_contact_comes_before_opening_and_opening_before_closing(sample):
    assert sample.count("customers", "first_contact_on > opened_on or opened_on > closed_on") == 0


def test_tiers_are_a_pyramid_with_vips_on_top_in_spending(sample):
    tiers = sample.sql(
        "select value_tier, count(distinct customer_id) as n, avg(amount_cny) as mean "
        "from customers join transactions using (customer_id) group by value_tier"
    ).set_index("value_tier")
    assert tiers.n.loc[["vip", "high", "medium", "low"]].is_monotonic_increasing
    assert tiers["mean"].loc[["low", "medium", "high", "vip"]].is_monotonic_increasing


@pytest.mark.parametrize("product_id", ["P04", "P05", "P06", "P07", "P08", "P10", "P11", "P12"])
def test_adoption_follows_the_bass_law(sample, product_id):
    months, watched, truth = adopters(sample, product_id)
    p, q = truth["p_per_month"], truth["q_per_month"]

    def adopted(month):
        decayed = np.exp(-(p + q) * np.asarray(month))
        return (1 - decayed) / (1 + q / p * decayed)

    expected = truth["m_adopters"] * adopted(watched)
    if product_id != "P12":  # no longer sold in the last months
        assert abs(len(months) - expected) < 4 * np.sqrt(max(expected, 1))
    last = months.max() if product_id == "P12" else watched
    assert kstest(months, lambda m: adopted(m) / adopted(last)).pvalue > 1e-4


@pytest.mark.parametrize("product", [p for p in PRODUCTS if p.spread], ids=lambda p: p.product_id)
def test_every_adoption_found_a_customer(sample, product):
    assert sample.truth("adoption", product.product_id)["unplaced"] == 0


def test_bass_months_invert_the_distribution():
    place = np.linspace(0, 0.999, 50)
    decayed = np.exp(-(0.03 + 0.2) * bass_months(place, p=0.03, q=0.2))
    assert (1 - decayed) / (1 + 0.2 / 0.03 * decayed) == pytest.approx(place)


def test_nothing_is_sold_before_its_launch_or_after_its_withdrawal(sample):
    wrong = sample.one(
        "select count(*) from holdings h join products p using (product_id) "
        "where h.opened_on < p.launched_on or h.opened_on >= p.withdrawn_on"
    )
    assert wrong == 0


def test_products_stand_where_the_truth_says(sample):
    recent = sample.sql(
        "select product_id, count(*) filter (opened_on > date '2025-06-30') as coming, "
        "count(*) filter (opened_on <= date '2025-06-30' and opened_on > date '2024-12-31') as "
        "came, count(*) filter (closed_on > date '2025-06-30') as leaving, "
        "count(*) filter (closed_on is null) as held from holdings group by product_id"
    ).set_index("product_id")
    roles = sample.truth("adoption", "roles")
    assert (recent.coming.loc[roles["growth"]] > recent.came.loc[roles["growth"]]).all()
    assert (recent.coming.loc[roles["maturity"]] < recent.came.loc[roles["maturity"]]).all()
    declining = recent.loc[roles["decline"]]
    assert (declining.coming < 0.1 * declining.leaving).all()
    assert (declining.held < 0.01 * sample.bank.customers).all()


def test_nobody_adopts_a_product_twice(sample):
    assert sample.bank.rows["holdings"] == sample.one(
        "select count(*) from (select distinct customer_id, product_id from holdings)"
    )


def test_times_go_to_customers_who_are_open_then_and_none_twice():
    rng = np.random.default_rng(1)
    opened = np.array([0.0, 5.0, 8.0, np.inf])
    closed = np.array([6.0, np.inf, np.inf, np.inf])
    owner = match_to_open(
        rng, np.array([1.0, 7.0, 9.0]), opened=opened, closed=closed, appeal=np.ones(4)
    )
    assert owner.tolist() == [0, 1, 2]


def test_a_time_without_an_open_customer_stays_without():
    owner = match_to_open(
        np.random.default_rng(1),
        np.array([1.0, 9.0]),
        opened=np.array([5.0]),
        closed=np.array([8.0]),
        appeal=np.ones(1),
    )
    assert owner.tolist() == [-1, -1]


def test_needs_are_stated_as_planted_by_age(sample):
    stated = sample.sql(
        "select case when 2025 - birth_year < 30 then '18-29' when 2025 - birth_year < 45 "
        "then '30-44' when 2025 - birth_year < 60 then '45-59' else '60+' end as band, "
        "product_family, avg(wanted::int) as share, count(*) as n "
        "from needs join customers using (customer_id) group by all"
    ).set_index(["band", "product_family"])
    for band, shares in sample.truth("needs", "wanted_by_age_band").items():
        for family, share in shares.items():
            found = stated.loc[(band, family)]
            assert abs(found.share - share) < 4 * np.sqrt(share * (1 - share) / found.n)


def test_needs_are_asked_of_open_customers(sample):
    wrong = sample.one(
        "select count(*) from needs join customers using (customer_id) "
        "where asked_on < opened_on or asked_on >= closed_on or opened_on is null"
    )
    assert wrong == 0


def test_the_jump_in_closings_coincides_with_an_event(sample):
    coincides = sample.count("events", "happened_on = date '2025-10-01' and kind = 'price'")
    assert coincides == 1


def test_salary_plans_do_not_depend_on_purchases(sample):
    rates = sample.sql(
        "select (h.closed_on is null)::int as kept, count(t.customer_id) as n from holdings h "
        "join customers c using (customer_id) left join transactions t using (customer_id) "
        "where product_id = 'P02' and c.opened_on between date '2023-01-01' and date '2023-12-31' "
        "group by h.account_id, h.closed_on"
    )
    correlation = rates.kept.corr(rates.n, method="spearman")
    assert abs(correlation) < 4 / np.sqrt(len(rates))
