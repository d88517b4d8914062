"""Findings on the choice experiment, and on which features matter."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.choices import ChoiceExperiment, Variant
from analysis.market_research.names import listing
from analysis.market_research.priorities import Priorities
from analysis.market_research.tables.choices import step_name
from analysis.market_research.tables.prices import UNITS
from analysis.results import Strength
from analysis.stats.best_worst import Standing
from analysis.text import Measure, Message, message, on_customers


def worth_finding(found: ChoiceExperiment) -> Finding:
    """Say what the parts are worth, or why that cannot be said."""
    worths = [part for part in found.parts if part.worth]
    if not worths:
        return Finding(
            name="worth",
            statement=message(
                "What the parts of {concept} are worth in money cannot be stated: {reason}",
                concept=found.concept.name,
                reason=found.no_worth or message("no worth was found."),
            ),
            strength=Strength.INCONCLUSIVE,
            action=message("Show prices that are further apart in the next experiment."),
        )
    return Finding(
        name="worth",
        statement=message(
            "For {concept} people would pay ({unit}): {worths}.",
            concept=found.concept.name,
            unit=UNITS[found.concept.price_unit],
            worths=listing(
                message(
                    "{attribute} ({step}) {worth}",
                    attribute=part.attribute.name,
                    step=step_name(part.attribute),
                    worth=on_customers(
                        part.worth, Measure.AMOUNT_CNY, found.n_people, degrees=found.degrees
                    ),
                )
                for part in worths
                if part.worth
            ),
        ),
        strength=Strength.SUGGESTIVE,
        action=message("Build in first what people would pay more for than it costs."),
    )


def variant_finding(found: ChoiceExperiment) -> Finding:
    """Say which single improvement draws most."""
    plain, best = plain_and_best(found)
    return Finding(
        name="variants",
        statement=message(
            "On offer alone, {plain} would take the plain product; the best {attribute} alone "
            "brings that to {best}.",
            plain=on_customers(plain.taken, Measure.SHARE, found.n_people),
            attribute=best.improved or message("part"),
            best=on_customers(best.taken, Measure.SHARE, found.n_people),
        ),
        strength=Strength.SUGGESTIVE if draws_more(plain, best) else Strength.INCONCLUSIVE,
        action=message("Put the best two variants to a real test before the launch."),
    )


def plain_and_best(found: ChoiceExperiment) -> tuple[Variant, Variant]:
    """Give the plain product, and the one that a single improvement serves most."""
    single = [variant for variant in found.variants if variant.kind == "one"]
    return found.variants[0], max(single, key=lambda variant: variant.taken.value)


def draws_more(plain: Variant, best: Variant) -> bool:
    """Whether a variant draws more than the plain product beyond their intervals."""
    return best.taken.low > plain.taken.high


def priority_finding(found: Priorities) -> Finding:
    """Say which feature matters most, and which least."""
    first, second, last = found.standings[0], found.standings[1], found.standings[-1]
    return Finding(
        name="priorities",
        statement=message(
            "Of the features shown, {first} matters most (best less worst {score}), ahead of "
            "{second}; {last} matters least.",
            first=found.names[first.name],
            score=on_customers(first.score, Measure.NUMBER, found.n_people),
            second=found.names[second.name],
            last=found.names[last.name],
        ),
        strength=Strength.CONCLUSIVE if is_ahead(first, second) else Strength.SUGGESTIVE,
        action=message("Spend on the features at the top; leave out the last one."),
    )


def is_ahead(first: Standing, second: Standing) -> bool:
    """Whether a feature matters more than another beyond their intervals."""
    return first.utility.low > second.utility.high


def choices_brief(found: ChoiceExperiment) -> Message:
    """Answer the question in a clause of the verdict."""
    return message(
        "Of {concept}, people choose by {attribute} first.",
        concept=found.concept.name,
        attribute=found.parts[0].attribute.name,
    )
