"""Planted answers, prices, choices, texts and demand can be found in what was asked."""

import itertools
import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from analysis.sample import answers, preferences

WAVES = ("W1", "W2")
MARGINS = ("age_band", "region", "value_tier")


@pytest.fixture(scope="module")
def invitations(sample):
    return sample.sql("select * from survey_invitations")


@pytest.fixture(scope="module")
def responses(sample):
    """One row a person who answered, one column a question."""
    long = sample.sql("select invitation_id, item_id, value from survey_answers")
    wide = long.pivot(index="invitation_id", columns="item_id", values="value")
    people = sample.sql(
        "select * from survey_invitations where disposition in ('complete', 'partial')"
    ).set_index("invitation_id")
    return people.join(wide)


@pytest.fixture(scope="module")
def items(sample):
    return sample.sql("select * from survey_items").set_index("item_id")


def rake(sample, people, wave):
    """Fit base weights to the population margins."""
    margins = sample.sql("select * from population_margins")
    margins = margins[margins.survey_id == wave].set_index(["variable", "category"]).population
    weights = people.base_weight.to_numpy().copy()
    for _ in range(60):
        for variable in (*MARGINS, "segment"):
            held = pd.Series(weights, index=people[variable].to_numpy()).groupby(level=0).sum()
            factors = margins[variable].reindex(held.index) / held
            weights *= factors.reindex(people[variable]).to_numpy()
    return weights


def branch_spread(values, weights, people):
    """Give the standard error of a weighted mean of people drawn by branches within strata."""
    mean = np.average(values, weights=weights)
    score = pd.Series(weights * (values - mean) / weights.sum(), index=people.index)
    totals = score.groupby([people.stratum, people.cluster]).sum()
    variance = sum(
        len(group) / (len(group) - 1) * ((group - group.mean()) ** 2).sum()
        for _, group in totals.groupby(level=0)
    )
    return mean, np.sqrt(variance)


def test_base_weights_add_up_to_the_strata(sample, invitations):
    strata = sample.sql("select * from survey_strata").set_index(["survey_id", "stratum"])
    weighed = invitations.groupby(["survey_id", "stratum"]).base_weight.sum()
    ratio = weighed / strata.population
    assert ratio.mean() == pytest.approx(1, abs=0.05)
    clusters = invitations.groupby(["survey_id", "stratum"]).cluster.nunique()
    assert (clusters == 4).all()
    assert (strata.population_clusters == 6).all()


def test_margins_of_each_variable_add_up_to_the_same_population(sample):
    totals = sample.sql(
        "select survey_id, sum(population) as n from population_margins "
        "group by survey_id, variable"
    )
    assert (totals.groupby("survey_id").n.nunique() == 1).all()
    strata = sample.sql("select survey_id, sum(population) as n from survey_strata group by 1")
    assert set(strata.n) == set(totals.n)


def test_nobody_is_asked_twice_in_a_wave(invitations):
    assert not invitations.duplicated(["survey_id", "customer_id"]).any()


def test_people_answer_as_often_as_planted(sample, invitations):
    eligible = invitations[invitations.disposition != "not_eligible"]
    score = -0.35
    for variable, name in zip(MARGINS, ("age_band", "region", "tier"), strict=True):
        score += eligible[variable].map(sample.truth("survey", f"response_by_{name}"))
    chance = 1 / (1 + np.exp(-score))
    answered = eligible.disposition.isin(["complete", "partial"])
    for variable in MARGINS:
        for _, group in (answered - chance).groupby(eligible[variable]):
            assert abs(group.mean()) < 4 * 0.5 / np.sqrt(len(group))


