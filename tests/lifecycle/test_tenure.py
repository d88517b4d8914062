"""How long contracts last: planted hazards recovered, counted spells equal to rows, refusals."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import Answer, NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.errors import DataError
from analysis.lifecycle.checks.loss_drivers import proportionality_check
from analysis.lifecycle.loss_drivers import LossDrivers, loss_drivers
from analysis.lifecycle.months import DAYS_PER_MONTH
from analysis.lifecycle.present.loss_drivers import present_loss_drivers
from analysis.lifecycle.present.tenure import present_endings, present_tenure
from analysis.lifecycle.spells import Spells, contract_spells
from analysis.lifecycle.tenure import Tenure, gone, stays, tenure_by_group
from analysis.params.source import SourceSettings
from analysis.results import CheckStatus
from analysis.sample.bank import write_sample_bank
from analysis.stats.cox import fit_cox
from analysis.stats.spells import spell_cells
from analysis.stats.survival import kaplan_meier

from ..captions import captions

NOW = dt.date(2025, 12, 31)
OpenBank = Callable[..., Bank]


@pytest.fixture
def open_bank(tmp_path: Path) -> Iterator[OpenBank]:
    """Write tables, each a list of rows, and open them as a bank."""
    opened = []

    def make(**tables: list[dict[str, Any]]) -> Bank:
        for name, rows in tables.items():
            frame = pd.DataFrame(rows)
            for column in frame.columns:
                if column.endswith("_on"):
                    frame[column] = [
                        None if pd.isna(day) else dt.date.fromisoformat(day)
                        for day in frame[column]
                    ]
            frame.to_parquet(tmp_path / f"{name}.parquet")
        source = connect(SourceSettings(folder=tmp_path), environment={})
        opened.append(source)
        return Bank(source, "bank")

    yield make
    for source in opened:
        source.close()


def holding(who: str, opened: str, closed: str | None, reason: str | None) -> dict[str, Any]:
    return {
        "account_id": f"{who}-{opened}",
        "customer_id": who,
        "product_id": "PLAN",
        "opened_on": opened,
        "closed_on": closed,
        "end_reason": reason,
    }


PLAN = {"product_id": "PLAN", "name_en": "Plan", "family": "plan", "contractual": True}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bank, dict[str, Any]]]:
    """A sample bank, and the truths that were planted in it."""
    folder = tmp_path_factory.mktemp("bank") / "sample"
    write_sample_bank(folder, customers=12_000, seed=3)
    source = connect(SourceSettings(folder=folder), environment={})
    truths = json.loads((folder / "truth.json").read_text("utf-8"))["truths"]
    yield Bank(source, "bank"), truths
    source.close()


@pytest.fixture(scope="module")
def spells(sample: tuple[Bank, dict[str, Any]]) -> Spells:
    found = contract_spells(sample[0], as_of=NOW, product_id="")
    assert isinstance(found, Spells)
    return found


@pytest.fixture(scope="module")
def tenure(spells: Spells) -> Tenure:
    found = tenure_by_group(spells, grouping="segment", horizon_months=36, confidence=0.99)
    assert isinstance(found, Tenure)
    return found


def test_the_contractual_product_without_renewal_is_followed(spells: Spells) -> None:
    assert spells.basis == "holding"
    assert spells.product is not None
    assert spells.product.en == "Salary plan"


def test_the_share_that_stays_a_year_is_the_planted_one(
    tenure: Tenure, sample: tuple[Bank, dict[str, Any]]
) -> None:
    """In the first twelve months both hazards are constant."""
    losses = sample[1]["losses"]
    for curve in tenure.curves:
        hazard = sum(
            losses[name]["value"][curve.group] for name in ("closed_per_month", "dormant_per_month")
        )
        estimate = stays(curve, 12)
        assert estimate is not None
        assert not estimate.excludes(np.exp(-12 * hazard))


def test_the_share_gone_by_each_cause_is_the_planted_one(
    tenure: Tenure, sample: tuple[Bank, dict[str, Any]]
) -> None:
    losses = sample[1]["losses"]
    for group in (curve.group for curve in tenure.curves):
        closed = losses["closed_per_month"]["value"][group]
        dormant = losses["dormant_per_month"]["value"][group]
        left = 1 - np.exp(-12 * (closed + dormant))
        for cause, hazard in (("closed", closed), ("fell_dormant", dormant)):
            estimate = gone(tenure.gone(group, cause), 12)
            assert estimate is not None
            assert not estimate.excludes(left * hazard / (closed + dormant))


def test_the_mean_within_the_horizon_is_the_planted_one(
    tenure: Tenure, sample: tuple[Bank, dict[str, Any]]
) -> None:
    losses = sample[1]["losses"]
    months = np.linspace(0, tenure.horizon_months, 20_001)
    later = losses["later_factor"]["value"]
    for curve in tenure.curves:
        hazard = sum(
            losses[name]["value"][curve.group] for name in ("closed_per_month", "dormant_per_month")
        )
        spent = hazard * (np.minimum(months, 12) + later * np.maximum(months - 12, 0))
        assert not tenure.mean_months(curve.group).excludes(
            float(np.trapezoid(np.exp(-spent), months))
        )


@pytest.mark.parametrize(
    ("cause", "name"), [("closed", "closed_hazard_ratio"), ("fell_dormant", "dormant_hazard_ratio")]
)
def test_hazard_ratios_are_the_planted_ones(
    spells: Spells, sample: tuple[Bank, dict[str, Any]], cause: Any, name: str
) -> None:
    """Segments as planted, value tiers and channels without effect; hazards proportional."""
    drivers = loss_drivers(spells, cause=cause, confidence=0.999)
    assert isinstance(drivers, LossDrivers)
    assert drivers.fit is not None
    ratios = sample[1]["losses"][name]["value"]
    for c in drivers.fit.coefficients:
        planted = ratios[c.level] / ratios[c.reference] if c.covariate == "segment" else 1.0
        assert not c.hazard_ratio.excludes(planted)
    assert {c.covariate for c in drivers.fit.coefficients} == set(spells.groups.columns)
    assert proportionality_check(drivers).status is CheckStatus.PASSED
    (caption,) = captions(present_loss_drivers(drivers)).values()
    assert "as a multiple of the reference's: highest for" in caption


def test_counted_spells_give_what_rows_give(
    spells: Spells, sample: tuple[Bank, dict[str, Any]]
) -> None:
    """Kaplan-Meier and Cox on the reduction, against one row a holding, to 1e-6."""
    bank = sample[0]
    holdings = bank.table("holdings").execute()
    rows = holdings[holdings.product_id == "P02"].merge(
        bank.table("customers").execute(), on="customer_id", suffixes=("", "_customer")
    )
    opened = pd.to_datetime(rows.opened_on)
    ended = pd.to_datetime(rows.closed_on)
    days = (ended.fillna(pd.Timestamp(NOW)) - opened).dt.days
    kept = (days > 0) | ended.notna()
    rows, days, ended = rows[kept], days[kept].clip(lower=1), ended[kept]
    event = np.where(ended.isna(), 0, np.where(rows.end_reason == "fell_dormant", 2, 1))
    one_each = spell_cells(days, event)
    assert spells.cells.n == len(rows)
    assert spells.n_left_out == int((~kept).sum())
    (reduced,), (full,) = kaplan_meier(spells.cells), kaplan_meier(one_each)
    assert np.allclose(reduced.survival, full.survival, atol=1e-12)
    names = ["segment", "value_tier"]
    by_cell = fit_cox(spells.cells.for_cause(1), spells.groups[names])
    by_row = fit_cox(one_each.for_cause(1), rows[names].astype(str).reset_index(drop=True))
    assert [c.coefficient for c in by_cell.coefficients] == pytest.approx(
        [c.coefficient for c in by_row.coefficients], abs=1e-6
    )


def test_the_page_shows_curves_comparisons_and_endings(tenure: Tenure) -> None:
    answer, endings = present_tenure(tenure), present_endings(tenure)
    assert isinstance(answer, Answer)
    assert captions(answer)["staying"].startswith("Length of holdings of Salary plan: ")
    assert "beyond chance more retired people fall dormant" in captions(endings)["endings"]
    assert [table.name for table in answer.tables] == ["tenure", "tenure_comparisons"]
    assert len(tenure.pairs) == 10
    assert all(pair.p_adjusted >= pair.p_value for pair in tenure.pairs)


def test_stays_that_may_differ_by_chance_are_said_to(tenure: Tenure) -> None:
    pairs = tuple(dataclasses.replace(pair, p_adjusted=0.5) for pair in tenure.pairs)
    unsure = dataclasses.replace(tenure, pairs=pairs)
    assert captions(present_tenure(unsure))["staying"].endswith(", perhaps by chance")


def test_effects_that_change_with_age_are_stratified() -> None:
    """Tier VIP leaves early, tier basic late: the check objects, and the tier gets baselines."""
    rng = np.random.default_rng(8)
    n = 3000
    early = np.ceil(rng.exponential(60, n)).astype(int)
    late = np.ceil(300 * rng.weibull(4, n)).astype(int)
    duration = np.concatenate([early, late])
    segment = np.where(rng.random(2 * n) < 0.5, "student", "family")
    cells = spell_cells(np.minimum(duration, 400), (duration <= 400).astype(int))
    found = Spells(
        basis="relationship",
        product=None,
        cells=cells,
        groups=pd.DataFrame({"segment": segment, "value_tier": ["vip"] * n + ["low"] * n}),
        n_left_out=0,
    )
    drivers = loss_drivers(found, cause="closed", confidence=0.95)
    assert isinstance(drivers, LossDrivers)
    assert {c.covariate for c in drivers.checks if c.stratified} == {"value_tier"}
    assert drivers.fit is not None
    assert drivers.fit.strata == ("value_tier",)
    assert [c.covariate for c in drivers.fit.coefficients] == ["segment"]
    assert proportionality_check(drivers).status is CheckStatus.FAILED
    (caption,) = captions(present_loss_drivers(drivers)).values()
    assert "none of 1 groups is higher beyond chance" in caption


def test_spells_are_counted_by_hand(open_bank: OpenBank) -> None:
    bank = open_bank(
        products=[PLAN],
        customers=[{"customer_id": who, "segment": "student"} for who in "abcdef"],
        holdings=[
            holding("a", "2025-12-01", "2025-12-11", "closed"),
            holding("b", "2025-12-01", "2025-12-11", "fell_dormant"),
            holding("c", "2025-12-21", None, None),
            holding("d", "2025-12-21", "2026-01-05", "closed"),  # after the as-of date
            holding("e", "2025-12-31", None, None),  # nothing is known of it yet
            holding("f", "2025-12-31", "2025-12-31", "closed"),
        ],
    )
    spells = contract_spells(bank, as_of=NOW, product_id="PLAN")
    assert isinstance(spells, Spells)
    cells = spells.cells
    assert sorted(
        zip(
            cells.duration_periods.tolist(),
            cells.event.tolist(),
            cells.customers.tolist(),
            strict=True,
        )
    ) == [(1, 1, 1), (10, 0, 2), (10, 1, 1), (10, 2, 1)]
    assert spells.n_left_out == 1


def test_without_holdings_the_relationship_is_followed(open_bank: OpenBank) -> None:
    people = [
        {
            "customer_id": str(i),
            "opened_on": "2025-01-01",
            "closed_on": "2025-06-30" if i % 3 else None,
            "segment": "student" if i < 60 else "family",
        }
        for i in range(120)
    ]
    spells = contract_spells(open_bank(customers=people), as_of=NOW, product_id="")
    assert isinstance(spells, Spells)
    assert spells.basis == "relationship"
    found = tenure_by_group(spells, grouping="segment", horizon_months=36, confidence=0.95)
    assert isinstance(found, Tenure)
    assert found.horizon_months == int(364 / DAYS_PER_MONTH)
    endings = present_endings(found)
    assert isinstance(endings, NotAssessed)
    assert "do not both occur" in endings.reason.pattern


def test_neither_holdings_nor_dates_is_not_assessed(open_bank: OpenBank) -> None:
    bank = open_bank(customers=[{"customer_id": "a", "segment": "student"}])
    spells = contract_spells(bank, as_of=NOW, product_id="")
    assert isinstance(spells, NotAssessed)
    found = tenure_by_group(spells, grouping="segment", horizon_months=36, confidence=0.95)
    assert found is spells
    assert isinstance(loss_drivers(spells, cause="closed", confidence=0.95), NotAssessed)


def test_no_loss_and_small_groups_are_not_assessed(open_bank: OpenBank) -> None:
    people = [
        {"customer_id": str(i), "opened_on": "2025-01-01", "closed_on": None, "segment": "student"}
        for i in range(50)
    ] + [
        {
            "customer_id": "one",
            "opened_on": "2025-01-01",
            "closed_on": "2025-03-01",
            "segment": "family",
        }
    ]
    spells = contract_spells(open_bank(customers=people), as_of=NOW, product_id="")
    found = tenure_by_group(spells, grouping="segment", horizon_months=36, confidence=0.95)
    assert isinstance(found, NotAssessed)
    assert found.reason.values["n"] == 30
    drivers = loss_drivers(spells, cause="closed", confidence=0.95)
    assert isinstance(drivers, NotAssessed)
    assert drivers.reason.pattern == "There are too few losses for the method."


def test_an_unknown_product_and_backward_dates_are_refused(open_bank: OpenBank) -> None:
    bank = open_bank(products=[PLAN], holdings=[holding("a", "2025-12-11", "2025-12-01", "closed")])
    with pytest.raises(DataError, match=r"nobody holds product 'P77'.*Correct tenure_product"):
        contract_spells(bank, as_of=NOW, product_id="P77")
    with pytest.raises(DataError, match="spells that end before they begin: found 1 of 1"):
        contract_spells(bank, as_of=NOW, product_id="")
