"""Checks on renewal."""

from __future__ import annotations

from analysis.answers import Check
from analysis.lifecycle.findings.renewal import held_back_sentence
from analysis.lifecycle.renewal import Renewal
from analysis.results import CheckStatus
from analysis.text import message


def renewal_checks(renewal: Renewal) -> tuple[Check, ...]:
    """Whether the projection holds on the months that were held back."""
    held = renewal.held_back
    if held is None:
        return ()
    return (
        Check(
            name="renewal_held_back",
            label=message("The projection of renewal holds on held-back months"),
            status=CheckStatus.PASSED if held.inside else CheckStatus.FAILED,
            detail=held_back_sentence(held),
        ),
    )
