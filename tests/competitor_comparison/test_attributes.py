"""Point by point, like with like; planted values come back."""

from collections.abc import Callable
from statistics import median
from typing import Any

import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.competitor_comparison.attributes import point_by_point
from analysis.competitor_comparison.facts import Doubt
from analysis.competitor_comparison.findings.attributes import attribute_finding
from analysis.competitor_comparison.tables.attributes import scores
from analysis.locale import render
from analysis.results import Estimate, Strength

Compare = Callable[..., Any]
EXACT = ("C01", "C02", "C03", "C04", "C06", "C10")
"""Criteria whose figures carry no error."""


def test_positions_on_exact_criteria_are_those_of_the_planted_values(
    compare: Compare, truths: dict[str, Any]
) -> None:
    points = compare().points()
    planted = truths["competitors"]["true_values"]["value"]
    for key in EXACT:
        position = points.position(key)
        higher = position.criterion.higher_is_better
        values = planted[key]
        better = [
            v for v in values.values() if (v > values["OWN"]) == higher and v != values["OWN"]
        ]
        assert position.rank == 1 + len(better), key
        assert position.best_value == (max if higher else min)(values.values())
        assert position.median_value == pytest.approx(
            median(v for name, v in values.items() if name != "OWN")
        )


def test_errors_give_the_distances_intervals_that_hold_the_planted_ones(
    compare: Compare, truths: dict[str, Any]
) -> None:
    points = compare().points()
    planted = truths["competitors"]["true_values"]["value"]
    for key in ("C05", "C07", "C08", "C09"):
        lead = points.position(key).lead_on_best
        assert isinstance(lead, Estimate)
        values = [v for v in planted[key].values() if v is not None]
        higher = points.position(key).criterion.higher_is_better
        best = max(values) if higher else min(values)
        distance = planted[key]["OWN"] - best if higher else best - planted[key]["OWN"]
        assert lead.low <= distance <= lead.high, key


def test_only_the_same_terms_are_compared(compare: Compare) -> None:
    at_three_years = compare(compared_term_months=36).points()
    assert at_three_years.position("C01").own == 0.021
    assert compare(compared_conditions="new_customers").points().position("C01").own == 0.0225
    missing = compare(compared_term_months=24).points()
    assert {criterion.key for criterion in missing.left_out} == {"C01", "C02"}


def test_a_stale_source_is_marked_and_weakens_the_finding(compare: Compare) -> None:
    """Without the old and missing figures the finding is conclusive, with them it is not."""

    def drop(offers: pd.DataFrame) -> pd.DataFrame:
        return offers[offers.institution_id != "R5"]

    def sound(offers: pd.DataFrame) -> pd.DataFrame:
        kept = drop(offers)
        return kept[kept.criterion_id != "C08"]

    def without(institutions: pd.DataFrame) -> pd.DataFrame:
        return institutions[institutions.institution_id != "R5"]

    stale = compare().points()
    fresh = compare({"competitor_offers": sound, "institutions": without}).points()
    assert attribute_finding(stale).strength is Strength.SUGGESTIVE
    assert attribute_finding(fresh).strength is Strength.CONCLUSIVE
    assert all(Doubt.OLD in position.doubts for position in stale.positions)
    (own, *others) = (c for c in scores(stale).columns if c.name != "criterion")
    marked = {c.name for c in others if "†" in render(c.title, "en")}
    assert marked == {"R5"}
    assert "†" not in render(own.title, "en")


def test_the_rank_without_doubted_figures_stands_beside(compare: Compare) -> None:
    """R5 is the best of service, but its figure is two years old."""
    position = compare().points().position("C07")
    assert (position.rank, position.rank_without_doubt) == (3, 2)


def test_without_a_figure_of_ours_nothing_is_assessed(compare: Compare) -> None:
    def others(offers: pd.DataFrame) -> pd.DataFrame:
        return offers[offers.institution_id != "OWN"]

    comparison = compare({"competitor_offers": others})
    found = point_by_point(comparison.known(), terms=comparison.p.compared_terms, confidence=0.95)
    assert isinstance(found, NotAssessed)
