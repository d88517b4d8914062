"""Findings on whether the purchase models would have been right."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.holdout import Holdout
from analysis.results import Strength
from analysis.text import Measure, Message, message, on_customers


def holdout_finding(holdout: Holdout) -> Finding:
    """Say which model predicted better, whether beyond noise, and how near it came."""
    better = holdout.better
    covered = holdout.is_covered(better)
    values = {
        "cutoff": holdout.cutoff,
        "model": better.model,
        "predicted": on_customers(better.predicted, Measure.COUNT, holdout.customers),
        "counted": on_customers(float(holdout.counted), Measure.COUNT, holdout.customers),
        "comparison": _comparison(holdout),
    }
    statement = (
        message(
            "Fitted to the purchases up to {cutoff}, {model} predicted {predicted} purchases "
            "since; {counted} came, inside the interval. {comparison}",
            **values,
        )
        if covered
        else message(
            "Fitted to the purchases up to {cutoff}, {model} predicted {predicted} purchases "
            "since; {counted} came, outside the interval. {comparison}",
            **values,
        )
    )
    return Finding(
        name="holdout",
        statement=statement,
        strength=_strength(holdout, covered=covered),
        action=message("Plan the months ahead with {model}.", model=better.model)
        if covered
        else message(
            "Do not plan on the models' totals before it is known what changed since {cutoff}.",
            cutoff=holdout.cutoff,
        ),
    )


def _strength(holdout: Holdout, *, covered: bool) -> Strength:
    if covered and holdout.decided:
        return Strength.CONCLUSIVE
    return Strength.SUGGESTIVE if covered else Strength.INCONCLUSIVE


def _comparison(holdout: Holdout) -> Message:
    if holdout.advantage is None:
        return message("The purchases identify no other model to compare it with.")
    difference = on_customers(holdout.advantage, Measure.NUMBER, holdout.customers)
    if not holdout.decided:
        return message(
            "Customer by customer the two models cannot be told apart: Pareto/NBD's squared error "
            "less BG/NBD's is {difference}.",
            difference=difference,
        )
    if holdout.advantage.low > 0:
        return message(
            "Customer by customer BG/NBD predicted better than Pareto/NBD beyond noise: the "
            "latter's squared error is larger by {difference}.",
            difference=difference,
        )
    return message(
        "Customer by customer Pareto/NBD predicted better than BG/NBD beyond noise: its squared "
        "error differs by {difference}.",
        difference=difference,
    )
