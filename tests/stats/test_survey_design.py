"""Means of complex samples: published errors, a peer, coverage of a two-stage sample, refusals."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import EstimationError
from analysis.stats.raking import Margin, rake
from analysis.stats.survey_contrasts import contrasts, difference
from analysis.stats.survey_design import (
    DesignEstimate,
    Moments,
    SurveyDesign,
    domain_mean,
    domain_means,
    kish_design_effect,
)

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
real = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.exists(), reason="the folder shared/data is not there"),
]
Covers = Callable[[int, int, float], None]


def people(y, *, stratum=None, cluster=None, weight=None, margins=None, base=None, **options):
    """A design of one cell a person, and the moments of their answers."""
    y = np.asarray(y, dtype=float)
    size = len(y)
    stratum = np.zeros(size, int) if stratum is None else np.asarray(stratum)
    options.setdefault("fraction", np.zeros(stratum.max() + 1))
    design = SurveyDesign(
        stratum=stratum,
        cluster=cluster,
        people=np.ones(size),
        weight=np.ones(size) if weight is None else np.asarray(weight, dtype=float),
        margins=np.empty((size, 0)) if margins is None else margins,
        base_weight=base,
        **options,
    )
    column = y[:, np.newaxis]
    return design, Moments(n=np.ones_like(column), total=column, square=column**2)


def codes(values) -> np.ndarray:
    return np.unique(np.asarray(values), return_inverse=True)[1]


@pytest.mark.parametrize("name", [pytest.param("apistrat", marks=real)])
def test_the_published_stratified_mean(name: str) -> None:
    """R package survey, svymean on apistrat with fpc: 662.287, SE 9.40894."""
    schools = pd.read_csv(DATA / f"{name}.csv")
    fraction = (schools.groupby("stype").size() / schools.groupby("stype").fpc.first()).to_numpy()
    design, moments = people(
        schools.api00, stratum=codes(schools.stype), weight=schools.pw, fraction=fraction
    )
    found = domain_mean(design, moments)
    assert found.estimate.value == pytest.approx(662.287, abs=5e-4)
    assert found.error == pytest.approx(9.40894, abs=5e-6)
    assert found.degrees == 197


@pytest.mark.parametrize("name", [pytest.param("apiclus1", marks=real)])
def test_the_published_cluster_mean_and_the_raked_one(name: str) -> None:
    """R package survey: 644.169, SE 23.5422; raked to stype and sch.wide 641.23, 23.704."""
    schools = pd.read_csv(DATA / f"{name}.csv")
    shared = {
        "cluster": codes(schools.dnum),
        "fraction": np.array([15 / 757]),
        "whole_clusters": True,
    }
    design, moments = people(schools.api00, weight=schools.pw, **shared)
    found = domain_mean(design, moments)
    assert found.estimate.value == pytest.approx(644.169, abs=5e-4)
    assert found.error == pytest.approx(23.5422, abs=5e-5)

    kind, wide = codes(schools.stype), codes(schools["sch.wide"])
    raked = rake(
        schools.pw,
        np.ones(len(schools)),
        [
            Margin(
                name="stype",
                labels=("E", "H", "M"),
                codes=kind,
                population=np.array([4421.0, 755.0, 1018.0]),
            ),
            Margin(
                name="sch.wide",
                labels=("No", "Yes"),
                codes=wide,
                population=np.array([1072.0, 5122.0]),
            ),
        ],
    )
    design, moments = people(
        schools.api00,
        weight=raked.weights,
        margins=np.hstack([np.eye(3)[kind], np.eye(2)[wide]]),
        base=schools.pw.to_numpy(),
        **shared,
    )
    found = domain_mean(design, moments)
    assert found.estimate.value == pytest.approx(641.23, abs=5e-3)
    assert found.error == pytest.approx(23.704, abs=5e-4)


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    """Four strata, six units in each, unequal weights and sizes."""
    rng = np.random.default_rng(7)
    unit = np.repeat(np.arange(24), rng.integers(8, 30, 24))
    effect = rng.normal(0, 0.6, 24)[unit]
    return pd.DataFrame(
        {
            "stratum": unit // 6,
            "unit": unit,
            "weight": rng.gamma(4, 5, len(unit)),
            "y": 3 + 0.3 * (unit // 6) + effect + rng.normal(0, 1, len(unit)),
            "group": rng.integers(0, 3, len(unit)),
        }
    )


def test_a_peer_gives_the_same_errors(sample: pd.DataFrame) -> None:
    """samplics' Taylor estimator: means, shares and domains of a clustered sample."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from samplics.estimation import TaylorEstimator
        from samplics.utils.types import PopParam
    design, _ = people(sample.y, stratum=sample.stratum, cluster=sample.unit, weight=sample.weight)
    groups = np.eye(3)[sample.group]
    y = sample.y.to_numpy()[:, np.newaxis]
    ours = domain_means(design, Moments(n=groups, total=groups * y, square=groups * y**2))
    peer = TaylorEstimator(PopParam.mean)
    peer.estimate(
        y=sample.y.to_numpy(),
        samp_weight=sample.weight.to_numpy(),
        stratum=sample.stratum.to_numpy(),
        psu=sample.unit.to_numpy(),
        domain=sample.group.to_numpy(),
    )
    for group, found in enumerate(ours):
        assert found is not None
        assert found.estimate.value == pytest.approx(peer.point_est[group], rel=1e-10)
        assert found.error == pytest.approx(peer.stderror[group], rel=1e-8)


