"""The words follow the checks: ``raised`` only where every check of the design passes."""

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import pytest

from analysis.answers import Answer
from analysis.data.tables import Bank
from analysis.incentive_effectiveness import effects, observational, present
from analysis.incentive_effectiveness.evidence import EvidenceRegister
from analysis.incentive_effectiveness.findings.observational import (
    observed_caption,
    observed_finding,
)
from analysis.incentive_effectiveness.wording import effect_caption
from analysis.results import Estimate
from analysis.text import LANGUAGES, Language, Measure, Message, Words, message, on_customers

from ..captions import captions, said

AS_OF = dt.date(2025, 12, 31)
Grade = Callable[[Bank], EvidenceRegister]

BothLanguages = list[tuple[Language, str]]

CLAIM = {"en": r"\b(raised|lowered)\b", "zh": r"使.*(提高|降低)"}
ASSOCIATION = {"en": r"\bis associated with\b", "zh": r"相关"}


def words_on_lot(bank: Bank, register: EvidenceRegister) -> BothLanguages:
    """The finding's sentence and the figure's caption in both languages."""
    found = effects.lot_effects(bank, register, as_of=AS_OF, confidence=0.95)
    assert isinstance(found, effects.LotEffects)
    answer = present.effects(found)
    captions(answer)
    assert isinstance(answer, Answer)
    return in_both(answer.findings[0].statement, answer.figures[0].caption)


def in_both(*texts: Message) -> BothLanguages:
    return [(language, said(text, language)) for language in LANGUAGES for text in texts]


def test_a_sound_lot_may_say_raised(sample_bank: Bank, register: EvidenceRegister) -> None:
    for language, words in words_on_lot(sample_bank, register):
        assert re.search(CLAIM[language], words)
        assert not re.search(ASSOCIATION[language], words)


def drop_holdouts(offers: pd.DataFrame) -> pd.DataFrame:
    """Lose a third of those held back: the arms are no longer as planned."""
    held_back = offers[(offers.campaign_id == "I01") & (offers.arm == "holdout")]
    return offers.drop(held_back.index[::3])


def give_another(offers: pd.DataFrame) -> pd.DataFrame:
    """Give customers of the lot the birthday gift, too, at the same time."""
    also = offers[offers.campaign_id == "I01"].iloc[:200].copy()
    also["campaign_id"], also["arm"] = "I04", "offer"
    return pd.concat([offers, also], ignore_index=True)


def contaminate(offers: pd.DataFrame) -> pd.DataFrame:
    held_back = offers[(offers.campaign_id == "I01") & (offers.arm == "holdout")].index
    offers.loc[held_back[::4], "taken_up"] = True
    return offers


@pytest.mark.parametrize(
    ("change", "fails"),
    [
        (drop_holdouts, "sample_ratio"),
        (give_another, "timing"),
        (contaminate, "contamination"),
    ],
)
def test_a_broken_lot_says_no_more_than_association(
    graded: Grade,
    broken_bank: Callable[..., Bank],
    change: Callable[[pd.DataFrame], pd.DataFrame],
    fails: str,
) -> None:
    bank = broken_bank("offers", change)
    register = graded(bank)
    one = register.of("I01")
    assert fails in {check.name for check in one.checks if not check.passed}
    assert one.grade == "C"
    for language, words in words_on_lot(bank, register):
        assert not re.search(CLAIM[language], words)
        assert re.search(ASSOCIATION[language], words)


