"""Where each product stands, and what the rules say to do with it."""

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
from analysis.lifecycle import present
from analysis.lifecycle.product_exits import plan_exit
from analysis.lifecycle.products import (
    ProductLifeCycles,
    ProductStage,
    Role,
    product_life_cycles,
    role_of,
    stage_probabilities,
)
from analysis.lifecycle.rules import ProductRules
from analysis.params.source import SourceSettings
from analysis.results import Estimate
from analysis.sample import write_sample_bank
from analysis.stats.adoption_draws import draw_adoption_curves

from ..captions import captions

AS_OF = dt.date(2025, 12, 31)
RULES = ProductRules(
    introduction_until=1 / 3,
    decline_replacement=0.25,
    certainty=0.8,
    optimise_loss_above=0.15,
    exit_holders_below=0.5,
)


def assess(bank: Bank, confidence: float = 0.95) -> ProductLifeCycles | NotAssessed:
    return product_life_cycles(
        bank,
        as_of=AS_OF,
        rules=RULES,
        horizon_months=12,
        confidence=confidence,
        rng=np.random.default_rng(1),
        draws=2000,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("products") / "bank"
    write_sample_bank(folder, customers=12_000, seed=4)
    return folder


@pytest.fixture(scope="module")
def bank(folder: Path) -> Iterator[Bank]:
    with connect(SourceSettings(folder=folder), environment={}) as source:
        yield Bank(source, "bank")


@pytest.fixture(scope="module")
def found(bank: Bank) -> ProductLifeCycles:
    """Wide intervals: more than thirty planted numbers are looked at together."""
    result = assess(bank, confidence=0.999)
    assert isinstance(result, ProductLifeCycles)
    return result


@pytest.fixture(scope="module")
def planted(folder: Path) -> dict[str, Any]:
    truths = json.loads((folder / "truth.json").read_text("utf-8"))["truths"]
    adoption: dict[str, Any] = truths["adoption"]
    return adoption


def test_planted_p_q_m_and_peak_lie_in_the_intervals(
    found: ProductLifeCycles, planted: dict[str, Any]
) -> None:
    missed = []
    for standing in found.assessed:
        law, curve = planted[standing.product.product_id]["value"], standing.curve
        assert curve is not None
        p, q = law["p_per_month"], law["q_per_month"]
        truth = {
            "p": p,
            "q": q,
            "peak_months": np.log(q / p) / (p + q),
        }
        if standing.product.withdrawn_on is None:  # those who came too late never adopt
            truth["ceiling"] = law["m_adopters"] - law["unplaced"]
        missed += [
            (standing.product.product_id, name)
            for name, value in truth.items()
            if getattr(curve, name).excludes(value)
        ]
    assert len(found.assessed) == 8
    assert not missed


def test_planted_stages_are_found_as_surely_as_is_claimed(
    found: ProductLifeCycles, planted: dict[str, Any]
) -> None:
    roles = planted["roles"]["value"]
    for standing in found.assessed:
        true = next(
            stage
            for stage in ProductStage
            if standing.product.product_id in roles.get(stage.value, ())
        )
        if standing.certainty >= RULES.certainty:
            assert standing.stage is true
        else:
            assert standing.stages[true] > 0.1


def test_products_without_a_curve_say_why(
    found: ProductLifeCycles, planted: dict[str, Any]
) -> None:
    without = {s.product.product_id: s.no_curve for s in found.standings if s.no_curve}
    assert set(planted["roles"]["value"]["too_young"]) <= set(without)
    young = without["P09"]
    assert young is not None
    assert "younger than the model can bear" in young.pattern
    everyday = without["P01"]
    assert everyday is not None
    assert "relationship began" in everyday.pattern


def test_declining_products_are_given_up_and_growing_ones_promoted(
    found: ProductLifeCycles,
) -> None:
    assert {s.product.product_id for s in found.having(Role.EXIT)} == {"P10", "P12"}
    assert "P07" in {s.product.product_id for s in found.having(Role.PROMOTE)}


def test_holders_move_within_the_family_to_what_is_on_sale(found: ProductLifeCycles) -> None:
    targets = {
        leaving.product.product_id: {d.product_id for d in leaving.destinations}
        for leaving in found.exits
    }
    assert targets == {"P10": {"P04", "P11"}, "P12": {"P05", "P09"}}
    for leaving in found.exits:
        kept = [d.keeping for d in leaving.destinations]
        assert kept == sorted(kept, reverse=True)


def test_holders_balances_and_losses_equal_a_count_row_by_row(
    folder: Path, found: ProductLifeCycles
) -> None:
    rows = pd.read_parquet(folder / "holdings.parquet")
    opened, closed = pd.to_datetime(rows.opened_on), pd.to_datetime(rows.closed_on)
    now = rows[closed.isna()]
    day = pd.Timestamp("2024-12-31")
    before = rows[(opened <= day) & (closed.isna() | (closed > day))]
    for standing in found.standings:
        product = standing.product.product_id
        holders = set(now.customer_id[now.product_id == product])
        earlier = set(before.customer_id[before.product_id == product])
        assert standing.holders == len(holders)
        balance = now.balance_cny[now.product_id == product].sum()
        assert (standing.balance_cny or 0) == pytest.approx(balance, rel=1e-9)
        if earlier:
            assert standing.yearly_loss is not None
            lost = len(earlier - holders) / len(earlier)
            assert standing.yearly_loss.value == pytest.approx(lost)


def test_the_forecast_begins_where_counting_ends(found: ProductLifeCycles) -> None:
    for standing in found.assessed:
        assert standing.curve is not None
        points = standing.curve.points
        counted = [point.counted for point in points if point.counted is not None]
        ahead = [point.expected for point in points if point.counted is None]
        assert counted == sorted(counted)
        assert all(estimate.low >= counted[-1] for estimate in ahead)
        assert (not ahead) == (standing.product.withdrawn_on is not None)


def test_a_bank_of_transactions_alone_is_not_assessed(make_bank: Callable[..., Bank]) -> None:
    result = assess(make_bank([("a", "2025-01-01", 5)]))
    assert isinstance(result, NotAssessed)
    assert "products and their holdings" in result.reason.pattern
    assert present.products(result) is result


def test_the_answer_names_every_exit_and_promotion(found: ProductLifeCycles) -> None:
    answer = present.products(found)
    assert isinstance(answer, Answer)
    names = [finding.name for finding in answer.findings]
    assert names[0] == "product_roles"
    assert {"exit_P10", "exit_P12", "promote_P07"} <= set(names)
    assert [table.name for table in answer.tables][-1] == "product_exits"
    certain = [s for s in found.assessed if s.certainty >= RULES.certainty]
    rising = sum(s.stage in {ProductStage.INTRODUCTION, ProductStage.GROWTH} for s in certain)
    assert captions(answer)["adoption_curves"].endswith(
        f"{rising} surely before the peak of adoption, {len(certain) - rising} past it"
    )


def test_no_estimate_tells_the_exact_number_of_adopters(found: ProductLifeCycles) -> None:
    """Where all have adopted, ceiling and curve are known: they are rounded to tens."""
    answer = present.products(found)
    assert isinstance(answer, Answer)
    tables = [*answer.tables, *(figure.table for figure in answer.figures)]
    shown = [
        row[name]
        for table in tables
        for row in table.rows
        for name in ("ceiling", "expected")
        if name in row
    ]
    assert len(shown) > 50
    for estimate in shown:
        assert isinstance(estimate, Estimate)
        assert {estimate.value % 10, estimate.low % 10, estimate.high % 10} == {0}


def test_what_similar_holders_keep_is_counted_by_hand(tmp_path: Path) -> None:
    """Of four who held X and are customers two keep Y and one of them Z; a fifth left."""

    def holds(name: str, product: str, *, ended: bool = False) -> dict[str, Any]:
        return {
            "account_id": f"{name}{product}",
            "customer_id": name,
            "product_id": product,
            "opened_on": dt.date(2024, 1, 1),
            "closed_on": dt.date(2025, 1, 1) if ended else None,
        }

    holdings = [holds(name, "X", ended=name != "a") for name in "abcde"]
    holdings += [holds("a", "Y"), holds("b", "Y"), holds("b", "Z"), holds("c", "Y", ended=True)]
    holdings += [holds("e", "Y"), holds("stranger", "Z")]
    pd.DataFrame(holdings).to_parquet(tmp_path / "holdings.parquet")
    pd.DataFrame(
        {
            "customer_id": list("abcde"),
            "closed_on": [None, None, None, None, dt.date(2025, 2, 1)],
        }
    ).to_parquet(tmp_path / "customers.parquet")
    products = pd.DataFrame(
        {"product_id": list("XYZ"), "name_en": list("XYZ"), "family": ["card"] * 3}
    )
    products.to_parquet(tmp_path / "products.parquet")
    with connect(SourceSettings(folder=tmp_path), environment={}) as source:
        bank = Bank(source, "bank")
        result = assess(bank)
        assert isinstance(result, ProductLifeCycles)
        x, y, z = (standing.product for standing in result.standings)
        leaving = plan_exit(bank, x, [x, y, z], as_of=AS_OF, confidence=0.95)
        nowhere = plan_exit(bank, x, [x], as_of=AS_OF, confidence=0.95)
    assert [(d.product_id, d.keeping, d.similar) for d in leaving.destinations] == [
        ("Y", 2, 4),
        ("Z", 1, 4),
    ]
    assert leaving.lead is not None
    assert leaving.lead.value == pytest.approx(0.25)
    assert not leaving.decided
    assert nowhere.destinations == ()


def test_a_product_past_its_peak_declines_only_where_losses_are_not_replaced() -> None:
    rng = np.random.default_rng(2)
    drawn = draw_adoption_curves(
        [60, 90, 100, 80, 50, 25, 12, 5, 2, 1], largest_ceiling=5000, rng=rng, draws=500
    )
    chances = {
        left: stage_probabilities(drawn, 24, came=20, left=left, rules=RULES, rng=rng)
        for left in (0, 20, 400)
    }
    assert chances[0][ProductStage.DECLINE] == 0
    assert chances[20][ProductStage.MATURITY] > 0.99
    assert chances[400][ProductStage.DECLINE] > 0.99
    for stages in chances.values():
        assert sum(stages.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("introduction", "growth", "maturity", "decline", "loss", "left", "role"),
    [
        (0.5, 0.4, 0.1, 0.0, 0.0, 1.0, Role.PROMOTE),
        (0.3, 0.3, 0.4, 0.0, 0.0, 1.0, Role.UNDECIDED),
        (0.0, 0.0, 1.0, 0.0, 0.3, 1.0, Role.OPTIMISE),
        (0.0, 0.0, 1.0, 0.0, 0.1, 1.0, Role.KEEP),
        (0.0, 0.0, 0.1, 0.9, 0.3, 0.2, Role.EXIT),
        (0.0, 0.0, 0.1, 0.9, 0.3, 0.7, Role.KEEP),
    ],
)
def test_roles_follow_the_stated_rules(
    introduction: float,
    growth: float,
    maturity: float,
    decline: float,
    loss: float,
    left: float,
    role: Role,
) -> None:
    stages = dict(zip(ProductStage, (introduction, growth, maturity, decline), strict=True))
    yearly = Estimate(value=loss, low=loss, high=loss, confidence=0.95)
    assert role_of(stages, yearly, left, RULES) is role
    assert role_of({}, yearly, left, RULES) is Role.UNDECIDED