def test_cells_give_what_their_people_give(sample: pd.DataFrame) -> None:
    """Whole answers of equal weight in a unit, gathered into cells of unit and group."""
    y = sample.y.round().to_numpy()
    weight = 1.0 + sample.unit.to_numpy() % 5
    margins = np.eye(3)[sample.group]
    one, moments = people(
        y, stratum=sample.stratum, cluster=sample.unit, weight=weight, margins=margins
    )
    frame = sample.assign(y=y, square=y**2, weight=weight, n=1)
    cells = frame.groupby(["stratum", "unit", "group", "weight"], as_index=False)[
        ["n", "y", "square"]
    ].sum()
    gathered = SurveyDesign(
        stratum=cells.stratum.to_numpy(),
        cluster=cells.unit.to_numpy(),
        people=cells.n.to_numpy(dtype=float),
        weight=cells.weight.to_numpy(),
        margins=np.eye(3)[cells.group],
        fraction=np.full(4, 0.4),
    )
    one = SurveyDesign(
        stratum=one.stratum,
        cluster=one.cluster,
        people=one.people,
        weight=one.weight,
        margins=one.margins,
        fraction=np.full(4, 0.4),
    )
    columns = (cells[[name]].to_numpy(dtype=float) for name in ("n", "y", "square"))
    n, total, square = columns
    of_cells = domain_mean(gathered, Moments(n=n, total=total, square=square))
    of_people = domain_mean(one, moments)
    assert of_cells.estimate.value == pytest.approx(of_people.estimate.value, rel=1e-12)
    assert of_cells.error == pytest.approx(of_people.error, rel=1e-10)
    assert of_cells.design_effect == pytest.approx(of_people.design_effect, rel=1e-10)


def test_a_margin_itself_has_no_error_and_weights_no_unit(sample: pd.DataFrame) -> None:
    """What the weights were raked to is known; weights times ten change nothing."""
    in_group = (sample.group == 1).to_numpy(dtype=float)
    margins = np.eye(3)[sample.group]
    shared = {"stratum": sample.stratum, "cluster": sample.unit}
    known = domain_mean(
        *people(in_group, weight=sample.weight, margins=margins, **shared), kind="share"
    )
    assert known.error == pytest.approx(0, abs=1e-9)
    first = domain_mean(*people(sample.y, weight=sample.weight, **shared))
    ten = domain_mean(*people(sample.y, weight=10 * sample.weight, **shared))
    assert ten.error == pytest.approx(first.error, rel=1e-12)


def test_without_a_design_the_error_is_the_textbook_one(sample: pd.DataFrame) -> None:
    found = domain_mean(*people(sample.y))
    assert found.error == pytest.approx(sample.y.std() / np.sqrt(len(sample)), rel=1e-12)
    assert found.design_effect == pytest.approx(1, rel=1e-12)


def test_kish_counts_unequal_weights() -> None:
    assert kish_design_effect([2.0, 2.0], [5, 7]) == pytest.approx(1)
    weights = np.array([1.0, 2.0, 5.0])
    assert kish_design_effect(weights, np.ones(3)) == pytest.approx(3 * 30 / 64)


def two_stage(rng: np.random.Generator, y: np.ndarray, unit_of: np.ndarray) -> pd.DataFrame:
    """Four of six units in each of five strata, twenty people of each unit."""
    rows = []
    for stratum in range(5):
        for unit in rng.choice(6, 4, replace=False) + 6 * stratum:
            members = np.flatnonzero(unit_of == unit)
            chosen = rng.choice(members, 20, replace=False)
            weight = np.full(20, 6 / 4 * len(members) / 20)
            rows.append(
                np.column_stack([np.full(20, stratum), np.full(20, unit), weight, y[chosen]])
            )
    drawn = pd.DataFrame(np.vstack(rows), columns=["stratum", "unit", "weight", "y"])
    return drawn.astype({"stratum": int, "unit": int})


