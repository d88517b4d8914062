"""Satisfaction: only the planted change stands, and scales are as reliable as planted."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.answers import Answer, NotAssessed
from analysis.market_research import present, scales
from analysis.market_research.satisfaction import Satisfaction, Satisfied

from ..captions import captions

Research = Callable[..., Any]


@pytest.fixture(scope="module")
def satisfied(whole: Any) -> Satisfaction:
    found = whole.satisfied()
    assert isinstance(found, Satisfaction)
    return found


def scales_of(research: Any, rng: int = 1) -> tuple[scales.Scale, ...]:
    return scales.scales(
        research.bank,
        research.asked,
        confidence=0.95,
        rng=np.random.default_rng(rng),
        draws=300,
    )


def test_only_waiting_changed_between_the_waves(satisfied: Satisfaction) -> None:
    """Planted: the opinion on waiting falls, and overall satisfaction a little with it."""
    moved = {row.item.topic for row in satisfied.moved}
    assert "waiting" in moved
    assert moved <= {"waiting", ""}


def test_corrected_p_values_are_those_of_statsmodels(satisfied: Satisfaction) -> None:
    changes = [row.change for row in satisfied.rows if row.change]
    assert len(changes) == satisfied.comparisons > 30
    peer = multipletests([change.p_value for change in changes], alpha=0.05, method="holm")
    assert [c.corrected_p_value for c in changes] == pytest.approx(peer[1])
    assert [c.stands for c in changes] == list(peer[0])


def test_benjamini_and_hochberg_may_be_asked_for(research: Research) -> None:
    rows = research(correction="benjamini-hochberg").satisfied().rows
    changes = [row.change for row in rows if row.change]
    peer = multipletests([change.p_value for change in changes], alpha=0.05, method="fdr_bh")
    assert [c.corrected_p_value for c in changes] == pytest.approx(peer[1])


def test_older_customers_are_more_satisfied_as_planted(satisfied: Satisfaction) -> None:
    bands = [row for row in satisfied.groups if row.variable == "age_band"]
    values = [row.mean.estimate.value for row in bands]
    assert values == sorted(values)
    assert bands[0].promoters.estimate.high < bands[-1].promoters.estimate.low


def test_what_one_group_says_is_the_groups(whole: Any, satisfied: Satisfaction) -> None:
    """Groups of one variable, weighted by their people, make up the whole."""
    cells = whole.field.now.cells
    sizes = (cells.weight * cells.n).groupby(cells.age_band).sum()
    parts = {row.level: row.mean.estimate.value for row in satisfied.groups if row.level in sizes}
    together = sum(parts[level] * size for level, size in sizes.items()) / sizes.sum()
    assert together == pytest.approx(satisfied.overall.mean.estimate.value)


def test_the_scale_is_as_reliable_as_planted(whole: Any, truths: dict[str, Any]) -> None:
    (scale,) = scales_of(whole)
    assert scale.reliability is not None
    alpha = scale.reliability.alpha
    assert alpha.low < truths["survey"]["trust_alpha"]["value"] < alpha.high


def test_a_question_coded_the_wrong_way_stops_its_scale(research: Research) -> None:
    def forget_to_turn(items: pd.DataFrame) -> pd.DataFrame:
        return items.assign(high_is_good=True)

    (scale,) = scales_of(research({"survey_items": forget_to_turn}))
    assert scale.reliability is None
    assert "coded both ways" in scale.refused.pattern


def test_the_page_shows_one_table_of_changes(whole: Any, satisfied: Satisfaction) -> None:
    answer = present.satisfaction(
        satisfied, scales_of(whole), previous_as_of=whole.p.previous_as_of
    )
    assert isinstance(answer, Answer)
    changes = next(table for table in answer.tables if table.name == "satisfaction_changes")
    assert len(changes.rows) == satisfied.comparisons
    with_change = [metric.name for metric in answer.metrics if metric.change is not None]
    assert with_change == ["satisfaction_top_two", "satisfaction_mean", "satisfaction_promoters"]


def test_the_captions_tell_change_and_difference_from_chance(satisfied: Satisfaction) -> None:
    now = shown(satisfied)
    assert "beyond chance since the wave before: Waiting time by -" in now["satisfaction_questions"]
    assert "intervals overlap" not in now["satisfaction_groups"]
    calm = replace(satisfied, rows=tuple(unmoved(row) for row in satisfied.rows))
    assert "no mean here changed beyond chance" in shown(calm)["satisfaction_questions"]
    wide = replace(satisfied, rows=tuple(blurred(row) for row in satisfied.rows))
    assert "intervals overlap" in shown(wide)["satisfaction_groups"]
    alone = shown(replace(satisfied, rows=tuple(unmoved(r) for r in satisfied.rows), comparisons=0))
    assert "the step rated lowest is" in alone["satisfaction_questions"]


def shown(found: Satisfaction) -> dict[str, str]:
    return captions(present.satisfaction(found, (), previous_as_of=dt.date(2025, 9, 30)))


def unmoved(row: Satisfied) -> Satisfied:
    return replace(row, change=replace(row.change, stands=False) if row.change else None)


def blurred(row: Satisfied) -> Satisfied:
    wide = replace(row.mean.estimate, low=1.0, high=5.0)
    return replace(row, mean=replace(row.mean, estimate=wide))


def test_without_the_question_nothing_is_said(research: Research) -> None:
    found = research({"survey_items": lambda t: t[t.kind != "overall_satisfaction"]}).satisfied()
    assert isinstance(found, NotAssessed)