@pytest.mark.parametrize("wave", WAVES)
def test_those_who_answer_are_more_satisfied_and_weighting_puts_it_right(sample, responses, wave):
    people = responses[responses.survey_id == wave]
    truth = sample.truth("survey", f"satisfaction_{wave}")
    values = people.Q01.to_numpy()
    plain, plain_error = branch_spread(values, np.ones(len(people)), people)
    assert plain - truth["mean_of_all"] > 2 * plain_error
    assert plain == pytest.approx(truth["mean_of_those_who_answer"], abs=4 * plain_error)
    weights = rake(sample, people, wave)
    raked, error = branch_spread(values, weights, people)
    assert raked == pytest.approx(truth["mean_of_all"], abs=4 * error)
    assert raked < plain
    top = np.average(values >= 4, weights=weights)
    assert top == pytest.approx(truth["top_two_share_of_all"], abs=0.06)


def test_only_waiting_has_become_worse(responses, items):
    steps = items[items.kind == "step_satisfaction"]
    for item_id, topic in steps.topic.items():
        first, second = (responses[responses.survey_id == wave][item_id] for wave in WAVES)
        error = np.sqrt(first.var() / len(first) + second.var() / len(second))
        change = second.mean() - first.mean()
        if topic == "waiting":
            assert change < -4 * error
        else:
            assert abs(change) < 4 * error


def test_answers_keep_to_their_scales(sample):
    wrong = sample.one(
        "select count(*) from survey_answers join survey_items using (item_id) "
        "where value not between scale_low and scale_high"
    )
    assert wrong == 0


def test_only_those_who_broke_off_leave_questions_out(responses, items):
    complete = responses[responses.disposition == "complete"]
    partial = responses[responses.disposition == "partial"]
    assert complete[items.index].notna().all(axis=None)
    first = items.kind.isin(["overall_satisfaction", "recommendation", "step_satisfaction"])
    assert partial[items.index[first]].notna().all(axis=None)
    assert partial[items.index[~first]].isna().all(axis=None)


def test_drivers_share_out_the_variance_as_worked_out(sample, responses, items):
    people = responses[responses.survey_id == "W2"]
    steps = items[items.kind == "step_satisfaction"]
    predictors = people[steps.index].to_numpy(float)
    outcome = people.Q01.to_numpy(float)

    def explained(chosen):
        design = np.column_stack([np.ones(len(outcome)), predictors[:, list(chosen)]])
        residual = outcome - design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
        return 1 - residual.var() / outcome.var()

    known = {c: explained(c) for size in range(7) for c in itertools.combinations(range(6), size)}
    orders = list(itertools.permutations(range(6)))
    shares = np.zeros(6)
    for order in orders:
        for place, step in enumerate(order):
            before = tuple(sorted(order[:place]))
            shares[step] += known[tuple(sorted((*before, step)))] - known[before]
    planted = sample.truth("survey", "driver_shares")
    assert shares / len(orders) == pytest.approx([planted[t] for t in steps.topic], abs=0.04)


def test_lmg_shares_agree_with_a_worked_example():
    # two predictors of correlation 0.5, both of covariance 0.6 with the outcome: each comes
    # in first half of the time with 0.36, and R-squared is 0.48
    shares = answers.lmg_shares(np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.6]), 1.0)
    assert shares.tolist() == pytest.approx([0.24, 0.24])


def test_the_scale_of_trust_is_as_reliable_as_worked_out(sample, responses, items):
    scale = items[items.scale_name == "trust"]
    values = responses[scale.index].dropna().to_numpy(float)
    values = np.where(scale.high_is_good, values, 6 - values)
    k = values.shape[1]
    alpha = k / (k - 1) * (1 - values.var(axis=0).sum() / values.sum(axis=1).var())
    assert alpha == pytest.approx(sample.truth("survey", "trust_alpha"), abs=0.03)
    assert (~scale.high_is_good).sum() == 1


def test_needs_are_as_planted_by_segment(sample, responses, items):
    needs = items[items.kind == "need"]
    for segment, shares in sample.truth("survey", "need_shares").items():
        group = responses[responses.segment == segment]
        for item_id, topic in needs.topic.items():
            found, share = group[item_id].dropna(), shares[topic]
            assert abs(found.mean() - share) < 4.5 * np.sqrt(share * (1 - share) / len(found))


