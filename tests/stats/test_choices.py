"""Choices, what they are worth, and best-worst: statsmodels, coverage, refusals."""

import numpy as np
import pytest
from scipy.optimize import minimize
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.discrete.discrete_model import Logit

from analysis.errors import EstimationError
from analysis.stats.best_worst import BestWorstTasks, best_worst
from analysis.stats.conditional_logit import ChoiceSets, conditional_logit
from analysis.stats.paired_preference import Comparison, paired_preference
from analysis.stats.willingness_to_pay import preference_shares, willingness_to_pay

TRUTH = np.array([-0.02, 0.8, -0.3])
NAMES = ("fee", "lounge", "days")


def draw(rng, n, alternatives=3, truth=TRUTH, person=None):
    """Choices among alternatives at random levels, and none of them."""
    levels = np.stack(
        [
            rng.choice([20.0, 50.0, 80.0], size=(n, alternatives)),
            rng.choice([0.0, 1.0], size=(n, alternatives)),
            rng.choice([1.0, 3.0, 5.0], size=(n, alternatives)),
        ],
        axis=2,
    )
    levels = np.concatenate([levels, np.zeros((n, 1, 3))], axis=1)
    chosen = np.argmax(levels @ truth + rng.gumbel(size=levels.shape[:2]), axis=1)
    who = np.arange(n) if person is None else person
    return ChoiceSets(names=NAMES, levels=levels, chosen=chosen, person=who, weights=np.ones(n))


def replaced(sets, **fields):
    values = {name: getattr(sets, name) for name in ChoiceSets.__dataclass_fields__}
    return ChoiceSets(**{**values, **fields})


def test_it_agrees_with_statsmodels():
    sets = draw(np.random.default_rng(1), 300)
    fit = conditional_logit(sets)
    n, m, k = sets.levels.shape
    picked = (np.arange(m) == sets.chosen[:, None]).astype(float).ravel()
    model = ConditionalLogit(picked, sets.levels.reshape(-1, k), groups=np.repeat(np.arange(n), m))
    peer = model.fit(method="bfgs", disp=False, gtol=1e-8)
    assert fit.coefficients == pytest.approx(peer.params, rel=1e-5)
    assert fit.log_likelihood == pytest.approx(peer.llf, abs=1e-6)
    assert fit.chance_log_likelihood == pytest.approx(-n * np.log(m))


def test_errors_by_person_are_those_of_statsmodels_for_two_alternatives():
    """With two alternatives it is a logit on their difference."""
    person = np.repeat(np.arange(50), 8)
    rng = np.random.default_rng(2)
    sets = draw(rng, 400, alternatives=1, person=person)
    fit = conditional_logit(sets)
    apart = sets.levels[:, 0] - sets.levels[:, 1]
    peer = Logit((sets.chosen == 0).astype(int), apart).fit(
        disp=False, cov_type="cluster", cov_kwds={"groups": person}
    )
    expected = peer.cov_params() * (400 - 3) / (400 - 1)
    assert fit.coefficients == pytest.approx(peer.params, rel=1e-6)
    assert fit.covariance == pytest.approx(expected, rel=1e-4)


def test_intervals_cover(assert_covers):
    rng = np.random.default_rng(3)
    market = {"plain": [20.0, 0.0, 5.0], "lounge": [50.0, 1.0, 5.0], "none": [0.0, 0.0, 0.0]}
    utility = np.exp([np.dot(TRUTH, levels) for levels in market.values()])
    share = utility[1] / utility.sum()
    hits = np.zeros(5, int)
    for _ in range(200):
        fit = conditional_logit(draw(rng, 200))
        hits[:3] += [u.low <= t <= u.high for u, t in zip(fit.utilities, TRUTH, strict=True)]
        worth = willingness_to_pay(fit, price="fee", rng=rng, draws=500)[0].worth
        hits[3] += worth.low <= 40.0 <= worth.high
        found = preference_shares(fit, market, rng=rng, draws=500)["lounge"]
        hits[4] += found.low <= share <= found.high
    for count in hits:
        assert_covers(count, 200, 0.95)


