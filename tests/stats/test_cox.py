"""Cox model on counted risk sets: published values, equality to rows, coverage, refusals."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.datasets import load_rossi
from statsmodels.duration.hazard_regression import PHReg

from analysis.errors import EstimationError
from analysis.stats.cox import METHOD, fit_cox
from analysis.stats.spells import spell_cells

REFERENCE = {"segment": "a", "tier": "VIP"}


def simulated(seed, size=3000, *, late=True):
    """Rows with two categorical covariates, a region, late entry and heavy ties."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "segment": rng.choice(["a", "b", "c"], size, p=[0.5, 0.3, 0.2]),
            "tier": rng.choice(["VIP", "basic"], size),
            "region": rng.choice(["North", "South"], size),
        }
    )
    log_hazard = (
        rows["segment"].map({"a": 0.0, "b": 0.4, "c": -0.5})
        + rows["tier"].map({"VIP": 0.0, "basic": 0.7})
        + rows["region"].map({"North": 0.0, "South": 0.5})
    )
    life = np.ceil(rng.exponential(20 / np.exp(log_hazard)))
    rows["entry"] = rng.integers(0, 4, size) if late else 0
    last = rows["entry"] + rng.integers(1, 20, size)
    rows["duration"] = np.minimum(life, last).astype(int)
    rows["event"] = (life <= last).astype(int)
    return rows[life > rows["entry"]].reset_index(drop=True)


def fit_counted(rows, **options):
    """Reduce rows to cells and fit."""
    cells = rows.value_counts().reset_index()
    return fit_cox(
        spell_cells(
            cells["duration"],
            cells["event"],
            customers=cells["count"],
            entry_periods=cells["entry"],
        ),
        cells[options.pop("columns", ["segment", "tier"])],
        **options,
    )


def dummies(rows):
    return pd.DataFrame(
        {
            "segment=b": rows["segment"] == "b",
            "segment=c": rows["segment"] == "c",
            "tier=basic": rows["tier"] == "basic",
        }
    ).astype(float)


def values(fit, field="coefficient"):
    return np.array([getattr(coefficient, field) for coefficient in fit.coefficients])


def test_published_fit_of_the_rossi_data():
    # Allison (1995), Survival Analysis Using the SAS System, chapter 5 (Efron ties); standard
    # errors: Fox (2002), Cox proportional-hazards regression for survival data
    rossi = load_rossi()
    fit = fit_cox(
        spell_cells(rossi["week"], rossi["arrest"]), rossi.drop(columns=["week", "arrest"])
    )
    published = {"fin": (-0.3794, 0.1914), "age": (-0.0574, 0.0220), "prio": (0.0915, 0.0287)}
    for name, (coefficient, error) in published.items():
        assert fit.of(name).coefficient == pytest.approx(coefficient, abs=5.1e-5)
        assert fit.of(name).standard_error == pytest.approx(error, abs=7e-5)
    assert fit.log_likelihood == pytest.approx(-658.748, abs=5e-4)
    assert (fit.n, fit.events) == (432, 114)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_counted_cells_equal_statsmodels_row_by_row(ties):
    rows = simulated(21)
    fit = fit_counted(rows, reference=REFERENCE, ties=ties)
    # half a period later: statsmodels counts a subject as at risk at its own entry
    peer = PHReg(
        rows["duration"], dummies(rows), rows["event"], entry=rows["entry"] + 0.5, ties=ties
    ).fit()
    assert [coefficient.name for coefficient in fit.coefficients] == list(dummies(rows))
    assert values(fit) == pytest.approx(peer.params, abs=1e-6)
    assert fit.covariance == pytest.approx(peer.cov_params(), abs=1e-6)
    if ties == "breslow":  # statsmodels leaves a constant out of Efron's likelihood
        assert fit.log_likelihood == pytest.approx(peer.llf, rel=1e-9)


