"""Models fitted to the past, held against what came."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from analysis.answers import Answer, NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.lifecycle import present
from analysis.lifecycle.held_back import hold_back
from analysis.lifecycle.holdout import Holdout, compare_on_holdout
from analysis.lifecycle.purchases import weeks_watched
from analysis.params.source import SourceSettings
from analysis.results import Strength
from analysis.sample import write_sample_bank
from analysis.sample.population import draw_population
from analysis.sample.purchases import draw_purchases
from analysis.sample.span import Span
from analysis.stats.bg_nbd import expected_purchases, fit_bg_nbd
from analysis.stats.inputs import Floats
from analysis.stats.purchase_cells import reduce_to_cells

from ..captions import captions

AS_OF = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("holdout") / "bank"
    write_sample_bank(folder, customers=8000, seed=5)
    with connect(SourceSettings(folder=folder), environment={}) as source:
        yield Bank(source, "bank")


def compare(bank: Bank, **more: Any) -> Holdout | NotAssessed:
    options: dict[str, Any] = {
        "as_of": AS_OF,
        "months": 6,
        "count_by": "transaction",
        "confidence": 0.99,
        "rng": np.random.default_rng(1),
        "draws": 150,
        **more,
    }
    return compare_on_holdout(bank, **options)


@pytest.fixture(scope="module")
def holdout(bank: Bank) -> Holdout:
    found = compare(bank)
    assert isinstance(found, Holdout)
    return found


def test_histories_end_at_the_cutoff_and_later_purchases_are_counted(
    make_bank: Callable[..., Bank],
) -> None:
    bank = make_bank(
        [
            ("a", "2025-01-01", 5),
            ("a", "2025-01-15", 5),
            ("a", "2025-08-01", 5),
            ("a", "2025-08-01", 5),
            ("b", "2025-01-01", 5),
            ("late", "2025-09-01", 5),
            ("a", "2026-02-01", 5),
        ]
    )
    held = hold_back(bank, cutoff=dt.date(2025, 6, 30), as_of=AS_OF, count_by="transaction")
    assert held is not None
    assert held.cells.n_customers == 2
    assert held.cells.frequency.tolist() == [0, 1]
    assert held.cells.recency.tolist() == [0, 2]
    assert held.horizon_weeks == 184 / 7
    assert held.later.purchases.tolist() == [0, 2]


def test_two_purchases_on_a_day_are_one_where_days_are_counted(
    make_bank: Callable[..., Bank],
) -> None:
    bank = make_bank([("a", "2025-01-01", 5), ("a", "2025-08-01", 5), ("a", "2025-08-01", 5)])
    held = hold_back(bank, cutoff=dt.date(2025, 6, 30), as_of=AS_OF, count_by="day")
    assert held is not None
    assert held.later.purchases.tolist() == [1]


def test_the_reduction_equals_a_count_row_by_row(bank: Bank, holdout: Holdout) -> None:
    rows = bank.table("transactions").to_pandas()
    days = rows.occurred_on.astype("datetime64[s]")
    first = days.groupby(rows.customer_id).min()
    known = first[first <= np.datetime64("2025-06-30")].index
    later = (days > np.datetime64("2025-06-30")) & (days <= np.datetime64("2025-12-31"))
    assert holdout.customers == len(known)
    assert holdout.counted == int((later & rows.customer_id.isin(known)).sum())


def test_the_planted_law_predicts_what_came(holdout: Holdout) -> None:
    """Purchases are planted as BG/NBD: its interval holds, and it is not the worse model."""
    planted = holdout.forecasts[0]
    assert planted.model == "BG/NBD"
    assert holdout.is_covered(planted)
    assert holdout.groups_covered(planted) >= len(holdout.calibration) - 1
    assert holdout.advantage is not None
    assert holdout.advantage.high > 0


def test_calibration_groups_are_all_customers(holdout: Holdout) -> None:
    assert sum(group.customers for group in holdout.calibration) == holdout.customers
    counted = sum(group.customers * group.counted.value for group in holdout.calibration)
    assert counted == pytest.approx(holdout.counted)


def test_groups_predicted_add_up_to_the_total(holdout: Holdout) -> None:
    for i, forecast in enumerate(holdout.forecasts):
        parts = sum(g.customers * g.predicted[i].value for g in holdout.calibration)
        assert parts == pytest.approx(forecast.predicted.value, rel=1e-9)


def test_a_hold_out_before_the_first_purchases_is_not_assessed(bank: Bank) -> None:
    found = compare(bank, months=60)
    assert isinstance(found, NotAssessed)
    assert "Up to {cutoff} the model needs {customers} customers" in found.reason.pattern


def test_too_few_customers_are_not_assessed(make_bank: Callable[..., Bank]) -> None:
    found = compare(make_bank([("a", "2025-01-01", 5), ("a", "2025-02-01", 5)]))
    assert isinstance(found, NotAssessed)
    assert present.holdout(found) is found


def test_the_answer_says_which_is_better_and_how_sure(holdout: Holdout) -> None:
    answer = present.holdout(holdout)
    assert "groups of past frequency" in captions(answer)["holdout_calibration"]
    assert isinstance(answer, Answer)
    (finding,) = answer.findings
    assert finding.statement.values["model"] == holdout.better.model
    decided = holdout.decided and holdout.is_covered(holdout.better)
    assert (finding.strength is Strength.CONCLUSIVE) == decided
    assert {check.name for check in answer.checks} == {"holdout_total", "holdout_calibration"}


def test_dates_without_the_time_of_day_predict_what_exact_times_do() -> None:
    # purchases of the sample's law, in continuous time and cut to their days
    span = Span(dt.date(2025, 12, 31))
    rng = np.random.default_rng(11)
    drawn = draw_purchases(rng, draw_population(rng, span, first_number=1, size=6000), span)
    end, horizon = span.n_days - 184, 184 / 7
    seen = drawn.time < end
    _, owner = np.unique(drawn.owner[seen], return_inverse=True)
    first, last = np.full(owner.max() + 1, np.inf), np.zeros(owner.max() + 1)
    np.minimum.at(first, owner, drawn.time[seen])
    np.maximum.at(last, owner, drawn.time[seen])
    frequency = np.bincount(owner) - 1
    days = np.floor(last) - np.floor(first)
    whole = end - 1 - np.floor(first)

    def total(recency: Floats, age: Floats) -> float:
        cells = reduce_to_cells(frequency, recency, age, time_unit="weeks")
        fit = fit_bg_nbd(cells, confidence=0.95)
        return float(cells.weight @ expected_purchases(fit, cells, horizon=horizon))

    exact = total((last - first) / 7, (end - first) / 7)
    assert total(days / 7, weeks_watched(whole)) == pytest.approx(exact, rel=5e-4)
    assert total(days / 7, whole / 7) > exact * 1.002