def test_intervals_of_a_two_stage_sample_cover(assert_covers: Covers) -> None:
    """The bank's own design: first-stage fraction 4/6, people drawn within."""
    rng = np.random.default_rng(11)
    unit_of = np.repeat(np.arange(30), rng.integers(150, 400, 30))
    y = rng.normal(0, 0.5, 30)[unit_of] + rng.normal(3, 1, len(unit_of))
    hits = {"mean": 0, "share": 0}
    for _ in range(300):
        drawn = two_stage(rng, y, unit_of)
        for kind, values, truth in (
            ("mean", drawn.y, y.mean()),
            ("share", drawn.y > 3.5, (y > 3.5).mean()),
        ):
            design, moments = people(
                values,
                stratum=drawn.stratum,
                cluster=drawn.unit,
                weight=drawn.weight,
                fraction=np.full(5, 4 / 6),
            )
            found = domain_mean(design, moments, kind=kind).estimate
            hits[kind] += found.low <= truth <= found.high
    for kind in hits:
        assert_covers(hits[kind], 300, 0.95)


def test_a_contrast_is_the_difference_and_covers(assert_covers: Covers) -> None:
    """Two groups of the same clustered sample, not independent of each other."""
    rng = np.random.default_rng(12)
    hits = 0
    for _ in range(400):
        unit = np.repeat(np.arange(20), 15)
        group = (rng.random(300) < 0.4).astype(float)[:, np.newaxis]
        y = rng.normal(0, 0.7, 20)[unit] + 0.5 * group[:, 0] + rng.normal(0, 1, 300)
        design, both = people(y, stratum=unit // 10, cluster=unit)
        column = both.total
        sides = [
            Moments(n=mask, total=mask * column, square=mask * column**2)
            for mask in (group, 1 - group)
        ]
        (found,) = contrasts(design, *sides)
        assert found is not None
        gap = found[0]
        assert gap.value == pytest.approx(y[group[:, 0] == 1].mean() - y[group[:, 0] == 0].mean())
        hits += gap.low <= 0.5 <= gap.high
    assert_covers(hits, 400, 0.95)


def test_the_change_between_waves_adds_their_variances() -> None:
    def wave(value: float, error: float) -> DesignEstimate:
        (found,) = domain_means(*people([value - 1, value + 1, value]))
        assert found is not None
        return DesignEstimate(
            estimate=found.estimate,
            error=error,
            n=50,
            degrees=30,
            design_effect=1.0,
            effective_n=50.0,
        )

    change, p_value = difference(wave(3.0, 0.03), wave(3.2, 0.04))
    assert change.value == pytest.approx(-0.2)
    assert (change.high - change.low) / 2 == pytest.approx(2.0 * 0.05, rel=0.01)
    assert 0.0001 < p_value < 0.001


def test_shares_stay_between_nothing_and_all() -> None:
    found = domain_mean(*people(np.r_[np.ones(2), np.zeros(198)]), kind="share").estimate
    assert 0 < found.low < 0.01 < found.high < 0.05
    none = domain_mean(*people(np.zeros(30)), kind="share").estimate
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 30), rel=1e-9)  # Clopper, Pearson


def test_what_bears_no_interval_is_refused() -> None:
    design, _ = people(np.arange(6.0), cluster=np.array([0, 0, 1, 1, 2, 2]))
    one = np.eye(6)[:, :1]
    with pytest.raises(EstimationError, match="one answer in a cell"):
        domain_mean(design, Moments(n=one, total=one, square=one))
    pair = np.r_[np.ones(2), np.zeros(4)][:, np.newaxis]
    with pytest.raises(EstimationError, match="come from one first-stage unit"):
        domain_mean(design, Moments(n=pair, total=pair, square=pair))
    assert domain_means(design, Moments(n=pair, total=pair, square=pair)) == (None,)


def test_a_stratum_of_one_unit_is_refused() -> None:
    design, moments = people(np.arange(6.0), stratum=[0, 0, 0, 0, 1, 1], cluster=np.arange(6) // 2)
    with pytest.raises(
        EstimationError, match="strata with a single first-stage unit: found 1 of 2"
    ):
        domain_mean(design, moments)