def test_weights_are_copies_and_units_turn_round():
    rng = np.random.default_rng(4)
    sets = draw(rng, 150)
    weights = rng.integers(1, 4, 150)
    copies = np.repeat(np.arange(150), weights)
    weighted = conditional_logit(replaced(sets, weights=weights.astype(float)))
    copied = conditional_logit(
        ChoiceSets(
            names=NAMES,
            levels=sets.levels[copies],
            chosen=sets.chosen[copies],
            person=copies,
            weights=np.ones(len(copies)),
        )
    )
    assert weighted.coefficients == pytest.approx(copied.coefficients, rel=1e-8)
    assert weighted.covariance == pytest.approx(copied.covariance, rel=1e-6)
    in_cents = conditional_logit(replaced(sets, levels=sets.levels * [100, 1, 1]))
    plain = conditional_logit(sets)
    assert in_cents.coefficients * [100, 1, 1] == pytest.approx(plain.coefficients, rel=1e-8)


def test_the_delta_method_agrees_where_the_price_is_sure():
    fit = conditional_logit(draw(np.random.default_rng(5), 3000))
    worth = willingness_to_pay(fit, price="fee", rng=np.random.default_rng(1), draws=20_000)[
        0
    ].worth
    b = fit.coefficients
    slope = np.array([b[1] / b[0] ** 2, -1 / b[0], 0.0])
    reach = 1.959964 * np.sqrt(slope @ fit.covariance @ slope)
    assert worth.value == pytest.approx(-b[1] / b[0])
    assert worth.high - worth.low == pytest.approx(2 * reach, rel=0.05)


def test_preference_shares_add_up_and_leave_odds_alone():
    fit = conditional_logit(draw(np.random.default_rng(6), 500))
    rng = np.random.default_rng(1)
    two = preference_shares(fit, {"a": [20, 0, 1], "b": [50, 1, 1]}, rng=rng)
    three = preference_shares(fit, {"a": [20, 0, 1], "b": [50, 1, 1], "c": [80, 1, 3]}, rng=rng)
    assert sum(share.value for share in three.values()) == pytest.approx(1)
    odds = [found["a"].value / found["b"].value for found in (two, three)]
    assert odds[0] == pytest.approx(odds[1])


def test_refused_a_choice_set_without_variation():
    sets = draw(np.random.default_rng(7), 100)
    same = sets.levels.copy()
    same[3] = same[3, 0]
    with pytest.raises(EstimationError, match="a choice set without variation: found 1 of 100"):
        conditional_logit(replaced(sets, levels=same))
    still = sets.levels.copy()
    still[:, :, 1] = 1.0
    with pytest.raises(EstimationError, match=r"attribute without variation .* found lounge"):
        conditional_logit(replaced(sets, levels=still))
    twins = np.concatenate([sets.levels[:, :, :2], 2 * sets.levels[:, :, :1]], axis=2)
    with pytest.raises(EstimationError, match="cannot be told apart"):
        conditional_logit(replaced(sets, levels=twins))
    sole = np.where(np.arange(4)[None, :, None] == sets.chosen[:, None, None], sets.levels, np.nan)
    with pytest.raises(EstimationError, match="a choice set without a choice"):
        conditional_logit(replaced(sets, levels=sole))


def test_refused_choices_that_an_attribute_decides():
    sets = draw(np.random.default_rng(8), 200, truth=np.array([-50.0, 0.001, 0.0]))
    with pytest.raises(EstimationError, match="the utilities do not settle"):
        conditional_logit(sets)