def test_stratified_model_equals_lifelines_row_by_row():
    rows = simulated(22, late=False)
    fit = fit_counted(
        rows, columns=["segment", "tier", "region"], strata=["region"], reference=REFERENCE
    )
    frame = dummies(rows).assign(T=rows["duration"], E=rows["event"], region=rows["region"])
    peer = CoxPHFitter().fit(
        frame, "T", "E", strata=["region"], fit_options={"precision": 1e-12, "r_precision": 1e-14}
    )
    assert values(fit) == pytest.approx(peer.params_.to_numpy(), abs=1e-6)
    assert values(fit, "standard_error") == pytest.approx(
        peer.standard_errors_.to_numpy(), abs=1e-6
    )
    assert fit.log_likelihood == pytest.approx(peer.log_likelihood_, rel=1e-9)
    assert fit.strata == ("region",)


def test_order_splitting_and_units_of_time_do_not_matter():
    rows = simulated(23, size=800)
    cells = rows.value_counts().reset_index()
    whole = fit_counted(rows, reference=REFERENCE)
    halves = pd.concat([cells.assign(count=cells["count"] - 1), cells.assign(count=1)])
    halves = halves[halves["count"] > 0].sample(frac=1, random_state=3)
    split = fit_cox(
        spell_cells(
            30 * halves["duration"],
            halves["event"],
            customers=halves["count"],
            entry_periods=30 * halves["entry"],
        ),
        halves[["segment", "tier"]],
        reference=REFERENCE,
    )
    assert values(split) == pytest.approx(values(whole), abs=1e-9)
    assert split.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-12)


def test_another_reference_level_inverts_the_hazard_ratio():
    rows = simulated(24, size=800)
    vip = fit_counted(rows, columns=["tier"], reference={"tier": "VIP"}).of("tier=basic")
    basic = fit_counted(rows, columns=["tier"], reference={"tier": "basic"}).of("tier=VIP")
    assert (vip.level, vip.reference) == ("basic", "VIP")
    assert basic.hazard_ratio.value == pytest.approx(1 / vip.hazard_ratio.value)
    assert basic.hazard_ratio.low == pytest.approx(1 / vip.hazard_ratio.high)


def test_the_reference_is_the_largest_level_unless_stated():
    fit = fit_counted(simulated(25, size=800), columns=["segment"])
    assert {coefficient.reference for coefficient in fit.coefficients} == {"a"}


def test_a_number_in_other_units_scales_its_coefficient():
    rossi = load_rossi()
    cells = spell_cells(rossi["week"], rossi["arrest"])
    years = fit_cox(cells, rossi[["age"]]).of("age")
    months = fit_cox(cells, rossi[["age"]] * 12).of("age")
    assert months.coefficient == pytest.approx(years.coefficient / 12, rel=1e-8)
    assert months.p_value == pytest.approx(years.p_value, rel=1e-6)


@pytest.mark.slow
def test_hazard_ratio_covers_the_truth_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(26)
    draws, hits = 600, 0
    for _ in range(draws):
        offer = rng.integers(0, 2, 500)
        # in whole periods, an end within a period has hazard 1 - exp(-rate): fine periods
        life = np.ceil(100 * rng.exponential(20 * np.exp(-0.5 * offer)))
        last = rng.integers(500, 2500, 500)
        cells = spell_cells(np.minimum(life, last), life <= last)
        fit = fit_cox(cells, pd.DataFrame({"offer": offer}))
        hits += not fit.of("offer").hazard_ratio.excludes(np.exp(0.5))
    assert_covers(hits, draws, 0.95)


def test_a_level_without_loss_is_refused_by_its_name():
    cells = spell_cells([2, 4, 2, 4, 4], [1, 0, 1, 0, 0], customers=[30, 40, 25, 60, 20])
    levels = pd.DataFrame({"region": ["North", "North", "South", "South", "West"]})
    with pytest.raises(EstimationError, match="complete separation: coefficient 'region=West'"):
        fit_cox(cells, levels)


