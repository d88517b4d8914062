"""What the lot changed: the planted effects lie inside the intervals."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.incentive_effectiveness.assignment import Assignment
from analysis.incentive_effectiveness.effects import LotEffects, OutcomeEffect, lot_effects
from analysis.incentive_effectiveness.evidence import EvidenceRegister
from analysis.incentive_effectiveness.tables.effects import looks_table
from analysis.results import Estimate

from ..captions import said

AS_OF = dt.date(2025, 12, 31)
Grade = Callable[[Bank], EvidenceRegister]


def holds(estimate: Estimate, truth: float) -> bool:
    return estimate.low <= truth <= estimate.high


@pytest.fixture(scope="session")
def found(sample_bank: Bank, register: EvidenceRegister) -> LotEffects:
    answer = lot_effects(sample_bank, register, as_of=AS_OF, confidence=0.95)
    assert isinstance(answer, LotEffects)
    return answer


@pytest.fixture(scope="session")
def offered(sample_bank: Bank) -> pd.DataFrame:
    """The lot's customers with their segment, counted by hand with pandas."""
    offers = sample_bank.table("offers").execute()
    people = sample_bank.table("customers").select("customer_id", "segment").execute()
    own: pd.DataFrame = offers[offers.campaign_id == "I01"].merge(people, on="customer_id")
    return own


def outcome(found: LotEffects, name: str) -> OutcomeEffect:
    (one,) = (o for o in found.campaigns[0].outcomes if o.outcome == name)
    return one


def test_the_planted_effect_of_the_offer_lies_in_its_interval(
    found: LotEffects, offered: pd.DataFrame, planted: Any
) -> None:
    by_segment = planted["offers"]["randomised_intention_to_treat_cny"]["value"]
    truth = offered.segment.map(by_segment).mean()
    main = found.campaigns[0].main
    assert main.outcome == "balance_cny"
    assert holds(main.offered.estimate, truth)
    assert holds(main.unadjusted.estimate, truth)


def test_the_planted_effect_on_the_takers_lies_in_its_interval(
    found: LotEffects, offered: pd.DataFrame, planted: Any
) -> None:
    by_segment = planted["offers"]["randomised_effect_on_takers_cny"]["value"]
    takers = offered[(offered.arm == "offer") & offered.taken_up]
    truth = takers.segment.map(by_segment).mean()
    found_on_takers = found.campaigns[0].main.takers
    assert found_on_takers is not None
    assert holds(found_on_takers.effect, truth)


def test_the_earlier_balance_takes_most_of_the_noise_away(found: LotEffects) -> None:
    removed = found.campaigns[0].main.variance_removed
    assert removed is not None
    assert removed > 0.7


def test_outcomes_without_an_effect_are_not_found(found: LotEffects, planted: Any) -> None:
    for name in ("complained", "logins"):
        truth = planted["offers"][
            {"complained": "randomised_complaints_effect", "logins": "randomised_logins_effect"}[
                name
            ]
        ]["value"]
        one = outcome(found, name)
        assert truth == 0
        assert holds(one.offered.estimate, truth)
        assert one.corrected_p_value > 0.05


def test_the_correction_never_makes_a_test_easier(found: LotEffects) -> None:
    for one in found.campaigns[0].outcomes:
        assert one.corrected_p_value >= one.offered.p_value


def test_each_look_counts_only_what_was_measured_by_then(found: LotEffects) -> None:
    looks = found.campaigns[0].looks
    assert [look.number for look in looks] == [1, 2, 3, 4, 5]
    assert [look.n for look in looks] == sorted({look.n for look in looks})
    bounds = [look.bound for look in looks]
    assert bounds == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=5e-4)


def test_the_looks_caption_names_the_first_that_stands(found: LotEffects) -> None:
    (one,) = found.campaigns
    assert said(looks_table(one).caption).endswith("of 5 looks the result stands from look 2 on")
    never = tuple(dataclasses.replace(look, z=0.0) for look in one.looks)
    none = looks_table(dataclasses.replace(one, looks=never))
    assert said(none.caption).endswith("in none of 5 looks does the result stand")


def test_the_arms_are_counted_as_in_the_table(
    register: EvidenceRegister, offered: pd.DataFrame
) -> None:
    study = register.of("I01").study
    assert isinstance(study, Assignment)
    counted = offered.groupby("arm").agg(n=("arm", "size"), taken=("taken_up", "sum"))
    for arm in ("offer", "holdout"):
        assert study.arms[arm].assigned == counted.n[arm]
        assert study.arms[arm].taken_up == counted.taken[arm]


def test_the_exact_sums_give_the_moments_of_pandas(
    register: EvidenceRegister, offered: pd.DataFrame, sample_bank: Bank
) -> None:
    outcomes = sample_bank.table("offer_outcomes").execute()
    after = outcomes[(outcomes.outcome == "balance_cny") & (outcomes.phase == "after")]
    rows = offered.merge(after, on=["campaign_id", "customer_id"])
    study = register.of("I01").study
    assert isinstance(study, Assignment)
    for arm, group in rows.groupby("arm"):
        pair = study.measured["balance_cny"][str(arm)].with_take_up
        taken = group.taken_up.astype(float)
        assert pair.mean == pytest.approx(group.value.mean(), rel=1e-9)
        assert pair.variance == pytest.approx(group.value.var(), rel=1e-9)
        assert pair.covariance == pytest.approx(group.value.cov(taken), rel=1e-6)


def test_without_a_lot_the_question_is_not_assessed(
    graded: Grade, broken_bank: Callable[..., Bank]
) -> None:
    bank = broken_bank("campaigns", lambda table: table[table.design != "randomised"])
    found = lot_effects(bank, graded(bank), as_of=AS_OF, confidence=0.95)
    assert isinstance(found, NotAssessed)


def test_few_customers_are_allowed_the_imbalance_that_chance_leaves(
    sample_bank: Bank, register: EvidenceRegister, graded: Grade
) -> None:
    whole = register.of("I01").study
    north = graded(Bank(sample_bank.source, "region:North")).of("I01").study
    assert isinstance(whole, Assignment)
    assert isinstance(north, Assignment)
    assert whole.largest_allowed == 0.1
    assert north.largest_allowed > 2 * (1 / north.offered.assigned) ** 0.5
    assert all(check.passed for check in north.checks)
