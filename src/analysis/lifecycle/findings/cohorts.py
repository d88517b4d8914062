"""Findings on how well new customers are kept."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.definitions import quarter_label
from analysis.lifecycle.cohorts import CohortRetention
from analysis.lifecycle.findings.changes import KEEP_WATCHING, strength_of_change
from analysis.results import Strength
from analysis.text import Measure, Message, Value, message, on_customers


def cohort_finding(retention: CohortRetention) -> Finding:
    """Say how well the newest customers are kept, against those before them."""
    newest, change = retention.newest_retention, retention.newest_change
    if newest is None or retention.newest_cohort is None:
        return Finding(
            name="newest_cohort",
            statement=message("No cohort has completed its first quarter yet."),
            strength=Strength.INCONCLUSIVE,
            action=KEEP_WATCHING,
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
        strength=strength_of_change(change),
        action=message("Review how the newest customers were welcomed, and by which channel.")
        if change is not None and change.high < 0
        else KEEP_WATCHING,
    )


def cohort_caption(retention: CohortRetention) -> Message:
    """Say in a line how the newest cohort is kept, and how that compares."""
    newest, change = retention.newest_retention, retention.newest_change
    if newest is None or retention.newest_cohort is None:
        return message("Active in the quarters after arrival: no cohort is old enough yet")
    values: dict[str, Value | Message] = {
        "cohort": quarter_label(retention.newest_cohort),
        "retention": on_customers(newest, Measure.SHARE, retention.newest_customers),
    }
    if change is None:
        return message(
            "Active a quarter after arrival: {retention} of {cohort} arrivals, the first of all",
            **values,
        )
    if change.low > 0:
        return message(
            "Active a quarter after arrival: {retention} of {cohort} arrivals, more than of the "
            "cohort before",
            **values,
        )
    if change.high < 0:
        return message(
            "Active a quarter after arrival: {retention} of {cohort} arrivals, fewer than of the "
            "cohort before",
            **values,
        )
    return message(
        "Active a quarter after arrival: {retention} of {cohort} arrivals, within the noise of "
        "the cohort before",
        **values,
    )


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