def measure_early(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Date one customer's outcome before the assignment."""
    after = outcomes[(outcomes.campaign_id == "I01") & (outcomes.phase == "after")].index[0]
    outcomes.loc[after, "measured_on"] = outcomes.measured_on.min()
    return outcomes


def test_an_outcome_measured_before_the_assignment_forbids_the_claim(
    graded: Grade,
    broken_bank: Callable[..., Bank],
) -> None:
    one = graded(broken_bank("offer_outcomes", measure_early)).of("I01")
    assert [check.name for check in one.checks if not check.passed] == ["timing"]
    assert not one.causal


def drift(months: pd.DataFrame, adopters: set[str]) -> pd.DataFrame:
    """Let the branches that will get the team bonus grow faster long before it."""
    day = pd.to_datetime(months.month)
    number = day.dt.year * 12 + day.dt.month
    faster = 15.0 * (number - number.min()) * months.branch_id.isin(adopters)
    months["wealth_sales_cny"] += months.customers * faster
    return months


def words_on_roll_out(bank: Bank, register: EvidenceRegister) -> BothLanguages:
    """The finding's sentence and the figure's caption in both languages."""
    found = observational.observational(
        bank, register, as_of=AS_OF, confidence=0.95, rng=np.random.default_rng(1)
    )
    assert isinstance(found, observational.Observational)
    (one,) = (o for o in found.observed if o.evidence.campaign.campaign_id == "I05")
    finding, caption = observed_finding(one), observed_caption(one)
    assert finding is not None
    assert caption is not None
    assert "event_study_I05" in captions(present.observational(found))
    return in_both(finding.statement, caption)


def test_breaking_the_pre_trend_takes_the_claim_away(
    broken_bank: Callable[..., Bank],
    graded: Grade,
    register: EvidenceRegister,
    sample_bank: Bank,
) -> None:
    assert register.of("I05").grade == "B"
    for language, before in words_on_roll_out(sample_bank, register):
        assert re.search(CLAIM[language], before)
        assert not re.search(ASSOCIATION[language], before)

    adoptions = sample_bank.table("adoptions").execute()
    own = adoptions[(adoptions.campaign_id == "I05") & adoptions.adopted_on.notna()]
    bank = broken_bank("branch_months", partial(drift, adopters=set(own.branch_id)))
    broken = graded(bank)
    failed = [check.name for check in broken.of("I05").checks if not check.passed]
    assert failed == ["pre_trend"]
    assert broken.of("I05").grade == "C"
    for language, after in words_on_roll_out(bank, broken):
        assert not re.search(CLAIM[language], after)
        assert re.search(ASSOCIATION[language], after)


@pytest.mark.parametrize(
    ("low", "high", "causal", "words"),
    [
        (1.0, 9.0, True, "Points raised logins per customer"),
        (-9.0, -1.0, True, "Points lowered logins per customer"),
        (-1.0, 9.0, True, "did not change logins per customer beyond chance"),
        (1.0, 9.0, False, "is associated with a difference in logins"),
        (-1.0, 9.0, False, "is associated with no difference in logins per customer beyond chance"),
    ],
)
def test_a_caption_says_what_the_interval_and_the_design_bear(
    low: float, high: float, causal: bool, words: str
) -> None:
    middle = Estimate(value=(low + high) / 2, low=low, high=high, confidence=0.95)
    effect = on_customers(middle, Measure.NUMBER, 500)
    shown = message("{effect}", effect=effect)
    name = Words(en="Points", zh="积分")
    assert words in said(effect_caption(name, "logins", effect, shown, causal=causal))


def test_designs_that_cannot_be_checked_never_claim(register: EvidenceRegister) -> None:
    for one in register.evidence:
        if one.campaign.design in {"matched", "regional", "none"}:
            assert not one.causal


def test_the_balance_of_the_arms_is_told_by_the_caption(register: EvidenceRegister) -> None:
    assert captions(present.assignment(register))["balance_I01"] == (
        "Double points in summer: 0 of 24 traits differ between the arms by more than 0.100 "
        "standard deviations"
    )


def test_a_threshold_that_is_gamed_claims_nothing(register: EvidenceRegister) -> None:
    assert register.of("I03").causal
    assert register.of("I09").causal
    bonus = register.of("I07")
    assert [check.name for check in bonus.checks] == ["density"]
    assert not bonus.causal


def test_without_assignments_nothing_is_claimed_and_the_reason_stands(
    graded: Grade,
    broken_bank: Callable[..., Bank],
) -> None:
    one = graded(broken_bank("offers", lambda _: None)).of("I01")
    assert not one.causal
    assert one.reason is not None
