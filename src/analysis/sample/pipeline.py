"""Demands on their way through the departments, and what audits and employees say.

Everything hangs on the calendar, not on the as-of date: a bank of one seed that is looked
at on three days is the same bank three times, only seen further.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np

from analysis.sample.span import MISSING_DAY, FloatArray, IntArray, Span, epoch_day, month_after
from analysis.sample.streams import stream
from analysis.sample.truth import Json, TruthBook
from analysis.sample.writer import BankWriter, Coded

DEPARTMENTS = (
    ("DP1", "Retail banking", "零售金融部"),
    ("DP2", "Corporate banking", "公司金融部"),
    ("DP3", "Risk management", "风险管理部"),
    ("DP4", "Payments", "支付结算部"),
    ("DP5", "Digital channels", "数字金融部"),
    ("DP6", "Operations", "运营管理部"),
)
DEPARTMENT_IDS = tuple(row[0] for row in DEPARTMENTS)
_SHARES = (0.22, 0.16, 0.10, 0.24, 0.16, 0.12)
_DEMANDS_PER_MONTH = 150.0

STAGES = ("analysed_on", "prioritised_on", "agreed_on", "started_on", "delivered_on")
MEAN_DAYS = {
    "analysed_on": 14.0,
    "prioritised_on": 6.0,
    "agreed_on": 9.0,
    "started_on": 16.0,
    "delivered_on": 30.0,
    "evaluated_on": 25.0,
}
"""Means of gamma laws of the days that each stage takes, without the factors below."""
_SHAPE = 2.0
PRIORITY_FACTORS = (0.4, 0.8, 1.2, 1.7)
"""By which priorities 1 to 4 shorten or lengthen the wait for work."""
_PRIORITY_SHARES = (0.15, 0.30, 0.35, 0.20)
INDIFFERENT_DEPARTMENT = "DP2"
"""Takes demands up without regard to their priority."""
SLOW_DEPARTMENT, SLOW_FACTOR = "DP3", 1.6
_DUE_AFTER_DAYS = (45, 60, 75, 90)
_DAYS_TO_WITHDRAWAL = 500.0

ANALYSIS_FASTER_FROM, ANALYSIS_FACTOR = dt.date(2025, 8, 15), 0.5
WORSE_DEPARTMENT, WORSE_FROM, WORSE_FACTOR = "DP4", dt.date(2025, 9, 25), 2.2

MET_STANDARD, GOAL_MET = 0.86, 0.71
_OVERRUN = 1.12
_SATISFIED = (0.05, 0.10, 0.25, 0.40, 0.20)
_ANSWERS_PER_QUARTER = 260

FOUND_BY = ("internal_audit", "outside_assessor", "regulator", "own_review")
_FOUND_SHARES = (0.45, 0.15, 0.15, 0.25)
SEVERITIES = ("high", "medium", "low")
_SEVERITY_SHARES = (0.15, 0.45, 0.40)
DAYS_TO_CLOSE = (40.0, 60.0, 75.0)
"""Means of exponential times until a finding is closed, by severity."""
_FINDINGS_PER_MONTH = 7.0
_FINDING_DUE_DAYS = (45, 90, 120)


def write_pipeline(seed: int, writer: BankWriter, span: Span) -> None:
    """Write departments, demands, answers of employees and findings of audits."""
    writer.append_rows(
        "departments",
        [{"department_id": d, "name_en": en, "name_zh": zh} for d, en, zh in DEPARTMENTS],
    )
    _write_demands(seed, writer, span)
    _write_answers(seed, writer, span)
    _write_findings(seed, writer, span)


def _months(span: Span) -> list[dt.date]:
    """First days of the calendar months of the history."""
    months = [span.start.replace(day=1)]
    while (after := month_after(months[-1])) <= span.as_of:
        months.append(after)
    return months


def _month_number(month: dt.date) -> int:
    return month.year * 12 + month.month


def _write_demands(seed: int, writer: BankWriter, span: Span) -> None:
    drawn: defaultdict[str, list[Any]] = defaultdict(list)
    for month in _months(span):
        for name, values in _draw_month(seed, month).items():
            drawn[name].append(values)
    columns = {name: np.concatenate(parts) for name, parts in drawn.items()}
    seen = (columns["identified_on"] <= epoch_day(span.as_of)) & (
        columns["identified_on"] >= epoch_day(span.start)
    )
    columns = {name: values[seen] for name, values in columns.items()}
    writer.append("demands", _as_of(columns, epoch_day(span.as_of)))


def _draw_month(seed: int, month: dt.date) -> dict[str, Any]:
    """Draw all that ever happens to the demands identified in a month."""
    rng = stream(seed, "demands", _month_number(month))
    n = int(rng.poisson(_DEMANDS_PER_MONTH))
    days = (month_after(month) - month).days
    identified = epoch_day(month) + np.sort(rng.integers(days, size=n)).astype(np.int64)
    department = rng.choice(len(DEPARTMENTS), size=n, p=_SHARES)
    priority = rng.choice(4, size=n, p=_PRIORITY_SHARES)
    reached = _draw_stages(rng, identified, department, priority)
    withdrawn = identified + np.ceil(rng.exponential(_DAYS_TO_WITHDRAWAL, n)).astype(np.int64)
    effort = np.round(rng.gamma(3.0, 8.0, n), 1)
    numbers = np.arange(1, n + 1)
    return {
        "demand_id": np.array([f"{month:%y%m}-{number:04d}" for number in numbers], dtype=object),
        "department": department,
        "raised_by": rng.choice(4, size=n, p=(0.4, 0.3, 0.2, 0.1)),
        "priority": priority,
        "identified_on": identified,
        **reached,
        "withdrawn_on": withdrawn,
        "due_on": reached["prioritised_on"] + np.array(_DUE_AFTER_DAYS)[priority],
        "planned_days": effort,
        "effort_days": np.round(effort * rng.lognormal(np.log(_OVERRUN), 0.3, n), 1),
        "met_standard": rng.random(n) < MET_STANDARD,
        "defects": rng.poisson(0.6, n),
        "goal_met": rng.random(n) < GOAL_MET,
    }


def _draw_stages(
    rng: np.random.Generator, identified: IntArray, department: IntArray, priority: IntArray
) -> dict[str, IntArray]:
    """Draw the day on which each stage ends, one after the other."""
    day, reached = identified, {}
    for stage, mean in MEAN_DAYS.items():
        mean_days: FloatArray = np.full(len(day), mean)
        if stage == "analysed_on":
            mean_days[day >= epoch_day(ANALYSIS_FASTER_FROM)] *= ANALYSIS_FACTOR
        if stage == "started_on":
            heeds = department != DEPARTMENT_IDS.index(INDIFFERENT_DEPARTMENT)
            mean_days = np.where(heeds, mean_days * np.array(PRIORITY_FACTORS)[priority], mean_days)
        if stage == "delivered_on":
            mean_days[department == DEPARTMENT_IDS.index(SLOW_DEPARTMENT)] *= SLOW_FACTOR
            worse = department == DEPARTMENT_IDS.index(WORSE_DEPARTMENT)
            mean_days[worse & (day >= epoch_day(WORSE_FROM))] *= WORSE_FACTOR
        day = day + np.ceil(rng.gamma(_SHAPE, mean_days / _SHAPE)).astype(np.int64)
        reached[stage] = day
    return reached


def _as_of(columns: dict[str, Any], today: int) -> dict[str, Any]:
    """Hide what has not happened by the as-of date, and what a withdrawal prevented."""
    withdrawn = columns["withdrawn_on"]
    gone = withdrawn < columns["started_on"]
    seen: dict[str, Any] = {}
    for name in (*STAGES, "evaluated_on"):
        happened = (columns[name] <= today) & ~(gone & (columns[name] > withdrawn))
        seen[name] = np.where(happened, columns[name], MISSING_DAY)
    planned = seen["prioritised_on"] != MISSING_DAY
    delivered = seen["delivered_on"] != MISSING_DAY
    evaluated = seen["evaluated_on"] != MISSING_DAY
    return {
        "demand_id": columns["demand_id"].tolist(),
        "department_id": Coded(columns["department"], DEPARTMENT_IDS),
        "raised_by": Coded(
            columns["raised_by"], ("customers", "branches", "head_office", "regulator")
        ),
        "priority": _known(columns["priority"] + 1, planned),
        "identified_on": columns["identified_on"],
        **seen,
        "withdrawn_on": np.where(gone & (withdrawn <= today), withdrawn, MISSING_DAY),
        "due_on": np.where(planned, columns["due_on"], MISSING_DAY),
        "planned_days": _known(columns["planned_days"], planned),
        "effort_days": _known(columns["effort_days"], delivered),
        "met_standard": _known(columns["met_standard"], delivered),
        "defects": _known(columns["defects"], delivered),
        "goal_met": _known(columns["goal_met"], evaluated),
    }


def _known(values: Any, there: Any) -> list[Any]:
    return [v if known else None for v, known in zip(values.tolist(), there.tolist(), strict=True)]


def _write_answers(seed: int, writer: BankWriter, span: Span) -> None:
    for month in _months(span):
        if month.month % 3:
            continue
        rng = stream(seed, "employee_answers", _month_number(month))
        n = _ANSWERS_PER_QUARTER
        day = epoch_day(month) + rng.integers(20, size=n)
        department = rng.choice(len(DEPARTMENTS), size=n, p=_SHARES)
        score = 1 + rng.choice(5, size=n, p=_SATISFIED)
        seen = (day <= epoch_day(span.as_of)) & (day >= epoch_day(span.start))
        names = np.array([f"E{month:%y%m}{k:04d}" for k in range(n)], dtype=object)
        writer.append(
            "employee_answers",
            {
                "employee_answer_id": names[seen].tolist(),
                "department_id": Coded(department[seen], DEPARTMENT_IDS),
                "answered_on": day[seen],
                "satisfaction": score[seen],
            },
        )


def _write_findings(seed: int, writer: BankWriter, span: Span) -> None:
    today, first = epoch_day(span.as_of), epoch_day(span.start)
    for month in _months(span):
        rng = stream(seed, "compliance_findings", _month_number(month))
        n = int(rng.poisson(_FINDINGS_PER_MONTH))
        opened = epoch_day(month) + rng.integers((month_after(month) - month).days, size=n)
        severity = rng.choice(3, size=n, p=_SEVERITY_SHARES)
        closed = opened + np.ceil(rng.exponential(np.array(DAYS_TO_CLOSE)[severity])).astype(int)
        department = rng.integers(len(DEPARTMENTS), size=n)
        found_by = rng.choice(4, size=n, p=_FOUND_SHARES)
        names = np.array([f"F{month:%y%m}{k:02d}" for k in range(n)], dtype=object)
        seen = (opened <= today) & (opened >= first)
        writer.append(
            "compliance_findings",
            {
                "finding_id": names[seen].tolist(),
                "department_id": Coded(department[seen], DEPARTMENT_IDS),
                "found_by": Coded(found_by[seen], FOUND_BY),
                "severity": Coded(severity[seen], SEVERITIES),
                "opened_on": opened[seen],
                "due_on": (opened + np.array(_FINDING_DUE_DAYS)[severity])[seen],
                "closed_on": np.where(closed <= today, closed, MISSING_DAY)[seen],
                "evidence": [f"AF/{name}" for name in names[seen].tolist()],
            },
        )


def plant_pipeline(book: TruthBook) -> None:
    """Record the laws behind these tables."""
    truths: tuple[tuple[str, Json, str, str], ...] = (
        ("mean_days", MEAN_DAYS, "days", "Means of the gamma laws of the stages' days."),
        (
            "priority_factors",
            list(PRIORITY_FACTORS),
            "",
            "Factors on the wait for work by priority, from 1 on.",
        ),
        (
            "indifferent_department",
            INDIFFERENT_DEPARTMENT,
            "",
            "Takes demands up without regard to their priority.",
        ),
        (
            "slow_department",
            {"department_id": SLOW_DEPARTMENT, "factor": SLOW_FACTOR},
            "",
            "Works longer on demands than the others, all the time.",
        ),
        (
            "improvement",
            {"stage": "analysed_on", "from": str(ANALYSIS_FASTER_FROM), "factor": ANALYSIS_FACTOR},
            "",
            "From this day on, analysis takes so much of the time that it took.",
        ),
        (
            "deterioration",
            {
                "department_id": WORSE_DEPARTMENT,
                "stage": "delivered_on",
                "from": str(WORSE_FROM),
                "factor": WORSE_FACTOR,
            },
            "",
            "What this department begins from this day on takes so much longer.",
        ),
        ("met_standard", MET_STANDARD, "fraction", "Chance that a delivery is up to standard."),
        ("goal_met", GOAL_MET, "fraction", "Chance that a delivered demand attains its goal."),
        (
            "satisfied_employees",
            _SATISFIED[3] + _SATISFIED[4],
            "fraction",
            "Chance of an answer of 4 or 5.",
        ),
        (
            "days_to_close",
            dict(zip(SEVERITIES, DAYS_TO_CLOSE, strict=True)),
            "days",
            "Means of the exponential times until a finding is closed.",
        ),
    )
    for name, value, unit, meaning in truths:
        book.plant("demands", name, value, unit=unit, meaning=meaning)
