"""Whom we heard: planted non-response is seen and put right, and what cannot be is said."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import Answer, NotAssessed
from analysis.market_research import present
from analysis.market_research.hearing import Hearing
from analysis.results import CheckStatus

from ..captions import captions

Research = Callable[..., Any]


def test_raking_recovers_the_planted_satisfaction(whole: Any, truths: dict[str, Any]) -> None:
    planted = truths["survey"]["satisfaction_W2"]["value"]
    mean, top_two, _ = whole.heard().estimates
    assert mean.raked.estimate.low < planted["mean_of_all"] < mean.raked.estimate.high
    assert top_two.raked.estimate.low < planted["top_two_share_of_all"]
    assert planted["top_two_share_of_all"] < top_two.raked.estimate.high
    assert mean.raw.estimate.low > planted["mean_of_all"]  # those who answer are more satisfied
    assert mean.raw.estimate.low < planted["mean_of_those_who_answer"] + 0.05


def test_the_planted_response_is_found(whole: Any, truths: dict[str, Any]) -> None:
    """The planted rate is over all customers; the sample draws small regions more often."""
    heard = whole.heard()
    field = heard.field
    planted = truths["survey"]["response_by_age_band"]["value"]
    rates = [group.answered / group.invited for group in heard.of("age_band")]
    logits = np.log(np.array(rates) / (1 - np.array(rates)))
    assert np.corrcoef(logits, list(planted.values()))[0, 1] > 0.99
    invited = field.now.invited
    answered = invited.disposition.isin(["complete", "partial"])
    eligible = invited.disposition != "not_eligible"
    weighted = invited.base_weight * invited.n
    rate = weighted[answered].sum() / weighted[eligible].sum()
    assert rate == pytest.approx(
        truths["survey"]["satisfaction_W2"]["value"]["response_rate"], abs=0.03
    )


def test_after_raking_every_margin_fits(whole: Any) -> None:
    heard = whole.heard()
    for variable in heard.field.variables:
        assert heard.dissimilarity(variable, "raked_share") < 1e-5
        assert heard.dissimilarity(variable, "raw_share") > 0.02


def test_the_captions_name_who_is_over_represented(whole: Any) -> None:
    told = captions(present.hearing(whole.heard(), previous_as_of=whole.p.previous_as_of))
    assert list(told) == [f"heard_by_{variable}" for variable in whole.field.variables]
    assert told["heard_by_age_band"].startswith("Most over-represented by age: 60+, ")


def test_a_region_is_a_domain_of_the_whole_sample(research: Research, whole: Any) -> None:
    north = research(scope="region:North")
    assert north.field.now.respondents < whole.field.now.respondents / 5
    kept = whole.field.now.cells[whole.field.now.cells.region == "North"]
    own = north.field.now.cells[north.field.now.cells.inside]
    assert own.weight.to_numpy() == pytest.approx(kept.weight.to_numpy(), rel=1e-6)
    (mean, *_) = north.heard().estimates
    assert mean.raked.degrees == 3  # four units in one stratum


def test_margins_that_cannot_be_met_fail_a_mandatory_check(research: Research) -> None:
    def nobody_old(invitations: pd.DataFrame) -> pd.DataFrame:
        silent = invitations.age_band == "60+"
        return invitations.assign(
            disposition=invitations.disposition.mask(silent, "refusal"),
            answered_on=invitations.answered_on.mask(silent, None),
        )

    heard = research({"survey_invitations": nobody_old}).heard()
    assert isinstance(heard, Hearing)
    answer = present.hearing(heard, previous_as_of=dt.date(2025, 9, 30))
    assert isinstance(answer, Answer)
    (check,) = [check for check in answer.checks if check.name == "margins_met"]
    assert check.status is CheckStatus.FAILED
    assert check.mandatory
    assert heard.wave.weighting.refused is not None
    assert "margins cannot be met" in heard.wave.weighting.refused.pattern


def test_weights_beyond_the_limit_are_refused_and_said(research: Research) -> None:
    wave = research(largest_weight_ratio=1.05).field.now
    assert wave.weighting.raked is None
    assert "within the limit" in wave.weighting.refused.pattern
    assert wave.cells.weight.to_numpy() == pytest.approx(wave.cells.base_weight.to_numpy())


def test_without_margins_the_sample_weights_are_used(research: Research) -> None:
    heard = research({"population_margins": lambda _: None}).heard()
    (mean, *_) = heard.estimates
    assert mean.raked.estimate == mean.base.estimate


def test_a_wave_that_has_not_ended_is_not_looked_at(research: Research) -> None:
    def late(surveys: pd.DataFrame) -> pd.DataFrame:
        days = surveys.ends_on.where(surveys.survey_id == "W1", pd.Timestamp("2026-02-01").date())
        return surveys.assign(ends_on=days)

    field = research({"surveys": late}).field
    assert field.now.key == "W1"
    assert field.before is None


def test_a_scope_with_few_answers_is_not_assessed(research: Research) -> None:
    asked = research(scope="region:North", fewest_answers=5000)
    assert isinstance(asked.asked, NotAssessed)
    assert isinstance(asked.heard(), NotAssessed)
    assert isinstance(
        present.hearing(asked.heard(), previous_as_of=dt.date(2025, 9, 30)), NotAssessed
    )


def test_the_response_rate_is_compared_with_the_wave_that_the_last_report_saw(whole: Any) -> None:
    heard = whole.heard()
    now, before = heard.rates.rr3, heard.rates_before.rr3
    assert heard.change.value == pytest.approx(now.value - before.value)
    assert heard.change.high - heard.change.low < (now.high - now.low) + (before.high - before.low)

    def shown(day: dt.date) -> object:
        answer = present.hearing(heard, previous_as_of=day)
        assert isinstance(answer, Answer)
        return answer.metrics[0].change

    seen_before = heard.field.before.ends_on
    assert shown(seen_before) is not None
    assert shown(heard.field.now.ends_on) is None, "that report saw the same wave"