@pytest.mark.parametrize(
    ("kind", "name"),
    [("importance", "mean_importance"), ("need_satisfaction", "mean_need_satisfaction")],
)
def test_importance_and_satisfaction_of_needs_are_as_worked_out(
    sample, responses, items, kind, name
):
    for item_id, topic in items[items.kind == kind].topic.items():
        found = responses[item_id].dropna()
        expected = sample.truth("survey", name)[topic]
        assert abs(found.mean() - expected) < 4.5 * found.std() / np.sqrt(len(found))


def test_each_person_is_nearest_to_a_planted_kind_in_the_planted_shares(sample, responses, items):
    asked = items[items.kind == "importance"]
    importance = responses[asked.index].dropna().to_numpy(float)
    kinds = sample.truth("survey", "kinds_of_person")
    centres = np.array([[kind["mean_importance"][t] for t in asked.topic] for kind in kinds])
    nearest = ((importance[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    shares = np.bincount(nearest, minlength=len(kinds)) / len(nearest)
    assert shares == pytest.approx([kind["share"] for kind in kinds], abs=0.04)


def kano_class(with_feature, without_feature):
    """Kano's table, for the answers that occur in it."""
    if with_feature == 1 and without_feature == 5:
        return "one_dimensional"
    if with_feature == 1 and without_feature in {2, 3, 4}:
        return "attractive"
    if without_feature == 5 and with_feature in {2, 3, 4}:
        return "must_be"
    if with_feature in {2, 3, 4} and without_feature in {2, 3, 4}:
        return "indifferent"
    return "reverse" if (with_feature, without_feature) not in {(1, 1), (5, 5)} else "doubtful"


def test_kano_classes_are_as_planted(sample):
    given = sample.sql("select * from kano_answers")
    given["kind"] = [
        kano_class(*pair) for pair in zip(given.with_feature, given.without_feature, strict=True)
    ]
    shares = given.groupby("feature_id").kind.value_counts(normalize=True)
    for feature, planted in sample.truth("preferences", "kano_shares").items():
        for kind, share in planted.items():
            assert shares[feature].get(kind, 0.0) == pytest.approx(share, abs=0.06)


def test_a_task_has_one_best_and_one_worst_feature(sample):
    wrong = sample.one(
        "select count(*) from (select count(*) filter (picked = 'best') as best, "
        "count(*) filter (picked = 'worst') as worst, count(*) as shown from best_worst_answers "
        "group by invitation_id, task) where best != 1 or worst != 1 or shown != 4"
    )
    assert wrong == 0


def test_best_choices_follow_the_planted_utilities(sample):
    given = sample.sql("select * from best_worst_answers order by invitation_id, task, feature_id")
    planted = list(sample.truth("preferences", "best_worst_utilities").values())
    codes = (given.feature_id.str[1:].astype(int) - 1).to_numpy().reshape(-1, 4)
    best = (given.picked == "best").to_numpy().reshape(-1, 4).argmax(axis=1)

    def loss(free):
        utility = np.append(free, -free.sum())[codes]
        chosen = utility[np.arange(len(codes)), best]
        return (np.log(np.exp(utility).sum(axis=1)) - chosen).mean()

    fitted = minimize(loss, np.zeros(7), method="BFGS").x
    centred = np.array(planted) - np.mean(planted)
    assert np.append(fitted, -fitted.sum()) == pytest.approx(centred, abs=0.3)


def crossing(rising, falling):
    """Give the price at which two cumulated shares are equal."""
    grid = np.linspace(5, 50, 4501)
    up = (rising.to_numpy()[:, None] <= grid).mean(axis=0)
    down = (falling.to_numpy()[:, None] >= grid).mean(axis=0)
    return grid[np.argmin(np.abs(up - down))]


def test_price_points_cross_where_planted(sample):
    points = sample.sql("select * from price_points")
    ordered = points[["too_cheap_cny", "cheap_cny", "expensive_cny", "too_expensive_cny"]]
    assert (ordered.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    optimal = crossing(points.too_expensive_cny, points.too_cheap_cny)
    indifferent = crossing(points.expensive_cny, points.cheap_cny)
    assert optimal == pytest.approx(sample.truth("preferences", "optimal_price_cny"), rel=0.05)
    planted = sample.truth("preferences", "indifference_price_cny")
    assert indifferent == pytest.approx(planted, rel=0.05)


def test_fewer_would_buy_at_a_higher_price_as_planted(sample):
    found = sample.sql(
        "select price_cny, avg(would_buy::int) as share, count(*) as n "
        "from purchase_intentions group by price_cny"
    )
    median = sample.truth("preferences", "would_pay_median_cny")
    expected = norm.sf(np.log(found.price_cny / median) / preferences.INTENTION_SPREAD)
    assert (abs(found.share - expected) < 4 * np.sqrt(0.25 / found.n)).all()


def test_choices_follow_the_planted_utilities(sample):
    levels = sample.sql(
        "select * from choice_levels order by invitation_id, task, alternative, attribute_id"
    )
    chosen = sample.sql("select chosen from choices order by invitation_id, task").chosen.to_numpy()
    names = sorted(levels.attribute_id.unique())
    scale = np.array([{"annual_fee": 100.0, "cashback": 0.01}.get(name, 1.0) for name in names])
    shown = levels.level.to_numpy().reshape(len(chosen), 3, len(names)) / scale

    none = np.append(np.zeros(len(names)), 1.0)
    design = np.concatenate(
        [
            np.broadcast_to(none, (len(chosen), 1, len(none))),
            np.concatenate([shown, np.zeros((len(chosen), 3, 1))], axis=2),
        ],
        axis=1,
    )
    taken = design[np.arange(len(chosen)), chosen]

    def shares(utilities):
        odds = np.exp(design @ utilities)
        return odds / odds.sum(axis=1, keepdims=True)

    def slope(utilities):
        expected = np.einsum("ta,tak->tk", shares(utilities), design)
        return (expected - taken).sum(axis=0)

    def loss(utilities):
        odds = np.exp(design @ utilities).sum(axis=1)
        return (np.log(odds) - taken @ utilities).sum()

    fit = minimize(loss, np.zeros(len(none)), jac=slope, method="BFGS")
    chance = shares(fit.x)
    centred = design - np.einsum("ta,tak->tk", chance, design)[:, None]
    information = np.einsum("ta,tak,tal->kl", chance, centred, centred)
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    planted = sample.truth("preferences", "choice_utilities")
    expected = np.append([planted[name] for name in names] * scale, planted["none"])
    assert (abs(fit.x - expected) < 4 * errors).all()
    pay = sample.truth("preferences", "willingness_to_pay_cny")
    assert pay["lounge"] == pytest.approx(-planted["lounge"] / planted["annual_fee"])


def test_each_planted_identifier_stands_in_a_text(sample):
    texts = "\n".join(sample.sql("select text from feedback").text)
    planted = sample.truth("feedback", "identifiers")
    assert set(planted) == {"phone", "identity", "card", "name", "email", "address", "account"}
    for kind, found in planted.items():
        assert len(found) >= 5, kind
        assert all(text in texts for text in found)


def test_every_long_number_in_a_text_is_a_planted_one(sample):
    planted = sample.truth("feedback", "identifiers")
    known = {text for found in planted.values() for text in found}
    texts = " ".join(sample.sql("select text from feedback").text)
    assert set(re.findall(r"\d{7,}X?", texts)) <= known


def test_planted_numbers_carry_valid_check_digits_and_belong_to_nobody(sample):
    planted = sample.truth("feedback", "identifiers")
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for number in planted["identity"]:
        total = sum(int(d) * w for d, w in zip(number[:17], weights, strict=True))
        assert "10X98765432"[total % 11] == number[17]
        assert number[14:17] == "000"  # an order code that is never issued
    for number in planted["card"]:
        digits = [int(d) for d in reversed(number)]
        doubled = [sum(divmod(2 * d, 10)) for d in digits[1::2]]
        assert (sum(digits[::2]) + sum(doubled)) % 10 == 0
        assert number.startswith("62220000000")


def test_texts_are_in_the_language_stated(sample):
    chinese = "regexp_matches(text, '[一-鿿]{4}')"
    assert sample.count("feedback", f"(language = 'zh') != {chinese}") == 0
    share = sample.count("feedback", "language = 'zh'") / sample.bank.rows["feedback"]
    assert share == pytest.approx(0.6, abs=0.05)


def test_themes_come_and_grow_as_planted(sample):
    marks = {"application": "app|手机银行", "waiting": "wait|queue|hold|排队|等候|等待|取号"}
    found = sample.sql("select text, received_on from feedback")
    late = found.received_on >= pd.Timestamp("2025-10-01")
    for theme, pattern in marks.items():
        has = found.text.str.contains(pattern, regex=True, case=False)
        growth = has[late].mean() / has[~late].mean()
        planted = (
            sample.truth("feedback", "late_theme_shares")[theme]
            / sample.truth("feedback", "theme_shares")[theme]
        )
        assert growth == pytest.approx(planted, rel=0.25)


def test_satisfaction_goes_with_the_mood_of_a_text(sample):
    mean = sample.sql("select kind, avg(satisfaction) as mean from feedback group by kind")
    mean = mean.set_index("kind")["mean"]
    assert mean["complaint"] == pytest.approx(1.8, abs=0.15)
    assert mean["praise"] == pytest.approx(4.38, abs=0.15)


def monthly(sample, family):
    return np.log(
        sample.sql("select * from product_demand order by month")
        .query("product_family == @family")
        .requests.to_numpy(float)
    )


def test_demand_follows_trend_season_and_confidence(sample):
    confidence = sample.sql(
        "select value from external_indicators where indicator_id = 'confidence' order by month"
    ).value.to_numpy()
    logs = monthly(sample, "loan")[2:]
    month = np.arange(2, 96)
    calendar = sample.sql("select distinct month from product_demand order by month").month
    angle = 2 * np.pi * calendar.dt.month.to_numpy()[2:] / 12
    design = np.column_stack(
        [np.ones(94), month, np.cos(angle), np.sin(angle), np.log(confidence[:-2] / 100)]
    )
    coefficients, residual, *_ = np.linalg.lstsq(design, logs, rcond=None)
    spread = np.sqrt(residual[0] / (94 - 5) * np.diag(np.linalg.inv(design.T @ design)))
    growth = sample.truth("demand", "growth_per_month")["loan"]
    elasticity = sample.truth("demand", "confidence_elasticity")["loan"]
    assert abs(coefficients[1] - growth) < 4 * spread[1]
    assert abs(coefficients[4] - elasticity) < 4 * spread[4]


def test_demand_for_insurance_wanders_at_random(sample):
    steps = np.diff(monthly(sample, "insurance"))
    spread = sample.truth("demand", "insurance_monthly_spread")
    assert steps.std() == pytest.approx(spread, rel=4 / math.sqrt(2 * len(steps)))
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < 4 / math.sqrt(len(steps))


def test_cut_points_turn_into_the_mean_and_square_that_counting_gives():
    rng = np.random.default_rng(1)
    cuts = (-1.0, 0.2, 1.5)
    drawn = answers.to_scale(rng.normal(0.3, 0.8, 400_000), cuts)
    assert answers.mean_answer(0.3, 0.8, cuts).item() == pytest.approx(drawn.mean(), abs=0.006)
    square = answers.second_moment(0.3, 0.8, cuts)
    assert square == pytest.approx((drawn**2).mean(), rel=0.006)