def test_several_levels_without_loss_are_all_named():
    cells = spell_cells([2, 4, 4, 4], [1, 0, 0, 0], customers=[30, 40, 60, 20])
    levels = pd.DataFrame({"region": ["North", "North", "South", "West"]})
    with pytest.raises(EstimationError) as caught:
        fit_cox(cells, levels, reference={"region": "North"})
    assert [problem.what.split("'")[1] for problem in caught.value.problems] == [
        "region=South",
        "region=West",
    ]


def test_complete_separation_by_a_number_is_refused():
    # the eldest among those at risk is lost each time
    age = np.arange(60, 20, -1)
    cells = spell_cells(np.arange(1, 41), np.ones(40))
    with pytest.raises(EstimationError, match="complete separation: coefficient 'age'") as caught:
        fit_cox(cells, pd.DataFrame({"age": age, "other": np.tile([0, 1], 20)}))
    assert len(caught.value.problems) == 1


def test_separation_by_two_covariates_together_is_refused():
    rng = np.random.default_rng(27)
    x, y = rng.normal(size=60), rng.normal(size=60)
    life = np.argsort(np.argsort(-(x + y))) + 1
    with pytest.raises(EstimationError) as caught:
        fit_cox(spell_cells(life, np.ones(60)), pd.DataFrame({"x": x, "y": y}))
    assert [problem.what.split("'")[1] for problem in caught.value.problems] == ["x", "y"]


def test_a_rare_level_with_one_loss_is_no_separation():
    cells = spell_cells([2, 4, 2, 4], [1, 0, 1, 0], customers=[300, 400, 1, 5])
    fit = fit_cox(cells, pd.DataFrame({"tier": ["basic", "basic", "VIP", "VIP"]}))
    assert np.isfinite(fit.of("tier=VIP").hazard_ratio.high)


def test_no_loss_and_too_few_losses_are_refused():
    tier = pd.DataFrame({"tier": ["basic", "VIP"]})
    with pytest.raises(EstimationError, match="no loss in the window"):
        fit_cox(spell_cells([2, 4], [0, 0], customers=[30, 40]), tier)
    with pytest.raises(EstimationError, match="found 9 losses for 1 coefficients, need 10 per"):
        fit_cox(spell_cells([2, 4], [1, 0], customers=[9, 40]), tier)


def test_covariates_that_say_nothing_of_their_own_are_refused():
    rows = simulated(28, size=800)
    rows["segment2"] = rows["segment"].map({"a": "x", "b": "y", "c": "z"})
    with pytest.raises(EstimationError, match="the others determine: found 'segment2=y'"):
        fit_counted(rows, columns=["segment", "segment2"], reference={"segment2": "x"})
    with pytest.raises(EstimationError, match="'segment' has one level only, nothing to compare"):
        fit_counted(rows.assign(segment="a"))
    with pytest.raises(EstimationError, match="the others determine"):
        fit_counted(rows.assign(again=rows["tier"]), columns=["tier", "again"], strata=["again"])


def test_wrong_tables_are_refused_all_at_once():
    cells = spell_cells([2, 4], [1, 0], customers=[30, 40])
    with pytest.raises(EstimationError) as caught:
        fit_cox(cells, pd.DataFrame({"tier": ["basic", None]}), strata=["branch"])
    assert "unknown stratum 'branch'" in str(caught.value)
    assert "covariate 'tier' has missing values: found 1 of 2 cells" in str(caught.value)
    with pytest.raises(EstimationError, match="no level 'gold' to compare with"):
        fit_cox(cells, pd.DataFrame({"tier": ["a", "b"]}), reference={"tier": "gold"})
    with pytest.raises(EstimationError, match="differ in length: found 1 rows for 2 cells"):
        fit_cox(cells, pd.DataFrame({"tier": ["a"]}))
    with pytest.raises(EstimationError, match="no covariate to estimate"):
        fit_cox(cells, pd.DataFrame({"tier": ["a", "b"]}), strata=["tier"])


def test_the_method_names_its_source():
    assert "Cox" in METHOD.citation
    assert METHOD.assumptions
