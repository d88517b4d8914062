"""Drivers, prices, choices and segments: the planted truths, and what is refused."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.market_research import (
    choices,
    drivers,
    fieldwork,
    hearing,
    opinions,
    present,
    prices,
    priorities,
    respondents,
    segments,
)
from analysis.market_research.findings.verdict import research_verdict
from analysis.market_research.prices import Prices
from analysis.market_research.rules import SurveyRules
from analysis.params.source import SourceSettings
from analysis.results import Strength
from analysis.sample import write_sample_bank

from ..captions import captions

NOW = dt.date(2025, 12, 31)
TABLES = (
    "surveys",
    "survey_invitations",
    "survey_strata",
    "population_margins",
    "survey_items",
    "survey_answers",
    "branches",
    "customers",
    "features",
    "best_worst_answers",
    "concepts",
    "price_points",
    "purchase_intentions",
    "choice_attributes",
    "choice_levels",
    "choices",
)
Change = Callable[[pd.DataFrame], pd.DataFrame | None]


@dataclass
class Voice:
    """The answers on one bank, each made when asked for."""

    bank: Bank

    @cached_property
    def field(self) -> Any:
        rules = SurveyRules(largest_weight_ratio=5.0, fewest_answers=30, correction="holm")
        return fieldwork.load_fieldwork(self.bank, as_of=NOW, rules=rules)

    @cached_property
    def people(self) -> Any:
        return respondents.read_respondents(self.bank, self.field)

    @staticmethod
    def chance() -> dict[str, Any]:
        return {"confidence": 0.95, "rng": np.random.default_rng(1), "draws": 500}

    @cached_property
    def drivers(self) -> Any:
        return drivers.satisfaction_drivers(
            self.bank, self.field, self.people, improved_share=0.25, **self.chance()
        )

    @cached_property
    def prices(self) -> Any:
        return prices.what_they_would_pay(self.bank, self.people, **self.chance())

    @cached_property
    def choices(self) -> Any:
        return choices.choice_experiment(self.bank, self.people, **self.chance())

    @cached_property
    def priorities(self) -> Any:
        return priorities.feature_priorities(self.bank, self.people, confidence=0.95)

    @cached_property
    def segments(self) -> Any:
        return segments.customer_segments(
            self.bank,
            self.field,
            self.people,
            most=5,
            confidence=0.95,
            rng=np.random.default_rng(1),
        )


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voice") / "sample"
    write_sample_bank(folder, customers=20_000, seed=2025)
    return folder


@pytest.fixture(scope="module")
def truths(sample: Path) -> dict[str, Any]:
    found = json.loads((sample / "truth.json").read_text("utf-8"))["truths"]
    return {
        **{name: each["value"] for name, each in found["survey"].items()},
        **{name: each["value"] for name, each in found["preferences"].items()},
    }


@pytest.fixture(scope="module")
def hear(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Voice]]:
    """Open the sample bank with tables changed or, where a change gives None, left out."""
    opened = []

    def make(changes: dict[str, Change] | None = None, scope: str = "bank") -> Voice:
        folder = tmp_path_factory.mktemp("changed")
        for name in TABLES:
            change = (changes or {}).get(name)
            if change is None:
                shutil.copy(sample / f"{name}.parquet", folder)
                continue
            changed = change(pd.read_parquet(sample / f"{name}.parquet"))
            if changed is not None:
                changed.to_parquet(folder / f"{name}.parquet")
        source = connect(SourceSettings(folder=folder), environment={})
        opened.append(source)
        return Voice(Bank(source, scope, as_of=NOW))

    yield make
    for source in opened:
        source.close()


@pytest.fixture(scope="module")
def voice(hear: Callable[..., Voice]) -> Voice:
    return hear()


def reason(answer: object) -> str:
    assert isinstance(answer, NotAssessed)
    return answer.reason.pattern


def test_the_planted_drivers_are_recovered(voice: Voice, truths: dict[str, Any]) -> None:
    found = voice.drivers
    assert [step.item.topic for step in found.steps[:3]] == ["waiting", "advice", "application"]
    inside = [
        step.driver.lmg.low <= truths["driver_shares"][step.item.topic] <= step.driver.lmg.high
        for step in found.steps
    ]
    assert sum(inside) >= 5  # six intervals of 95 %
    total = found.importance.r_squared.value
    for name in ("lmg", "relative_weight"):
        parts = [getattr(step.driver, name).value for step in found.steps]
        assert sum(parts) == pytest.approx(total, abs=1e-12)
    assert found.first_is_sure
    assert found.best_gain is found.steps[0]
    assert all(step.gain.low > 0 for step in found.steps)


def test_drivers_are_worded_as_associations(voice: Voice) -> None:
    answer = present.drivers(voice.drivers)
    assert not isinstance(answer, NotAssessed)
    first, improvement = answer.findings
    assert first.strength is improvement.strength is Strength.SUGGESTIVE
    assert "goes most with" in first.statement.pattern
    assert "provided that the step is the cause" in improvement.statement.pattern
    assert "not what causes what" in first.action.pattern


def test_the_verdict_is_no_surer_than_the_least_sure_of_its_clauses(voice: Voice) -> None:
    rules = SurveyRules(largest_weight_ratio=5.0, fewest_answers=30, correction="holm")
    said = opinions.read_opinions(voice.bank, voice.field)
    heard = hearing.whom_we_heard(voice.field, said, rules=rules, confidence=0.95)
    assert research_verdict(heard).strength is Strength.CONCLUSIVE
    assert research_verdict(heard, voice.prices).strength is Strength.SUGGESTIVE


def test_the_planted_prices_are_recovered(voice: Voice, truths: dict[str, Any]) -> None:
    (found,) = voice.prices.concepts
    seen, demand = found.sensitivity, found.demand
    for estimate, planted in (
        (seen.optimal, truths["optimal_price_cny"]),
        (seen.indifference, truths["indifference_price_cny"]),
        (demand.median, truths["would_pay_median_cny"]),
    ):
        assert estimate.low <= planted <= estimate.high
    assert seen.marginal_cheapness.high < seen.optimal.value < seen.marginal_expensiveness.low
    assert 8 < demand.best_price.value < demand.median.value
    assert not demand.beyond_the_prices


def test_the_planted_utilities_and_worths_are_recovered(
    voice: Voice, truths: dict[str, Any]
) -> None:
    found = voice.choices
    utilities = dict(zip(found.fit.names, found.fit.utilities, strict=True))
    inside = [
        utilities[name].low <= planted <= utilities[name].high
        for name, planted in truths["choice_utilities"].items()
    ]
    assert sum(inside) >= 4  # five intervals of 95 %
    for part in found.parts:
        planted = truths["willingness_to_pay_cny"][part.attribute.key] * part.attribute.step
        assert part.worth.low <= planted <= part.worth.high
    assert sum(variant.together.value for variant in found.variants) < 1  # some take none
    taken = {variant.kind: variant.taken.value for variant in found.variants}
    assert taken["plain"] < taken["all_dear"] < taken["all"]


def test_the_planted_priorities_are_recovered(voice: Voice, truths: dict[str, Any]) -> None:
    found = voice.priorities
    planted = truths["best_worst_utilities"]
    mean = np.mean(list(planted.values()))
    order = sorted(planted, key=lambda name: -planted[name])
    assert [standing.name for standing in found.standings] == order
    inside = [s.utility.low <= planted[s.name] - mean <= s.utility.high for s in found.standings]
    assert sum(inside) >= 7  # eight intervals of 95 %


def test_the_planted_kinds_of_person_are_found(voice: Voice, truths: dict[str, Any]) -> None:
    found = voice.segments
    planted = truths["kinds_of_person"]
    assert len(found.segments) == len(planted) == 4
    left = list(range(4))
    for segment in found.segments:
        means = dict(zip([need.topic for need in found.needs], segment.means, strict=True))
        away = [
            max(abs(means[topic] - value) for topic, value in planted[k]["mean_importance"].items())
            for k in left
        ]
        kind = left.pop(int(np.argmin(away)))
        assert min(away) < 0.25
        assert segment.share.estimate.low <= planted[kind]["share"] <= segment.share.estimate.high
        assert segment.stable


def test_no_segments_are_made_up(hear: Callable[..., Voice]) -> None:
    def by_lot(answers: pd.DataFrame) -> pd.DataFrame:
        rng = np.random.default_rng(1)
        keys = [item.key for item in hear().field.of_kind("importance")]
        lot = pd.Series(rng.integers(1, 6, size=len(answers)), index=answers.index)
        return answers.assign(value=answers.value.where(~answers.item_id.isin(keys), lot))

    found = hear({"survey_answers": by_lot}).segments
    assert len(found.segments) == 1
    answer = present.segments(found)
    assert not isinstance(answer, NotAssessed)
    assert "do not fall into segments" in answer.findings[0].statement.pattern
    assert captions(answer) == {
        "segment_numbers": "Gap statistic and prediction strength bear out 1 group, no segments"
    }


def test_a_price_that_does_not_bite_has_no_worth(hear: Callable[..., Voice]) -> None:
    def by_lot(chosen: pd.DataFrame) -> pd.DataFrame:
        return chosen.assign(chosen=np.random.default_rng(1).integers(0, 4, size=len(chosen)))

    found = hear({"choices": by_lot}).choices
    assert found.no_worth.pattern == (
        "Whether a higher price makes a choice less likely is in doubt."
    )
    assert all(part.worth is None for part in found.parts)

    def turned(levels: pd.DataFrame) -> pd.DataFrame:
        fee = levels.attribute_id == "annual_fee"
        return levels.assign(level=levels.level.where(~fee, 300 - levels.level))

    dear = hear({"choice_levels": turned}).choices
    assert dear.no_worth.pattern == "A higher price makes a choice likelier."
    answer = present.choices(dear)
    assert not isinstance(answer, NotAssessed)
    assert answer.findings[0].strength is Strength.INCONCLUSIVE


def test_a_choice_set_without_variation_is_refused(hear: Callable[..., Voice]) -> None:
    def flat(levels: pd.DataFrame) -> pd.DataFrame:
        return levels.assign(level=levels.level.where(levels.attribute_id != "lounge", 1.0))

    assert reason(hear({"choice_levels": flat}).choices) == (
        "Parts of what was shown always go together."
    )

    def only_fee(attributes: pd.DataFrame) -> pd.DataFrame:
        return attributes[attributes.is_price]

    assert "nothing but the price" in reason(hear({"choice_attributes": only_fee}).choices)


def test_a_scale_coded_both_ways_is_refused_unless_it_is_stated(
    hear: Callable[..., Voice], voice: Voice
) -> None:
    step = voice.field.of_kind("step_satisfaction")[1].key

    def turned(answers: pd.DataFrame) -> pd.DataFrame:
        return answers.assign(value=answers.value.where(answers.item_id != step, 6 - answers.value))

    def stated(items: pd.DataFrame) -> pd.DataFrame:
        return items.assign(high_is_good=items.high_is_good & (items.item_id != step))

    refused = hear({"survey_answers": turned}).drivers
    assert reason(refused) == "A scale holds questions that are coded both ways."
    told = hear({"survey_answers": turned, "survey_items": stated}).drivers
    assert told.steps[0].driver.lmg.value == pytest.approx(
        voice.drivers.steps[0].driver.lmg.value, abs=1e-9
    )


def test_a_single_answer_on_a_level_is_refused(hear: Callable[..., Voice], voice: Voice) -> None:
    overall = voice.field.of_kind("overall_satisfaction")[0].key
    someone = voice.people.frame.invitation_id.iloc[0]

    def alone(answers: pd.DataFrame) -> pd.DataFrame:
        of_item = answers.item_id == overall
        lowest = of_item & (answers.invitation_id == someone)
        raised = answers.value.where(~of_item, answers.value.clip(lower=2))
        return answers.assign(value=raised.where(~lowest, 1))

    assert reason(hear({"survey_answers": alone}).drivers) == "A group has a single answer."


def test_what_the_source_does_not_hold_is_said(hear: Callable[..., Voice]) -> None:
    gone = dict.fromkeys(
        ("price_points", "purchase_intentions", "choices", "best_worst_answers"), lambda _: None
    )
    bare = hear(gone)
    assert reason(bare.prices) == "the source has no answers on prices."
    assert reason(bare.choices) == "the source has no choice experiment."
    assert reason(bare.priorities) == "the source has no best-worst answers."


def test_a_region_has_too_few_sampling_units_for_intervals(hear: Callable[..., Voice]) -> None:
    region = hear(scope="region:North")
    for answer in (region.drivers, region.prices, region.choices, region.priorities):
        assert "sampling units" in reason(answer)


def test_the_counts_of_people_are_gated(voice: Voice) -> None:
    """Curves of prices hold back what rests on few, whatever the weights say."""
    from analysis.disclosure import tables as gate
    from analysis.market_research.tables.prices import curves
    from analysis.params.policy import DisclosurePolicy

    (found,) = voice.prices.concepts
    table = curves(found, found.sensitivity)
    shown = gate.protect(table, DisclosurePolicy())
    for exact, row in zip(table.rows, shown.rows, strict=True):
        for name in ("too_cheap", "too_expensive"):
            if 0 < exact[f"n_{name}"] < 10:
                assert row[name].suppressed


def test_the_captions_state_what_the_figures_show(voice: Voice) -> None:
    priced = captions(present.prices(voice.prices))
    assert priced.keys() == {"price_curves_K1", "demand_K1"}
    assert captions(present.choices(voice.choices)).keys() == {"simulated_shares"}
    grouped = captions(present.segments(voice.segments))
    assert f"bear out {voice.segments.found.number} segments" in grouped["segment_numbers"]
    assert "come back" not in grouped["segment_profiles"]
    driven = captions(present.drivers(voice.drivers))
    assert driven["driver_importance"].startswith("Waiting time goes most with satisfaction")
    assert "may come first" not in driven["driver_importance"]
    assert "within chance" not in driven["driver_improvement"]


def test_a_caption_is_no_surer_than_the_finding(voice: Voice) -> None:
    """Where the finding is inconclusive or has a doubt, so has the caption."""
    first, *others = voice.drivers.steps
    doubtful = replace(first.driver, first_share=0.6)
    nothing = replace(first.gain, low=-0.01)
    unsure = replace(voice.drivers, steps=(replace(first, driver=doubtful, gain=nothing), *others))
    driven = captions(present.drivers(unsure))
    assert "another may come first" in driven["driver_importance"]
    assert "is within chance" in driven["driver_improvement"]
    (priced,) = voice.prices.concepts
    far = replace(priced, demand=replace(priced.demand, beyond_the_prices=True))
    assert "outside those shown" in captions(present.prices(Prices(concepts=(far,))))["demand_K1"]
    best, second, *rest = voice.priorities.standings
    alike = replace(
        voice.priorities, standings=(best, replace(second, utility=best.utility), *rest)
    )
    ahead = captions(present.priorities(voice.priorities))["best_worst"]
    assert "overlap" not in ahead
    assert "overlap" in captions(present.priorities(alike))["best_worst"]
    shaky = replace(voice.segments.segments[0], stability=0.3)
    grouped = replace(voice.segments, segments=(shaky, *voice.segments.segments[1:]))
    assert "not all come back" in captions(present.segments(grouped))["segment_profiles"]
