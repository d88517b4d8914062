"""The market and demand: planted links are found, and honesty where nothing beats naive."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import Answer, NotAssessed
from analysis.market_research import present
from analysis.market_research.outlook import Outlook, market_outlook

from ..captions import captions

Research = Callable[..., Any]


def outlook_of(research: Any) -> Outlook | NotAssessed:
    return market_outlook(
        research.bank,
        as_of=research.p.as_of,
        rules=research.p.forecast_rules,
        correction=research.p.correction,
        confidence=research.p.confidence,
    )


@pytest.fixture(scope="module")
def outlook(whole: Any) -> Outlook:
    found = outlook_of(whole)
    assert isinstance(found, Outlook)
    return found


def test_the_clearest_link_of_each_product_is_planted(
    outlook: Outlook, truths: dict[str, Any]
) -> None:
    """The two indicators wander together by chance, so that others may stand beside it."""
    planted = {
        "Consumer confidence": truths["demand"]["confidence_elasticity"]["value"],
        "One-year deposit rate": truths["demand"]["rate_semi_elasticity"]["value"],
    }
    assert outlook.tests == 5 * 2 * 5
    standing = [link for link in outlook.links if link.stands]
    assert len({link.family for link in standing}) >= 3
    for family in {link.family for link in standing}:
        clearest = min(
            (link for link in standing if link.family == family),
            key=lambda link: link.corrected_p_value,
        )
        slope = planted[clearest.indicator.en][family]
        assert np.sign(clearest.effect.value) == np.sign(slope)
        assert 0.01 * abs(slope) * 0.3 < abs(clearest.effect.value) < 0.01 * abs(slope) * 1.7
    assert "insurance" not in {link.family for link in standing}


def test_no_model_beats_naive_on_the_random_walk(outlook: Outlook) -> None:
    insurance = next(line for line in outlook.demand if line.family == "insurance")
    assert insurance.forecast is not None
    assert not insurance.forecast.beats_naive
    assert insurance.forecast.method == "naive"
    seasonal = [line.family for line in outlook.forecast if line.forecast.beats_naive]
    assert len(seasonal) >= 2
    assert "insurance" not in seasonal


def test_the_markets_shares_are_the_planted_ones(outlook: Outlook, truths: dict[str, Any]) -> None:
    planted = truths["market"]["shares_last_quarter"]["value"]
    assert outlook.market is not None
    for line in outlook.market.lines[:-1]:
        assert line.share == pytest.approx(planted[line.family]["OWN"], abs=1e-6)
    assert outlook.market.total.size == sum(line.size for line in outlook.market.lines[:-1])


def test_a_caption_sets_a_forecast_against_the_year_before_and_chance(outlook: Outlook) -> None:
    told = captions(present.outlook(outlook))
    assert told.keys() == {f"demand_{line.family}" for line in outlook.forecast}
    line = next(line for line in outlook.forecast if line.change is not None)
    assert line.forecast is not None
    *others, last = line.forecast.months
    for factor, words in ((3.0, "above a year before"), (0.2, "below a year before")):
        value = factor * line.year_before(line.ahead[-1])
        sure = replace(last, value=value, low=0.99 * value, high=1.01 * value)
        moved = replace(line, forecast=replace(line.forecast, months=(*others, sure)))
        (caption,) = captions(present.outlook(replace(outlook, demand=(moved,)))).values()
        assert words in caption
    wide = replace(last, low=0.0, high=10 * last.value)
    still = replace(line, forecast=replace(line.forecast, months=(*others, wide)))
    (caption,) = captions(present.outlook(replace(outlook, demand=(still,)))).values()
    assert "lies within the interval" in caption


def test_a_region_has_its_own_market_and_the_banks_demand(
    research: Research, outlook: Outlook
) -> None:
    found = outlook_of(research({"external_indicators": lambda _: None}, scope="region:North"))
    assert isinstance(found, Outlook)
    assert found.market.total.size < outlook.market.total.size / 2
    assert found.demand[0].requests == outlook.demand[0].requests
    answer = present.outlook(found)
    assert isinstance(answer, Answer)
    ahead = next(table for table in answer.tables if table.name == "demand_ahead")
    assert "whole bank" in ahead.notes[-1].pattern


def test_a_short_or_broken_series_is_not_forecast(research: Research) -> None:
    def spoil(demand: pd.DataFrame) -> pd.DataFrame:
        days = pd.to_datetime(demand.month)
        short = (demand.product_family == "card") & (days < "2023-01-01")
        gap = (demand.product_family == "loan") & (days == "2022-05-01")
        return demand[~short & ~gap]

    found = outlook_of(research({"product_demand": spoil}))
    refused = {line.family: line.refused for line in found.demand}
    assert refused["card"].pattern == "The series is too short."
    assert refused["loan"].pattern == "Months are missing from the series."
    assert refused["deposit"] is None


def test_months_after_the_day_are_not_used(research: Research, outlook: Outlook) -> None:
    assert outlook.demand[0].months[-1].isoformat() == "2025-12-01"
    earlier = research()
    earlier.p = earlier.p.model_copy(update={"as_of": pd.Timestamp("2025-12-30").date()})
    found = outlook_of(earlier)
    assert found.demand[0].months[-1].isoformat() == "2025-11-01"


def test_without_figures_nothing_is_said(research: Research) -> None:
    gone = {"market_totals": lambda _: None, "product_demand": lambda _: None}
    assert isinstance(outlook_of(research(gone)), NotAssessed)
