"""Staff, targeting and worth: the gamed bonus found, planted effects inside their intervals."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.incentive_effectiveness import present
from analysis.incentive_effectiveness.effects import lot_effects
from analysis.incentive_effectiveness.evidence import EvidenceRegister
from analysis.incentive_effectiveness.findings.staff import (
    moved_share,
    target_caption,
    target_finding,
)
from analysis.incentive_effectiveness.observational import observational
from analysis.incentive_effectiveness.staff import StaffIncentives, staff_incentives
from analysis.incentive_effectiveness.tables.targeting import policy_table
from analysis.incentive_effectiveness.targeting import Targeting, targeting
from analysis.incentive_effectiveness.thresholds import ThresholdStudy
from analysis.incentive_effectiveness.worth import WorthOfAll, worth
from analysis.results import Estimate

from ..captions import captions, said

AS_OF = dt.date(2025, 12, 31)


def holds(estimate: Estimate, truth: float) -> bool:
    return estimate.low <= truth <= estimate.high


@pytest.fixture(scope="session")
def selling(sample_bank: Bank, register: EvidenceRegister) -> StaffIncentives:
    found = staff_incentives(
        sample_bank,
        register,
        as_of=AS_OF,
        confidence=0.95,
        rng=np.random.default_rng(1),
        draws=200,
    )
    assert isinstance(found, StaffIncentives)
    return found


@pytest.fixture(scope="session")
def chosen(sample_bank: Bank, register: EvidenceRegister) -> Targeting:
    found = targeting(
        sample_bank,
        register,
        as_of=AS_OF,
        confidence=0.95,
        horizon_months=12,
        rng=np.random.default_rng(1),
        draws=200,
    )
    assert isinstance(found, Targeting)
    return found


@pytest.fixture(scope="session")
def value(sample_bank: Bank, register: EvidenceRegister) -> WorthOfAll:
    rng = np.random.default_rng(1)
    found = worth(
        sample_bank,
        register,
        lot_effects(sample_bank, register, as_of=AS_OF, confidence=0.95),
        observational(sample_bank, register, as_of=AS_OF, confidence=0.95, rng=rng),
        as_of=AS_OF,
        horizon_months=12,
        confidence=0.95,
        rng=rng,
    )
    assert isinstance(found, WorthOfAll)
    return found


def test_the_gamed_bonus_is_found(selling: StaffIncentives, planted: Any) -> None:
    (study,) = selling.targets
    assert study.evidence.campaign.campaign_id == "I07"
    assert study.gamed
    assert holds(moved_share(study), planted["staff"]["gamed_share"]["value"])
    assert "is gamed" in target_finding(study).statement.pattern
    assert "pile up just above" in captions(present.staff(selling))["bunching_I07"]


def test_without_bunching_the_caption_says_chance(selling: StaffIncentives) -> None:
    (study,) = selling.targets
    excess = Estimate(value=3.0, low=-4.0, high=10.0, confidence=0.95)
    calm = dataclasses.replace(study, bunching=dataclasses.replace(study.bunching, excess=excess))
    assert "do not pile up" in said(target_caption(calm))


def test_what_is_pulled_forward_lies_in_its_interval(
    selling: StaffIncentives, planted: Any
) -> None:
    (study,) = selling.targets
    assert study.pulled is not None
    assert holds(study.pulled.share, planted["staff"]["pulled_share"]["value"])


def test_gamed_months_sell_contracts_of_lower_quality(selling: StaffIncentives) -> None:
    (study,) = selling.targets
    assert study.early_closures is not None
    assert study.complaints is not None
    assert study.early_closures.estimate.low > 0
    assert study.complaints.estimate.low > 0


def test_the_award_jumps_as_planted(selling: StaffIncentives, planted: Any) -> None:
    (one,) = selling.jumps
    assert one.causal
    assert isinstance(one.study, ThresholdStudy)
    assert one.study.jump is not None
    assert holds(one.study.jump.effect, planted["staff"]["recognition_jump_points"]["value"])


def test_what_has_no_comparison_is_named_with_the_reason(selling: StaffIncentives) -> None:
    assert {one.campaign.campaign_id for one in selling.unjudged} == {"I08", "I10"}
    assert all(one.reason is not None for one in selling.unjudged)


def test_without_staff_tables_the_question_is_not_assessed(
    broken_bank: Callable[..., Bank], graded: Callable[[Bank], EvidenceRegister]
) -> None:
    bank = broken_bank("campaigns", lambda table: table[table.audience == "customers"])
    found = staff_incentives(
        bank,
        graded(bank),
        as_of=AS_OF,
        confidence=0.95,
        rng=np.random.default_rng(1),
        draws=100,
    )
    assert isinstance(found, NotAssessed)


def test_the_planted_effect_of_every_segment_lies_in_its_interval(
    chosen: Targeting, planted: Any
) -> None:
    truth = planted["offers"]["randomised_intention_to_treat_cny"]["value"]
    assert {one.segment for one in chosen.segments} == set(truth)
    for one in chosen.segments:
        assert holds(one.found.estimate, truth[one.segment]), one.segment
        assert holds(one.shrunk, truth[one.segment]), one.segment


def test_choosing_is_worth_more_than_all_and_than_none(chosen: Targeting) -> None:
    assert chosen.qini.coefficient.low > 0
    found = captions(present.targeting(chosen))
    assert "by score gains more than by lot" in found["qini_I01"]
    assert "for families" in found["segments_I01"]
    assert 0 < chosen.policy.chosen_share < 1
    assert chosen.policy.against_none.estimate.low > 0
    assert chosen.policy.against_all.estimate.value > 0


def test_captions_say_where_choosing_may_be_chance(chosen: Targeting) -> None:
    none = Estimate(value=1.0, low=-1.0, high=3.0, confidence=0.95)
    same = dataclasses.replace(
        chosen,
        qini=dataclasses.replace(chosen.qini, coefficient=none),
        segments=tuple(dataclasses.replace(one, shrunk=none) for one in chosen.segments),
    )
    found = captions(present.targeting(same))
    assert "gains no more than by lot beyond chance" in found["qini_I01"]
    assert "may be alike" in found["segments_I01"]
    assert "worth CN" in said(policy_table(chosen).caption)
    all_alike = dataclasses.replace(chosen.policy.against_all, estimate=none)
    policy = dataclasses.replace(chosen.policy, against_all=all_alike)
    unsure = policy_table(dataclasses.replace(chosen, policy=policy))
    assert "not shown to be worth more" in said(unsure.caption)


def test_the_caption_counts_as_paying_what_is_established_alone(value: WorthOfAll) -> None:
    assert captions(present.worth(value))["worth"] == (
        "Return on cost: 1 of 3 established effects above the cost, 2 below; mere associations: 1"
    )
    supposed = tuple(one for one in value.incentives if not one.evidence.causal)
    only = dataclasses.replace(value, incentives=supposed)
    assert "none of 1 incentives" in captions(present.worth(only))["worth"]


def test_return_and_cost_per_unit_tell_the_same(value: WorthOfAll) -> None:
    for one in value.incentives:
        if one.cost_per_unit is not None:
            returned = one.margin_cny / one.cost_per_unit.value - 1
            assert one.return_on_cost.value == pytest.approx(returned)


def test_the_cost_is_that_of_the_tables(value: WorthOfAll, sample_bank: Bank) -> None:
    offers = sample_bank.table("offers").execute()
    costs = sample_bank.table("incentive_costs").execute()
    own = offers[(offers.campaign_id == "I01") & (offers.arm == "offer")].cost_cny.astype(float)
    fixed = costs[costs.campaign_id == "I01"].amount_cny.astype(float)
    (points,) = (o for o in value.incentives if o.evidence.campaign.campaign_id == "I01")
    assert points.cost_cny == pytest.approx(own.sum() + fixed.sum())


def test_the_best_split_keeps_the_budget_and_the_limits(
    value: WorthOfAll, sample_bank: Bank
) -> None:
    assert value.split is not None
    budgets = sample_bank.table("incentive_budgets").execute().set_index("campaign_id")
    assert sum(value.split.best.units) <= value.split.budget_cny * (1 + 1e-9)
    assert all(one.causal for one in value.split.names)
    for one, spent in zip(value.split.names, value.split.best.units, strict=True):
        limits = budgets.loc[one.campaign.campaign_id]
        assert float(limits.minimum_cny) - 1e-6 <= spent <= float(limits.maximum_cny) + 1e-6
