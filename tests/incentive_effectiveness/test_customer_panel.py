"""A panel reduced in its engine says the same as all of its rows."""

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.errors import EstimationError
from analysis.incentive_effectiveness.customer_panel import reduce_panel
from analysis.stats.panel_moments import NEVER, panel_moments


def make(seed=1, *, units=60, periods=5, first=3):
    """Rows in random order, outcomes in whole fen, some below zero."""
    rng = np.random.default_rng(seed)
    starts = rng.choice([first + 2, first + 3, None], size=units)
    rows = pd.DataFrame(
        {
            "customer": np.repeat([f"c{i}" for i in range(units)], periods),
            "month": np.tile(np.arange(first, first + periods), units),
            "start": np.repeat(starts, periods),
            "cny": np.round(rng.normal(50, 200, units * periods), 2),
        }
    )
    return rows.sample(frac=1, random_state=seed).reset_index(drop=True)


def reduce(rows, **changes):
    table = ibis.memtable(rows.astype({"start": "Int64"}))
    names = {"unit": "customer", "period": "month", "first_treated": "start", "outcome": "cny"}
    return reduce_panel(table, **{**names, **changes})


@pytest.mark.parametrize("seed", range(3))
def test_the_moments_are_those_of_all_rows(seed):
    rows = make(seed)
    found = reduce(rows)
    wide = rows.pivot(index="customer", columns="month", values="cny")
    starts = rows.groupby("customer").start.first().reindex(wide.index)
    expected = panel_moments(
        wide.to_numpy(), starts.astype(float).fillna(NEVER).to_numpy(), list(wide.columns)
    )
    assert list(found.periods) == list(expected.periods)
    for own, other in zip(found.cohorts, expected.cohorts, strict=True):
        assert (own.first_treated, own.n) == (other.first_treated, other.n)
        np.testing.assert_allclose(own.mean, other.mean, rtol=1e-13)
        np.testing.assert_allclose(own.covariance, other.covariance, rtol=1e-10)


def test_starts_before_the_panel_are_refused_and_those_after_it_keep_their_place():
    rows = make()
    found = reduce(rows.assign(start=rows.start.replace({6: 9000})))
    assert [cohort.first_treated for cohort in found.cohorts] == [5, 9000, NEVER]
    with pytest.raises(EstimationError, match="24 units treated from period -400"):
        reduce(rows.assign(start=rows.start.replace({5: -400})))


def test_decimals_of_the_engine_and_floats_give_the_same_digits():
    rows = make()
    table = ibis.memtable(rows.astype({"start": "Int64"}))
    names = {"unit": "customer", "period": "month", "first_treated": "start", "outcome": "cny"}
    exact = reduce_panel(table.mutate(cny=table.cny.cast("decimal(12, 2)")), **names)
    for left, right in zip(exact.cohorts, reduce(rows).cohorts, strict=True):
        assert left.mean.tobytes() == right.mean.tobytes()
        assert left.covariance.tobytes() == right.covariance.tobytes()


def test_the_order_of_the_rows_changes_no_digit():
    rows = make()
    one, other = reduce(rows), reduce(rows.iloc[::-1].reset_index(drop=True))
    for left, right in zip(one.cohorts, other.cohorts, strict=True):
        assert left.mean.tobytes() == right.mean.tobytes()
        assert left.covariance.tobytes() == right.covariance.tobytes()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r[r.month == 3], "too few or too many periods: found 1, need 2 to 60"),
        (lambda r: r[r.month != 5], "a period is missing from the panel: found 4 between 3 and 7"),
        (lambda r: r.drop(index=[0, 9]), "units without exactly one value in each period"),
        (lambda r: pd.concat([r, r.iloc[:1]]), "found 1 units, need 5 values of each"),
        (lambda r: r.assign(start=r.start.mask(r.index == 0, 7)), "units with more than one start"),
        (lambda r: r.assign(start=r.start.mask(r.index == 0)), "found 1 units, need one start"),
        (lambda r: r.assign(start=r.start.mask(r.index == 0, 10**8)), "starts too far apart"),
        (lambda r: r.assign(cny=r.cny.mask(r.index == 0)), "found 1 units, need 5 values of each"),
        (lambda r: r.assign(month=r.month.mask(r.index == 0)), "found 1 units, need 5 values"),
        (lambda r: pd.concat([r.drop(index=[0]), r.iloc[1:2]]), "units without exactly one value"),
        (lambda r: r.assign(cny=r.cny.mask(r.index == 0, 1e9)), "too large for exact sums"),
    ],
)
def test_what_cannot_be_reduced_is_refused(change, said):
    with pytest.raises(EstimationError, match=said):
        reduce(change(make()).reset_index(drop=True))


def test_a_value_is_not_told():
    rows = make()
    rows.loc[0, "cny"] = 98765432109.0
    with pytest.raises(EstimationError) as caught:
        reduce(rows)
    assert "98765" not in str(caught.value)
