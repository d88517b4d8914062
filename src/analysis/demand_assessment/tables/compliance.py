"""Tables on compliance: findings, what is overdue, and the audit pack."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.demand_assessment.audit_pack import PackRow
from analysis.demand_assessment.compliance import Compliance
from analysis.demand_assessment.lead_time import as_estimate
from analysis.demand_assessment.wording import FOUND_BY, SEVERITY_NAMES, named
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Measure, Unit, message

_MOST_SHOWN = 25


def findings(found: Compliance) -> Table:
    """Findings opened, closed, open and overdue, by severity."""
    names = ("open_before", "opened", "closed", "open_now", "overdue")
    rows = [
        {
            "severity": SEVERITY_NAMES[row.severity],
            **{name: getattr(row, name) for name in names},
            "median": None
            if row.median_days is None
            else as_estimate(row.median_days) or row.median_days.value,
        }
        for row in found.rows
    ]
    rows.append(
        {
            "severity": message("All findings"),
            **{name: sum(getattr(row, name) for row in found.rows) for name in names},
            "median": None,
        }
    )
    return Table(
        name="compliance",
        caption=message(
            "Of {open} open findings of audits and regulators {overdue} are overdue",
            open=found.open_now,
            overdue=len(found.overdue),
        ),
        unit=Unit.NONE,
        columns=(
            Labels(name="severity", title=message("Severity")),
            Counts(name="open_before", title=message("Open before")),
            Counts(name="opened", title=message("Found")),
            Counts(name="closed", title=message("Closed")),
            Counts(name="open_now", title=message("Open now")),
            Counts(name="overdue", title=message("Of them overdue")),
            Quantities(name="median", title=message("Median days to close"), measure=Measure.DAYS),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,),
        notes=(
            message(
                "Days to close: findings of the last two years, those still open cut off "
                "(Kaplan-Meier)."
            ),
        ),
    )


def overdue(found: Compliance) -> Table:
    """The findings that are past their day, the gravest first."""
    shown = found.overdue[:_MOST_SHOWN]
    return Table(
        name="overdue",
        caption=message(
            "Overdue findings, the gravest first: {shown} of {all}",
            shown=len(shown),
            all=len(found.overdue),
        ),
        unit=Unit.NONE,
        columns=(
            Labels(name="finding", title=message("Finding")),
            Labels(name="severity", title=message("Severity")),
            Labels(name="found_by", title=message("Found by")),
            Labels(name="department", title=message("Department")),
            Quantities(name="days", title=message("Days overdue"), measure=Measure.COUNT),
            Labels(name="evidence", title=message("File of evidence")),
        ),
        rows=tuple(
            {
                "finding": item.finding,
                "severity": SEVERITY_NAMES[item.severity],
                "found_by": FOUND_BY[item.found_by],
                "department": named(found.departments, item.department),
                "days": item.days_over,
                "evidence": item.evidence or None,
            }
            for item in shown
        ),
    )


def audit_pack(rows: Sequence[PackRow]) -> Table:
    """What an internal or outside assessor must see, with links to it."""
    return Table(
        name="audit_pack",
        caption=message("Audit pack: what an assessor must see, and where it is"),
        unit=Unit.NONE,
        columns=(
            Labels(name="question", title=message("What must be shown")),
            Labels(name="evidence", title=message("Where it is")),
            Labels(name="state", title=message("State")),
        ),
        rows=tuple(
            {"question": row.question, "evidence": row.evidence, "state": row.state} for row in rows
        ),
    )
