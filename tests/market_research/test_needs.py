"""Needs: planted shares, importance and Kano classes are recovered."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import Answer, NotAssessed
from analysis.market_research import present
from analysis.market_research.features import Feature
from analysis.market_research.needs import Needs, unmet_value
from analysis.market_research.opinions import as_answered, estimate

from ..captions import captions

Research = Callable[..., Any]


@pytest.fixture(scope="module")
def needed(whole: Any) -> Needs:
    found = whole.needed()
    assert isinstance(found, Needs)
    return found


@pytest.fixture(scope="module")
def wanted(whole: Any) -> tuple[Feature, ...]:
    found: tuple[Feature, ...] = whole.wanted()
    return found


def test_planted_needs_lie_in_the_intervals(needed: Needs, truths: dict[str, Any]) -> None:
    planted = truths["survey"]["need_shares"]["value"]
    inside = [
        group.share.estimate.low <= planted[group.segment][group.topic] <= group.share.estimate.high
        for group in needed.groups
    ]
    assert len(inside) == 30
    assert sum(inside) >= 25  # 95 % each, those of one segment together


def test_what_stands_is_planted(needed: Needs, truths: dict[str, Any]) -> None:
    """A segment said to need more than others does so in truth."""
    planted = pd.DataFrame(truths["survey"]["need_shares"]["value"])
    margins = {margin.name: margin for margin in needed.field.now.weighting.margins}
    people = pd.Series(margins["segment"].population, index=list(margins["segment"].labels))
    above = [g for g in needed.groups if g.stands and g.above_others.low > 0]
    assert len(above) >= 5
    for group in above:
        others = planted.loc[group.topic].drop(group.segment)
        among_others = np.average(others, weights=people[others.index])
        assert planted.loc[group.topic, group.segment] > among_others


def test_planted_importance_and_satisfaction_lie_in_the_intervals(
    whole: Any, truths: dict[str, Any]
) -> None:
    for kind, name in (
        ("importance", "mean_importance"),
        ("need_satisfaction", "mean_need_satisfaction"),
    ):
        items = whole.field.of_kind(kind)
        found = estimate(
            whole.said, [(item, None) for item in items], as_answered, confidence=0.999, fewest=2
        )
        for item, one in zip(items, found, strict=True):
            planted = truths["survey"][name]["value"][item.topic]
            assert one.estimate.low < planted < one.estimate.high


def test_credit_is_the_most_unmet_need_as_planted(needed: Needs, truths: dict[str, Any]) -> None:
    """Planted importance less how well it is met is largest for loans."""
    important = pd.Series(truths["survey"]["mean_importance"]["value"])
    met = pd.Series(truths["survey"]["mean_need_satisfaction"]["value"])
    assert needed.ranked[0].key == (important - met).idxmax() == "loan"


def test_the_index_is_that_of_its_source(needed: Needs) -> None:
    """Ulwick: importance plus what it exceeds satisfaction by, each on 0 to 10."""
    for topic in needed.topics:
        important, met = topic.important.estimate.value, topic.met.estimate.value
        expected = 10 * important + 10 * max(important - met, 0)
        assert unmet_value(topic) == pytest.approx(expected, rel=1e-9)


def test_need_and_holding_add_up(needed: Needs) -> None:
    """Held, and needed without being held, together with held and not needed make up both."""
    for topic in needed.topics:
        if topic.held is None:
            assert topic.key == "advice"  # no product of that kind is sold
            continue
        both_ways = topic.need.estimate.value - topic.unserved.estimate.value
        assert topic.held.estimate.value - topic.idle.estimate.value == pytest.approx(both_ways)


def test_planted_kano_classes_are_found(
    wanted: tuple[Feature, ...], truths: dict[str, Any]
) -> None:
    planted = truths["preferences"]["kano_shares"]["value"]
    assert len(wanted) == len(planted)
    for feature, shares in zip(wanted, planted.values(), strict=True):
        assert feature.kano.most == max(shares, key=shares.get)
        four = sum(shares[k] for k in ("must_be", "one_dimensional", "attractive", "indifferent"))
        better = (shares["attractive"] + shares["one_dimensional"]) / four
        assert abs(feature.kano.satisfaction.value - better) < 0.06
    close = [f for f in wanted if f.kano.certainty < 1]
    assert all(f.kano.most == "indifferent" for f in close)  # F7: 45 against 34 %


def test_the_page_shows_each_part(needed: Needs, wanted: tuple[Feature, ...]) -> None:
    answer = present.needs(needed, wanted)
    assert isinstance(answer, Answer)
    assert [figure.name for figure in answer.figures] == ["unmet_needs", "needs_heat", "kano"]
    assert {table.name for table in answer.tables} == {"need_by_segment", "need_against_held"}


def test_the_captions_are_as_sure_as_the_findings(
    needed: Needs, wanted: tuple[Feature, ...]
) -> None:
    told = captions(present.needs(needed, wanted))
    assert told["unmet_needs"].startswith("Most unmet is Credit at short notice: important to ")
    assert "% need Saving" in told["needs_heat"]
    first, second, *rest = needed.ranked
    as_unmet = replace(needed, topics=(first, replace(second, unmet=first.unmet), *rest))
    alike = replace(as_unmet, groups=tuple(replace(g, stands=False) for g in needed.groups))
    unsure = tuple(replace(f, kano=replace(f.kano, certainty=0.5)) for f in wanted[:3])
    told = captions(present.needs(alike, (*unsure, *wanted[3:])))
    assert "their intervals overlap" in told["unmet_needs"]
    assert told["needs_heat"] == "No segment needs anything more than the others beyond chance"
    assert re.search(r"[3-9] cannot be told", told["kano"])


def test_without_questions_on_needs_nothing_is_said(research: Research) -> None:
    kinds = ("need", "importance", "need_satisfaction")
    found = research({"survey_items": lambda t: t[~t.kind.isin(kinds)]}).needed()
    assert isinstance(found, NotAssessed)


def test_without_holdings_need_is_still_shown(research: Research) -> None:
    found = research({"holdings": lambda _: None}).needed()
    assert isinstance(found, Needs)
    assert all(topic.held is None for topic in found.topics)
    assert np.isfinite([topic.need.error for topic in found.topics]).all()
