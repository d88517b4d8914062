"""Each question's answer, put together for the page."""

from analysis.incentive_effectiveness.present.assignment import present_assignment as assignment
from analysis.incentive_effectiveness.present.effects import present_effects as effects
from analysis.incentive_effectiveness.present.evidence import present_evidence as evidence
from analysis.incentive_effectiveness.present.observational import (
    present_observational as observational,
)
from analysis.incentive_effectiveness.present.staff import present_staff as staff
from analysis.incentive_effectiveness.present.targeting import present_targeting as targeting
from analysis.incentive_effectiveness.present.verdict import present_verdict as verdict
from analysis.incentive_effectiveness.present.worth import present_worth as worth

__all__ = [
    "assignment",
    "effects",
    "evidence",
    "observational",
    "staff",
    "targeting",
    "verdict",
    "worth",
]
