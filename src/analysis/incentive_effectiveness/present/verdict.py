"""The answer to the whole report's question."""

from __future__ import annotations

from analysis.answers import Verdict
from analysis.incentive_effectiveness.evidence import EvidenceRegister
from analysis.results import Strength
from analysis.text import message


def present_verdict(found: EvidenceRegister) -> Verdict:
    """Say of how many incentives an effect is established, and of how many it is not."""
    return Verdict(
        statement=message(
            "Of {all} incentives the effect of {causal} can be told from what would have happened "
            "anyway; of the others an association is known at most.",
            all=len(found.evidence),
            causal=len(found.causal),
        ),
        strength=Strength.CONCLUSIVE if found.causal else Strength.INCONCLUSIVE,
    )
