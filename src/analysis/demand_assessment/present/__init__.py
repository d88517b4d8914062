"""Each question's answer, put together for the page."""

from analysis.demand_assessment.findings.index import verdict
from analysis.demand_assessment.present.follow_up import present_actions as actions
from analysis.demand_assessment.present.follow_up import present_compliance as compliance
from analysis.demand_assessment.present.index import present_dimensions as dimensions
from analysis.demand_assessment.present.index import present_index as index
from analysis.demand_assessment.present.index import present_system as system
from analysis.demand_assessment.present.pipeline import present_effect as effect
from analysis.demand_assessment.present.pipeline import present_pipeline as pipeline

__all__ = [
    "actions",
    "compliance",
    "dimensions",
    "effect",
    "index",
    "pipeline",
    "system",
    "verdict",
]
