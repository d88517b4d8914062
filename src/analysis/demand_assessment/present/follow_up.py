"""The answers on actions and on compliance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.answers import Answer, NotAssessed
from analysis.demand_assessment.actions import Actions
from analysis.demand_assessment.audit_pack import PackRow
from analysis.demand_assessment.compliance import Compliance
from analysis.demand_assessment.findings import outcomes as findings
from analysis.demand_assessment.index import Index
from analysis.demand_assessment.proposals import Proposal
from analysis.demand_assessment.tables import compliance as compliance_tables
from analysis.demand_assessment.tables import follow_up as tables
from analysis.stats import survival_quantile
from analysis.stats.multiple_outcomes import METHODS as CORRECTIONS
from analysis.text import Words


def present_actions(
    found: Actions | NotAssessed,
    proposed: tuple[Proposal, ...],
    index: Index | NotAssessed,
    departments: Mapping[str, Words],
) -> Answer:
    """The register, what worked, and what is proposed."""
    states = (
        {}
        if isinstance(index, NotAssessed)
        else {state.indicator.key: state for state in index.states}
    )
    known = None if isinstance(found, NotAssessed) else found
    first = findings.actions_finding(known) if known else findings.no_actions_finding()
    return Answer(
        findings=(first, findings.proposals_finding(proposed)),
        metrics=(known.closed_in_time.metric(),) if known and known.closed_in_time else (),
        tables=(
            *((tables.register(known, states),) if known and known.actions else ()),
            *((tables.outcomes(known, states),) if known and known.follow_ups else ()),
            *((tables.proposals(proposed, departments),) if proposed else ()),
        ),
        methods=(CORRECTIONS["holm"],) if known and known.follow_ups else (),
    )


def present_compliance(found: Compliance | NotAssessed, pack: Sequence[PackRow]) -> Answer:
    """Findings of audits, and what an assessor must see."""
    if isinstance(found, NotAssessed):
        return Answer(
            findings=(findings.no_compliance_finding(found),),
            tables=(compliance_tables.audit_pack(pack),),
        )
    return Answer(
        findings=(findings.compliance_finding(found),),
        metrics=(found.in_time.metric(),) if found.in_time else (),
        tables=(
            compliance_tables.findings(found),
            *((compliance_tables.overdue(found),) if found.overdue else ()),
            compliance_tables.audit_pack(pack),
        ),
        methods=(survival_quantile.METHOD,),
    )
