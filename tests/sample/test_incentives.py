"""Planted effects of incentives can be found by the design that each was given under."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import nnls
from scipy.stats import binomtest

from analysis.sample import programmes
from analysis.sample.staff import PULLED_SHARE, TARGET_POINTS, WINDOW_POINTS, draw_months

BALANCES = """
select o.*, segment, value_tier, birth_year, b.value as before, a.value as after
from offers o join customers c using (customer_id)
join offer_outcomes b on b.campaign_id = o.campaign_id and b.customer_id = o.customer_id
    and b.outcome = 'balance_cny' and b.phase = 'before'
join offer_outcomes a on a.campaign_id = o.campaign_id and a.customer_id = o.customer_id
    and a.outcome = 'balance_cny' and a.phase = 'after'
"""


def least_squares(columns, outcome):
    """Give coefficients and their heteroskedasticity-robust standard errors."""
    design = np.column_stack([np.ones(len(outcome)), *columns]).astype(float)
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ outcome
    residuals = outcome - design @ coefficients
    meat = (design * residuals[:, None] ** 2).T @ design
    return coefficients, np.sqrt(np.diag(inverse @ meat @ inverse))


@pytest.fixture(scope="module")
def balances(large):
    return large.sql(BALANCES)


@pytest.fixture(scope="module")
def lot(balances):
    return balances[balances.campaign_id == "I01"]


@pytest.fixture(scope="module")
def panel(sample):
    found = sample.sql(
        "select m.*, region, adopted_on, wealth_sales_cny / customers as sales, "
        "deposits_cny / customers as deposits, dense_rank() over (order by month) - 1 as t "
        "from branch_months m join branches using (branch_id) "
        "join adoptions a on a.branch_id = m.branch_id and a.campaign_id = 'I05'"
    )
    start = (found.adopted_on.dt.year - found.month.min().year) * 12 + found.adopted_on.dt.month
    found["start"] = (start - found.month.min().month).fillna(999).astype(int)
    return found


def test_nobody_takes_part_in_two_campaigns(sample):
    assert sample.bank.rows["offers"] == sample.one(
        "select count(distinct customer_id) from offers"
    )


def test_outcomes_after_come_after_the_assignment_and_before_before(sample):
    wrong = sample.one(
        "select count(*) from offer_outcomes join offers using (campaign_id, customer_id) "
        "where (phase = 'after') != (measured_on > assigned_on)"
    )
    assert wrong == 0


def test_the_lot_gives_the_planned_share(large, lot):
    planned = large.one("select planned_offer_share from campaigns where campaign_id = 'I01'")
    offered = int((lot.arm == "offer").sum())
    assert binomtest(offered, len(lot), planned).pvalue > 1e-4


def test_the_lot_balances_what_was_before(lot):
    offered = lot.arm == "offer"
    gap, error = least_squares([offered], lot.before.to_numpy())
    assert abs(gap[1]) < 4 * error[1]


def test_take_up_is_as_planted(large, lot):
    for segment, share in large.truth("offers", "randomised_take_up").items():
        group = lot[(lot.segment == segment) & (lot.arm == "offer")]
        assert group.taken_up.mean() == pytest.approx(share, abs=4 * 0.5 / np.sqrt(len(group)))
    holdouts = lot[lot.arm == "holdout"]
    planted = large.truth("offers", "randomised_contamination")
    assert holdouts.taken_up.mean() == pytest.approx(planted, abs=0.012)
    assert (lot.exposed | ~lot.taken_up).all()


def test_intention_to_treat_is_as_planted_by_segment(large, lot):
    for segment, effect in large.truth("offers", "randomised_intention_to_treat_cny").items():
        group = lot[lot.segment == segment]
        found, error = least_squares([group.arm == "offer", group.before], group.after.to_numpy())
        assert abs(found[1] - effect) < 4 * error[1]


def test_the_effect_on_takers_is_as_planted_by_segment(large, lot):
    for segment, effect in large.truth("offers", "randomised_effect_on_takers_cny").items():
        group = lot[lot.segment == segment]
        offered = (group.arm == "offer").to_numpy()
        residual = (
            group.after - 0.7 * group.before
        ).to_numpy() - effect * group.taken_up.to_numpy()
        gap, error = least_squares([offered], residual)
        assert abs(gap[1]) < 4 * error[1]


def test_the_offer_moves_sign_up_and_nothing_else(large):
    further = large.sql(
        "select outcome, arm, taken_up, value from offer_outcomes "
        "join offers using (campaign_id, customer_id) where outcome != 'balance_cny'"
    )
    effects = {
        "signed_up": large.truth("offers", "randomised_sign_up_effect"),
        "logins": 0.0,
        "complained": 0.0,
    }
    assert set(further.outcome) == set(effects)
    for outcome, group in further.groupby("outcome"):
        offered = (group.arm == "offer").to_numpy()
        residual = (group.value - effects[outcome] * group.taken_up).to_numpy()
        gap, error = least_squares([offered], residual)
        assert abs(gap[1]) < 4 * error[1]


def test_outcomes_are_missing_alike_in_both_arms(large):
    seen = large.sql(
        "select arm, avg((a.customer_id is not null)::int) as seen, count(*) as n from offers o "
        "left join offer_outcomes a on a.customer_id = o.customer_id and a.phase = 'after' "
        "and a.outcome = 'balance_cny' where o.campaign_id = 'I01' group by arm"
    ).set_index("arm")
    planted = 1 - large.truth("offers", "randomised_missing_share")
    for arm in ("offer", "holdout"):
        assert seen.seen[arm] == pytest.approx(planted, abs=4 * 0.17 / np.sqrt(seen.n[arm]))


def test_each_look_sees_another_fifth(large):
    looks = large.sql("select * from interim_looks order by look")
    measured = large.sql(
        "select measured_on from offer_outcomes where campaign_id = 'I01' and phase = 'after' "
        "and outcome = 'balance_cny'"
    ).measured_on
    seen = [(measured <= look).mean() for look in looks.looked_on]
    assert seen == pytest.approx(looks.planned_information.tolist(), abs=0.03)
    assert seen[-1] == 1.0


def test_self_selection_overstates_the_effect_and_adjustment_finds_it(large, balances):
    chosen = balances[balances.campaign_id == "I02"]
    offered = chosen.arm == "offer"
    planted = large.truth("offers", "matched_effect_cny")
    plain, plain_error = least_squares([offered], chosen.after.to_numpy())
    assert plain[1] > planted + 4 * plain_error[1]
    upper = chosen.value_tier.isin(["vip", "high"])
    middle_aged = (2025 - chosen.birth_year).between(45, 59)
    found, error = least_squares(
        [offered, upper, middle_aged, chosen.before], chosen.after.to_numpy()
    )
    assert abs(found[1] - planted) < 4 * error[1]


def test_the_balance_jumps_at_the_threshold_and_its_density_does_not(large, balances):
    near = balances[(balances.campaign_id == "I03")].copy()
    near["distance"] = near.running_value - large.one(
        "select threshold from campaigns where campaign_id = 'I03'"
    )
    assert ((near.distance >= 0) == (near.arm == "offer")).all()
    near = near[near.distance.abs() < 15_000]
    above = near.distance >= 0
    found, error = least_squares(
        [above, near.distance, near.distance * above], near.after.to_numpy()
    )
    assert abs(found[1] - large.truth("offers", "threshold_jump_cny")) < 4 * error[1]
    beside = near[near.distance.abs() < 2_500]
    assert binomtest(int((beside.distance >= 0).sum()), len(beside), 0.48).pvalue > 1e-4


def test_everybody_having_it_leaves_nothing_to_compare_with(sample):
    arms = sample.sql("select distinct arm from offers where campaign_id = 'I04'")
    assert arms.arm.tolist() == ["offer"]


def test_branches_keep_the_customers_that_the_bank_has(sample):
    counted = sample.one(
        "select count(*) from customers where opened_on <= date '2025-12-31' "
        "and (closed_on is null or closed_on > date '2025-12-31')"
    )
    stated = sample.one("select sum(customers) from branch_months where month = date '2025-12-01'")
    assert stated == counted


def test_two_way_fixed_effects_gets_the_wrong_sign(sample, panel):
    table = panel.pivot(index="branch_id", columns="t", values="sales").to_numpy()
    start = panel.groupby("branch_id").start.first().to_numpy()
    treated = (np.arange(table.shape[1]) >= start[:, None]).astype(float)
    demeaned = treated - treated.mean(1, keepdims=True) - treated.mean(0) + treated.mean()
    estimate = (demeaned * table).sum() / (demeaned**2).sum()
    assert estimate < -3
    assert sample.truth("programmes", "team_mean_effect_cny") > 30


def impute_untreated(table, start):
    """Predict what would have been from branch and month effects of untreated cells."""
    untreated = np.arange(table.shape[1]) < start[:, None]
    branch, month = np.nonzero(untreated)
    n_branches, n_months = table.shape
    design = np.zeros((len(branch), n_branches + n_months))
    design[np.arange(len(branch)), branch] = 1
    design[np.arange(len(branch)), n_branches + month] = 1
    effects = np.linalg.lstsq(design, table[untreated], rcond=None)[0]
    return effects[:n_branches, None] + effects[n_branches:], untreated


def test_imputation_finds_the_effect_of_the_roll_out(sample, panel):
    table = panel.pivot(index="branch_id", columns="t", values="sales").to_numpy()
    start = panel.groupby("branch_id").start.first().to_numpy()
    predicted, untreated = impute_untreated(table, start)
    gains = table - predicted
    assert gains[~untreated].mean() == pytest.approx(
        sample.truth("programmes", "team_mean_effect_cny"), abs=5
    )
    by_wave = sample.truth("programmes", "team_effect_cny_by_wave_and_month")
    for wave, effects in by_wave.items():
        branches = start == int(wave)
        found = gains[branches, int(wave) :].mean(axis=0)
        assert found == pytest.approx(effects, abs=9)


def test_branches_moved_alike_before_the_roll_out(panel):
    early = panel[(panel.t < min(programmes.WAVE_MONTHS)) & (panel.start < 999)]
    late = panel[(panel.t < min(programmes.WAVE_MONTHS)) & (panel.start == 999)]
    gap = early.groupby("t").sales.mean() - late.groupby("t").sales.mean()
    assert np.ptp(gap) < 12


def test_other_regions_make_up_the_treated_one(sample, panel):
    region = panel.groupby(["region", "t"]).deposits.mean().unstack()
    donors = [name for name in region.index if name != programmes.TREATED_REGION]
    before = slice(0, programmes.REGIONAL_MONTH)
    treated = region.loc[programmes.TREATED_REGION].to_numpy()
    pool = region.loc[donors].to_numpy()
    scale = 1e6  # holds the sum of the weights at one
    weights, _ = nnls(
        np.vstack([pool[:, before].T, np.full(len(donors), scale)]),
        np.append(treated[before], scale),
    )
    gap = treated - weights @ pool
    planted = sample.truth("programmes", "regional_effect_cny")
    assert gap[programmes.REGIONAL_MONTH :].mean() == pytest.approx(planted, rel=0.25)
    known = np.array(
        [sample.truth("programmes", "regional_donor_weights").get(d, 0) for d in donors]
    )
    exact = treated - known @ pool
    effect = exact[programmes.REGIONAL_MONTH :].mean() - exact[before].mean()
    assert effect == pytest.approx(
        planted, abs=4 * 150 / np.sqrt(6) * np.sqrt(1 / 8 + 1 / 16) * 1.3
    )


def test_staff_bunch_at_the_target(sample):
    sales = sample.sql("select sales_points / target_points * 100 as p from staff_months").p
    above, below = sales.between(100, 103).sum(), sales.between(94, 97).sum()
    assert above > 2 * below
    share = sample.truth("staff", "gamed_share")
    # the window just short of the target lacks as many as are in excess beyond it
    expected_in_excess = share * len(sales)
    mirrored = sales.between(103, 106).sum()
    assert above - mirrored == pytest.approx(expected_in_excess, rel=0.35)


def test_gamed_months_are_followed_by_worse_ones(sample):
    months = sample.sql(
        "select sales_points, lead(sales_points) over (partition by staff_id order by month) as "
        "next, avg(sales_points) over (partition by staff_id) as usual from staff_months"
    ).dropna()
    at_target = months[months.sales_points.between(100, 102)]
    beyond = months[months.sales_points.between(104, 110)]
    gap = (beyond.next - beyond.usual).mean() - (at_target.next - at_target.usual).mean()
    assert gap > 2


def test_gaming_pulls_sales_forward_and_adds_the_rest():
    drawn = draw_months(np.random.default_rng(3), 400, 24)
    added = np.zeros_like(drawn.booked)
    owed = np.zeros(400)
    for month in range(24):
        added[:, month] = drawn.booked[:, month] - (drawn.would_be[:, month] - owed)
        owed = PULLED_SHARE * added[:, month]
    assert added[~drawn.gamed] == pytest.approx(0, abs=1e-9)
    gamed = added[drawn.gamed]
    assert gamed.min() > 0
    assert gamed.max() < WINDOW_POINTS + 2
    assert (drawn.booked[drawn.gamed] >= TARGET_POINTS).all()


def test_contracts_sold_at_the_target_are_worse(sample):
    quality = sample.sql(
        "select sales_points between 100 and 102 as at_target, "
        "sum(early_closures) / sum(contracts) as closed, sum(complaints) / sum(contracts) as "
        "complained from staff_months group by at_target"
    ).set_index("at_target")
    honest = sample.truth("staff", "early_closure_honest")
    gamed = sample.truth("staff", "early_closure_gamed")
    assert quality.closed[False] == pytest.approx(honest, abs=0.005)
    assert (honest + gamed) / 2 < quality.closed[True] < gamed
    assert quality.complained[True] > 1.5 * quality.complained[False]


def test_the_bonus_is_paid_from_the_target_on(sample):
    assert sample.count("staff_months", "(bonus_cny > 0) != (sales_points >= target_points)") == 0


def test_the_award_raises_sales_at_the_target_score_and_nobody_aims_at_it(sample):
    found = sample.sql("select *, score - target_score as distance from staff_assessments")
    assert ((found.distance >= 0) == found.recognised).all()
    near = found[found.distance.abs() < 8]
    jump, error = least_squares(
        [near.recognised, near.distance, near.distance * near.recognised, near.sales_before_points],
        near.sales_after_points.to_numpy(),
    )
    planted = sample.truth("staff", "recognition_jump_points")
    assert abs(jump[1] - planted) < 4 * error[1]
    beside = found[found.distance.abs() < 1]
    assert binomtest(int(beside.recognised.sum()), len(beside), 0.5).pvalue > 1e-4


def test_costs_lie_in_the_months_that_an_incentive_ran(sample):
    wrong = sample.one(
        "select count(*) from incentive_costs join campaigns using (campaign_id) "
        "where month < date_trunc('month', starts_on) or month > ends_on"
    )
    assert wrong == 0


def test_every_incentive_has_a_budget_within_its_limits(sample):
    assert sample.bank.rows["incentive_budgets"] == sample.bank.rows["campaigns"]
    wrong = "budget_cny < minimum_cny or budget_cny > maximum_cny"
    assert sample.count("incentive_budgets", wrong) == 0


def test_assignments_fall_into_the_campaigns_time(sample):
    wrong = sample.one(
        "select count(*) from offers join campaigns using (campaign_id) "
        "where assigned_on < starts_on or assigned_on > coalesce(ends_on, date '2025-12-31')"
    )
    assert wrong == 0


def test_adoption_dates_are_first_days_of_panel_months(sample):
    dates = sample.sql("select adopted_on from adoptions where adopted_on is not null").adopted_on
    assert (dates.dt.day == 1).all()
    assert pd.Timestamp("2024-05-01") in set(dates)
