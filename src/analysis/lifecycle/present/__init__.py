"""Each question's answer, put together for the page."""

from analysis.lifecycle.findings.verdict import life_cycle_verdict as verdict
from analysis.lifecycle.present.cohorts import present_cohorts as cohorts
from analysis.lifecycle.present.stages import present_movement as movement
from analysis.lifecycle.present.stages import present_stages as stages
from analysis.lifecycle.present.value import present_value as value

__all__ = ["cohorts", "movement", "stages", "value", "verdict"]
