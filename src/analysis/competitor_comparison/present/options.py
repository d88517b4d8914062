"""The answer on what follows."""

from __future__ import annotations

from analysis.answers import Answer, NotAssessed
from analysis.competitor_comparison import options as option_module
from analysis.competitor_comparison.findings import options as findings
from analysis.competitor_comparison.options import Options
from analysis.competitor_comparison.tables import options as tables


def present_options(options: Options | NotAssessed) -> Answer | NotAssessed:
    """Strengths, gaps, threats and what to do about them."""
    if isinstance(options, NotAssessed):
        return options
    return Answer(
        findings=findings.option_findings(options),
        tables=(tables.items(options),),
        methods=(option_module.METHOD,),
    )
