"""Without a lot: roll-out, threshold, region and choice, held against what was planted."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.data.tables import Bank
from analysis.incentive_effectiveness.evidence import EvidenceRegister
from analysis.incentive_effectiveness.matched import MatchedStudy
from analysis.incentive_effectiveness.observational import Observational, Observed, observational
from analysis.incentive_effectiveness.region import RegionStudy
from analysis.incentive_effectiveness.roll_out import RollOut
from analysis.incentive_effectiveness.thresholds import ThresholdStudy
from analysis.results import Estimate

AS_OF = dt.date(2025, 12, 31)


def holds(estimate: Estimate, truth: float) -> bool:
    return estimate.low <= truth <= estimate.high


@pytest.fixture(scope="session")
def found(sample_bank: Bank, register: EvidenceRegister) -> dict[str, Observed]:
    answer = observational(
        sample_bank, register, as_of=AS_OF, confidence=0.95, rng=np.random.default_rng(1)
    )
    assert isinstance(answer, Observational)
    return {one.evidence.campaign.campaign_id: one for one in answer.observed}


def test_both_ways_of_judging_the_roll_out_hold_the_planted_mean(
    found: dict[str, Observed], planted: Any
) -> None:
    study = found["I05"].study
    assert isinstance(study, RollOut)
    truth = planted["programmes"]["team_mean_effect_cny"]["value"]
    assert holds(study.average.estimate, truth)
    assert holds(study.imputed.estimate, truth)


def test_the_plain_regression_has_the_wrong_sign_and_says_why(
    found: dict[str, Observed], planted: Any
) -> None:
    study = found["I05"].study
    assert isinstance(study, RollOut)
    assert planted["programmes"]["team_mean_effect_cny"]["value"] > 0
    assert study.plain < 0
    assert study.negative_weight > 0.1


def test_drift_after_the_start_widens_the_interval(found: dict[str, Observed]) -> None:
    study = found["I05"].study
    assert isinstance(study, RollOut)
    assert 0 < study.breakdown < 10
    assert study.bounds.excludes(0) == (study.breakdown > 0.5)


def test_the_planted_jump_lies_in_its_interval(found: dict[str, Observed], planted: Any) -> None:
    study = found["I03"].study
    assert isinstance(study, ThresholdStudy)
    assert study.jump is not None
    assert holds(study.jump.effect, planted["offers"]["threshold_jump_cny"]["value"])


def test_weighting_takes_the_choice_out_of_the_difference(
    found: dict[str, Observed], planted: Any
) -> None:
    study = found["I02"].study
    assert isinstance(study, MatchedStudy)
    truth = planted["offers"]["matched_effect_cny"]["value"]
    assert holds(study.effect.estimate, truth)
    assert study.unadjusted > 3 * truth
    assert study.largest_after < 0.1 < study.largest_before
    assert study.e_value.of_limit > 1


def test_the_region_stands_out_from_every_placebo(found: dict[str, Observed], planted: Any) -> None:
    study = found["I06"].study
    assert isinstance(study, RegionStudy)
    assert study.region.en == "Coast"
    truth = planted["programmes"]["regional_effect_cny"]["value"]
    assert study.effect == pytest.approx(truth, rel=0.1)
    assert study.interval is not None
    assert holds(study.interval, truth)
    assert study.interval.excludes(0)
    assert study.rank_share == pytest.approx(1 / study.regions)
    assert abs(study.placebo_in_time) < 0.1 * study.effect


def test_without_an_untreated_branch_the_roll_out_is_refused(
    broken_bank: Callable[..., Bank], graded: Callable[[Bank], EvidenceRegister]
) -> None:
    bank = broken_bank("adoptions", lambda table: table.fillna({"adopted_on": dt.date(2025, 3, 1)}))
    one = graded(bank).of("I05")
    assert not one.causal
    assert one.reason is not None
    assert one.reason.pattern == "There is no untreated group to compare with."


def test_a_start_before_the_data_is_refused(
    broken_bank: Callable[..., Bank], graded: Callable[[Bank], EvidenceRegister]
) -> None:
    bank = broken_bank(
        "adoptions",
        lambda table: table.assign(
            adopted_on=table.adopted_on.replace(dt.date(2024, 5, 1), dt.date(2023, 5, 1))
        ),
    )
    one = graded(bank).of("I05")
    assert not one.causal
    assert one.reason is not None
    assert one.reason.pattern == "The incentive starts before the data."


def test_fewer_branches_than_the_inference_bears_are_refused(
    sample_bank: Bank, graded: Callable[[Bank], EvidenceRegister]
) -> None:
    one = graded(Bank(sample_bank.source, "region:North")).of("I05")
    assert not one.causal
    assert one.reason is not None
