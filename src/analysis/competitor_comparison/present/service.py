"""The answer on service times."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.competitor_comparison.figures import service as figures
from analysis.competitor_comparison.findings import service as findings
from analysis.competitor_comparison.service import Service
from analysis.competitor_comparison.tables import service as tables
from analysis.stats import quantile_difference
from analysis.text import message


def present_service(service: Service | NotAssessed) -> Answer | NotAssessed:
    """How long it takes here and there, with intervals."""
    if isinstance(service, NotAssessed):
        return service
    return Answer(
        findings=tuple(findings.service_finding(service, p) for p in service.processes),
        figures=tuple(
            Figure(
                name=f"service_{process}",
                caption=findings.service_caption(service, process),
                alt=message(
                    "For each institution the range of nine of ten cases, the middle half and the "
                    "median; dashed and hollow where old. {finding}",
                    finding=findings.service_finding(service, process).statement,
                ),
                table=tables.distribution(service, process),
                draw=figures.draw_distribution,
            )
            for process in service.processes
        ),
        tables=(tables.differences(service),),
        methods=(
            quantile_difference.METHODS["quantile"],
            quantile_difference.METHODS["difference"],
        ),
    )
