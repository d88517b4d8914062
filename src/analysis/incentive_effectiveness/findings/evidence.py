"""Findings on the kind of evidence."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.incentive_effectiveness.evidence import EvidenceRegister
from analysis.results import Strength
from analysis.text import message


def evidence_finding(found: EvidenceRegister) -> Finding:
    """Say of how many incentives an effect may be claimed."""
    blind = [one for one in found.evidence if one.grade == "D"]
    return Finding(
        name="evidence",
        statement=message(
            "Of {all} incentives {causal} have evidence that bears the word 'raised'; {blind} have "
            "nothing to be compared with.",
            all=len(found.evidence),
            causal=len(found.causal),
            blind=len(blind),
        ),
        strength=Strength.CONCLUSIVE,
        action=message(
            "Hold some back by lot in the next round of: {name}.", name=blind[0].campaign.name
        )
        if blind
        else message("Keep giving incentives so that they can be judged."),
    )
