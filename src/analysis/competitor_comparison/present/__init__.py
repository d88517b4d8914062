"""Each question's answer, put together for the page."""

from analysis.competitor_comparison.findings.options import comparison_verdict as verdict
from analysis.competitor_comparison.present.attributes import present_attributes as attributes
from analysis.competitor_comparison.present.moves import present_moves as moves
from analysis.competitor_comparison.present.options import present_options as options
from analysis.competitor_comparison.present.perception import present_perception as perception
from analysis.competitor_comparison.present.ranking import present_ranking as ranking
from analysis.competitor_comparison.present.register import present_register as register
from analysis.competitor_comparison.present.service import present_service as service
from analysis.competitor_comparison.present.share import present_share as share

__all__ = [
    "attributes",
    "moves",
    "options",
    "perception",
    "ranking",
    "register",
    "service",
    "share",
    "verdict",
]
