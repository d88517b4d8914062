"""What the choice experiment says: utilities, their worth, and shares of a new product."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.market_research.prices import Concept, read_concepts
from analysis.market_research.questions import text, words
from analysis.market_research.refusals import refusal
from analysis.market_research.respondents import Respondents
from analysis.results import Estimate
from analysis.stats.conditional_logit import ChoiceSets, ConditionalLogit, conditional_logit
from analysis.stats.inputs import Integers
from analysis.stats.willingness_to_pay import (
    preference_shares,
    price_problem,
    willingness_to_pay,
)
from analysis.text import Message, Words, message

NONE = "none"
_QUESTION = message("What is each part of a new product worth to them?")
_MOST_ROWS = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute by which the alternatives differ.

    Attributes
    ----------
    key : str
    name : Words
    unit : str
        As in the data contract.
    is_price : bool
    levels : tuple of float
        Shown, rising.
    """

    key: str
    name: Words
    unit: str
    is_price: bool
    levels: tuple[float, ...]

    @property
    def step(self) -> float:
        """The step that a worth is stated for: a percentage point of a fraction, else one."""
        return 0.01 if self.unit == "fraction" else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An attribute's utility, and its worth in the price's unit for one `step` of it."""

    attribute: Attribute
    utility: Estimate
    worth: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A product that could be made.

    Attributes
    ----------
    kind : {"plain", "one", "all", "all_dear"}
    improved : Words or None
        The attribute at its best, where it is one.
    levels : mapping of str to float
        By attribute.
    taken : Estimate
        Share who would take it if nothing else were on offer.
    together : Estimate
        Share if all variants were on offer side by side.
    """

    kind: str
    improved: Words | None
    levels: MappingProxyType[str, float]
    taken: Estimate
    together: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceExperiment:
    """The answer of the choice experiment.

    Attributes
    ----------
    concept : Concept
    price : Attribute or None
    parts : tuple of Part
        Of all attributes but the price, the largest worth (or utility span) first.
    price_utility : Estimate or None
    variants : tuple of Variant
    fit : ConditionalLogit
    n_people : int
    no_worth : Message or None
        Why no willingness to pay can be stated.
    """

    concept: Concept
    price: Attribute | None
    parts: tuple[Part, ...]
    price_utility: Estimate | None
    variants: tuple[Variant, ...]
    fit: ConditionalLogit
    n_people: int
    no_worth: Message | None

    @property
    def degrees(self) -> int:
        """Degrees of freedom of the fit: choices less utilities."""
        return self.fit.n_sets - len(self.fit.names)


