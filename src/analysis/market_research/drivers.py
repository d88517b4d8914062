"""What goes with satisfaction, and what a better step might bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.errors import EstimationError
from analysis.market_research.fieldwork import Fieldwork
from analysis.market_research.questions import Item
from analysis.market_research.refusals import refusal
from analysis.market_research.respondents import Respondents, answers_to, resampled, units
from analysis.results import Estimate
from analysis.stats.inputs import Floats
from analysis.stats.ordered_logit import OrderedLogit, change_in_share, ordered_logit
from analysis.stats.relative_importance import Driver, RelativeImportance, relative_importance
from analysis.text import Message, message

_QUESTION = message("What drives satisfaction?")
_MOST_DRAWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDriver:
    """A service step and what goes with it.

    Attributes
    ----------
    item : Item
    driver : Driver
        Shares of the variance of overall satisfaction.
    mean : float
        Weighted mean answer.
    dissatisfied : int
        Who rates it below the two best answers.
    odds : Estimate
        Factor by which one point more multiplies the odds of a higher overall answer.
    gain : Estimate
        By how much the share of the satisfied would differ if the stated share of the
        dissatisfied rated the step one point higher.
    """

    item: Item
    driver: Driver
    mean: float
    dissatisfied: int
    odds: Estimate
    gain: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionDrivers:
    """The answer to what goes with satisfaction.

    Attributes
    ----------
    outcome : Item
    steps : tuple of StepDriver
        The largest LMG share first.
    importance : RelativeImportance
    logit : OrderedLogit
    improved_share : float
    n : int
    """

    outcome: Item
    steps: tuple[StepDriver, ...]
    importance: RelativeImportance
    logit: OrderedLogit
    improved_share: float
    n: int

    @property
    def first_is_sure(self) -> bool:
        """Whether the first step stays first in nearly all draws."""
        return self.steps[0].driver.first_share >= self.logit.confidence

    @property
    def best_gain(self) -> StepDriver:
        """The step whose improvement goes with the largest gain."""
        return max(self.steps, key=lambda step: step.gain.value)


def satisfaction_drivers(
    bank: Bank,
    field: Fieldwork | NotAssessed,
    people: Respondents | NotAssessed,
    *,
    improved_share: float,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> SatisfactionDrivers | NotAssessed:
    """Share the variance of satisfaction out among the service steps.

    Parameters
    ----------
    bank : Bank
        Uses ``survey_answers``.
    field : Fieldwork or NotAssessed
    people : Respondents or NotAssessed
    improved_share : float
        Of those dissatisfied with a step, who would rate it a point higher.
    confidence : float
    rng : numpy.random.Generator
    draws : int
        At most 1,000 are made.
    """
    if isinstance(field, NotAssessed) or isinstance(people, NotAssessed):
        return _not_assessed(message("too few people answered the survey."))
    outcome, steps = field.of_kind("overall_satisfaction")[:1], field.of_kind("step_satisfaction")
    if not outcome or len(steps) < 2:
        return _not_assessed(message("the survey asks for fewer than two service steps."))
    if people.too_few_units:
        return _not_assessed(people.too_few_units)
    frame, answers = answers_to(bank, people, (*outcome, *steps))
    weights = frame.weight.to_numpy(dtype=np.float64)
    cluster, stratum = units(frame)
    names = [item.key for item in steps]
    try:
        importance = relative_importance(
            answers[:, 0],
            answers[:, 1:],
            names=names,
            weights=weights,
            resampling=resampled(frame, rng=rng, draws=min(draws, _MOST_DRAWS)),
            confidence=confidence,
        )
        logit = ordered_logit(
            answers[:, 0],
            answers[:, 1:],
            names=names,
            weights=weights,
            clusters=cluster,
            strata=stratum,
            confidence=confidence,
        )
    except EstimationError as refused:
        return _not_assessed(refusal(refused))
    found = [
        _step(item, k, importance.drivers[k], (logit, answers[:, 1:], weights), improved_share)
        for k, item in enumerate(steps)
    ]
    return SatisfactionDrivers(
        outcome=outcome[0],
        steps=tuple(sorted(found, key=lambda step: -step.driver.lmg.value)),
        importance=importance,
        logit=logit,
        improved_share=improved_share,
        n=len(frame),
    )


def _step(
    item: Item,
    place: int,
    driver: Driver,
    fitted: tuple[OrderedLogit, Floats, Floats],
    improved_share: float,
) -> StepDriver:
    logit, answers, weights = fitted
    below = answers[:, place] < item.high - 1
    better = answers.copy()
    better[below, place] += 1
    satisfied = logit.levels[-2] if len(logit.levels) > 2 else logit.levels[-1]
    whole = change_in_share(logit, answers, better, level=satisfied, weights=weights)
    slope = logit.slopes[place]
    return StepDriver(
        item=item,
        driver=driver,
        mean=float(np.average(answers[:, place], weights=weights)),
        dissatisfied=int(below.sum()),
        odds=_scaled(np.exp([slope.value, slope.low, slope.high]), 1.0, slope.confidence),
        gain=_scaled([whole.value, whole.low, whole.high], improved_share, whole.confidence),
    )


def _scaled(three: Floats | list[float], factor: float, confidence: float) -> Estimate:
    value, low, high = (float(number) * factor for number in three)
    return Estimate(value=value, low=low, high=high, confidence=confidence)


def _not_assessed(reason: Message) -> NotAssessed:
    return NotAssessed(name="drivers", question=_QUESTION, reason=reason)
