"""Renewal: counted by hand, the planted law recovered, tested on held-back months."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.lifecycle.checks.renewal import renewal_checks
from analysis.lifecycle.present.renewal import present_renewal
from analysis.lifecycle.renewal import Renewal, project_renewal
from analysis.lifecycle.renewing_cohorts import RenewingCohorts, renewing_cohorts
from analysis.params.source import SourceSettings
from analysis.results import CheckStatus
from analysis.sample.bank import write_sample_bank

from ..captions import captions

NOW = dt.date(2025, 12, 31)
OpenBank = Callable[..., Bank]
PRODUCT = {
    "product_id": "CLUB",
    "name_en": "Club",
    "family": "plan",
    "contractual": True,
    "renewal_months": 1,
}


@pytest.fixture
def open_bank(tmp_path: Path) -> OpenBank:
    """A bank of one renewing product with these holdings (opened, closed)."""

    def make(holdings: list[tuple[str, str | None]], **product: Any) -> Bank:
        pd.DataFrame([{**PRODUCT, **product}]).to_parquet(tmp_path / "products.parquet")
        pd.DataFrame(
            {
                "account_id": [str(i) for i in range(len(holdings))],
                "customer_id": [str(i) for i in range(len(holdings))],
                "product_id": "CLUB",
                "opened_on": [dt.date.fromisoformat(opened) for opened, _ in holdings],
                "closed_on": [
                    dt.date.fromisoformat(closed) if closed else None for _, closed in holdings
                ],
            }
        ).to_parquet(tmp_path / "holdings.parquet")
        return Bank(connect(SourceSettings(folder=tmp_path), environment={}), "bank")

    return make


def count(bank: Bank, *, as_of: dt.date = NOW) -> dict[tuple[int, int], int]:
    found = renewing_cohorts(bank, as_of=as_of, product_id="")
    assert isinstance(found, RenewingCohorts)
    triples = zip(found.due.tolist(), found.lost_at.tolist(), found.members.tolist(), strict=True)
    return {(due, lost): n for due, lost, n in triples}


def project(cohorts: RenewingCohorts | NotAssessed) -> Renewal | NotAssessed:
    return project_renewal(
        cohorts,
        horizon_months=12,
        held_back_months=12,
        confidence=0.95,
        rng=np.random.default_rng(1),
        draws=400,
    )


@pytest.mark.parametrize(
    ("opened", "closed", "due", "lost"),
    [
        ("2025-09-15", None, 3, 0),  # 15 October, November, December
        ("2025-09-15", "2025-10-15", 3, 1),  # not renewed the first time
        ("2025-09-15", "2025-10-03", 3, 1),  # left during the first term
        ("2025-09-15", "2025-10-20", 3, 2),  # left during the second
        ("2025-01-31", "2025-02-28", 11, 1),  # the month is too short: its last day
        ("2025-01-31", "2025-03-29", 11, 2),
        ("2025-12-20", None, 0, 0),
        ("2025-12-20", "2025-12-28", 0, 0),  # its first renewal has not come due
        ("2025-08-31", "2026-02-01", 4, 0),  # after the as-of date
    ],
)
def test_a_membership_is_counted_by_its_renewals(
    open_bank: OpenBank, opened: str, closed: str | None, due: int, lost: int
) -> None:
    assert count(open_bank([(opened, closed)])) == {(due, lost): 1}


def test_renewals_come_due_by_the_day(open_bank: OpenBank) -> None:
    bank = open_bank([("2025-09-15", None)])
    assert count(bank, as_of=dt.date(2025, 12, 14)) == {(2, 0): 1}
    assert count(bank, as_of=dt.date(2025, 12, 15)) == {(3, 0): 1}


def test_a_product_that_renews_every_quarter(open_bank: OpenBank) -> None:
    bank = open_bank(
        [("2025-01-10", None), ("2025-01-10", "2025-04-10"), ("2025-01-10", "2025-05-01")],
        renewal_months=3,
    )
    assert count(bank) == {(3, 0): 1, (3, 1): 1, (3, 2): 1}


def test_what_was_known_earlier_leaves_out_later_ends() -> None:
    cohorts = RenewingCohorts(
        product=None,  # type: ignore[arg-type]  # not looked at
        renewal_months=1,
        due=np.array([5, 5, 5, 2]),
        lost_at=np.array([0, 1, 4, 0]),
        members=np.array([60, 30, 10, 7]),
    )
    now, earlier = cohorts.survivors(), cohorts.survivors(held_back=2)
    assert now[5].tolist() == [100, 70, 70, 70, 60, 60]
    assert earlier[5].tolist() == [100, 70, 70, 70]
    assert now[2].tolist() == [7, 7, 7]
    assert 2 not in earlier


def test_the_planted_law_is_recovered_and_holds_on_held_back_months(tmp_path: Path) -> None:
    write_sample_bank(tmp_path / "bank", customers=12_000, seed=3)
    bank = Bank(connect(SourceSettings(folder=tmp_path / "bank"), environment={}), "bank")
    renewal = project(renewing_cohorts(bank, as_of=NOW, product_id=""))
    assert isinstance(renewal, Renewal)
    assert renewal.product.en == "Gold membership"
    assert not renewal.fit.alpha.excludes(0.7)
    assert not renewal.fit.beta.excludes(4.0)
    assert renewal.held_back is not None
    assert renewal.held_back.inside
    assert renewal_checks(renewal)[0].status is CheckStatus.PASSED
    observed = [step for step in renewal.steps if step.observed is not None and step.n_due > 200]
    assert len(observed) > 12
    for step in observed:
        assert step.observed == pytest.approx(step.projected.value, abs=0.03)
    assert len(renewal.steps) == observed[-1].renewal + len(renewal.steps) - len(observed)
    assert renewal.n_left > renewal.ahead.high > renewal.ahead.low > 0
    caption = captions(present_renewal(renewal))["renewal"]
    assert caption.startswith("Members of Gold membership left after 12 renewals: ")
    unseen = tuple(dataclasses.replace(step, observed=None) for step in renewal.steps)
    said = captions(present_renewal(dataclasses.replace(renewal, steps=unseen)))["renewal"]
    assert "the model expects" in said


def test_a_law_that_changed_fails_on_held_back_months() -> None:
    """Members of the last year leave three times as often as those before."""
    rng = np.random.default_rng(4)
    due, lost = [], []
    for cohort in range(13, 37):
        for _ in range(200):
            churn = rng.beta(0.7, 4.0)
            for renewal in range(1, cohort + 1):
                chance = min(3 * churn + 0.05, 1.0) if renewal > cohort - 12 else churn
                if rng.random() < chance:
                    break
            else:
                renewal = 0
            due.append(cohort)
            lost.append(renewal)
    renewal_found = project(
        RenewingCohorts(
            product=PRODUCT["name_en"],  # type: ignore[arg-type]  # not looked at
            renewal_months=1,
            due=np.array(due),
            lost_at=np.array(lost),
            members=np.ones(len(due), dtype=np.int64),
        )
    )
    assert isinstance(renewal_found, Renewal)
    assert renewal_found.held_back is not None
    assert not renewal_found.held_back.inside


def test_too_few_losses_are_not_assessed(open_bank: OpenBank) -> None:
    bank = open_bank([("2025-01-10", None)] * 30 + [("2025-01-10", "2025-04-10")] * 5)
    found = project(renewing_cohorts(bank, as_of=NOW, product_id=""))
    assert isinstance(found, NotAssessed)
    assert found.reason.pattern == "There are too few losses for the method."


def test_without_a_renewing_product_it_is_not_assessed(open_bank: OpenBank) -> None:
    bank = open_bank([("2025-01-10", None)])
    found = renewing_cohorts(bank, as_of=NOW, product_id="OTHER")
    assert isinstance(found, NotAssessed)
    assert project(found) is found
