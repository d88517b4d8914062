"""Each question's answer, put together for the page."""

from analysis.lifecycle.findings.verdict import life_cycle_verdict as verdict
from analysis.lifecycle.present.age_bands import present_life_stages as life_stages
from analysis.lifecycle.present.cohorts import present_cohorts as cohorts
from analysis.lifecycle.present.holdout import present_holdout as holdout
from analysis.lifecycle.present.loss_drivers import present_loss_drivers as drivers
from analysis.lifecycle.present.products import present_products as products
from analysis.lifecycle.present.renewal import present_renewal as renewal
from analysis.lifecycle.present.stage_groups import present_stage_groups as stage_groups
from analysis.lifecycle.present.stage_mix import present_stage_mix as stage_mix
from analysis.lifecycle.present.stages import present_movement as movement
from analysis.lifecycle.present.stages import present_stages as stages
from analysis.lifecycle.present.tenure import present_endings as endings
from analysis.lifecycle.present.tenure import present_tenure as tenure
from analysis.lifecycle.present.value import present_value as value
from analysis.lifecycle.present.value_concentration import present_concentration as concentration
from analysis.lifecycle.present.warnings import present_warnings as warnings
from analysis.lifecycle.present.winback import present_winback as win_back

__all__ = [
    "cohorts",
    "concentration",
    "drivers",
    "endings",
    "holdout",
    "life_stages",
    "movement",
    "products",
    "renewal",
    "stage_groups",
    "stage_mix",
    "stages",
    "tenure",
    "value",
    "verdict",
    "warnings",
    "win_back",
]
