"""Proportional-hazards test: published values, lifelines, error rate, power."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.datasets import load_rossi
from lifelines.statistics import proportional_hazard_test

from analysis.errors import EstimationError
from analysis.stats.cox import fit_cox
from analysis.stats.proportional_hazards import METHOD, check_proportional_hazards
from analysis.stats.spells import spell_cells


def rossi_fit(columns):
    rossi = load_rossi()
    return fit_cox(spell_cells(rossi["week"], rossi["arrest"]), rossi[columns])


def test_statistics_equal_the_published_ones():
    # Fox (2002), Cox proportional-hazards regression for survival data (appendix to An R and
    # S-PLUS Companion to Applied Regression): cox.zph of fin, age and prio
    found = check_proportional_hazards(rossi_fit(["fin", "age", "prio"]))
    published = {"fin": (0.00507, 0.9433), "age": (6.54147, 0.0105), "prio": (0.77288, 0.3793)}
    for test in found.coefficients:
        assert (test.chi2, test.p_value) == pytest.approx(published[test.name], abs=5.1e-5)
    assert found.together.chi2 == pytest.approx(7.13046, abs=5.1e-6)
    assert found.together.p_value == pytest.approx(0.0679, abs=5.1e-5)
    assert found.together.degrees_of_freedom == 3


@pytest.mark.parametrize("transform", ["identity", "log"])
def test_statistics_equal_lifelines(transform):
    rossi = load_rossi()
    columns = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
    peer = CoxPHFitter().fit(
        rossi, "week", "arrest", fit_options={"precision": 1e-12, "r_precision": 1e-14}
    )
    expected = proportional_hazard_test(peer, rossi, time_transform=transform).summary
    found = check_proportional_hazards(rossi_fit(columns), transform=transform)
    for test in found.coefficients:
        row = expected.loc[test.name]
        assert test.chi2 == pytest.approx(row["test_statistic"], abs=1e-6)
        assert test.p_value == pytest.approx(row["p"], abs=1e-6)


def test_rank_of_time_equals_lifelines_with_mean_ranks_for_ties():
    rossi = load_rossi()

    def mean_rank(durations, events, _weights):
        return durations.where(events.astype(bool)).rank()

    peer = CoxPHFitter().fit(
        rossi, "week", "arrest", fit_options={"precision": 1e-12, "r_precision": 1e-14}
    )
    expected = proportional_hazard_test(peer, rossi, time_transform=mean_rank).summary
    found = check_proportional_hazards(
        rossi_fit(["fin", "age", "race", "wexp", "mar", "paro", "prio"]), transform="rank"
    )
    for test in found.coefficients:
        assert test.chi2 == pytest.approx(expected.loc[test.name, "test_statistic"], abs=1e-6)


def test_stratified_model_equals_lifelines():
    rossi = load_rossi()
    peer = CoxPHFitter().fit(
        rossi[["week", "arrest", "age", "prio", "wexp"]],
        "week",
        "arrest",
        strata=["wexp"],
        fit_options={"precision": 1e-12, "r_precision": 1e-14},
    )
    expected = proportional_hazard_test(
        peer, rossi[["week", "arrest", "age", "prio", "wexp"]], time_transform="identity"
    ).summary
    fit = fit_cox(
        spell_cells(rossi["week"], rossi["arrest"]),
        rossi[["age", "prio", "wexp"]],
        strata=["wexp"],
    )
    for test in check_proportional_hazards(fit, transform="identity").coefficients:
        assert test.chi2 == pytest.approx(expected.loc[test.name, "test_statistic"], abs=1e-6)


def test_levels_of_a_covariate_are_tested_together_whatever_the_reference():
    rng = np.random.default_rng(31)
    segment = rng.choice(["a", "b", "c"], 900)
    life, last = rng.geometric(0.1, 900), rng.integers(1, 20, 900)
    cells = spell_cells(np.minimum(life, last), life <= last)

    def tested(base):
        fit = fit_cox(cells, pd.DataFrame({"segment": segment}), reference={"segment": base})
        return check_proportional_hazards(fit)

    (first,), (second,) = tested("a").covariates, tested("c").covariates
    assert first.degrees_of_freedom == 2
    assert first.chi2 == pytest.approx(second.chi2, rel=1e-6)
    assert first.chi2 == pytest.approx(tested("a").together.chi2)


@pytest.mark.slow
def test_steady_effects_are_doubted_as_rarely_as_claimed_and_fading_ones_are_found(assert_covers):
    rng = np.random.default_rng(32)
    draws, kept, noticed = 400, 0, 0
    offer = np.repeat([0, 1], 400)

    def p_value(early_rate, late_rate):
        early = rng.exponential(1 / early_rate)
        life = np.where(early < 6, early, 6 + rng.exponential(1 / late_rate))
        life = np.maximum(np.ceil(100 * life), 1)
        cells = spell_cells(np.minimum(life, 1500), life <= 1500)
        fit = fit_cox(cells, pd.DataFrame({"offer": offer}))
        return check_proportional_hazards(fit).together.p_value

    for _ in range(draws):
        steady = 0.1 * np.exp(-0.5 * offer)
        kept += p_value(steady, steady) > 0.05
        noticed += p_value(0.1 * np.exp(-1.5 * offer), np.full(800, 0.1)) < 0.05
    assert_covers(kept, draws, 0.95)
    assert noticed > 0.9 * draws


def test_losses_at_one_time_are_refused():
    cells = spell_cells([2, 4, 2, 4], [1, 0, 1, 0], customers=[30, 40, 10, 60])
    fit = fit_cox(cells, pd.DataFrame({"tier": ["basic", "basic", "VIP", "VIP"]}))
    with pytest.raises(EstimationError, match="no time over which an effect could change"):
        check_proportional_hazards(fit)


def test_the_method_names_its_source():
    assert "Grambsch" in METHOD.citation
