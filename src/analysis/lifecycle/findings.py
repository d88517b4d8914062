"""The sentences of the life-cycle report: each follows from a result and its interval."""

from __future__ import annotations

from analysis.answers import Finding, NotAssessed, Verdict
from analysis.definitions import quarter_label
from analysis.lifecycle.cohorts import CohortRetention
from analysis.lifecycle.stages import CustomerStages
from analysis.lifecycle.value import ExpectedValue
from analysis.results import Estimate, Strength
from analysis.text import Count, Measure, Message, Share, Unit, message, on_customers

_KEEP_WATCHING = message("Keep the current service plan and look again next period.")


def stage_finding(stages: CustomerStages) -> Finding:
    """Say where customers stand, and whether more or fewer are active than before."""
    change = stages.active_share_change
    statement = message(
        "{active} customers are active, {share} of all who have or had a relationship. {change}",
        active=Count(stages.n_active, Unit.CUSTOMERS),
        share=on_customers(stages.active_share, Measure.SHARE, stages.n_related),
        change=_active_change(stages),
    )
    return Finding(
        name="active_customers",
        statement=statement,
        strength=_strength_of_change(change),
        action=_active_action(change),
        headline=True,
    )


def movement_finding(stages: CustomerStages) -> Finding:
    """Say who came, who left, who fell silent and who returned."""
    gain, loss = stages.n_came + stages.n_returned, stages.n_left + stages.n_fell_dormant
    return Finding(
        name="movement",
        statement=message(
            "Since {before}, {came} customers came and {returned} returned; {dormant} active ones "
            "fell dormant and {left} customers were lost.",
            before=stages.previous_as_of,
            came=Count(stages.n_came, Unit.CUSTOMERS),
            returned=Count(stages.n_returned, Unit.CUSTOMERS),
            dormant=Count(stages.n_fell_dormant, Unit.CUSTOMERS),
            left=Count(stages.n_left, Unit.CUSTOMERS),
        ),
        strength=Strength.CONCLUSIVE,
        action=message("Contact those who fell dormant this period first: they left last.")
        if loss > gain
        else message("Keep what brings customers in, and contact those who fell dormant."),
        headline=True,
    )


def cohort_finding(retention: CohortRetention) -> Finding:
    """Say how well the newest customers are kept, against those before them."""
    newest, change = retention.newest_retention, retention.newest_change
    if newest is None or retention.newest_cohort is None:
        return Finding(
            name="newest_cohort",
            statement=message("No cohort has completed its first quarter yet."),
            strength=Strength.INCONCLUSIVE,
            action=_KEEP_WATCHING,
        )
    statement = message(
        "Of the customers who came in {cohort}, {retention} were active in the next quarter. "
        "{change}",
        cohort=quarter_label(retention.newest_cohort),
        retention=on_customers(newest, Measure.SHARE, retention.newest_customers),
        change=_cohort_change(retention),
    )
    return Finding(
        name="newest_cohort",
        statement=statement,
        strength=_strength_of_change(change),
        action=message("Review how the newest customers were welcomed, and by which channel.")
        if change is not None and change.high < 0
        else _KEEP_WATCHING,
        headline=True,
    )


def value_finding(value: ExpectedValue) -> Finding:
    """Say what is to be expected of the customers there are."""
    purchases = on_customers(value.expected_purchases, Measure.COUNT, value.n_customers)
    if value.expected_value_cny is None:
        statement = message(
            "In the next {months} months {purchases} purchases are expected of the customers who "
            "have bought before.",
            months=value.horizon_months,
            purchases=purchases,
        )
    else:
        statement = message(
            "In the next {months} months {purchases} purchases worth {value} are expected of the "
            "customers who have bought before. {top}",
            months=value.horizon_months,
            purchases=purchases,
            value=on_customers(value.expected_value_cny, Measure.AMOUNT_CNY, value.n_customers),
            top=_top_band(value),
        )
    return Finding(
        name="expected_value",
        statement=statement,
        strength=Strength.CONCLUSIVE if value.model_fits else Strength.SUGGESTIVE,
        action=message(
            "Plan the next period's service around the bands that hold most of the expected value."
        ),
        headline=True,
    )


def _top_band(value: ExpectedValue) -> Message:
    """Say how much of the expected value the most active band holds."""
    top = value.bands[-1]
    total = sum(band.expected_value_cny or 0.0 for band in value.bands)
    return message(
        "The {customers} customers most likely active hold {share} of that value.",
        customers=Count(top.customers, Unit.CUSTOMERS),
        share=on_customers((top.expected_value_cny or 0.0) / total, Measure.SHARE, top.customers),
    )


def life_cycle_verdict(
    stages: CustomerStages, retention: CohortRetention, value: ExpectedValue | NotAssessed
) -> Verdict:
    """Answer the report's question in two or three sentences."""
    changes = [c for c in (stages.active_share_change, retention.newest_change) if c is not None]
    falling = any(change.high < 0 for change in changes)
    rising = any(change.low > 0 for change in changes)
    return Verdict(
        statement=message(
            "{opening} {active} of the customers who have or had a relationship are active. "
            "{outlook}",
            opening=_opening(rising=rising, falling=falling),
            active=Share(stages.n_active, stages.n_related, Unit.CUSTOMERS),
            outlook=_outlook(value),
        ),
        strength=Strength.CONCLUSIVE if falling or rising else Strength.INCONCLUSIVE,
    )


def _opening(*, rising: bool, falling: bool) -> Message:
    if rising and falling:
        return message("The customer base moves in two directions.")
    if falling:
        return message("The customer base is weakening.")
    if rising:
        return message("The customer base is strengthening.")
    return message("The customer base holds, within the noise of the data.")


def _outlook(value: ExpectedValue | NotAssessed) -> Message:
    if isinstance(value, NotAssessed):
        return message("What is still to come could not be assessed.")
    return message(
        "{purchases} purchases are expected of them in the next {months} months.",
        purchases=on_customers(value.expected_purchases, Measure.COUNT, value.n_customers),
        months=value.horizon_months,
    )


def _active_change(stages: CustomerStages) -> Message:
    change = stages.active_share_change
    if change is None:
        return message("There is no earlier period to compare with.")
    by = on_customers(change, Measure.POINTS, stages.n_related)
    if change.low > 0:
        return message(
            "The share has risen since {before}: {by}.", before=stages.previous_as_of, by=by
        )
    if change.high < 0:
        return message(
            "The share has fallen since {before}: {by}.", before=stages.previous_as_of, by=by
        )
    return message(
        "The change since {before} is within the noise: {by}.", before=stages.previous_as_of, by=by
    )


def _active_action(change: Estimate | None) -> Message:
    if change is not None and change.high < 0:
        return message("Find out in which group activity fell, and win those customers back first.")
    return _KEEP_WATCHING


def _cohort_change(retention: CohortRetention) -> Message:
    change = retention.newest_change
    if change is None:
        return message("There is no earlier cohort to compare with.")
    by = on_customers(change, Measure.POINTS, retention.newest_customers)
    if change.low > 0:
        return message("That is more than in the cohort before: {by}.", by=by)
    if change.high < 0:
        return message("That is less than in the cohort before: {by}.", by=by)
    return message("The difference from the cohort before is within the noise: {by}.", by=by)


def _strength_of_change(change: Estimate | None) -> Strength:
    """A change whose interval excludes none is conclusive; one that may be none is not."""
    if change is None:
        return Strength.SUGGESTIVE
    return Strength.CONCLUSIVE if change.excludes(0) else Strength.INCONCLUSIVE
