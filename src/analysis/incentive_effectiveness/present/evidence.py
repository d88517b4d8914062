"""The answer on the kind of evidence."""

from __future__ import annotations

from analysis.answers import Answer, NotAssessed
from analysis.incentive_effectiveness.checks.evidence import design_checks
from analysis.incentive_effectiveness.evidence import EvidenceRegister
from analysis.incentive_effectiveness.findings.evidence import evidence_finding
from analysis.incentive_effectiveness.tables.evidence import evidence_table
from analysis.text import message


def present_evidence(found: EvidenceRegister) -> Answer | NotAssessed:
    """Every incentive by its design and grade."""
    if not found.evidence:
        return NotAssessed(
            name="evidence",
            question=message("What kind of evidence is there?"),
            reason=message("The register holds no incentive that had begun by the as-of date."),
        )
    return Answer(
        findings=(evidence_finding(found),),
        tables=(evidence_table(found),),
        checks=tuple(
            check
            for one in found.evidence
            if one.campaign.design != "randomised"
            for check in design_checks(one)
        ),
        methods=found.methods,
    )
