"""Tables on the choice experiment."""

from __future__ import annotations

from analysis.market_research.choices import (
    Attribute,
    ChoiceExperiment,
    Variant,
    per_step,
)
from analysis.market_research.names import listing
from analysis.market_research.tables.prices import UNITS
from analysis.market_research.wording import plain
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Measure, Message, Unit, Words, message

_STEPS = {
    "fraction": message("one percentage point more"),
    "days": message("one day more"),
    "yes or no": message("to have it"),
    "CNY": message("one CNY more"),
}


def step_name(attribute: Attribute) -> Message:
    """Say what a worth is stated for."""
    return _STEPS.get(attribute.unit, message("one unit more"))


def worth(found: ChoiceExperiment) -> Table:
    """Utility of each attribute, and what it is worth."""
    return Table(
        name="attribute_worth",
        caption=message("What each part of {concept} is worth", concept=found.concept.name),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="attribute", title=message("Part")),
            Labels(name="step", title=message("For")),
            Quantities(
                name="utility",
                title=message("Utility (log odds)"),
                measure=Measure.NUMBER,
                n="n",
                degrees="degrees",
            ),
            Quantities(
                name="worth",
                title=message("Would pay"),
                measure=Measure.AMOUNT_CNY,
                n="n",
                degrees="degrees",
            ),
            Labels(name="per", title=message("Paid in")),
            Counts(name="n", title=message("Answers"), adds_up=False),
        ),
        rows=tuple(
            {
                "attribute": part.attribute.name,
                "step": step_name(part.attribute),
                "utility": per_step(part.utility, part.attribute.step),
                "worth": part.worth,
                "per": UNITS[found.concept.price_unit],
                "n": found.n_people,
                "degrees": found.degrees,
            }
            for part in found.parts
        ),
        notes=(
            message(
                "A negative amount is what people would have to be paid to accept it. "
                "Of chance alone the model removes {r} (McFadden's R-squared).",
                r=plain(round(found.fit.pseudo_r_squared, 2), Measure.SHARE),
            ),
        ),
    )


def variants(found: ChoiceExperiment) -> Table:
    """Products that could be made, alone and side by side."""
    attributes = {part.attribute.key: part.attribute for part in found.parts}
    if found.price:
        attributes[found.price.key] = found.price
    return Table(
        name="simulated_shares",
        caption=message(
            "Simulated choice of {concept}, by how it is made", concept=found.concept.name
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="variant", title=message("Made as")),
            Labels(name="levels", title=message("With")),
            Quantities(
                name="taken",
                title=message("Would take it, if it were on offer alone"),
                measure=Measure.SHARE,
                n="n",
                degrees="degrees",
            ),
            Quantities(
                name="together",
                title=message("Share, all on offer side by side"),
                measure=Measure.SHARE,
                n="n",
                degrees="degrees",
            ),
            Counts(name="n", title=message("Answers"), adds_up=False),
        ),
        rows=tuple(
            {
                "variant": _name(variant),
                "levels": listing(
                    _level(attributes[key], level) for key, level in variant.levels.items()
                ),
                "taken": variant.taken,
                "together": variant.together,
                "n": found.n_people,
                "degrees": found.degrees,
            }
            for variant in found.variants
        ),
        notes=(
            message(
                "Simulated from stated choices: an order of the variants, not a forecast of sales."
            ),
        ),
    )


def _name(variant: Variant) -> Message:
    if variant.kind == "one" and variant.improved:
        return message("plain, with the best {attribute}", attribute=variant.improved)
    return {
        "plain": message("plain"),
        "all": message("best of all"),
        "all_dear": message("best of all, at the highest price"),
    }[variant.kind]


def _level(attribute: Attribute, level: float) -> Message | Words:
    if attribute.unit == "yes or no":
        there = message("yes") if level else message("no")
        return message("{attribute}: {level}", attribute=attribute.name, level=there)
    measure = {"fraction": Measure.SHARE, "CNY": Measure.AMOUNT_CNY, "days": Measure.DAYS}
    return message(
        "{attribute}: {level}",
        attribute=attribute.name,
        level=plain(level, measure.get(attribute.unit, Measure.NUMBER)),
    )
