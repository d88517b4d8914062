"""What the page says of control totals: each one a check, and a break bars approval."""

from __future__ import annotations

from analysis.answers import Check
from analysis.data.controls import Reconciliation
from analysis.results import CheckStatus
from analysis.text import Measure, Message, Quantity, Unit, message


def describe_control(reconciled: Reconciliation) -> Check:
    """Say whether a control total holds.

    How far off the source is stands there as a fraction of what is expected, and so
    gives no exact count of persons away.

    Parameters
    ----------
    reconciled : Reconciliation
    """
    return Check(
        name=f"control-{reconciled.name}",
        label=message("Control total {name}", name=reconciled.name),
        status=CheckStatus.PASSED if reconciled.holds else CheckStatus.FAILED,
        detail=_say(reconciled),
        mandatory=True,
    )


def _say(reconciled: Reconciliation) -> Message:
    gap, expected = reconciled.gap, abs(reconciled.control.expected)
    if gap is None:
        return message("Cannot be reconciled: the source has no {what}.", what=reconciled.missing)
    if not expected:
        return (
            message("The source adds up to the control total.")
            if reconciled.holds
            else message("The control total is zero, and the source does not add up to it.")
        )
    share = Quantity(value=abs(gap) / expected, measure=Measure.SHARE, unit=Unit.NONE)
    if reconciled.holds:
        return message(
            "The source is {gap} away from the control total, within the tolerance.", gap=share
        )
    allowed = max(reconciled.control.within / expected, reconciled.control.within_share)
    return message(
        "The source is {gap} away from the control total; {allowed} is allowed.",
        gap=share,
        allowed=Quantity(value=allowed, measure=Measure.SHARE, unit=Unit.NONE),
    )