def choice_experiment(
    bank: Bank,
    people: Respondents | NotAssessed,
    *,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> ChoiceExperiment | NotAssessed:
    """Fit utilities to the choices made, and simulate products that could be made.

    Parameters
    ----------
    bank : Bank
        Uses ``concepts``, ``choice_attributes``, ``choice_levels`` and ``choices``.
    people : Respondents or NotAssessed
    confidence : float
    rng : numpy.random.Generator
    draws : int
    """
    if isinstance(people, NotAssessed):
        return _not_assessed(message("too few people answered the survey."))
    if people.too_few_units:
        return _not_assessed(people.too_few_units)
    found = _described(bank)
    if isinstance(found, Message):
        return _not_assessed(found)
    concept, described = found
    rows = collect(bank.table("choice_levels"), max_rows=_MOST_ROWS)
    levels = rows[rows.attribute_id.isin(described.attribute_id)]
    try:
        sets, strata, attributes = _sets(
            people, described, levels, collect(bank.table("choices"), max_rows=_MOST_ROWS)
        )
        fit = conditional_logit(sets, strata=strata, confidence=confidence)
    except EstimationError as refused:
        return _not_assessed(refusal(refused))
    price = next((a for a in attributes if a.is_price), None)
    worth, why = _worth(fit, price, rng, draws)
    utility = dict(zip(fit.names, fit.utilities, strict=True))
    parts = [
        Part(
            attribute=a,
            utility=utility[a.key],
            worth=per_step(worth[a.key], a.step) if a.key in worth else None,
        )
        for a in attributes
        if not a.is_price
    ]
    return ChoiceExperiment(
        concept=concept,
        price=price,
        parts=tuple(sorted(parts, key=_span, reverse=True)),
        price_utility=utility[price.key] if price else None,
        variants=_variants(fit, attributes, rng, draws),
        fit=fit,
        n_people=int(people.frame.invitation_id.isin(levels.invitation_id).sum()),
        no_worth=why,
    )


def _described(bank: Bank) -> tuple[Concept, pd.DataFrame] | Message:
    """Give the product of the experiment and its attributes, or why there are none."""
    tables = ("concepts", "choice_attributes", "choice_levels", "choices")
    if not all(bank.has(name) for name in tables):
        return message("the source has no choice experiment.")
    rows = collect(bank.table("choice_attributes"), max_rows=10_000)
    concept = read_concepts(bank).get(str(rows.concept_id.min())) if len(rows) else None
    if concept is None:
        return message("the source has no choice experiment.")
    rows = rows[rows.concept_id == concept.key].sort_values("attribute_id")
    if rows.is_price.all():
        return message("the choice experiment varies nothing but the price.")
    return concept, rows


def _sets(
    people: Respondents, described: pd.DataFrame, rows: pd.DataFrame, chosen: pd.DataFrame
) -> tuple[ChoiceSets, Integers, tuple[Attribute, ...]]:
    """Lay out what was shown: the alternatives, then none of them where that was chosen."""
    task = ["invitation_id", "task"]
    wide = rows.pivot(index=[*task, "alternative"], columns="attribute_id", values="level").dropna()
    picked = people.with_rows(chosen).sort_values(task, ignore_index=True)
    most = int(wide.index.get_level_values("alternative").max())
    blocks = [
        wide.xs(number, level="alternative").reindex(pd.MultiIndex.from_frame(picked[task]))
        for number in range(1, most + 1)
    ]
    names = [str(name) for name in wide.columns]
    shown = np.stack([block.to_numpy(dtype=np.float64) for block in blocks], axis=1)
    place = picked.chosen.to_numpy(dtype=np.int64)
    with_none = bool((place == 0).any())
    if with_none:
        shown = np.concatenate([shown, np.zeros_like(shown[:, :1])], axis=1)
        is_none = np.zeros((*shown.shape[:2], 1))
        is_none[:, -1] = 1.0
        shown = np.concatenate([shown, is_none], axis=2)
    sets = ChoiceSets(
        names=(*names, NONE) if with_none else tuple(names),
        levels=shown,
        chosen=np.where(place == 0, most, place - 1),
        person=picked.cluster.to_numpy(dtype=np.int64),
        weights=picked.weight.to_numpy(dtype=np.float64),
    )
    by_key = {str(row.attribute_id): row for row in described.itertuples()}
    attributes = tuple(
        Attribute(
            key=name,
            name=words(by_key[name].name_en, getattr(by_key[name], "name_zh", None)),
            unit=text(by_key[name].unit),
            is_price=bool(by_key[name].is_price),
            levels=tuple(sorted({float(v) for v in wide[name].unique()})),
        )
        for name in names
    )
    return sets, picked.stratum.to_numpy(dtype=np.int64), attributes


def _worth(
    fit: ConditionalLogit, price: Attribute | None, rng: np.random.Generator, draws: int
) -> tuple[dict[str, Estimate], Message | None]:
    if price is None:
        return {}, message("None of the attributes is a price.")
    problem = price_problem(fit, price.key)
    if problem:
        return {}, refusal(EstimationError(problem))
    found = willingness_to_pay(fit, price=price.key, rng=rng, draws=draws)
    return {each.name: each.worth for each in found}, None


def per_step(value: Estimate, step: float) -> Estimate:
    """Turn a figure for one unit of an attribute into one for its `step`."""
    return Estimate(
        value=value.value * step,
        low=value.low * step,
        high=value.high * step,
        confidence=value.confidence,
    )


def _span(part: Part) -> float:
    """Utility between the worst and the best level shown."""
    return abs(part.utility.value) * (part.attribute.levels[-1] - part.attribute.levels[0])


def _variants(
    fit: ConditionalLogit, attributes: tuple[Attribute, ...], rng: np.random.Generator, draws: int
) -> tuple[Variant, ...]:
    """Build the plain product, one with each attribute at its best, and all at their best."""
    utility = dict(zip(fit.names, fit.coefficients, strict=True))
    features = [a for a in attributes if not a.is_price]
    worst = {a.key: a.levels[0 if utility[a.key] >= 0 else -1] for a in features}
    best = {a.key: a.levels[-1 if utility[a.key] >= 0 else 0] for a in features}
    prices = {a.key: a.levels[len(a.levels) // 2] for a in attributes if a.is_price}
    dear = {a.key: a.levels[-1] for a in attributes if a.is_price}
    plans: list[tuple[str, Words | None, dict[str, float]]] = [
        ("plain", None, {**worst, **prices}),
        *(("one", a.name, {**worst, a.key: best[a.key], **prices}) for a in features),
        ("all", None, {**best, **prices}),
        *((("all_dear", None, {**best, **dear}),) if dear != prices else ()),
    ]
    rows = {str(k): _row(fit, levels) for k, (_, _, levels) in enumerate(plans)}
    none = {"": [1.0 if name == NONE else 0.0 for name in fit.names]}
    against = none if NONE in fit.names else {"": _row(fit, plans[0][2])}
    together = preference_shares(
        fit, {**rows, **none} if NONE in fit.names else rows, rng=rng, draws=draws
    )
    return tuple(
        Variant(
            kind=kind,
            improved=name,
            levels=MappingProxyType(levels),
            taken=preference_shares(fit, {"it": rows[str(k)], **against}, rng=rng, draws=draws)[
                "it"
            ],
            together=together[str(k)],
        )
        for k, (kind, name, levels) in enumerate(plans)
    )


def _row(fit: ConditionalLogit, levels: dict[str, float]) -> list[float]:
    return [levels.get(name, 0.0) for name in fit.names]


def _not_assessed(reason: Message) -> NotAssessed:
    return NotAssessed(name="choices", question=_QUESTION, reason=reason)
