"""Whom did we hear? Response, representativeness, and what weighting changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.errors import EstimationError
from analysis.market_research.fieldwork import ANSWERED, Fieldwork, Wave
from analysis.market_research.names import in_order
from analysis.market_research.opinions import (
    Opinions,
    as_answered,
    estimate,
    in_top_two,
    promoter_score,
)
from analysis.market_research.refusals import refusal
from analysis.market_research.rules import SurveyRules
from analysis.results import Estimate
from analysis.stats.independent_difference import independent_difference
from analysis.stats.response_rates import Dispositions, ResponseRates, response_rates
from analysis.stats.survey_design import DesignEstimate, SurveyDesign, kish_design_effect
from analysis.text import message


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One category of the frame: who was invited, who answered, who there is.

    Shares are fractions of the scope.

    Attributes
    ----------
    variable, level : str
    invited, answered : int
    population : float
        People in the population; by the weights of the sample outside the whole bank.
    population_share, raw_share, base_share, raked_share : float
        Of the population, and of those who answered: unweighted, with the weights of
        the sample, with raked weights.
    """

    variable: str
    level: str
    invited: int
    answered: int
    population: float
    population_share: float
    raw_share: float
    base_share: float
    raked_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """One estimate unweighted, with the weights of the sample, and with raked weights."""

    name: str
    raw: DesignEstimate
    base: DesignEstimate
    raked: DesignEstimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """The answer to whom we heard.

    Attributes
    ----------
    field : Fieldwork
    outcomes : Dispositions
    rates : ResponseRates
    rates_before : ResponseRates or None
        Of the wave before.
    groups : tuple of Heard
    estimates : tuple of BeforeAfter
        Empty where no error could be stated.
    kish_effect : float
        Design effect of the raked weights alone.
    """

    field: Fieldwork
    outcomes: Dispositions
    rates: ResponseRates
    rates_before: ResponseRates | None
    groups: tuple[Heard, ...]
    estimates: tuple[BeforeAfter, ...]
    kish_effect: float

    @property
    def change(self) -> Estimate | None:
        """The response rate (RR3) less that of the wave before; other people were asked."""
        if self.rates_before is None:
            return None
        try:
            return independent_difference(self.rates.rr3, self.rates_before.rr3)
        except EstimationError:
            return None

    @property
    def wave(self) -> Wave:
        """The wave that is looked at."""
        return self.field.now

    @property
    def effective_n(self) -> float:
        """Answers of a simple sample that would say as much, by the weights alone."""
        return self.wave.respondents / self.kish_effect

    def of(self, variable: str) -> tuple[Heard, ...]:
        """Give a variable's categories."""
        return tuple(group for group in self.groups if group.variable == variable)

    def dissimilarity(self, variable: str, share: str) -> float:
        """Give the share of answers that would have to move for the variable to fit."""
        moved = [abs(getattr(g, share) - g.population_share) for g in self.of(variable)]
        return float(np.sum(moved)) / 2

    @property
    def most_uneven(self) -> Heard | None:
        """The category that is furthest over-represented before weighting."""
        return max(self.groups, key=_surplus, default=None)

    def most_uneven_of(self, variable: str) -> Heard:
        """Give the category that is furthest over-represented of one of the field's variables."""
        return max(self.of(variable), key=_surplus)


def _surplus(group: Heard) -> float:
    return group.raw_share - group.population_share


def whom_we_heard(
    field: Fieldwork | NotAssessed,
    opinions: Opinions | NotAssessed,
    *,
    rules: SurveyRules,
    confidence: float,
) -> Hearing | NotAssessed:
    """Say who answered, how that differs from the customers, and what weights make of it.

    Parameters
    ----------
    field : Fieldwork or NotAssessed
    opinions : Opinions or NotAssessed
        Of the last wave.
    rules : SurveyRules
    confidence : float
    """
    if isinstance(field, NotAssessed):
        return field
    if isinstance(opinions, NotAssessed):
        return opinions
    try:
        rates = response_rates(field.now.outcomes, confidence=confidence)
        before = (
            response_rates(field.before.outcomes, confidence=confidence) if field.before else None
        )
        estimates = _estimates(field, opinions, rules=rules, confidence=confidence)
    except EstimationError as refused:
        return NotAssessed(
            name="hearing", question=message("Whom did we hear?"), reason=refusal(refused)
        )
    cells = field.now.cells[field.now.cells.inside]
    return Hearing(
        field=field,
        outcomes=field.now.outcomes,
        rates=rates,
        rates_before=before,
        groups=tuple(group for variable in field.variables for group in _groups(field, variable)),
        estimates=estimates,
        kish_effect=kish_design_effect(cells.weight, cells.n),
    )


def _groups(field: Fieldwork, variable: str) -> list[Heard]:
    wave = field.now
    invited = wave.invited[wave.invited.inside & (wave.invited.disposition != "not_eligible")]
    cells = wave.cells[wave.cells.inside]
    people = _population(field, variable, invited)
    asked = invited.groupby(variable).n.sum()
    answered = invited[invited.disposition.isin(ANSWERED)].groupby(variable).n.sum()
    base = (cells.base_weight * cells.n).groupby(cells[variable]).sum()
    raked = (cells.weight * cells.n).groupby(cells[variable]).sum()
    return [
        Heard(
            variable=variable,
            level=str(level),
            invited=int(asked.get(level, 0)),
            answered=int(answered.get(level, 0)),
            population=float(size),
            population_share=float(size / people.sum()),
            raw_share=float(answered.get(level, 0) / answered.sum()),
            base_share=float(base.get(level, 0.0) / base.sum()),
            raked_share=float(raked.get(level, 0.0) / raked.sum()),
        )
        for level, size in ((name, people[name]) for name in in_order(map(str, people.index)))
    ]


def _population(field: Fieldwork, variable: str, invited: pd.DataFrame) -> pd.Series:
    """Give the population by category: as registered, or by the weights of all invited."""
    margins = {margin.name: margin for margin in field.now.weighting.margins}
    if field.whole_bank and variable in margins:
        margin = margins[variable]
        return pd.Series(margin.population, index=list(margin.labels))
    return (invited.base_weight * invited.n).groupby(invited[variable]).sum()


def _estimates(
    field: Fieldwork, opinions: Opinions, *, rules: SurveyRules, confidence: float
) -> tuple[BeforeAfter, ...]:
    wave = field.now
    raw = SurveyDesign(
        stratum=wave.design.stratum,
        cluster=wave.design.cluster,
        people=wave.design.people,
        weight=np.ones_like(wave.design.weight),
        margins=np.empty((len(wave.cells), 0)),
        fraction=wave.design.fraction,
    )
    found = []
    for name, kind, score in (
        ("mean", "overall_satisfaction", as_answered),
        ("top_two", "overall_satisfaction", in_top_two),
        ("promoters", "recommendation", promoter_score),
    ):
        for item in field.of_kind(kind)[:1]:
            three = [
                estimate(
                    opinions,
                    [(item, None)],
                    score,
                    kind="share" if name == "top_two" else "mean",
                    confidence=confidence,
                    fewest=rules.fewest_answers,
                    design=design,
                )[0]
                for design in (raw, wave.base_design, wave.design)
            ]
            if all(three):
                found.append(BeforeAfter(name=name, raw=three[0], base=three[1], raked=three[2]))  # type: ignore[arg-type]
    return tuple(found)
