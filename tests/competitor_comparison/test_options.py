"""What follows: each option comes from a result, and the largest and easiest comes first."""

from collections.abc import Callable
from typing import Any

import pytest

from analysis.answers import NotAssessed
from analysis.competitor_comparison.options import Kind, Options, derive_options
from analysis.results import Strength
from analysis.text import message

Compare = Callable[..., Any]
NOTHING = NotAssessed(name="x", question=message("What follows?"), reason=message("none"))


def derive(comparison: Any) -> Options:
    found = derive_options(
        comparison.who,
        points=comparison.points(),
        standing=comparison.standing(),
        share=NOTHING,
        moves=NOTHING,
        perception=NOTHING,
        service=NOTHING,
    )
    assert isinstance(found, Options)
    return found


def test_every_criterion_off_the_median_is_a_strength_or_a_gap(compare: Compare) -> None:
    comparison = compare()
    found, positions = derive(comparison), comparison.points().positions
    assert len(found.of(Kind.STRENGTH)) == sum(p.stands > 0 for p in positions)
    assert len(found.of(Kind.GAP)) == sum(p.stands < 0 for p in positions)


def test_gaps_are_ranked_by_size_times_ease(compare: Compare) -> None:
    gaps = derive(compare()).of(Kind.GAP)
    assert [g.priority for g in gaps] == sorted((g.priority for g in gaps), reverse=True)


def test_the_size_is_the_score_that_closing_the_gap_adds(compare: Compare) -> None:
    """Of the approval time, at its given weight of 12 %."""
    comparison = compare()
    (gap,) = (
        item
        for item in derive(comparison).of(Kind.GAP)
        if item.statement.values["criterion"].en == "Time to loan approval"
    )
    hours = {
        institution: offer.value
        for (institution, criterion), offer in comparison.points().figures.items()
        if criterion == "C05"
    }
    best, worst = min(hours.values()), max(hours.values())
    assert gap.size == pytest.approx(100 * 0.12 * (hours["OWN"] - best) / (worst - best))
    assert gap.ease == pytest.approx(sum(h < hours["OWN"] for h in hours.values()) / 5)


def test_an_option_on_doubted_figures_is_only_suggestive(compare: Compare) -> None:
    assert {item.strength for item in derive(compare()).items} == {Strength.SUGGESTIVE}


def test_without_any_result_nothing_follows(compare: Compare) -> None:
    found = derive_options(
        compare().who,
        points=NOTHING,
        standing=NOTHING,
        share=NOTHING,
        moves=NOTHING,
        perception=NOTHING,
        service=NOTHING,
    )
    assert isinstance(found, NotAssessed)
