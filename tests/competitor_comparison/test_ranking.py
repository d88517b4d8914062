"""The overall rank: weights, safety, what would move us up; contradictions are refused."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.competitor_comparison import ranking
from analysis.competitor_comparison.checks.ranking import ranking_checks
from analysis.competitor_comparison.findings.ranking import rank_strength
from analysis.errors import EstimationError
from analysis.locale import render
from analysis.results import CheckStatus, Strength

Compare = Callable[..., Any]


def without_expert_e(judgements: pd.DataFrame) -> pd.DataFrame:
    return judgements[judgements.expert_id != "E"]


def scale_fees(offers: pd.DataFrame) -> pd.DataFrame:
    """State fees in another unit."""
    scaled = offers.copy()
    scaled.loc[scaled.criterion_id == "C03", "value"] *= 100
    return scaled


def test_the_planted_weights_lie_in_the_experts_intervals(
    compare: Compare, truths: dict[str, Any]
) -> None:
    standing = compare({"expert_judgements": without_expert_e}, weights="ahp").standing()
    planted = truths["market"]["expert_weights"]["value"]
    panel = standing.weighing.panel
    assert panel is not None
    inside = [
        found.low <= planted[criterion.key] <= found.high
        for criterion, found in zip(standing.weighing.criteria, panel.weights, strict=True)
    ]
    assert sum(inside) >= 9  # ten intervals of 95 %


def test_the_planted_inconsistent_expert_is_refused_and_told_what_to_revisit(
    compare: Compare,
) -> None:
    with pytest.raises(
        EstimationError, match=r"expert E contradict.*0\.3.*at most 0\.1"
    ) as refusal:
        compare(weights="ahp").standing()
    assert "Ask expert E again about C01 over C03" in str(refusal.value)


def test_a_stated_reason_overrides_and_is_printed(compare: Compare) -> None:
    reason = "The panel met only once."
    standing = compare(weights="ahp", override_reason=reason).standing()
    panel = standing.weighing.panel
    assert panel is not None
    assert panel.overridden
    assert panel.used == ("A", "B", "C", "D", "E")
    (check,) = (c for c in ranking_checks(standing) if c.name == "experts_consistent")
    assert check.status is CheckStatus.FAILED
    assert reason in render(check.detail, "en")
    assert reason in render(check.detail, "zh")


def test_the_inconsistent_matrix_makes_the_weights_less_sure(compare: Compare) -> None:
    """Used all the same, expert E widens the intervals of the weights."""
    sound = compare({"expert_judgements": without_expert_e}, weights="ahp").standing()
    forced = compare(weights="ahp", override_reason="None better at hand.").standing()

    def width(standing: ranking.Standing) -> float:
        panel = standing.weighing.panel
        assert panel is not None
        return sum(weight.high - weight.low for weight in panel.weights)

    assert width(forced) > 1.5 * width(sound)


def test_ranks_do_not_depend_on_a_unit(compare: Compare) -> None:
    plain = compare().standing()
    scaled = compare({"competitor_offers": scale_fees}).standing()
    assert plain.by_score.ranks == scaled.by_score.ranks
    assert plain.by_topsis.ranks == scaled.by_topsis.ranks


def test_a_reversal_by_a_third_institution_is_found_and_said(compare: Compare) -> None:
    standing = compare().standing()
    assert standing.reversals
    (check,) = (c for c in ranking_checks(standing) if c.name == "rank_reversal")
    assert check.status is CheckStatus.FAILED
    assert "Without Cloud Bank" in render(check.detail, "en")


def test_a_criterion_without_variation_is_refused(compare: Compare) -> None:
    def flat(offers: pd.DataFrame) -> pd.DataFrame:
        return offers.assign(value=offers.value.where(offers.criterion_id != "C06", 9.0))

    with pytest.raises(EstimationError, match="C06"):
        compare({"competitor_offers": flat}).standing()


def test_doubted_figures_make_places_less_sure(compare: Compare) -> None:
    """Weights and stated errors are drawn alike; only the doubts differ."""
    standing = compare().standing()
    doubted = [place.acceptability.value for place in standing.places]
    undoubted = [place.acceptability.value for place in standing.places_undoubted]
    assert sum(doubted) < sum(undoubted)
    assert rank_strength(standing) is not Strength.CONCLUSIVE


def test_a_stale_source_takes_a_step_off_the_finding(compare: Compare) -> None:
    """The same figures, observed a month ago by a good source, leave the strength alone."""

    def renew(offers: pd.DataFrame) -> pd.DataFrame:
        fresh = offers[offers.criterion_id != "C08"]
        keep = fresh[~((fresh.institution_id == "R2") & (fresh.source_id == "S4"))]
        return keep.assign(
            observed_on=pd.Timestamp("2025-11-30").date(), method="published", source_id="S2"
        )

    stale = compare().standing()
    fresh = compare({"competitor_offers": renew}).standing()
    verdict = {"safe": 0, "open": 1, "coin toss": 2}
    steps = (Strength.CONCLUSIVE, Strength.SUGGESTIVE, Strength.INCONCLUSIVE)
    own = stale.place("OWN").verdict
    assert rank_strength(stale) is steps[min(2, verdict[own] + 1)]
    assert rank_strength(fresh) is steps[verdict[fresh.place("OWN").verdict]]


def test_the_smallest_change_draws_level(compare: Compare) -> None:
    """Put in force, the change gives both the same score."""
    standing = compare().standing()
    step = standing.overtakings[0]
    assert step.value is not None

    def improve(offers: pd.DataFrame) -> pd.DataFrame:
        ours = (offers.institution_id == "OWN") & (offers.criterion_id == step.criterion)
        return offers.assign(value=offers.value.mask(ours, step.value))

    improved = compare({"competitor_offers": improve}).standing()
    assert improved.score_rank("OWN") <= standing.score_rank("OWN")


def test_the_same_seed_gives_the_same_places(compare: Compare) -> None:
    assert compare().standing().places == compare().standing().places


def test_without_points_there_is_no_rank(compare: Compare) -> None:
    comparison = compare({"competitor_offers": lambda _: None})
    assert comparison.known().offers == ()


def test_not_assessed_is_handed_on(compare: Compare) -> None:
    comparison = compare()
    missing = NotAssessed(name="attributes", question=None, reason="why")  # type: ignore[arg-type]
    found = ranking.overall_standing(
        comparison.bank,
        missing,
        rules=comparison.p.weighing_rules,
        confidence=0.95,
        rng=None,  # type: ignore[arg-type]
        draws=200,
    )
    assert isinstance(found, NotAssessed)
    assert found.reason == "why"
