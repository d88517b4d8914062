"""Tables on the pipeline: its stages, lead times, departments, priorities."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.demand_assessment.by_department import DepartmentRow
from analysis.demand_assessment.flow import Flow
from analysis.demand_assessment.lead_time import SHARES, LeadTime, as_estimate
from analysis.demand_assessment.priority import Priority
from analysis.demand_assessment.wording import STAGE_NAMES, named, plain
from analysis.results import Estimate
from analysis.stats.survival import SurvivalCurve
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Measure, Message, Unit, Words, message

_NUMBER, _SHARE = Measure.NUMBER, Measure.SHARE
_STEP_DAYS = 10


def stages(found: Flow) -> Table:
    """Where demands are, how many pass on, how long they stay."""
    return Table(
        name="stages",
        caption=message("The demand pipeline in the period, stage by stage"),
        unit=Unit.NONE,
        columns=(
            Labels(name="stage", title=message("Stage")),
            Counts(name="entered", title=message("Entered"), adds_up=False),
            Counts(name="left", title=message("Passed on"), adds_up=False),
            Counts(name="withdrawn", title=message("Withdrawn"), adds_up=False),
            Quantities(name="passed", title=message("Share passed on"), measure=_SHARE),
            Counts(name="waiting", title=message("In it now"), adds_up=False),
            Quantities(name="age", title=message("Median age, days"), measure=_NUMBER),
            Quantities(name="oldest", title=message("Oldest, days"), measure=_NUMBER),
            Quantities(name="average", title=message("In it on an average day"), measure=_NUMBER),
            Quantities(name="mean_days", title=message("Mean days in it"), measure=_NUMBER),
            Quantities(name="before", title=message("The period before"), measure=_NUMBER),
        ),
        rows=tuple(
            {
                "stage": STAGE_NAMES[stage.name],
                "entered": stage.entered,
                "left": stage.left,
                "withdrawn": stage.withdrawn,
                "passed": stage.passed,
                "waiting": stage.waiting,
                "age": stage.median_age_days,
                "oldest": stage.oldest_days,
                "average": stage.average,
                "mean_days": stage.mean_days,
                "before": stage.mean_days_before,
            }
            for stage in found.stages
        ),
        notes=(
            message(
                "Mean days count those that still wait, or were withdrawn, until then "
                "(Kaplan-Meier); age is that of the demands in the stage at the end of the period."
            ),
        ),
    )


def lead_times(found: LeadTime) -> Table:
    """Days by which a half and four fifths are delivered, with intervals."""
    rows: list[Row] = []
    for i, share in enumerate(SHARES):
        before = found.quantiles_before[i] if found.quantiles_before else None
        rows.append(
            {
                "share": message("{share} delivered", share=plain(share, _SHARE)),
                "now": as_estimate(found.quantiles[i]) or found.quantiles[i].value,
                "before": as_estimate(before) or (before.value if before else None),
            }
        )
    return Table(
        name="lead_times",
        caption=message("Days from identification to delivery"),
        unit=Unit.NONE,
        columns=(
            Labels(name="share", title=message("Until")),
            Quantities(name="now", title=message("This period"), measure=Measure.DAYS),
            Quantities(name="before", title=message("The period before"), measure=Measure.DAYS),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "As lived in each period: demands already under way enter at their age, those "
                "still open at its end are cut off there."
            ),
        ),
    )


def lead_time_curves(found: LeadTime) -> Table:
    """The share not yet delivered by days, for the figure."""
    longest = min(found.now.last_period, 2 * found.horizon_days)
    days = range(_STEP_DAYS, longest + 1, _STEP_DAYS)
    return Table(
        name="lead_time_curves",
        caption=message("Share of demands not yet delivered, by days since identification"),
        unit=Unit.NONE,
        columns=(
            Quantities(name="days", title=message("Days"), measure=Measure.COUNT),
            Quantities(name="now", title=message("This period"), measure=_SHARE),
            Quantities(name="before", title=message("The period before"), measure=_SHARE),
        ),
        rows=tuple(
            {
                "days": day,
                "now": _share_at(found.now, day),
                "before": None if found.before is None else _share_at(found.before, day),
            }
            for day in days
        ),
    )


def _share_at(curve: SurvivalCurve, day: int) -> Estimate | None:
    if curve.times_periods[0] > day or (day > curve.last_period and curve.survival[-1] > 0):
        return None
    return curve.at(day)


def departments(rows: tuple[DepartmentRow, ...], names: Mapping[str, Words]) -> Table:
    """Punctuality and lead time by department, raw and with the noise taken out."""
    return Table(
        name="departments",
        caption=message("Punctuality and lead time by department"),
        unit=Unit.NONE,
        columns=(
            Labels(name="department", title=message("Department")),
            Counts(name="due", title=message("Demands due"), adds_up=False),
            Quantities(name="on_time", title=message("On time"), measure=_SHARE),
            Quantities(name="shrunk", title=message("On time, noise taken out"), measure=_SHARE),
            Quantities(name="before", title=message("On time, the period before"), measure=_SHARE),
            Quantities(name="mean_days", title=message("Mean lead time, days"), measure=_NUMBER),
            Quantities(
                name="mean_shrunk",
                title=message("Mean lead time, noise taken out"),
                measure=_NUMBER,
            ),
            Labels(name="judged", title=message("Against all others")),
        ),
        rows=tuple(
            {
                "department": named(names, row.department),
                "due": row.due.whole,
                "on_time": row.on_time,
                "shrunk": row.on_time_shrunk,
                "before": row.on_time_before,
                "mean_days": row.mean_days,
                "mean_shrunk": row.mean_days_shrunk,
                "judged": _judged(row),
            }
            for row in rows
        ),
        notes=(
            message(
                "Noise taken out: pulled towards the mean of all departments as far as the few "
                "demands of one ask for. Against all others: log-rank test, corrected (Holm)."
            ),
        ),
    )


def _judged(row: DepartmentRow) -> Message | None:
    if row.p_corrected is None:
        return None
    if row.slower is None:
        return message("no difference beyond noise")
    return message("slower") if row.slower else message("faster")


def priorities(found: Priority, names: Mapping[str, Words]) -> Table:
    """How often the more urgent of two demands is taken up first, by department."""
    rows: list[Row] = [
        {
            "department": named(names, row.department),
            "share": row.concordance.share,
            "n": row.concordance.n,
            "judged": _honoured(row.concordance.share.value, row.stands),
        }
        for row in found.departments
    ]
    if found.overall is not None:
        overall = found.overall.share
        rows.append(
            {
                "department": message("All departments"),
                "share": overall,
                "n": found.overall.n,
                "judged": _honoured(overall.value, overall.excludes(0.5)),
            }
        )
    return Table(
        name="priorities",
        caption=message("Of two demands, how often the more urgent one waits less for work")
        if found.overall is None
        else message(
            "Of two demands the more urgent waits less in {share} of the pairs, by chance in half",
            share=plain(found.overall.share.value, _SHARE),
        ),
        unit=Unit.NONE,
        columns=(
            Labels(name="department", title=message("Department")),
            Quantities(name="share", title=message("More urgent first"), measure=_SHARE),
            Counts(name="n", title=message("Demands"), adds_up=False),
            Labels(name="judged", title=message("Priority is")),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,) if found.overall is not None else (),
        notes=(
            message(
                "Demands agreed in the last year; 50% is what chance gives. Judged with all "
                "departments counted (Holm)."
            ),
        ),
    )


def _honoured(share: float, stands: bool) -> Message:
    if not stands:
        return message("not seen to matter")
    return message("honoured") if share > 0.5 else message("turned round")
