"""Tables on the kind of evidence."""

from __future__ import annotations

from analysis.incentive_effectiveness.evidence import Evidence, EvidenceRegister
from analysis.incentive_effectiveness.wording import DESIGNS, KINDS
from analysis.tables import Labels, Table
from analysis.text import Message, Unit, message


def evidence_table(found: EvidenceRegister) -> Table:
    """Each incentive with its design, grade and the words that it bears."""
    return Table(
        name="evidence",
        caption=message("Each incentive by the evidence for its effect"),
        unit=Unit.NONE,
        columns=(
            Labels(name="name", title=message("Incentive")),
            Labels(name="kind", title=message("Kind of incentive")),
            Labels(name="design", title=message("Design")),
            Labels(name="grade", title=message("Grade")),
            Labels(name="words", title=message("May be said")),
            Labels(name="because", title=message("Because")),
        ),
        rows=tuple(
            {
                "name": one.campaign.name,
                "kind": KINDS.get(one.campaign.kind, one.campaign.kind),
                "design": DESIGNS.get(one.campaign.design, one.campaign.design),
                "grade": one.grade,
                "words": message("raised, lowered")
                if one.causal
                else message("is associated with"),
                "because": because(one),
            }
            for one in found.evidence
        ),
        notes=(
            message(
                "A: by lot, all checks passed. B: another design whose checks all passed. C: a "
                "check failed or the decisive assumption cannot be checked. D: no comparison."
            ),
        ),
    )


def because(one: Evidence) -> Message:
    """Say what decides the grade."""
    if one.causal:
        return message("{n} of {n} checks passed.", n=len(one.checks))
    failed = [check for check in one.checks if not check.passed]
    if failed:
        return message("Failed: {check}.", check=failed[0].label)
    return one.reason or message("Nothing can be checked.")
