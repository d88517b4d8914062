"""What is known of competitors, how well, and which of two sources counts."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from analysis.competitor_comparison.facts import Doubt, weaken
from analysis.competitor_comparison.findings.register import register_finding
from analysis.competitor_comparison.present import register as present_register
from analysis.errors import DataError
from analysis.results import Strength

Compare = Callable[..., Any]


def test_the_planted_stale_institution_is_marked_with_its_age(
    compare: Compare, truths: dict[str, Any]
) -> None:
    known = compare().known()
    stale = truths["competitors"]["stale_institution"]["value"]
    assert Doubt.OLD in known.doubts(stale)
    assert not any(known.doubts(key) for key in known.register.keys if key != stale)
    ages = {o.evidence.age_months for o in known.offers if o.institution == stale}
    assert ages == {truths["competitors"]["stale_months"]["value"]}


def test_the_planted_conflict_is_settled_by_reliability(
    compare: Compare, truths: dict[str, Any]
) -> None:
    planted = truths["competitors"]["conflict"]["value"]
    (conflict,) = compare().known().conflicts
    assert (conflict.institution, conflict.subject[0]) == (
        planted["institution_id"],
        planted["criterion_id"],
    )
    assert conflict.dropped == planted["second_value"]
    assert conflict.reason == "reliability"
    assert (conflict.kept_source.reliability, conflict.dropped_source.reliability) == (
        "good",
        "doubtful",
    )


def test_equal_sources_that_disagree_are_refused(compare: Compare) -> None:
    def trust_all(sources: pd.DataFrame) -> pd.DataFrame:
        return sources.assign(reliability="good")

    def no_estimates(offers: pd.DataFrame) -> pd.DataFrame:
        return offers.assign(method="published")

    comparison = compare({"sources": trust_all, "competitor_offers": no_estimates})
    with pytest.raises(DataError, match=r"two sources disagree on R2 / C02.*0.045.*0.039"):
        comparison.known()


def test_a_current_figure_counts_before_an_old_one(compare: Compare) -> None:
    """A newer figure of a doubtful source replaces one that has become old."""

    def add(offers: pd.DataFrame) -> pd.DataFrame:
        fresh = offers[(offers.institution_id == "R5") & (offers.criterion_id == "C04")].copy()
        fresh["observation_id"], fresh["source_id"] = "new", "S2"
        fresh["method"], fresh["value"] = "published", 40.0
        fresh["observed_on"] = pd.Timestamp("2025-11-30").date()
        return pd.concat([offers, fresh])

    known = compare({"competitor_offers": add}).known()
    (offer,) = (o for o in known.offers if (o.institution, o.criterion) == ("R5", "C04"))
    assert (offer.value, offer.evidence.doubts) == (40.0, frozenset())
    assert "age" in {conflict.reason for conflict in known.conflicts}


def test_the_planted_gap_is_said(compare: Compare, truths: dict[str, Any]) -> None:
    planted = truths["competitors"]["missing"]["value"]
    assert compare().known().missing == ((planted["institution_id"], planted["criterion_id"]),)


def test_a_doubted_figure_lowers_strength_by_a_step() -> None:
    assert weaken(Strength.CONCLUSIVE, [Doubt.OLD]) is Strength.SUGGESTIVE
    assert weaken(Strength.CONCLUSIVE, [Doubt.OLD, Doubt.DOUBTFUL]) is Strength.SUGGESTIVE
    assert weaken(Strength.SUGGESTIVE, [Doubt.MISSING]) is Strength.INCONCLUSIVE
    assert weaken(Strength.CONCLUSIVE, []) is Strength.CONCLUSIVE


def test_the_page_shows_source_method_and_day_of_every_table(compare: Compare) -> None:
    comparison = compare()
    answer = present_register(comparison.known(), comparison.market())
    (other,) = (table for table in answer.tables if table.name == "register_other")
    assert {column.name for column in other.columns} >= {"source", "method", "observed_on", "age"}
    assert {str(row["table"].pattern) for row in other.rows} == {
        "volumes",
        "moves between institutions",
        "service times",
        "brand perceptions",
    }
    (disagreements,) = (t for t in answer.tables if t.name == "register_disagreements")
    assert len(disagreements.rows) == 2  # a rate and a volume


def test_no_figure_after_the_day_is_used(compare: Compare) -> None:
    def later(offers: pd.DataFrame) -> pd.DataFrame:
        return offers.assign(observed_on=pd.Timestamp("2026-01-01").date())

    comparison = compare({"competitor_offers": later})
    assert comparison.known().offers == ()


def test_the_finding_names_whom_not_to_rely_on(compare: Compare) -> None:
    finding = register_finding(compare().known())
    assert "Most figures are old" in finding.statement.values["whom"].pattern
