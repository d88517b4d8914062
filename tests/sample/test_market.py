"""The market's figures hold what was planted in them, and what is wrong with them."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from analysis.sample import rivals, standing

# Saaty's random index for ten criteria
RANDOM_INDEX = 1.49


@pytest.fixture(scope="module")
def volumes(sample):
    return sample.sql(
        "select v.*, t.volume_cny as market_cny from market_volumes v "
        "join market_totals t using (product_family, region, quarter)"
    )


def test_there_is_one_institution_of_our_own(sample):
    assert sample.count("institutions", "own") == 1


def test_known_volumes_stay_below_the_market(volumes):
    official = volumes[volumes.source_id != "S4"]
    known = official.groupby(["product_family", "region", "quarter"]).agg(
        known=("volume_cny", "sum"), market=("market_cny", "first")
    )
    assert (known.known < known.market).all()


def test_our_shares_are_the_planted_ones(sample, volumes):
    own = volumes[volumes.institution_id == "OWN"]
    for name, quarter in (
        ("shares_first_quarter", own.quarter.min()),
        ("shares_last_quarter", own.quarter.max()),
    ):
        rows = own[own.quarter == quarter].groupby("product_family")
        shares = rows.volume_cny.sum() / rows.market_cny.sum()
        for family, planted in sample.truth("market", name).items():
            assert shares[family] == pytest.approx(planted["OWN"], rel=1e-8)


def test_our_shares_drift_as_planted(sample, volumes):
    own = volumes[volumes.institution_id == "OWN"].groupby(["product_family", "quarter"])
    shares = own.volume_cny.sum() / own.market_cny.sum()
    for family, drift in sample.truth("market", "own_share_drift").items():
        slope = np.polyfit(np.arange(12), shares[family], 1)[0]
        assert slope == pytest.approx(drift, abs=0.0004)


def test_two_sources_disagree_on_one_volume(sample, volumes):
    keys = ["institution_id", "product_family", "region", "quarter"]
    twice = volumes[volumes.duplicated(keys, keep=False)].sort_values("source_id")
    assert len(twice) == 2
    planted = sample.truth("market", "conflict")
    assert {name: twice[name].iloc[0] for name in planted} == planted
    assert twice.volume_cny.iloc[1] / twice.volume_cny.iloc[0] == pytest.approx(1.12)
    reliability = sample.sql("select * from sources").set_index("source_id").reliability
    assert reliability[twice.source_id].tolist() == ["official", "doubtful"]


def test_one_institution_has_published_nothing_lately(sample, volumes):
    last = volumes.groupby("institution_id").quarter.max()
    behind = (last["OWN"].to_period("Q") - last[rivals.STALE_INSTITUTION].to_period("Q")).n
    assert behind == sample.truth("market", "stale_quarters")


def test_one_institution_has_a_gap(sample, volumes):
    gap = sample.truth("market", "gap")
    rows = volumes[
        (volumes.institution_id == gap["institution_id"])
        & (volumes.product_family == gap["product_family"])
    ]
    assert rows.quarter.max() == pd.Timestamp("2025-04-01")


def test_figures_of_one_institution_are_stale(sample):
    dates = sample.sql(
        "select institution_id, max(observed_on) as day from competitor_offers group by 1"
    )
    dates = dates.set_index("institution_id").day
    age_months = (pd.Timestamp("2025-12-31") - dates).dt.days / 30.44
    assert age_months["R5"] == pytest.approx(sample.truth("competitors", "stale_months"), abs=0.1)
    assert (age_months.drop("R5") < 2).all()


def comparable(sample):
    found = sample.sql(
        "select * from competitor_offers where source_id != 'S4' or institution_id = 'R5'"
    )
    like = (found.term_months.isna() | (found.term_months == 12)) & (
        found.conditions.isna() | (found.conditions == "all")
    )
    return found[like]


def test_comparable_figures_are_the_true_ones_within_their_errors(sample):
    found = comparable(sample)
    assert not found.duplicated(["institution_id", "criterion_id"]).any()
    truth = sample.truth("competitors", "true_values")
    for row in found.itertuples():
        error = 4 * row.error if row.error > 0 else 1e-9
        assert row.value == pytest.approx(truth[row.criterion_id][row.institution_id], abs=error)


def test_one_figure_does_not_exist(sample):
    found = comparable(sample)
    missing = sample.truth("competitors", "missing")
    held = set(zip(found.institution_id, found.criterion_id, strict=True))
    assert (missing["institution_id"], missing["criterion_id"]) not in held
    assert len(held) == 6 * 10 - 1


def test_two_sources_disagree_on_one_rate(sample):
    planted = sample.truth("competitors", "conflict")
    found = sample.sql(
        "select * from competitor_offers where term_months = 12 and conditions = 'all'"
    )
    pair = found[
        (found.institution_id == planted["institution_id"])
        & (found.criterion_id == planted["criterion_id"])
    ]
    assert len(pair) == 2
    assert planted["second_value"] in set(pair.value)


def test_given_weights_add_up(sample):
    assert sample.one("select sum(given_weight) from criteria") == pytest.approx(1)


def judgements(sample, expert):
    ids = list(rivals.CRITERION_IDS)
    rows = sample.sql("select * from expert_judgements")
    matrix = np.eye(len(ids))
    for row in rows[rows.expert_id == expert].itertuples():
        first, second = ids.index(row.criterion_id), ids.index(row.other_criterion_id)
        matrix[first, second], matrix[second, first] = row.ratio, 1 / row.ratio
    return matrix


def consistency_ratio(matrix):
    n = len(matrix)
    largest = np.linalg.eigvals(matrix).real.max()
    return (largest - n) / (n - 1) / RANDOM_INDEX


@pytest.mark.parametrize("expert", ["A", "B", "C", "D"])
def test_consistent_experts_hold_the_planted_weights(sample, expert):
    matrix = judgements(sample, expert)
    assert consistency_ratio(matrix) < 0.05
    values, vectors = np.linalg.eig(matrix)
    weights = np.abs(vectors[:, values.real.argmax()].real)
    planted = list(sample.truth("market", "expert_weights").values())
    assert weights / weights.sum() == pytest.approx(planted, abs=0.025)


def test_one_expert_contradicts_himself(sample):
    expert = sample.truth("market", "inconsistent_expert")["expert_id"]
    assert consistency_ratio(judgements(sample, expert)) > 0.1


def test_judgements_lie_on_saatys_scale(sample):
    ratios = sample.sql("select distinct ratio from expert_judgements").ratio
    whole = np.where(ratios >= 1, ratios, 1 / ratios)
    assert whole == pytest.approx(np.round(whole))


def test_switching_follows_the_planted_strengths(sample):
    flows = sample.sql(
        "select from_institution_id as lost, to_institution_id as won, sum(customers) as n "
        "from switching_flows group by all"
    )
    ids = list(rivals.INSTITUTION_IDS)
    lost, won = (np.array([ids.index(i) for i in flows[name]]) for name in ("lost", "won"))

    def loss(free):
        strength = np.append(free, -free.sum())
        return (flows.n * np.log1p(np.exp(strength[lost] - strength[won]))).sum()

    fitted = minimize(loss, np.zeros(len(ids) - 1), method="BFGS").x
    planted = sample.truth("market", "switching_strengths")
    expected = np.array([planted[i] for i in ids])
    found = np.append(fitted, -fitted.sum())
    assert found == pytest.approx(expected - expected.mean(), abs=0.1)


def test_service_times_have_the_planted_medians(sample):
    found = sample.sql(
        "select process, institution_id, median(minutes) as minutes, count(*) as n "
        "from service_times group by all"
    ).set_index(["process", "institution_id"])
    for process, medians in sample.truth("market", "median_minutes").items():
        for institution, median in medians.items():
            if median is None:
                assert (process, institution) not in found.index
                continue
            row = found.loc[(process, institution)]
            error = 1.2533 * rivals.TIME_SPREAD[process] / np.sqrt(row.n)
            assert abs(np.log(row.minutes / median)) < 4.5 * error


def test_mentions_of_brands_are_as_planted(sample):
    found = sample.sql("select * from brand_perceptions")
    planted = sample.truth("market", "brand_chances")
    for row in found.itertuples():
        chance = planted[row.institution_id][row.brand_attribute]
        error = np.sqrt(chance * (1 - chance) / row.asked)
        assert abs(row.mentions / row.asked - chance) < 4.5 * error


def test_brand_chances_are_not_all_alike():
    chances = standing.brand_chances()
    assert chances.min() > 0.02
    assert chances.max() < 0.98
    assert np.ptp(chances, axis=0).min() > 0.1