def test_refused_a_price_of_the_wrong_sign_or_in_doubt():
    rng = np.random.default_rng(9)
    dear = conditional_logit(draw(rng, 400, truth=np.array([0.02, 0.8, -0.3])))
    with pytest.raises(EstimationError, match="price coefficient of the wrong sign"):
        willingness_to_pay(dear, price="fee", rng=rng)
    idle = conditional_logit(draw(rng, 400, truth=np.array([0.0, 0.8, -0.3])))
    with pytest.raises(EstimationError, match="price coefficient whose interval includes zero"):
        willingness_to_pay(idle, price="fee", rng=rng)


FEATURES = ("a", "b", "c", "d", "e")
UTILITIES = np.array([1.0, 0.5, 0.0, -0.5, -1.0])


def ask(rng, n, m=3, person=None):
    shown = np.argsort(rng.random((n, 5)), axis=1)[:, :m]
    best = np.argmax(UTILITIES[shown] + rng.gumbel(size=(n, m)), axis=1)
    dislike = -UTILITIES[shown] + rng.gumbel(size=(n, m))
    dislike[np.arange(n), best] = -np.inf
    return BestWorstTasks(
        names=FEATURES,
        shown=shown,
        best=best,
        worst=dislike.argmax(axis=1),
        person=np.arange(n) if person is None else person,
        weights=np.ones(n),
    )


def test_best_of_two_is_a_paired_comparison():
    """The Bradley-Terry model, which statsmodels fits as a binomial regression."""
    tasks = ask(np.random.default_rng(10), 600, m=2)
    winner = tasks.shown[np.arange(600), tasks.best]
    loser = tasks.shown[np.arange(600), tasks.worst]
    peer = paired_preference(
        [
            Comparison(
                first=FEATURES[i],
                second=FEATURES[j],
                first_preferred=int(((winner == i) & (loser == j)).sum()),
                second_preferred=int(((winner == j) & (loser == i)).sum()),
            )
            for i in range(5)
            for j in range(i + 1, 5)
        ]
    )
    found = best_worst(tasks)
    for standing, strength in zip(found, peer.strengths, strict=True):
        assert standing.utility.value == pytest.approx(strength.value, abs=1e-6)


def test_best_and_worst_maximise_the_sequential_likelihood():
    tasks = ask(np.random.default_rng(11), 200)
    rows = np.arange(200)

    def loss(free):
        utility = np.append(free, 0.0)[tasks.shown]
        total = utility[rows, tasks.best] - np.log(np.exp(utility).sum(axis=1))
        rest = np.exp(-utility)
        rest[rows, tasks.best] = 0.0
        return -(total - utility[rows, tasks.worst] - np.log(rest.sum(axis=1))).sum()

    peer = np.append(minimize(loss, np.zeros(4), tol=1e-10).x, 0.0)
    found = [standing.utility.value for standing in best_worst(tasks)]
    assert found == pytest.approx(peer - peer.mean(), abs=1e-4)


def test_best_worst_intervals_cover(assert_covers):
    rng = np.random.default_rng(12)
    person = np.repeat(np.arange(60), 3)
    hits = np.zeros(2, int)
    for _ in range(200):
        found = best_worst(ask(rng, 180, person=person))
        hits += [found[k].utility.low <= UTILITIES[k] <= found[k].utility.high for k in (0, 3)]
    for count in hits:
        assert_covers(count, 200, 0.95)


def test_scores_are_counts():
    tasks = ask(np.random.default_rng(13), 100)
    for standing in best_worst(tasks):
        assert standing.score.value == pytest.approx(
            (standing.best - standing.worst) / standing.shown
        )
    assert sum(standing.best for standing in best_worst(tasks)) == 100


def test_refused_best_and_worst_at_once():
    tasks = ask(np.random.default_rng(14), 50)
    values = {name: getattr(tasks, name) for name in BestWorstTasks.__dataclass_fields__}
    with pytest.raises(EstimationError, match="best and worst in one task"):
        best_worst(BestWorstTasks(**{**values, "worst": tasks.best}))
    with pytest.raises(EstimationError, match="never shown: found f"):
        best_worst(BestWorstTasks(**{**values, "names": (*FEATURES, "f")}))
