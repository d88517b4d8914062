"""Checks of the designs: the words follow them."""

from __future__ import annotations

from analysis.answers import Check
from analysis.incentive_effectiveness.evidence import Evidence
from analysis.results import CheckStatus
from analysis.text import message


def design_checks(one: Evidence) -> tuple[Check, ...]:
    """Every check of one incentive's design."""
    return tuple(
        Check(
            name=f"{check.name}_{one.campaign.campaign_id}",
            label=message("{name}: {check}", name=one.campaign.name, check=check.label),
            status=CheckStatus.PASSED if check.passed else CheckStatus.FAILED,
            detail=check.detail,
        )
        for check in one.checks
    )
